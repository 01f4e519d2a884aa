"""What an accepted message changes in a case of radiation oncology; beside these the effects of every cycle hold.

Which rules let it pass: `policy.accreditation.oncology.judgement`.
"""

from policy.accreditation.validation import response_reminders
from policy.messages import (
    CorrectAccreditationDecision,
    CorrectAppealResult,
    CorrectSurveyReport,
    DecideAccreditation,
    DecideCorrectiveActionPlan,
    ExtendDueDate,
    FileSurveyReport,
    IssueAppealResult,
    ScheduleSurvey,
    SubmitCommitteeAppeal,
    SubmitCorrectiveActionPlan,
    SubmitReapplication,
    SubmitSelfAudit,
    ViewFinalReport,
)
from workflows.accreditation import validation
from workflows.accreditation.oncology import appeal, corrections, corrective_action, report, survey
from workflows.case import Cycle
from workflows.case.effects import extend
from workflows.case.inbox import Effects


def extend_due_date(case: Cycle, message: ExtendDueDate) -> None:
    """The office gives more time; a plan's closing moves with it."""
    terms = case.terms
    extend(
        case,
        message,
        {
            "corrective_action_plan": (terms.surveyed.plan_reminders.value, "plan_reminder"),
            "self_audit": (terms.surveyed.self_audit_reminders.value, "self_audit_reminder"),
            "renewal_application": (terms.certificate.renewal_reminders.value, "renewal_reminder"),
            "validation_response": (response_reminders(terms), "validation_reminder"),
        },
    )
    if message.deadline == "validation_response":
        validation.window_extended(case)
    corrective_action.extended(case, message)


EFFECTS: Effects[Cycle] = {
    ScheduleSurvey: survey.schedule,
    FileSurveyReport: survey.file_report,
    CorrectSurveyReport: corrections.correct_survey,
    DecideAccreditation: report.decide,
    CorrectAccreditationDecision: corrections.correct_report,
    ViewFinalReport: report.view_report,
    SubmitCommitteeAppeal: appeal.receive_appeal,
    IssueAppealResult: appeal.receive_result,
    CorrectAppealResult: corrections.correct_result,
    SubmitCorrectiveActionPlan: corrective_action.receive_plan,
    DecideCorrectiveActionPlan: corrective_action.decide_plan,
    SubmitSelfAudit: corrective_action.receive_audit,
    SubmitReapplication: corrective_action.reapply,
    ExtendDueDate: extend_due_date,
}
"""What is radiation oncology's own."""
