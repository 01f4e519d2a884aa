"""Questions to the books about money. Whether an invoice is overdue depends on the instant at which one asks."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from sqlmodel import Session, col, select

from records.invoices import UNSETTLED as UNSETTLED
from records.invoices import invoice_lines
from records.invoices import outstanding as outstanding_of
from records.tables import Invoice, InvoiceLine, Payment, Reversal
from records.words import InvoiceStatus

if TYPE_CHECKING:  # most questions need no facts
    from policy.facts import InvoiceFact


class Bill(NamedTuple):
    """An invoice with its lines, as it stands at an instant."""

    invoice: Invoice
    lines: list[InvoiceLine]
    overdue: bool

    @property
    def outstanding(self) -> Decimal:
        """What is still to be paid, in US dollars."""
        return outstanding_of(self.invoice)


def bills(session: Session, at: datetime, case_id: str | None = None) -> list[Bill]:
    """Return all invoices, or those of one case, in the order of their numbers, as they stand at an instant."""
    query = select(Invoice).order_by(col(Invoice.year), col(Invoice.sequence))
    lines = select(InvoiceLine).order_by(col(InvoiceLine.invoice), col(InvoiceLine.position))
    if case_id is not None:
        query = query.where(col(Invoice.case_id) == case_id)
        lines = lines.join(Invoice, col(Invoice.number) == col(InvoiceLine.invoice)).where(
            col(Invoice.case_id) == case_id
        )
    by_invoice: dict[str, list[InvoiceLine]] = {}
    for line in session.exec(lines):
        by_invoice.setdefault(line.invoice, []).append(line)
    return [bill_of(invoice, by_invoice.get(invoice.number, []), at) for invoice in session.exec(query)]


def bill_by_number(session: Session, at: datetime, number: str) -> Bill | None:
    """Return one invoice as it stands at an instant, or None."""
    invoice = session.get(Invoice, number)
    return bill_of(invoice, invoice_lines(session, number), at) if invoice else None


def bill_of(invoice: Invoice, lines: list[InvoiceLine], at: datetime) -> Bill:
    """Return an invoice with its lines, as it stands at an instant."""
    return Bill(invoice, lines, invoice.status in UNSETTLED and invoice.due_at < at)


def invoice_by_number(session: Session, number: str) -> Invoice | None:
    """Return an invoice, or None; it names its case."""
    return session.get(Invoice, number)


def payments(session: Session, number: str) -> list[Payment]:
    """Return the payments of an invoice in the order in which they were received."""
    return list(
        session.exec(
            select(Payment)
            .where(col(Payment.invoice) == number)
            .order_by(col(Payment.received_at), col(Payment.case_id), col(Payment.key))
        )
    )


def invoice_facts(session: Session, case_id: str) -> "list[InvoiceFact]":
    """Return the invoices of a case as the case itself would know them, with their payments."""
    undone = set(session.exec(select(Reversal.payment_key).where(col(Reversal.case_id) == case_id)))
    invoices = session.exec(
        select(Invoice).where(col(Invoice.case_id) == case_id).order_by(col(Invoice.year), col(Invoice.sequence))
    )
    return [_as_fact(one, payments(session, one.number), undone) for one in invoices.all()]


def _as_fact(invoice: Invoice, paid: list[Payment], undone: set[str]) -> "InvoiceFact":
    """Return an invoice of the books as a fact; one that was credited or written off in full is not void there."""
    from policy.facts import InvoiceFact, PaymentFact

    given_up = invoice.credited + invoice.written_off == invoice.total
    known = invoice.model_dump(include=set(InvoiceFact.model_fields) - {"status"})
    known["payments"] = [PaymentFact(**one.model_dump(), undone=one.key in undone) for one in paid]
    return InvoiceFact(**known, void=invoice.status == InvoiceStatus.VOID and not given_up)
