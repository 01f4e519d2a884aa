"""Carry out what a step says about money that came, was taken back or is not owed any more."""

from collections.abc import Callable
from functools import partial

from activities.contract import (
    CreditOrder,
    NoticeOrder,
    PaymentReceived,
    PaymentUndone,
    Problem,
    RefundSent,
    Step,
    WriteOffOrder,
)
from policy.dates import local_day
from policy.office import OfficeSettings
from policy.rules import RULES
from records.books import Session
from records.invoices import outstanding
from records.settling import (
    NoCredit,
    NoPayment,
    NoRefund,
    NoWriteOff,
    book_payment,
    book_refund,
    issue_credit_note,
    undo_payment,
    write_off,
)
from records.tables import CreditNote, Invoice, Refund, WrittenOff


def settle_in_order(
    session: Session, step: Step, crediting: Callable[[CreditOrder], NoticeOrder | Problem | None]
) -> tuple[list[Problem], list[NoticeOrder]]:
    """Book what settles invoices in the order in which it came: what is owed then is what the case judged it by.

    Args:
        session: Of the books.
        step: The step.
        crediting: Issues a credit note (`credit`), or again the one that was issued before.

    Returns:
        What could not be booked, and the notices of the credit notes.
    """
    case_id = step.case_id
    booked: dict[str, Callable[[], NoticeOrder | Problem | None]] = {
        **{one.key: partial(pay, session, case_id, one) for one in step.payments},
        **{one.key: partial(undo, session, case_id, one) for one in step.reversals},
        **{one.key: partial(crediting, one) for one in step.credits},
        **{one.key: partial(refund, session, case_id, one) for one in step.refunds},
        **{one.key: partial(give_up, session, case_id, one) for one in step.write_offs},
    }
    done = [booked[key]() for key in step.in_order or booked]
    return [one for one in done if isinstance(one, Problem)], [one for one in done if isinstance(one, NoticeOrder)]


def pay(session: Session, case_id: str, payment: PaymentReceived) -> Problem | None:
    """Book a payment once, or say why it cannot be booked."""
    amount = f"{payment.amount:.2f} USD"
    try:
        invoice = book_payment(
            session,
            case_id,
            payment.key,
            number=payment.invoice,
            amount=payment.amount,
            received_at=payment.received_at,
            method=payment.method,
            reference=payment.reference,
        )
    except NoPayment as error:
        return _problem(
            "payment", payment.key, "payment.not_possible", f"A payment of {amount} is not booked: {error}."
        )
    if invoice is not None:
        return None
    text = f"A payment of {amount} is for invoice {payment.invoice}, which the case does not have."
    return _problem("payment", payment.key, "payment.unknown_invoice", text)


def undo(session: Session, case_id: str, undone: PaymentUndone) -> Problem | None:
    """Take a payment back once, or say that the books do not know it."""
    key, at = undone.key, undone.at
    try:
        invoice = undo_payment(session, case_id, key, payment_key=undone.payment, at=at, reason=undone.reason)
    except NoPayment as error:
        text = f"The payment {undone.payment} cannot be undone: {error}."
        return _problem("payment", undone.key, "payment.refunded", text)
    if invoice is not None:
        return None
    text = f"The payment {undone.payment} was to be undone, and the books have none of that name for the case."
    return _problem("payment", undone.key, "payment.unknown_payment", text)


def credit(session: Session, case_id: str, order: CreditOrder, office: OfficeSettings) -> NoticeOrder | Problem | None:
    """Issue a credit note once, and return its notice, if one goes out; or say why none can be issued."""
    try:
        note = issue_credit_note(
            session,
            case_id,
            order.key,
            invoice=order.invoice,
            amount=order.amount,
            reason=order.reason,
            issued_at=order.issued_at,
            year=local_day(order.issued_at, office.zone).year,
        )
    except NoCredit as error:
        return _problem("credit", order.key, "credit.exceeds_invoice", f"No credit note can be issued: {error}.")
    if note is None:
        text = f"A credit note of {order.amount:.2f} USD is for invoice {order.invoice}, which the case does not have."
        return _problem("credit", order.key, "payment.unknown_invoice", text)
    return credit_notice(order, note, session.get_one(Invoice, note.invoice))


def refund(session: Session, case_id: str, sent: RefundSent) -> Problem | None:
    """Book once what was sent back, or say why it cannot be booked."""
    amount = f"{sent.amount:.2f} USD"
    try:
        invoice = book_refund(session, case_id, Refund(case_id=case_id, **sent.model_dump()))
    except NoRefund as error:
        text = f"A refund of {amount} is not booked: {error}."
        return _problem("refund", sent.key, "refund.exceeds_overpayment", text)
    if invoice is not None:
        return None
    text = f"A refund of {amount} is of invoice {sent.invoice}, which the case does not have."
    return _problem("refund", sent.key, "payment.unknown_invoice", text)


def give_up(session: Session, case_id: str, order: WriteOffOrder) -> Problem | None:
    """Write off once what the office gives up, or say why it cannot be written off."""
    amount = f"{order.amount:.2f} USD"
    try:
        invoice = write_off(session, case_id, WrittenOff(case_id=case_id, **order.model_dump()))
    except NoWriteOff as error:
        text = f"{amount} is not written off: {error}."
        return _problem("write_off", order.key, "write_off.exceeds_outstanding", text)
    if invoice is not None:
        return None
    text = f"A write-off of {amount} is of invoice {order.invoice}, which the case does not have."
    return _problem("write_off", order.key, "payment.unknown_invoice", text)


def credit_notice(order: CreditOrder, note: CreditNote, invoice: Invoice) -> NoticeOrder | None:
    """Return the notice of a credit note, as its invoice stands then; None where none goes out."""
    if order.notice is None:
        return None
    amounts = {"amount": note.amount, "total": invoice.total, "outstanding": outstanding(invoice)}
    facts = {
        "rule": "invoice.credited",
        "source": RULES["invoice.credited"],
        "credit_note": note.number,
        "invoice": invoice.number,
        "purpose": invoice.purpose,
        "reason": note.reason,
    }
    told = facts | {name: f"{amount:.2f}" for name, amount in amounts.items()}
    if amounts["outstanding"] > 0:
        told["due_at"] = invoice.due_at.isoformat()
    return NoticeOrder(number=order.notice, kind="credit_note", at=order.issued_at, facts=told)


def _problem(what: str, key: str, rule: str, text: str) -> Problem:
    return Problem(item=f"{what}.{key}", rule=rule, text=text)
