"""The stages of a radiation oncology practice, whose accreditation rests on a survey, and which follows which."""

from policy.facts import Stage
from workflows.accreditation import accredited
from workflows.accreditation.oncology import appeal, corrective_action, report, survey
from workflows.case import Cycle
from workflows.case.stages import Transition

TRANSITIONS = (
    Transition(None, Stage.APPLICATION, "the application is there", "application.received"),
    Transition(Stage.APPLICATION, Stage.SURVEY, "paid and accepted", "application.accepted"),
    Transition(Stage.SURVEY, Stage.DECISION, "the surveyors have reported", "survey.reported"),
    Transition(Stage.DECISION, Stage.ACCREDITED, "accredited", "certificate.granted"),
    Transition(Stage.DECISION, Stage.CORRECTIVE_ACTION, "deferred or denied", "report.deferred"),
    Transition(Stage.CORRECTIVE_ACTION, Stage.APPEAL, "the chief appeals", "appeal.received"),
    Transition(Stage.APPEAL, Stage.ACCREDITED, "won", "appeal.decided"),
    Transition(Stage.APPEAL, Stage.CORRECTIVE_ACTION, "lost", "appeal.decided"),
    Transition(Stage.CORRECTIVE_ACTION, Stage.ACCREDITED, "deferred: plan approved, no more is asked", "plan.decided"),
    Transition(Stage.CORRECTIVE_ACTION, Stage.DECISION, "deferred: the self-audit has come", "self_audit.due"),
    Transition(Stage.CORRECTIVE_ACTION, Stage.SURVEY, "deferred: a follow-up survey", "survey.follow_up"),
    Transition(Stage.CORRECTIVE_ACTION, Stage.APPLICATION, "denied: re-application", "reapplication.received"),
    Transition(Stage.CORRECTIVE_ACTION, Stage.CLOSED, "no plan: not granted", "plan.closure"),
    Transition(Stage.CORRECTIVE_ACTION, Stage.DECISION, "the report is corrected", "report.corrected"),
    Transition(Stage.ACCREDITED, Stage.DECISION, "the report is corrected", "report.corrected"),
    Transition(Stage.ACCREDITED, Stage.APPEAL, "the result is corrected", "report.corrected"),
    Transition(Stage.ACCREDITED, Stage.CLOSED, "renewed, or expired", "certificate.expiry"),
)
"""Which stage follows which, and by which rule; beside these a case can be closed in any stage."""


async def live(case: Cycle) -> None:
    """Live through the stage that the case is in."""
    match case.facts.stage:
        case Stage.APPLICATION:
            await survey.apply(case)
        case Stage.SURVEY:
            await survey.hold_survey(case)
        case Stage.DECISION:
            await report.await_final_report(case)
        case Stage.CORRECTIVE_ACTION:
            await corrective_action.await_corrective_actions(case)
        case Stage.APPEAL:
            await appeal.await_appeal_result(case)
        case Stage.ACCREDITED:
            await accredited.stand_accredited(case)
        case stage:
            raise RuntimeError(f"a case of radiation oncology has no stage {stage}")
