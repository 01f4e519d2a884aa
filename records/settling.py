"""What settles an invoice: payments, payments taken back, credit notes, refunds, write-offs.

Each is an entry that is never changed; `policy.money` has judged it, here only what the books can hold is looked at.
"""

from datetime import datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from records.counters import CREDIT_NOTES, next_number
from records.invoices import LARGEST, outstanding, set_status
from records.tables import CreditNote, Invoice, Payment, Refund, Reversal, WrittenOff
from records.words import InvoiceStatus


class NoPayment(ValueError):
    """The payment cannot be booked: the invoice would hold more than an amount can; the message says so."""


class NoCredit(ValueError):
    """The invoice cannot be credited that much; the message says why."""


class NoRefund(ValueError):
    """The invoice holds less than was sent back; the message says so."""


class NoWriteOff(ValueError):
    """Less is owed on the invoice than is given up; the message says so."""


def book_payment(
    session: Session,
    case_id: str,
    key: str,
    *,
    number: str,
    amount: Decimal,
    received_at: datetime,
    method: str,
    reference: str = "",
) -> Invoice | None:
    """Book a payment once for its key, and return the invoice as it then stands; None: the case has no such invoice.

    More than the total is kept as it came: the invoice then shows what was paid too much.

    Raises:
        NoPayment: With it more would be paid than the books can write down.
    """
    invoice = _locked(session, case_id, number)
    if invoice is not None and session.get(Payment, (case_id, key)) is None:
        if invoice.paid + amount > LARGEST:
            raise NoPayment(f"more than {LARGEST:.2f} USD would then be paid of invoice {number}")
        session.add(
            Payment(
                case_id=case_id,
                key=key,
                invoice=number,
                amount=amount,
                received_at=received_at,
                method=method,
                reference=reference,
            )
        )
        invoice.paid += amount
        set_status(invoice)
        session.flush()
    return invoice


def undo_payment(
    session: Session, case_id: str, key: str, *, payment_key: str, at: datetime, reason: str
) -> Invoice | None:
    """Take back a payment that was entered by mistake, and return its invoice; None: the case has no such payment.

    Once for each key (the message's), and a payment once: taking it back again changes nothing.

    Raises:
        NoPayment: Less than it is left, because something was sent back.
    """
    payment = session.get(Payment, (case_id, payment_key))
    invoice = _locked(session, case_id, payment.invoice) if payment else None
    if payment is None or invoice is None:
        return None
    undone = select(Reversal).where(col(Reversal.case_id) == case_id, col(Reversal.payment_key) == payment_key)
    if session.get(Reversal, (case_id, key)) is None and session.exec(undone).first() is None:
        if payment.amount > invoice.paid:
            raise NoPayment(f"after a refund {invoice.paid:.2f} USD is left of it")
        session.add(
            Reversal(case_id=case_id, key=key, payment_key=payment_key, amount=payment.amount, at=at, reason=reason)
        )
        invoice.paid -= payment.amount
        set_status(invoice)
        session.flush()
    return invoice


def issue_credit_note(
    session: Session,
    case_id: str,
    key: str,
    *,
    invoice: str,
    amount: Decimal,
    reason: str,
    issued_at: datetime,
    year: int,
) -> CreditNote | None:
    """Issue a credit note once for its key, under the next number of its year (`C2028-000001`).

    Returns:
        The note as it was issued; None: the case has no such invoice.

    Raises:
        NoCredit: It takes more off the invoice than is left of it; no number was used.
    """
    credited = _locked(session, case_id, invoice)
    if credited is None:
        return None
    issued = select(CreditNote).where(col(CreditNote.case_id) == case_id, col(CreditNote.key) == key)
    if (note := session.exec(issued).one_or_none()) is not None:
        return note
    _check_credit(credited, amount)
    number, sequence = next_number(session, CREDIT_NOTES, year)
    note = CreditNote(
        number=number,
        year=year,
        sequence=sequence,
        case_id=case_id,
        key=key,
        invoice=invoice,
        amount=amount,
        reason=reason,
        issued_at=issued_at,
    )
    session.add(note)
    credited.credited += amount
    set_status(credited)
    session.flush()
    return note


def book_refund(session: Session, case_id: str, refund: Refund) -> Invoice | None:
    """Book once for its key what was sent back, and return the invoice; None: the case has no such invoice.

    Raises:
        NoRefund: More was sent back than the invoice holds.
    """
    invoice = _locked(session, case_id, refund.invoice)
    if invoice is not None and session.get(Refund, (case_id, refund.key)) is None:
        if refund.amount > invoice.paid:
            raise NoRefund(f"{invoice.paid:.2f} USD is paid of invoice {invoice.number}")
        session.add(refund)
        invoice.paid -= refund.amount
        set_status(invoice)
        session.flush()
    return invoice


def write_off(session: Session, case_id: str, given_up: WrittenOff) -> Invoice | None:
    """Book once for its key what is given up, and return the invoice; None: the case has no such invoice.

    Raises:
        NoWriteOff: Less is owed on it.
    """
    invoice = _locked(session, case_id, given_up.invoice)
    if invoice is not None and session.get(WrittenOff, (case_id, given_up.key)) is None:
        if given_up.amount > outstanding(invoice):
            raise NoWriteOff(f"{outstanding(invoice):.2f} USD is owed on invoice {invoice.number}")
        session.add(given_up)
        invoice.written_off += given_up.amount
        set_status(invoice)
        session.flush()
    return invoice


def _check_credit(invoice: Invoice, amount: Decimal) -> None:
    left, void = invoice.total - invoice.credited - invoice.written_off, invoice.status == InvoiceStatus.VOID
    if void or not 0 < amount <= left:
        state = "is void" if void else f"has {left:.2f} USD left that can be credited"
        raise NoCredit(f"{amount:.2f} USD cannot be taken off invoice {invoice.number}, which {state}")


def _locked(session: Session, case_id: str, number: str) -> Invoice | None:
    """Return an invoice of the case, locked until the transaction ends."""
    invoice = session.get(Invoice, number, with_for_update=True)
    return invoice if invoice is not None and invoice.case_id == case_id else None
