"""Reinstatement: the corrective action plan, and the scheduled on-site survey (S1, "Reinstatement")."""

from collections.abc import Sequence

from policy.accreditation.cycle import CorrectiveActionPlan, CycleFacts
from policy.accreditation.rounds import AreaState
from policy.accreditation.testing_package import judge_findings
from policy.edition import Edition
from policy.facts import Stage
from policy.messages import (
    AreaFinding,
    ConfirmCorrectiveActions,
    DecideCorrectiveActionPlan,
    FileSurveyReport,
    ScheduleSurvey,
    SubmitCorrectiveActionPlan,
)
from policy.names import folded
from policy.rules import refuse
from policy.survey_team import judge_team
from policy.words import listed


def judge_plan(facts: CycleFacts, message: SubmitCorrectiveActionPlan) -> None:
    """Judge a plan: it speaks to every deficiency of all previous reports that still stands, and takes up every action
    that the office directed.

    Raises:
        Refused: `case.wrong_stage`, `testing.unknown_area` or `plan.*`.
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
    if facts.rules_revision >= 3:
        judge_directed(facts.plan, [action.directed for action in message.actions if action.directed], "plan")


def judge_decision(facts: CycleFacts, message: DecideCorrectiveActionPlan, *, follows_up: bool = False) -> None:
    """Judge whether there is a plan to decide on.

    Args:
        facts: What is known of the case.
        message: The decision.
        follows_up: Whether a self-audit or survey may be asked for with the approval.

    Raises:
        Refused: `case.wrong_stage` or `plan.no_follow_up`.
    """
    plan = facts.plan
    if facts.stage is not Stage.CORRECTIVE_ACTION or plan is None or plan.addressed is None or plan.approved:
        raise refuse("case.wrong_stage", "No corrective action plan waits for a decision.")
    if message.follow_up and not (follows_up and message.approved):
        raise refuse(
            "plan.no_follow_up",
            f"A {message.follow_up.replace('_', '-')} is asked for with the approval of a plan after a deferral alone.",
            "Leave `follow_up` out.",
        )


def judge_confirmation(facts: CycleFacts, message: ConfirmCorrectiveActions) -> None:
    """Judge a confirmation: of an approved plan, with documents; actions directed with the approval are taken up.

    Raises:
        Refused: `case.wrong_stage`, `reinstatement.plan_not_approved`, `reinstatement.documents_missing` or
            `plan.directed_action_not_addressed`.
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
    if facts.rules_revision >= 3:
        judge_directed(facts.plan, message.directed, "confirmation")


def judge_directed(plan: CorrectiveActionPlan, taken_up: Sequence[str], what: str) -> None:
    """Judge that every directed action that is still open is taken up, and that nothing else is called one.

    Raises:
        Refused: `plan.directed_action_not_addressed` or `plan.unknown_directed_action`.
    """
    known = {folded(one.id): one for one in plan.directed}
    given = {folded(name) for name in taken_up}
    if strange := [name for name in taken_up if folded(name) not in known]:
        raise refuse(
            "plan.unknown_directed_action",
            f"The office has directed no action {listed(strange)}.",
            f"Directed: {listed(one.id for one in plan.directed)}.",
        )
    if missing := [one for one in plan.directed if not one.taken_up and folded(one.id) not in given]:
        raise refuse(
            "plan.directed_action_not_addressed",
            f"The {what} does not take up {listed(one.in_words() for one in missing)}, which the office has directed.",
            f"Say in `directed`, with {'an action each' if what == 'plan' else 'the ids'}, what takes up "
            f"{listed(one.id for one in missing)}.",
        )


def judge_schedule(facts: CycleFacts, terms: Edition, message: ScheduleSurvey) -> None:
    """Judge the schedule of an on-site survey: paid for, a whole team of different people, on site.

    Raises:
        Refused: `case.wrong_stage` or `survey.*`.
    """
    if facts.stage is not Stage.SURVEY or not facts.surveys:
        raise refuse("case.wrong_stage", f"No survey is due; the case is in the stage {facts.stage.words}.")
    fee = facts.standing_invoice("site_survey", facts.surveys[-1].number)
    if fee is None or not fee.settled:
        raise refuse(
            "survey.fee_not_paid",
            "The base fee of the survey has not been paid.",
            "Schedule it once its invoice is paid.",
        )
    judge_team(message.team, terms.survey.team.value, each_another=facts.rules_revision >= 3, body=terms.words.body)
    if message.mode != "on_site":
        raise refuse("survey.mode_not_allowed", "A scheduled on-site survey is not virtual.", "Schedule it on site.")


def _may_schedule(facts: CycleFacts) -> bool:
    fee = facts.standing_invoice("site_survey", facts.surveys[-1].number) if facts.surveys else None
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
    judge_survey_findings(facts, message.findings)


def judge_survey_findings(facts: CycleFacts, findings: Sequence[AreaFinding]) -> None:
    """Judge that a survey's report has a finding on every area of the unit that was not withdrawn.

    Raises:
        Refused: `survey.area_missing` or `report.unknown_area`.
    """
    areas = [area.id for area in facts.areas if area.state is not AreaState.WITHDRAWN]
    found = {finding.area for finding in findings}
    if missing := [area for area in areas if area not in found]:
        raise refuse("survey.area_missing", f"The report says nothing of {listed(missing)}.")
    judge_findings(findings, areas)
