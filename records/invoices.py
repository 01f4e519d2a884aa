"""Issue invoices, book payments, void what nobody paid. All money is Decimal, in US dollars."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import text
from sqlmodel import Session, col, select

from policy.fees import FeeLine, total
from records.tables import Invoice, InvoiceCounter, InvoiceLine, Payment
from records.words import InvoiceStatus

NOTHING = Decimal("0.00")
LARGEST = Decimal("999999999.99")
"""What NUMERIC(11, 2) holds."""


class NoInvoice(ValueError):
    """The lines make no invoice; the message says which and why."""


def find_invoice(session: Session, case_id: str, purpose: str, occurrence: int) -> Invoice | None:
    """Return the invoice of a case for a purpose, the first, second … time."""
    return session.exec(
        select(Invoice).where(
            col(Invoice.case_id) == case_id, col(Invoice.purpose) == purpose, col(Invoice.occurrence) == occurrence
        )
    ).one_or_none()


def invoice_lines(session: Session, number: str) -> list[InvoiceLine]:
    """Return the lines of an invoice in their order."""
    return list(
        session.exec(select(InvoiceLine).where(col(InvoiceLine.invoice) == number).order_by(col(InvoiceLine.position)))
    )


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
) -> Invoice:
    """Issue an invoice under the next number of its year (the year of issue in the office's time zone).

    Raises:
        NoInvoice: The lines make no invoice; no number was used.
    """
    amount = _checked_total(lines)
    sequence = _next_sequence(session, year)
    invoice = Invoice(
        number=f"{year}-{sequence:06d}",
        year=year,
        sequence=sequence,
        case_id=case_id,
        purpose=purpose,
        occurrence=occurrence,
        total=amount,
        paid=NOTHING,
        status=_status(amount, NOTHING).value,
        issued_at=issued_at,
        due_at=due_at,
    )
    session.add(invoice)
    session.flush()
    session.add_all(_line(invoice.number, position, line) for position, line in enumerate(lines, start=1))
    session.flush()
    return invoice


def book_payment(
    session: Session, case_id: str, key: str, *, number: str, amount: Decimal, received_at: datetime, method: str
) -> Invoice | None:
    """Book a payment once for its key, and return the invoice as it then stands; None: the case has no such invoice.

    More than the total is kept as it came: the invoice then shows what was paid too much.
    """
    invoice = session.exec(select(Invoice).where(col(Invoice.number) == number).with_for_update()).one_or_none()
    if invoice is None or invoice.case_id != case_id:
        return None
    if session.get(Payment, (case_id, key)) is None:
        session.add(
            Payment(case_id=case_id, key=key, invoice=number, amount=amount, received_at=received_at, method=method)
        )
        invoice.paid += amount
        invoice.status = _status(invoice.total, invoice.paid).value
        session.flush()
    return invoice


def void_invoice(session: Session, case_id: str, number: str) -> bool:
    """Void an invoice on which nothing was paid; return whether it is void now."""
    invoice = session.get(Invoice, number, with_for_update=True)
    if invoice is None or invoice.case_id != case_id:
        return False
    if invoice.status == InvoiceStatus.OPEN:
        invoice.status = InvoiceStatus.VOID.value
        session.flush()
    return invoice.status == InvoiceStatus.VOID


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


def _next_sequence(session: Session, year: int) -> int:
    """Return the next number of a year. Its counter stays locked until the transaction ends, so that none is lost."""
    session.execute(
        text("INSERT INTO invoice_counters (year, last) VALUES (:year, 0) ON CONFLICT (year) DO NOTHING"),
        {"year": year},
    )
    counter = session.exec(select(InvoiceCounter).where(col(InvoiceCounter.year) == year).with_for_update()).one()
    counter.last += 1
    session.flush()
    return counter.last


def _status(total_amount: Decimal, paid: Decimal) -> InvoiceStatus:
    if paid >= total_amount:
        return InvoiceStatus.PAID
    return InvoiceStatus.PARTLY_PAID if paid else InvoiceStatus.OPEN
