"""What an accepted message changes, at once and before anything else can happen. Which rules let it pass:
`policy.judgement`.
"""

from policy.dates import as_instant
from policy.desk import judge_amendment, judge_extension, judge_move, judge_quote
from policy.facts import Outcome
from policy.fees import FeeLine
from policy.messages import (
    AcceptApplication,
    AmendApplication,
    AssignArbitrator,
    ChooseOption,
    CloseCase,
    ConfirmCorrectiveActions,
    DecideCorrectiveActionPlan,
    ExtendDueDate,
    FileSurveyReport,
    IssueAppealResult,
    IssueFinalReport,
    Message,
    MoveEdition,
    QuoteFee,
    RecordPayment,
    ResolveAttention,
    ReturnApplication,
    ReturnImages,
    ScheduleSurvey,
    StartRenewal,
    SubmitAppealMaterials,
    SubmitCorrectiveActionPlan,
    SubmitTestingPackage,
    ViewFinalReport,
    WithdrawCase,
)
from workflows.case import Case
from workflows.life import accredited, appeal, application, corrective_action, options, survey, testing
from workflows.life.options import closing_after


def claim(case: Case, message: Message) -> None:
    """Give an accepted message its effect."""
    match message:
        case RecordPayment():
            record_payment(case, message)
        case AcceptApplication():
            application.accept(case)
        case ReturnApplication():
            application.return_application(case, message)
        case SubmitTestingPackage():
            testing.receive_package(case, message)
        case IssueFinalReport():
            testing.receive_report(case, message)
        case ViewFinalReport():
            options.view_report(case)
        case ReturnImages():
            options.return_images(case)
        case ChooseOption():
            options.choose(case, message)
        case SubmitAppealMaterials():
            appeal.receive_materials(case, message)
        case AssignArbitrator():
            appeal.assign_arbitrator(case, message)
        case IssueAppealResult():
            appeal.receive_result(case, message)
        case SubmitCorrectiveActionPlan():
            corrective_action.receive_plan(case, message)
        case DecideCorrectiveActionPlan():
            corrective_action.decide_plan(case, message)
        case ConfirmCorrectiveActions():
            corrective_action.confirm(case, message)
        case ScheduleSurvey():
            survey.schedule(case, message)
        case FileSurveyReport():
            survey.file_report(case, message)
        case StartRenewal():
            accredited.start_renewal(case, message)
        case _:
            claim_office(case, message)


def claim_office(case: Case, message: Message) -> None:
    """Give an accepted message about the case itself its effect."""
    match message:
        case QuoteFee():
            quote_fee(case, message)
        case AmendApplication():
            case.facts.application = judge_amendment(case.facts, message)
            case.outbox.application_changed = True
        case ExtendDueDate():
            extend_due_date(case, message)
        case ResolveAttention():
            resolve_attention(case, message)
        case MoveEdition():
            case.carry(judge_move(message))
        case WithdrawCase():
            case.close(Outcome.WITHDRAWN, "withdrawn", "withdrawal.complete", reason=message.reason)
        case CloseCase():
            case.close(Outcome.CLOSED_BY_ACR, "closed", "case.closed_by_acr", reason=message.reason)
        case _:
            raise TypeError(f"no claim for {message.NAME}")


def record_payment(case: Case, message: RecordPayment) -> None:
    """A payment has come for an invoice of the case."""
    invoice = next(i for i in case.facts.invoices if i.number == message.invoice)
    received_at = as_instant(message.received_on, case.terms.zone) if message.received_on else case.at
    case.book_payment(invoice, message.key(), message.amount, min(received_at, case.at), message.method)
    total = invoice.total or invoice.paid
    case.notify(
        "payment_received",
        "fee.due",
        invoice=invoice.number,
        total=f"{total:.2f}",
        paid=f"{invoice.paid:.2f}",
        outstanding=f"{max(total - invoice.paid, 0):.2f}",
    )


def quote_fee(case: Case, message: QuoteFee) -> None:
    """The office has quoted the fee that the case waits for."""
    invoice = judge_quote(case.facts)
    text = f"Quoted fee: {invoice.purpose.replace('_', ' ')}"
    line = FeeLine(description=text, quantity=1, unit_price=message.amount, amount=message.amount)
    case.order_invoice(invoice, (line,))


def extend_due_date(case: Case, message: ExtendDueDate) -> None:
    """The office gives more time; extending the option form moves the closure that follows it, not the appeal."""
    deadline = judge_extension(case.facts, case.terms, message, case.at)
    until, before, terms = as_instant(message.until, case.terms.zone), deadline.due_at, case.terms
    reminders = {
        "testing_package": (terms.testing.reminders.value, "testing_reminder"),
        "option_form": (terms.option_form.reminders.value, "option_form_reminder"),
        "renewal_application": (terms.certificate.renewal_reminders.value, "renewal_reminder"),
    }
    remind, notice = reminders.get(deadline.name, ([], None))
    case.extend(deadline, until, remind, notice)
    if deadline.name == "testing_package":
        case.facts.grace_until = None
    form = case.facts.reported.form if case.facts.reported else None
    if deadline.name == "option_form" and form:
        form.overdue_told = False
        closure = case.facts.deadlines[form.closure]
        case.extend(closure, max(closure.due_at, closing_after(case, until)))
    detail = {"deadline": deadline.name, "until": until.isoformat(), "previous": before.isoformat()}
    case.note("extension", f"{deadline.name.replace('_', ' ').capitalize()} extended", **detail, reason=message.reason)
    case.notify("due_date_extended", "deadline.extended", **detail, reason=message.reason)


def resolve_attention(case: Case, message: ResolveAttention) -> None:
    """The office has looked at an item: an invoice that could not be issued is tried again, or waived."""
    case.settle_attention(message.item)
    kind, _, rest = message.item.partition(".")
    if kind == "fee":
        purpose, _, occurrence = rest.rpartition(".")
        invoice = case.facts.invoice(purpose, int(occurrence))
        if invoice and invoice.number is None and message.action == "retry":
            case.order_invoice(invoice)
        elif invoice and invoice.number is None:
            invoice.waived = True
