"""What an accepted message changes, at once and before anything else can happen. Which rules let it pass:
`policy.accreditation.judgement`.
"""

from policy.accreditation.cycle import Form
from policy.accreditation.windows import closing_after
from policy.case_rules import judge_amendment, judge_move
from policy.messages import (
    AcceptApplication,
    AmendApplication,
    AssignArbitrator,
    ChooseOption,
    ConfirmCorrectiveActions,
    DecideCorrectiveActionPlan,
    ExtendDueDate,
    FileSurveyReport,
    IssueAppealResult,
    IssueFinalReport,
    Message,
    MoveEdition,
    ReturnApplication,
    ReturnImages,
    ScheduleSurvey,
    StartRenewal,
    SubmitAppealMaterials,
    SubmitCorrectiveActionPlan,
    SubmitTestingPackage,
    ViewFinalReport,
)
from workflows.accreditation import (
    accredited,
    appeal,
    application,
    corrective_action,
    options,
    survey,
    testing_package,
)
from workflows.case import Cycle
from workflows.case.effects import claim_common, extend


def apply(case: Cycle, message: Message) -> None:
    """Give an accepted message its effect."""
    match message:
        case AcceptApplication():
            application.accept(case)
        case ReturnApplication():
            application.return_application(case, message)
        case SubmitTestingPackage():
            testing_package.receive_package(case, message)
        case IssueFinalReport():
            testing_package.receive_report(case, message)
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


def claim_office(case: Cycle, message: Message) -> None:
    """Give an accepted message about the case itself its effect."""
    match message:
        case AmendApplication():
            case.facts.application = judge_amendment(case.facts, case.terms, message)
            case.outbox.application_changed = True
        case ExtendDueDate():
            extend_due_date(case, message)
        case MoveEdition():
            case.carry(judge_move(message))
        case _:
            claim_common(case, message)


def extend_due_date(case: Cycle, message: ExtendDueDate) -> None:
    """The office gives more time; extending the option form moves the closure that follows it, not the appeal."""
    terms = case.terms
    extend(
        case,
        message,
        {
            "testing_package": (terms.testing.reminders.value, "testing_reminder"),
            "option_form": (terms.option_form.reminders.value, "option_form_reminder"),
            "renewal_application": (terms.certificate.renewal_reminders.value, "renewal_reminder"),
        },
    )
    form = case.facts.reported.form if case.facts.reported else None
    if message.deadline == "testing_package":
        case.facts.grace_until = None
    elif message.deadline == "option_form" and form:
        form.overdue_told = False
        move_closure(case, form)


def move_closure(case: Cycle, form: Form) -> None:
    """Move the closure with the form's due date; back as well, unless the office had extended it by itself."""
    due, closure = case.facts.deadlines[form.form], case.facts.deadlines[form.closure]
    before, until = closure.due_at, closing_after(due.due_at, case.terms)
    followed = closure.due_at == closing_after(due.extended_from[-1], case.terms)
    case.extend(closure, until if followed else max(closure.due_at, until))
    moved = {"deadline": "closure", "until": closure.due_at.isoformat(), "previous": before.isoformat()}
    how = "taken back" if closure.due_at < before else "extended"
    case.note("extension", f"Closure {how} with the form", **moved)
