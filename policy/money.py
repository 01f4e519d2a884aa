"""Messages about money: payments, also undone ones, credit notes, refunds, write-offs, late travel. US dollars.

One judgement for open cases and for closed ones: what is owed stays payable, creditable, refundable, and can be written
off.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from policy.dates import as_instant, last_day, local_day
from policy.edition import Rules
from policy.facts import CaseFacts, InvoiceFact, PaymentFact, Stage
from policy.fees import LARGEST_AMOUNT, FeeLine
from policy.messages import (
    Expense,
    InvoiceTravelExpenses,
    IssueCreditNote,
    RecordPayment,
    RecordRefund,
    UndoPayment,
    When,
    WriteOff,
)
from policy.rules import refuse
from policy.words import day_in_words, dollars, listed

NOTHING = Decimal("0.00")


def judge_payment(facts: CaseFacts, terms: Rules, message: RecordPayment, at: datetime) -> list[str]:
    """Judge a payment: of an invoice of the case that is not void.

    Returns:
        A warning where more is paid than is due.

    Raises:
        Refused: `payment.unknown_invoice`, `payment.in_future`, `payment.before_invoice`, `payment.recorded_before`
            or `payment.exceeds_bounds`.
    """
    invoice = judge_invoice(facts, message.invoice)
    if message.received_on is not None and as_instant(message.received_on, terms.zone) > _end_of(at, terms):
        raise refuse("payment.in_future", f"The payment is said to arrive on {message.received_on}.")
    _judge_invoiced(facts, terms, message, at, invoice)
    if facts.rules_revision >= 3:  # cases that began before this was judged go on as they began
        judge_repetition(invoice, message, at, terms.zone)
        _judge_sum(invoice, message)
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


def _judge_sum(invoice: InvoiceFact, message: RecordPayment) -> None:
    """Judge that the books can write down what is then paid: the case never counts what they do not hold."""
    left = LARGEST_AMOUNT - invoice.paid
    if message.amount > left:
        raise refuse(
            "payment.exceeds_bounds",
            f"With {dollars(message.amount)} more, {dollars(invoice.paid + message.amount)} would be paid of invoice "
            f"{invoice.number}; {dollars(LARGEST_AMOUNT)} is the most that is written down.",
            f"Give what came: {dollars(left)} at most.",
        )


def shared_out(amount: Decimal, owed: Sequence[Decimal]) -> list[Decimal]:
    """Share one payment out over several invoices: each gets what is owed on it, in their order, until nothing is left.

    Args:
        amount: What came, in US dollars.
        owed: What is owed on each invoice; less than nothing, where too much was paid, asks for nothing.

    Returns:
        The part of each. What came beyond all that is owed stands with the last of them, as paid too much.
    """
    parts, left = [], amount
    for one in owed:
        part = min(left, max(one, NOTHING))
        parts.append(part)
        left -= part
    if parts:
        parts[-1] += left
    return parts


def judge_repetition(invoice: InvoiceFact, message: RecordPayment, at: datetime, zone: ZoneInfo) -> None:
    """Ask about a payment that looks like one that is recorded already: amount, day, method and reference.

    Raises:
        Refused: `payment.recorded_before`, unless the message says that it is another one.
    """
    if message.again:
        return
    day = last_day(moved_at(message.received_on, at, zone), zone)
    wanted = (message.amount, day, *_said(message.method, message.reference))
    for payment in invoice.payments:
        if payment.undone or payment.received_at is None or payment.key == message.key():
            continue
        known = last_day(payment.received_at, zone)
        if (payment.amount, known, *_said(payment.method, payment.reference)) == wanted:
            raise refuse(
                "payment.recorded_before",
                f"{dollars(message.amount)}, received on {day_in_words(day)}, is recorded for invoice {invoice.number} "
                f"already, as the payment {payment_id(payment.key)}. Nothing was booked this time.",
                "If it is the same payment, nothing is left to do.",
                "If it is another one, name its `reference` (as the number of its check), or say `again`.",
            )


def moved_at(day: When | None, at: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) as of which money came or went: the end of its day, but never after its message."""
    return at if day is None else min(as_instant(day, zone), at)


def payment_id(key: str) -> str:
    """Return the id by which a payment is undone: that of the message that recorded it."""
    return key.partition(":")[2]


def _said(method: str, reference: str) -> tuple[str, str]:
    return method.strip().casefold(), reference.strip().casefold()


def judge_invoice(facts: CaseFacts, number: str) -> InvoiceFact:
    """Return an invoice of the case that was issued and is not void.

    Raises:
        Refused: `payment.unknown_invoice`.
    """
    issued = [invoice for invoice in facts.invoices if invoice.number]
    invoice = next((i for i in issued if i.number == number), None)
    if invoice is None or invoice.void or invoice.total is None:
        numbers = [i.number for i in issued if i.number and not i.settled and not i.void]
        what = f"Invoice {number} is void." if invoice else f"The case has no invoice {number}."
        raise refuse("payment.unknown_invoice", what, f"Open: {listed(numbers)}.")
    return invoice


def judge_undoing(facts: CaseFacts, message: UndoPayment) -> tuple[InvoiceFact, PaymentFact]:
    """Return the payment that is taken back, with its invoice.

    Raises:
        Refused: `payment.unknown_payment`: the case has none of that id, or it was undone before; `payment.refunded`.
    """
    key = f"{RecordPayment.NAME}:{message.payment}"
    found = [(i, payment) for i in facts.invoices for payment in i.payments if payment.key == key]
    if not found:
        known = [payment_id(p.key) for i in facts.invoices for p in i.payments if not p.undone]
        ids = f"Payments: {listed(known)}." if known else "The case has no payment that can be undone."
        raise refuse("payment.unknown_payment", f"The case has no payment with the id {message.payment}.", ids)
    invoice, payment = found[0]
    if payment.undone:
        raise refuse("payment.unknown_payment", f"The payment {message.payment} has been undone already.")
    if payment.amount > invoice.paid:
        raise refuse(
            "payment.refunded",
            f"After a refund {dollars(invoice.paid)} of what was paid of invoice {invoice.number} is left: a "
            f"payment of {dollars(payment.amount)} cannot be undone.",
            "Record what came or went as a payment or a refund of its own.",
        )
    return invoice, payment


def judge_credit(facts: CaseFacts, message: IssueCreditNote) -> list[str]:
    """Judge a credit note: of an invoice of the case, at most what is not credited or written off yet.

    Returns:
        A warning where the facility has then paid too much.

    Raises:
        Refused: `payment.unknown_invoice` or `credit.exceeds_invoice`.
    """
    invoice = judge_invoice(facts, message.invoice)
    left = (invoice.total or invoice.paid) - invoice.credited - invoice.written_off
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


def judge_refund(facts: CaseFacts, terms: Rules, message: RecordRefund, at: datetime) -> None:
    """Judge a refund: of an invoice of the case, at most what was paid too much.

    Raises:
        Refused: `payment.unknown_invoice`, `refund.exceeds_overpayment`, `refund.in_future` or `refund.before_payment`.
    """
    invoice = judge_invoice(facts, message.invoice)
    overpaid = max(-invoice.outstanding, NOTHING)
    if message.amount > overpaid:
        first = "Credit the invoice first (issue_credit_note): what is then paid too much can be sent back."
        raise refuse(
            "refund.exceeds_overpayment",
            f"Of invoice {invoice.number} {dollars(overpaid)} was paid too much: {dollars(message.amount)} is more.",
            *([f"Refund {dollars(overpaid)} at most."] if overpaid else []),
            *([first] if invoice.paid else []),
        )
    if message.on is not None:
        _judge_day(invoice, as_instant(message.on, terms.zone), at, terms)


def _judge_day(invoice: InvoiceFact, sent: datetime, at: datetime, terms: Rules) -> None:
    """Judge the day of a refund: not after its message, nor before anything was paid."""
    day, told = last_day(sent, terms.zone), day_in_words(last_day(sent, terms.zone))
    if sent > _end_of(at, terms):
        raise refuse("refund.in_future", f"The refund is said to go out on {told}.")
    paid = [one.received_at for one in invoice.payments if one.received_at and not one.undone]
    if paid and day < (first := last_day(min(paid), terms.zone)):
        reason = f"The refund is said to go out on {told}, and nothing was paid before {day_in_words(first)}."
        raise refuse("refund.before_payment", reason, "Look at the year.")


def judge_write_off(facts: CaseFacts, message: WriteOff) -> list[str]:
    """Judge a write-off: of an invoice of the case, at most what is owed on it.

    Returns:
        A warning where an open case takes the fee for settled.

    Raises:
        Refused: `payment.unknown_invoice` or `write_off.exceeds_outstanding`.
    """
    invoice = judge_invoice(facts, message.invoice)
    if message.amount > invoice.outstanding:
        owed = max(invoice.outstanding, NOTHING)
        raise refuse(
            "write_off.exceeds_outstanding",
            f"{dollars(message.amount)} is more than the {dollars(owed)} owed on invoice {invoice.number}.",
            f"Write off {dollars(owed)} at most." if owed else "Nothing is owed on it.",
        )
    if message.amount < invoice.outstanding or facts.stage is Stage.CLOSED:
        return []
    return [f"Nothing is then owed on invoice {invoice.number}, and the case goes on as if it had been paid."]


def travel_lines(expenses: Iterable[Expense]) -> tuple[FeeLine, ...]:
    """Return the lines of an invoice of a team's travel expenses."""
    return tuple(FeeLine.of(expense.description, expense.amount) for expense in expenses if expense.amount)


def judge_travel_expenses(facts: CaseFacts, message: InvoiceTravelExpenses) -> None:
    """Judge travel expenses that came late: of a case that had a survey, and not invoiced already.

    Raises:
        Refused: `travel.no_survey`, `travel.invoiced_before` or `payment.exceeds_bounds`.
    """
    if not facts.was_surveyed:
        raise refuse(
            "travel.no_survey",
            "No team was named for a survey of this case, so that nobody has travelled for it.",
            "Look for the case whose survey it was.",
        )
    asked = sum((expense.amount for expense in message.travel_expenses), NOTHING)
    if asked > LARGEST_AMOUNT:
        raise refuse(
            "payment.exceeds_bounds",
            f"{dollars(asked)} would be invoiced; {dollars(LARGEST_AMOUNT)} is the most that is written down.",
        )
    standing = [one for one in facts.invoices if one.purpose == "travel_expenses" and not one.taken_back]
    same = next((one for one in standing if one.total == asked), None)
    if same is not None and not message.again:
        raise refuse(
            "travel.invoiced_before",
            f"{dollars(asked)} of travel expenses is what invoice {same.number} asks for already. Nothing was invoiced "
            "this time.",
            "If they are the same expenses, nothing is left to do.",
            "If they are others, say `again`.",
        )


SettlingMessage = RecordPayment | UndoPayment | IssueCreditNote | RecordRefund | WriteOff
"""What changes how an invoice stands."""
MoneyMessage = SettlingMessage | InvoiceTravelExpenses
"""What a closed case takes too."""


def judge_money(facts: CaseFacts, terms: Rules, message: MoneyMessage, at: datetime) -> list[str]:
    """Judge a message about money to an open or a closed case, and return warnings.

    Raises:
        Refused: The rule that speaks against it.
    """
    match message:
        case RecordPayment():
            return judge_payment(facts, terms, message, at)
        case UndoPayment():
            judge_undoing(facts, message)
        case IssueCreditNote():
            return judge_credit(facts, message)
        case RecordRefund():
            judge_refund(facts, terms, message, at)
        case WriteOff():
            return judge_write_off(facts, message)
        case InvoiceTravelExpenses():
            judge_travel_expenses(facts, message)
    return []


def _end_of(at: datetime, terms: Rules) -> datetime:
    return as_instant(at.astimezone(terms.zone).date(), terms.zone)
