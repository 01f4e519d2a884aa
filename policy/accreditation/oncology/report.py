"""The final report of a survey, and the correction of what was issued in error.

The surveyors' report can be corrected until the committee has decided by it, the final report until somebody has acted
on it, the result of its appeal until a plan has come after it. A corrected one is a new one for the clocks; a grant
that it leaves standing keeps the day from which it counted.
"""

from datetime import datetime

from policy.accreditation.corrections import followed, judge_grant, judge_travel
from policy.accreditation.cycle import CorrectiveActionPlan, CycleFacts, Survey
from policy.accreditation.testing_package import judge_findings, judge_recommendations
from policy.facts import Stage
from policy.messages import CorrectAccreditationDecision, CorrectAppealResult, CorrectSurveyReport, DecideAccreditation
from policy.rules import refuse
from policy.words import listed


def judge_outcome(facts: CycleFacts, message: DecideAccreditation) -> None:
    """Judge a final report: every site has its finding, and the outcome follows from them.

    Raises:
        Refused: `case.wrong_stage`, `report.*` or `decision.findings_differ`.
    """
    if facts.stage is not Stage.DECISION:
        raise refuse("case.wrong_stage", f"No final report is awaited; the case is in the stage {facts.stage.words}.")
    _judge_word(facts, message)


def _judge_word(facts: CycleFacts, message: DecideAccreditation | CorrectAccreditationDecision) -> None:
    """Judge what a final report says, the first or a corrected one."""
    judge_findings(message.findings, [area.id for area in facts.areas])
    judge_recommendations(message.findings)
    failed = [finding.area for finding in message.findings if not finding.acceptable]
    if message.outcome == "accredited" and failed:
        raise refuse(
            "decision.findings_differ",
            f"The practice is to be accredited, but {listed(failed)} was found not acceptable.",
            "Defer or deny it, or correct the findings.",
        )
    if message.outcome != "accredited" and not failed:
        raise refuse(
            "decision.findings_differ",
            f"The practice is to be {message.outcome}, but every site was found acceptable.",
            "Say which site is not acceptable and what is recommended there, or accredit the practice.",
        )


def judge_report_correction(facts: CycleFacts, message: CorrectAccreditationDecision) -> None:
    """Judge that the newest final report can be corrected, and that the corrected one is a report.

    Raises:
        Refused: `case.wrong_stage`, `correction.already_followed`, `report.*` or `decision.findings_differ`.
    """
    reported, plan = facts.reported, facts.plan
    if reported is None:
        raise refuse("case.wrong_stage", f"There is no final report; the case is in the stage {facts.stage.words}.")
    if reported.appeal is not None:
        decided = reported.appeal.findings is not None
        raise followed(
            "The chief has appealed this report.",
            *(["Correct the appeal's result (correct_appeal_result)."] if decided else []),
        )
    if plan and (plan.addressed is not None or plan.decisions) and reported.outcome != "accredited":
        raise followed("A corrective action plan was submitted.")
    judge_grant(facts)
    if facts.stage not in (Stage.CORRECTIVE_ACTION, Stage.ACCREDITED):
        raise refuse("case.wrong_stage", "What follows from the report is under way.", "Send it again in a minute.")
    _judge_word(facts, message)


def judge_result_correction(facts: CycleFacts, message: CorrectAppealResult) -> None:
    """Judge that the result of the newest report's appeal can be corrected, and that the corrected one is a result.

    Raises:
        Refused: `case.wrong_stage`, `correction.already_followed` or `report.*`.
    """
    reported = facts.reported
    appeal = reported.appeal if reported else None
    if appeal is None or appeal.findings is None or appeal.decided_at is None:
        raise refuse("case.wrong_stage", f"No appeal result was issued; the case is in the stage {facts.stage.words}.")
    if facts.plan is not None:
        _judge_plan_since(facts.plan, appeal.decided_at)
    judge_grant(facts)
    if facts.stage not in (Stage.CORRECTIVE_ACTION, Stage.ACCREDITED):
        raise refuse("case.wrong_stage", "What follows from the result is under way.", "Send it again in a minute.")
    judge_findings(message.findings, appeal.contested)


def _judge_plan_since(plan: CorrectiveActionPlan, decided_at: datetime) -> None:
    """Judge that no plan, and no reply to one, has come since a result; one from before it waits as it did."""
    if plan.addressed is not None and (plan.received_at is None or plan.received_at >= decided_at):
        raise followed("A corrective action plan was submitted.")
    if plan.decided_at is not None and plan.decided_at >= decided_at:
        raise followed("The committee has replied to the corrective action plan.")


def judge_survey_correction(facts: CycleFacts, message: CorrectSurveyReport) -> None:
    """Judge that the newest report of the surveyors can be corrected, and that the corrected one is a report.

    Raises:
        Refused: `case.wrong_stage`, `correction.already_followed` or `report.*`.
    """
    survey = facts.surveys[-1] if facts.surveys else None
    if survey is None or not survey.visits:
        raise refuse("case.wrong_stage", f"No survey was reported; the case is in the stage {facts.stage.words}.")
    audited = facts.plan is not None and facts.plan.audited_at is not None
    if facts.stage is not Stage.DECISION or facts.round.outcome is not None or audited:
        raise followed(
            "The committee has decided by this report.",
            "Correct its decision (correct_accreditation_decision), where nothing followed from it.",
        )
    travel = travel_of(facts, survey)
    if travel is not None:
        judge_travel(facts, message, travel)
    judge_findings(message.findings, [area.id for area in facts.areas])
    judge_recommendations(message.findings)


def travel_of(facts: CycleFacts, survey: Survey) -> int | None:
    """Return which travel invoice a survey's report has raised; one that was filed before that was kept: the newest."""
    if survey.travel is None and survey.reported_at is None:
        return next((one.occurrence for one in reversed(facts.invoices) if one.purpose == "travel_expenses"), None)
    return survey.travel
