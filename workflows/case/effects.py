"""What messages about any case change: payments, quotes, attention items, closing. Both programs share them."""

from policy.case_rules import judge_extension, judge_quote
from policy.dates import as_instant
from policy.facts import ADOPTION, Outcome
from policy.fees import FeeLine
from policy.keeping.reissuing import judge_reissue, lines_of
from policy.messages import (
    CloseCase,
    ExtendDueDate,
    InvoiceTravelExpenses,
    IssueCreditNote,
    OfficeNote,
    PauseCase,
    QuoteFee,
    RecordPayment,
    RecordRefund,
    ReissueInvoice,
    ReopenCase,
    ReportBouncedLetter,
    ReportContactLeft,
    ResolveAttention,
    ResumeCase,
    SendLetterAgain,
    UndoPayment,
    WithdrawCase,
    WriteOff,
)
from policy.money import judge_invoice, judge_undoing
from policy.status import OFFICE_WINDOWS
from workflows.case import AnyCase
from workflows.case.inbox import Effects
from workflows.case.keeping import FOLLOWED_UP, end_follow_up, pause_case, resume_case, write_note
from workflows.case.survey import invoice_travel
from workflows.case.upkeep import contact_left, letter_bounced, send_letter_again


def record_payment(case: AnyCase, message: RecordPayment) -> None:
    """A payment has come for an invoice of the case."""
    case.book_payment(judge_invoice(case.facts, message.invoice), message)


def undo_payment(case: AnyCase, message: UndoPayment) -> None:
    """A payment was entered by mistake: the facility is told that the invoice stands as before."""
    invoice, payment = judge_undoing(case.facts, message)
    case.undo_payment(invoice, payment, message.key(), message.reason)


def record_refund(case: AnyCase, message: RecordRefund) -> None:
    """The office has sent back what was paid too much."""
    case.refund(judge_invoice(case.facts, message.invoice), message)


def write_off(case: AnyCase, message: WriteOff) -> None:
    """The office gives up what is owed on an invoice."""
    case.write_off(judge_invoice(case.facts, message.invoice), message)


def invoice_travel_expenses(case: AnyCase, message: InvoiceTravelExpenses) -> None:
    """Travel expenses have come late: another invoice asks for them, and nothing waits for it."""
    invoice_travel(case, message)


def reissue_invoice(case: AnyCase, message: ReissueInvoice) -> None:
    """The office issues another invoice in the place of one that was wrong."""
    case.reissue(judge_reissue(case.facts, message), message.key(), lines_of(message), message.reason)


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
    if kind in FOLLOWED_UP:
        end_follow_up(case, message.item)
    if kind == "renewal":
        case.settle_renewal(again=message.action == "retry")
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
    if deadline.name not in OFFICE_WINDOWS:
        case.notify("due_date_extended", "deadline.extended", **detail, reason=message.reason, taken_back=taken_back)


COMMON_EFFECTS: Effects[AnyCase] = {
    RecordPayment: record_payment,
    UndoPayment: undo_payment,
    IssueCreditNote: issue_credit_note,
    RecordRefund: record_refund,
    WriteOff: write_off,
    InvoiceTravelExpenses: invoice_travel_expenses,
    ResolveAttention: resolve_attention,
    WithdrawCase: withdraw_case,
    CloseCase: close_case,
    ReissueInvoice: reissue_invoice,
    OfficeNote: write_note,
    PauseCase: pause_case,
    ResumeCase: resume_case,
    ReportContactLeft: contact_left,
    ReportBouncedLetter: letter_bounced,
    SendLetterAgain: send_letter_again,
    ReopenCase: lambda case, message: None,  # an open case refuses it; a closed one goes on in another run
}
"""What messages change that both programs know alike."""
