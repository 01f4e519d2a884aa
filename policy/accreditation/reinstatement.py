"""Reinstatement: the corrective action plan, and the scheduled on-site survey (S1, "Reinstatement")."""

from policy.accreditation.cycle import AreaState, CycleFacts
from policy.accreditation.testing_package import judge_findings
from policy.edition import Edition
from policy.facts import Stage
from policy.messages import (
    ConfirmCorrectiveActions,
    DecideCorrectiveActionPlan,
    FileSurveyReport,
    ScheduleSurvey,
    SubmitCorrectiveActionPlan,
)
from policy.rules import refuse
from policy.words import listed


def judge_plan(facts: CycleFacts, message: SubmitCorrectiveActionPlan) -> None:
    """Judge a plan: it speaks to every deficiency of all previous reports.

    Raises:
        Refused: `case.wrong_stage` or `plan.deficiency_not_addressed`.
    """
    if facts.stage is not Stage.CORRECTIVE_ACTION or facts.plan is None or facts.plan.approved:
        raise refuse(
            "case.wrong_stage", f"No corrective action plan is awaited; the case is in the stage {facts.stage.words}."
        )
    for action in message.actions:
        if facts.area(action.area) is None:
            raise refuse("testing.unknown_area", f"{action.area} is no area of the application.")
    addressed = {action.area for action in message.actions}
    if missing := [area for area in facts.to_address() if area not in addressed]:
        raise refuse(
            "plan.deficiency_not_addressed",
            f"No action addresses the deficiency of {listed(missing)}.",
            f"Name an action for each of {listed(facts.to_address())}.",
        )


def judge_decision(facts: CycleFacts, message: DecideCorrectiveActionPlan) -> None:
    """Judge whether there is a plan to decide on.

    Raises:
        Refused: `case.wrong_stage`.
    """
    plan = facts.plan
    if facts.stage is not Stage.CORRECTIVE_ACTION or plan is None or plan.addressed is None or plan.approved:
        raise refuse("case.wrong_stage", "No corrective action plan waits for a decision.")


def judge_confirmation(facts: CycleFacts, message: ConfirmCorrectiveActions) -> None:
    """Judge a confirmation: of an approved plan, with documents.

    Raises:
        Refused: `case.wrong_stage`, `reinstatement.plan_not_approved` or `reinstatement.documents_missing`.
    """
    if facts.stage is not Stage.CORRECTIVE_ACTION or facts.plan is None:
        raise refuse(
            "case.wrong_stage", f"No corrective action is under way; the case is in the stage {facts.stage.words}."
        )
    if not facts.plan.approved:
        raise refuse(
            "reinstatement.plan_not_approved",
            "The corrective action plan has not been approved.",
            "Wait for the office's decision on the plan."
            if facts.plan.addressed is not None
            else "Submit a corrective action plan first.",
        )
    if not message.documents:
        raise refuse(
            "reinstatement.documents_missing",
            "No document supports the corrective actions.",
            "Send one document at least; none may hold protected health information.",
        )


def judge_schedule(facts: CycleFacts, terms: Edition, message: ScheduleSurvey) -> None:
    """Judge the schedule of an on-site survey: paid for, a whole team, on site.

    Raises:
        Refused: `case.wrong_stage` or `survey.*`.
    """
    if facts.stage is not Stage.SURVEY or not facts.surveys:
        raise refuse("case.wrong_stage", f"No survey is due; the case is in the stage {facts.stage.words}.")
    fee = facts.invoice("site_survey", facts.surveys[-1].number)
    if fee is None or not fee.settled:
        raise refuse(
            "survey.fee_not_paid",
            "The base fee of the survey has not been paid.",
            "Schedule it once its invoice is paid.",
        )
    roles = {member.role for member in message.team}
    if missing := [role for role in terms.survey.team.value if role not in roles]:
        raise refuse(
            "survey.team_incomplete",
            f"The team has no {listed(role.replace('_', ' ') for role in missing)}.",
            f"The team is {listed(role.replace('_', ' ') for role in terms.survey.team.value)}.",
        )
    if message.mode != "on_site":
        raise refuse("survey.mode_not_allowed", "A scheduled on-site survey is not virtual.", "Schedule it on site.")


def _may_schedule(facts: CycleFacts) -> bool:
    fee = facts.invoice("site_survey", facts.surveys[-1].number) if facts.surveys else None
    return facts.stage is Stage.SURVEY and fee is not None and fee.settled


def judge_survey_report(facts: CycleFacts, message: FileSurveyReport) -> None:
    """Judge a survey's report: of a scheduled survey, with a finding on every area of the unit.

    Raises:
        Refused: `case.wrong_stage`, `survey.area_missing` or `report.unknown_area`.
    """
    if facts.stage is not Stage.SURVEY or not facts.surveys or not facts.surveys[-1].team:
        raise refuse(
            "case.wrong_stage", "No survey is scheduled.", *(["Schedule it first."] if _may_schedule(facts) else [])
        )
    areas = [area.id for area in facts.areas if area.state is not AreaState.WITHDRAWN]
    found = {finding.area for finding in message.findings}
    if missing := [area for area in areas if area not in found]:
        raise refuse("survey.area_missing", f"The report says nothing of {listed(missing)}.")
    judge_findings(message.findings, areas)
