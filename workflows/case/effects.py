"""What messages about any case change: payments, quotes, attention items, closing. Both programs share them."""

from policy.case_rules import judge_extension, judge_quote
from policy.dates import as_instant
from policy.facts import ADOPTION, Outcome
from policy.fees import FeeLine
from policy.messages import (
    CloseCase,
    ExtendDueDate,
    IssueCreditNote,
    QuoteFee,
    RecordPayment,
    ResolveAttention,
    UndoPayment,
    WithdrawCase,
)
from policy.money import judge_invoice, judge_undoing
from workflows.case import AnyCase
from workflows.case.inbox import Effects


def record_payment(case: AnyCase, message: RecordPayment) -> None:
    """A payment has come for an invoice of the case."""
    invoice = next(i for i in case.facts.invoices if i.number == message.invoice)
    received_at = as_instant(message.received_on, case.terms.zone) if message.received_on else case.at
    case.book_payment(invoice, message.key(), message.amount, min(received_at, case.at), message.method)
    total = invoice.total or invoice.paid
    case.notify(
        "payment_received",
        "payment.recorded",
        invoice=invoice.number,
        total=f"{total:.2f}",
        paid=f"{invoice.paid:.2f}",
        amount=f"{message.amount:.2f}",
        outstanding=f"{max(invoice.outstanding, 0):.2f}",
        payment=message.key(),
        purpose=invoice.purpose,
    )


def undo_payment(case: AnyCase, message: UndoPayment) -> None:
    """A payment was entered by mistake: the facility is told that the invoice stands as before."""
    invoice, payment = judge_undoing(case.facts, message)
    case.undo_payment(invoice, payment, message.key(), message.reason)
    case.notify(
        "payment_undone",
        "payment.undone",
        invoice=invoice.number,
        purpose=invoice.purpose,
        amount=f"{payment.amount:.2f}",
        outstanding=f"{max(invoice.outstanding, 0):.2f}",
        due_at=invoice.due_at.isoformat() if invoice.due_at else None,
        reason=message.reason,
    )


def issue_credit_note(case: AnyCase, message: IssueCreditNote) -> None:
    """The office takes something off an invoice."""
    case.credit(judge_invoice(case.facts, message.invoice), message.key(), message.amount, message.reason)


def withdraw_case(case: AnyCase, message: WithdrawCase) -> None:
    """The facility leaves the program."""
    case.close(Outcome.WITHDRAWN, "withdrawn", "withdrawal.complete", reason=message.reason)


def close_case(case: AnyCase, message: CloseCase) -> None:
    """The office closes the case."""
    case.close(Outcome.CLOSED_BY_ACR, "closed", "case.closed_by_acr", reason=message.reason)


def quote_fee(case: AnyCase, message: QuoteFee) -> None:
    """The office has quoted the fee that the case waits for."""
    invoice = judge_quote(case.facts)
    text = f"Quoted fee: {invoice.purpose.replace('_', ' ')}"
    line = FeeLine(description=text, quantity=1, unit_price=message.amount, amount=message.amount)
    case.order_invoice(invoice, (line,))


def resolve_attention(case: AnyCase, message: ResolveAttention) -> None:
    """The office has looked at an item: what could not be issued or sent is tried again, or a fee is waived."""
    case.settle_attention(message.item)
    if message.item == ADOPTION:
        case.facts.adopting = False
        for invoice in case.facts.invoices:  # issued in silence: whoever is to pay it hears of it now
            if invoice.number and not invoice.settled and not invoice.void:
                case.remind_of_invoice(invoice.number)
    kind, _, rest = message.item.partition(".")
    if kind == "notice" and message.action == "retry":
        case.send_again(int(rest))
    if kind == "fee":
        purpose, _, occurrence = rest.rpartition(".")
        invoice = case.facts.invoice(purpose, int(occurrence))
        if invoice and invoice.void:
            return
        if invoice and invoice.number is None and message.action == "retry":
            case.order_invoice(invoice)
        elif invoice and invoice.number is None:
            invoice.waived = True


def extend(case: AnyCase, message: ExtendDueDate, reminders: dict[str, tuple[list[int], str]]) -> None:
    """The office gives a window more time. `reminders`: by its name, how many days before, and which notice."""
    deadline = judge_extension(case.facts, case.terms, message, case.at)
    until, before = as_instant(message.until, case.terms.zone), deadline.due_at
    remind, notice = reminders.get(deadline.name, ([], None))
    case.extend(deadline, until, remind, notice)
    detail = {"deadline": deadline.name, "until": until.isoformat(), "previous": before.isoformat()}
    name = deadline.name.replace("_", " ").capitalize()
    taken_back = until < before
    text = f"{name}: extension taken back" if taken_back else f"{name} extended"
    case.note("extension", text, **detail, reason=message.reason)
    case.notify("due_date_extended", "deadline.extended", **detail, reason=message.reason, taken_back=taken_back)


COMMON_EFFECTS: Effects[AnyCase] = {
    RecordPayment: record_payment,
    UndoPayment: undo_payment,
    IssueCreditNote: issue_credit_note,
    ResolveAttention: resolve_attention,
    WithdrawCase: withdraw_case,
    CloseCase: close_case,
}
"""What messages change that both programs know alike."""
