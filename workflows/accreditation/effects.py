"""What an accepted message changes in a cycle, at once and before anything else can happen. Which rules let it pass:
`policy.accreditation.judgement`.
"""

from collections.abc import Callable
from typing import Any

from policy.accreditation.rounds import Form
from policy.accreditation.validation import response_reminders
from policy.accreditation.windows import closing_after
from policy.case_rules import judge_amendment, judge_move
from policy.messages import (
    AcceptApplication,
    AmendApplication,
    AssignArbitrator,
    CallOffValidationSurvey,
    ChangeFacility,
    ChooseOption,
    ConfirmCorrectiveActions,
    CorrectAppealResult,
    CorrectFinalReport,
    CorrectSurveyReport,
    CorrectTestingPackage,
    DecideAfterFailure,
    DecideCorrectiveActionPlan,
    DecideValidation,
    ExtendDueDate,
    ExtendProvisionalCertificate,
    FileSurveyReport,
    FileValidationReport,
    GrantInterimAccreditation,
    IssueAppealResult,
    IssueFinalReport,
    IssueSupplementalResult,
    Message,
    MoveEdition,
    OrderImageCheck,
    OrderValidationSurvey,
    QuoteFee,
    RecordMqsaCertificate,
    ReportAddedUnit,
    ReportImageCheck,
    ReportLoanerUnit,
    ReportPersonnelChange,
    ReportRelocation,
    ReportReplacedUnit,
    ResolveAttention,
    ReturnApplication,
    ReturnImages,
    ScheduleSurvey,
    SetSupplementalReview,
    StartRenewal,
    SubmitAnnualUpdate,
    SubmitAppealMaterials,
    SubmitCorrectiveActionPlan,
    SubmitImageCheckPlan,
    SubmitSupplementalMaterials,
    SubmitTestingPackage,
    SubmitValidationResponse,
    UndoOption,
    ViewFinalReport,
)
from workflows.accreditation import (
    accredited,
    annual_update,
    appeal,
    application,
    changes,
    corrections,
    corrective_action,
    facility,
    options,
    supplemental_review,
    survey,
    testing_package,
    validation,
)
from workflows.accreditation.oncology import effects as oncology
from workflows.case import Cycle
from workflows.case.effects import COMMON_EFFECTS, extend, quote_fee
from workflows.case.inbox import Effects
from workflows.case.upkeep import contacts_amended
from workflows.mammography import certificate, failure, image_check, relocation


def amend_application(case: Cycle, message: AmendApplication) -> None:
    """The office has corrected the application."""
    case.facts.application = judge_amendment(case.facts, case.terms, message)
    case.outbox.application_changed = True
    contacts_amended(case)


def move_edition(case: Cycle, message: MoveEdition) -> None:
    """The office has moved the case to another edition; windows that run keep their dates."""
    case.carry(judge_move(case.facts, case.offered or case.terms, message))


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
            "validation_response": (response_reminders(terms), "validation_reminder"),
        },
    )
    form = case.facts.reported.form if case.facts.reported else None
    if message.deadline == "testing_package":
        case.facts.grace_until = None
    elif message.deadline == "validation_response":
        validation.window_extended(case)
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


OF_IMAGES: dict[type[Message], Callable[[Cycle, Any], None]] = {
    **COMMON_EFFECTS,
    AcceptApplication: application.accept,
    ReturnApplication: application.return_application,
    AmendApplication: amend_application,
    QuoteFee: quote_fee,
    ExtendDueDate: extend_due_date,
    MoveEdition: move_edition,
    StartRenewal: accredited.start_renewal,
    SubmitTestingPackage: testing_package.receive_package,
    CorrectTestingPackage: testing_package.correct_package,
    IssueFinalReport: testing_package.receive_report,
    ViewFinalReport: options.view_report,
    ReturnImages: options.return_images,
    ChooseOption: options.choose,
    SubmitAppealMaterials: appeal.receive_materials,
    AssignArbitrator: appeal.assign_arbitrator,
    IssueAppealResult: appeal.receive_result,
    SetSupplementalReview: supplemental_review.set_terms,
    SubmitSupplementalMaterials: supplemental_review.receive_materials,
    IssueSupplementalResult: supplemental_review.receive_result,
    SubmitCorrectiveActionPlan: corrective_action.receive_plan,
    DecideCorrectiveActionPlan: corrective_action.decide_plan,
    ConfirmCorrectiveActions: corrective_action.confirm,
    ScheduleSurvey: survey.schedule,
    FileSurveyReport: survey.file_report,
    OrderValidationSurvey: validation.order,
    CallOffValidationSurvey: validation.call_off,
    FileValidationReport: validation.file_report,
    SubmitValidationResponse: validation.receive_response,
    DecideValidation: validation.decide,
    CorrectFinalReport: corrections.correct_report,
    CorrectAppealResult: corrections.correct_result,
    CorrectSurveyReport: corrections.correct_survey,
    UndoOption: corrections.undo_option,
    ReportPersonnelChange: changes.change_personnel,
    ReportRelocation: changes.relocate,
    ResolveAttention: relocation.resolve,
    ReportAddedUnit: changes.add_unit,
    SubmitAnnualUpdate: annual_update.receive,
    ReportReplacedUnit: changes.replace_unit,
    ReportLoanerUnit: changes.lend_unit,
    ChangeFacility: facility.change_facility,
    RecordMqsaCertificate: certificate.record,
    ExtendProvisionalCertificate: certificate.extend,
    GrantInterimAccreditation: certificate.grant_interim,
    DecideAfterFailure: failure.decide,
    OrderImageCheck: image_check.order,
    ReportImageCheck: image_check.report,
    SubmitImageCheckPlan: image_check.receive_plan,
}
"""What each message changes in a cycle whose images are tested."""


def _by_procedure(kind: type[Message]) -> Callable[[Cycle, Any], None]:
    """Return the effect of a message as a case's procedure has it; the judgement has let it pass there."""

    def change(case: Cycle, message: Any) -> None:
        own = oncology.EFFECTS.get(kind) if case.terms.survey_based else None
        (own or OF_IMAGES[kind])(case, message)

    return change


EFFECTS: Effects[Cycle] = OF_IMAGES | {kind: _by_procedure(kind) for kind in oncology.EFFECTS}
"""What each message to a cycle changes; the workflow has an update for each of them."""
