"""Issue invoices, and void what nobody paid. All money is Decimal, in US dollars."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from policy.fees import LARGEST_AMOUNT, FeeLine, Purpose, total
from records.counters import INVOICES, next_number
from records.tables import Invoice, InvoiceLine, Payment
from records.words import InvoiceStatus

NOTHING = Decimal("0.00")
LARGEST = LARGEST_AMOUNT
"""What NUMERIC(11, 2) holds: no payment is accepted that it could not."""
UNSETTLED = frozenset({InvoiceStatus.OPEN, InvoiceStatus.PARTLY_PAID})
_OF_PURPOSE = select(Invoice).where(
    col(Invoice.case_id) == bindparam("of_case"),
    col(Invoice.purpose) == bindparam("of_purpose"),
    col(Invoice.occurrence) == bindparam("of_occurrence"),
)
_LINES = (
    select(InvoiceLine).where(col(InvoiceLine.invoice) == bindparam("of_invoice")).order_by(col(InvoiceLine.position))
)


class NoInvoice(ValueError):
    """The lines make no invoice; the message says which and why."""


def find_invoice(session: Session, case_id: str, purpose: str, occurrence: int) -> Invoice | None:
    """Return the invoice of a case for a purpose, the first, second … time."""
    asked = {"of_case": case_id, "of_purpose": purpose, "of_occurrence": occurrence}
    return session.exec(_OF_PURPOSE, params=asked).one_or_none()


def invoice_lines(session: Session, number: str) -> list[InvoiceLine]:
    """Return the lines of an invoice in their order."""
    return list(session.exec(_LINES, params={"of_invoice": number}))


def issue_invoice(
    session: Session,
    case_id: str,
    purpose: str,
    occurrence: int,
    *,
    lines: Sequence[FeeLine],
    issued_at: datetime,
    due_at: datetime,
    year: int,
    issuer: Mapping[str, Any],
    payer: Mapping[str, Any],
) -> Invoice:
    """Issue an invoice under the next number of its year (the year of issue in the office's time zone).

    `issuer` and `payer` are kept as they are at this moment, whatever becomes of the office's settings and the case.

    Raises:
        NoInvoice: The lines make no invoice; no number was used.
    """
    amount = _checked_total(lines)
    number, sequence = next_number(session, INVOICES, year)
    return write_invoice(
        session,
        number,
        case_id,
        year=year,
        sequence=sequence,
        purpose=purpose,
        occurrence=occurrence,
        total=amount,
        lines=lines,
        issued_at=issued_at,
        due_at=due_at,
        issuer=issuer,
        payer=payer,
    )


def write_invoice(
    session: Session,
    number: str,
    case_id: str,
    *,
    year: int,
    sequence: int,
    purpose: str,
    occurrence: int,
    total: Decimal,
    lines: Sequence[FeeLine],
    issued_at: datetime,
    due_at: datetime,
    issuer: Mapping[str, Any],
    payer: Mapping[str, Any],
) -> Invoice:
    """Write an invoice under a number that is its own, with its lines; nothing of it is settled yet."""
    invoice = Invoice(
        number=number,
        year=year,
        sequence=sequence,
        case_id=case_id,
        purpose=purpose,
        occurrence=occurrence,
        total=total,
        paid=NOTHING,
        credited=NOTHING,
        written_off=NOTHING,
        status="",
        issued_at=issued_at,
        due_at=due_at,
        issuer=dict(issuer),
        payer=dict(payer),
    )
    set_status(invoice)
    session.add(invoice)
    session.flush()
    session.add_all(_line(number, position, line) for position, line in enumerate(lines, start=1))
    session.flush()
    return invoice


def set_status(invoice: Invoice) -> None:
    """Write the state that follows from what was paid, credited and written off; every change of money ends here.

    What was credited or written off in full without a payment is void; an invoice of nothing is paid.
    """
    if invoice.paid + invoice.credited + invoice.written_off >= invoice.total:
        settled = invoice.paid or not invoice.total
        invoice.status = (InvoiceStatus.PAID if settled else InvoiceStatus.VOID).value
    else:
        invoice.status = (InvoiceStatus.PARTLY_PAID if invoice.paid else InvoiceStatus.OPEN).value


def outstanding(invoice: Invoice) -> Decimal:
    """Return what is still to be paid, in US dollars; nothing where nothing more is owed on it."""
    if invoice.status not in UNSETTLED:
        return NOTHING
    return invoice.total - invoice.credited - invoice.written_off - invoice.paid


def void_invoice(session: Session, case_id: str, number: str) -> bool:
    """Void an invoice on which nothing was paid; return whether it is void now."""
    invoice = session.get(Invoice, number, with_for_update=True)
    if invoice is None or invoice.case_id != case_id:
        return False
    if invoice.status == InvoiceStatus.OPEN:
        invoice.status = InvoiceStatus.VOID.value
        session.flush()
    return invoice.status == InvoiceStatus.VOID


def void_unpaid(session: Session, case_id: str) -> list[str]:
    """Void what nobody paid of a case that was ended from outside, as its own closing would; return the numbers.

    Travel expenses stay open: the surveyors have travelled.
    """
    unpaid = session.exec(
        select(Invoice.number)
        .where(
            col(Invoice.case_id) == case_id,
            col(Invoice.status) == InvoiceStatus.OPEN,
            col(Invoice.purpose) != Purpose.TRAVEL_EXPENSES,
            col(Invoice.number).not_in(select(Payment.invoice)),  # one that was paid once stands for work that was done
        )
        .order_by(col(Invoice.year), col(Invoice.sequence))
    ).all()
    return [number for number in unpaid if void_invoice(session, case_id, number)]


def _line(number: str, position: int, line: FeeLine) -> InvoiceLine:
    return InvoiceLine(
        invoice=number,
        position=position,
        description=line.description,
        quantity=line.quantity,
        unit_price=line.unit_price,
        amount=line.amount,
    )


def _checked_total(lines: Sequence[FeeLine]) -> Decimal:
    """Return the sum of the lines, after looking at each of them."""
    if not lines:
        raise NoInvoice("an invoice has one line at least")
    for line in lines:
        if line.quantity < 1 or line.unit_price < 0:
            raise NoInvoice(f"{line.description!r}: a quantity of 1 or more and a price of 0 or more are expected")
        if line.amount != line.quantity * line.unit_price:
            raise NoInvoice(f"{line.description!r}: {line.quantity} x {line.unit_price} is not {line.amount}")
    amount = total(tuple(lines))
    if amount > LARGEST:
        raise NoInvoice(f"a total of at most {LARGEST} is expected, found {amount}")
    return amount
