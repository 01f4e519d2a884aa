"""Messages about money: payments, payments entered by mistake, credit notes. Amounts are US dollars."""

from datetime import datetime

from policy.dates import as_instant, local_day
from policy.edition import Rules
from policy.facts import CaseFacts, InvoiceFact, PaymentFact
from policy.messages import IssueCreditNote, RecordPayment, UndoPayment
from policy.rules import refuse
from policy.words import day_in_words, listed


def judge_payment(facts: CaseFacts, terms: Rules, message: RecordPayment, at: datetime) -> list[str]:
    """Judge a payment: of an invoice of the case that is not void.

    Returns:
        A warning where more is paid than is due.

    Raises:
        Refused: `payment.unknown_invoice`, `payment.in_future` or `payment.before_invoice`.
    """
    invoice = judge_invoice(facts, message.invoice)
    if message.received_on is not None and as_instant(message.received_on, terms.zone) > _end_of(at, terms):
        raise refuse("payment.in_future", f"The payment is said to arrive on {message.received_on}.")
    _judge_invoiced(facts, terms, message, at, invoice)
    excess = message.amount - invoice.outstanding
    return [f"{excess:.2f} USD more than invoice {invoice.number} asks for."] if excess > 0 else []


def _judge_invoiced(facts: CaseFacts, terms: Rules, message: RecordPayment, at: datetime, invoice: InvoiceFact) -> None:
    """Judge that a payment did not arrive before the day of its invoice; an adopted case's past is as it was."""
    if invoice.issued_at is None or facts.rules_revision < 3 or facts.adopting:
        return
    said = message.received_on or at
    received = said if not isinstance(said, datetime) else local_day(as_instant(said, terms.zone), terms.zone)
    issued = local_day(invoice.issued_at, terms.zone)
    if received < issued:
        raise refuse(
            "payment.before_invoice",
            f"The payment is said to arrive on {day_in_words(received)}, and invoice {invoice.number} was issued on "
            f"{day_in_words(issued)}.",
            f"Give a day from {day_in_words(issued)} on; money that came before it counts as of that day.",
        )


def judge_invoice(facts: CaseFacts, number: str) -> InvoiceFact:
    """Return an invoice of the case that was issued and is not void.

    Raises:
        Refused: `payment.unknown_invoice`.
    """
    issued = [invoice for invoice in facts.invoices if invoice.number and not invoice.void]
    invoice = next((i for i in issued if i.number == number), None)
    if invoice is None or invoice.total is None:
        numbers = [i.number for i in issued if i.number and not i.settled]
        raise refuse("payment.unknown_invoice", f"The case has no invoice {number}.", f"Open: {listed(numbers)}.")
    return invoice


def judge_undoing(facts: CaseFacts, message: UndoPayment) -> tuple[InvoiceFact, PaymentFact]:
    """Return the payment that is taken back, with its invoice.

    Raises:
        Refused: `payment.unknown_payment`: the case has none of that id, or it was undone before.
    """
    key = f"{RecordPayment.NAME}:{message.payment}"
    found = [(i, payment) for i in facts.invoices for payment in i.payments if payment.key == key]
    if not found:
        known = [p.key.partition(":")[2] for i in facts.invoices for p in i.payments if not p.undone]
        ids = f"Payments: {listed(known)}." if known else "The case has no payment that can be undone."
        raise refuse("payment.unknown_payment", f"The case has no payment with the id {message.payment}.", ids)
    invoice, payment = found[0]
    if payment.undone:
        raise refuse("payment.unknown_payment", f"The payment {message.payment} has been undone already.")
    return invoice, payment


def judge_credit(facts: CaseFacts, message: IssueCreditNote) -> list[str]:
    """Judge a credit note: of an invoice of the case, at most what is not credited yet.

    Returns:
        A warning where the facility has then paid too much.

    Raises:
        Refused: `payment.unknown_invoice` or `credit.exceeds_invoice`.
    """
    invoice = judge_invoice(facts, message.invoice)
    left = (invoice.total or invoice.paid) - invoice.credited
    if message.amount > left:
        raise refuse(
            "credit.exceeds_invoice",
            f"{message.amount:.2f} USD is more than the {left:.2f} USD of invoice {invoice.number} not credited yet.",
            f"Credit {left:.2f} USD at most." if left else "Nothing is left to credit.",
        )
    excess = message.amount - invoice.outstanding
    if excess <= 0 or not invoice.paid:
        return []
    return [f"The facility has then paid {excess:.2f} USD more than it owes on invoice {invoice.number}."]


def _end_of(at: datetime, terms: Rules) -> datetime:
    return as_instant(at.astimezone(terms.zone).date(), terms.zone)
