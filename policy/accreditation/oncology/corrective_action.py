"""What follows a deferral or a denial: the corrective action plan, its approval, self-audit or re-application."""

from datetime import datetime

from policy.accreditation.cycle import CorrectiveActionPlan, CycleFacts
from policy.accreditation.reinstatement import judge_decision, judge_directed
from policy.accreditation.rounds import AreaState
from policy.edition import Edition
from policy.facts import Stage
from policy.messages import (
    DecideCorrectiveActionPlan,
    SubmitCorrectiveActionPlan,
    SubmitReapplication,
    SubmitSelfAudit,
)
from policy.rules import refuse
from policy.verdict import Refused
from policy.words import due_in_words, listed

PLAN = "corrective_action_plan"
"""The window of a plan: the first one's; no source states one for those that follow."""


def deficient_sites(facts: CycleFacts) -> list[str]:
    """Return the sites that the newest report found not acceptable: a plan addresses them, an appeal contests them."""
    return [area.id for area in facts.areas_in(AreaState.NOT_ACCEPTABLE)]


def judge_plan(facts: CycleFacts, terms: Edition, message: SubmitCorrectiveActionPlan, at: datetime) -> None:
    """Judge a plan: in its window, with an action for every site that was not acceptable, and every directed action.

    Raises:
        Refused: `case.wrong_stage`, `testing.unknown_area` or `plan.*`.
    """
    plan = facts.plan
    if facts.stage is not Stage.CORRECTIVE_ACTION or plan is None or plan.approved:
        raise _nothing_awaited(facts, "corrective action plan")
    due = facts.deadline(PLAN)
    if due and at > due.due_at:
        raise refuse(
            "plan.past_due",
            f"The corrective action plan was due on {due_in_words(due.due_at, terms.zone)}.",
            "Ask the office for more time: it may extend the date until the case closes.",
            source=terms.cite(terms.surveyed.plan),
        )
    if strange := [action.area for action in message.actions if facts.area(action.area) is None]:
        raise refuse("testing.unknown_area", f"{listed(strange)} is no site of the application.")
    addressed = {action.area for action in message.actions}
    if missing := [site for site in deficient_sites(facts) if site not in addressed]:
        raise refuse(
            "plan.deficiency_not_addressed",
            f"No action addresses what was found at {listed(missing)}.",
            f"Name an action for each of {listed(deficient_sites(facts))}.",
            source=terms.cite(terms.surveyed.plan),
        )
    judge_directed(plan, [action.directed for action in message.actions if action.directed], "plan")


def judge_plan_decision(facts: CycleFacts, message: DecideCorrectiveActionPlan) -> None:
    """Judge the committee's decision: a plan waits for it, and more is asked for where it may be.

    Raises:
        Refused: `case.wrong_stage` or `plan.no_follow_up`.
    """
    deferred = facts.round.outcome == "deferred"
    judge_decision(facts, message, follows_up=deferred)


def judge_self_audit(facts: CycleFacts, terms: Edition, message: SubmitSelfAudit, at: datetime) -> list[str]:
    """Judge the results of a self-audit: one was asked for, and a document shows them; late ones are taken (decided).

    Returns:
        A warning where they come after their due date.

    Raises:
        Refused: `case.wrong_stage` or `self_audit.documents_missing`.
    """
    plan = _approved(facts)
    if plan is None or plan.follow_up != "self_audit" or plan.audited_at is not None:
        raise _nothing_awaited(facts, "self-audit")
    if not message.documents:
        raise refuse(
            "self_audit.documents_missing",
            "No document shows the results of the self-audit.",
            "Send one document at least; none may hold protected health information.",
        )
    due = facts.deadline("self_audit")
    if due and at > due.due_at:
        return [f"The results of the self-audit were due on {due_in_words(due.due_at, terms.zone)}."]
    return []


def judge_reapplication(facts: CycleFacts, message: SubmitReapplication) -> None:
    """Judge a re-application: after a denial, once the plan is approved, with the agreement to the follow-up survey.

    Raises:
        Refused: `case.wrong_stage` or `reapplication.agreement_missing`.
    """
    if _approved(facts) is None or facts.round.outcome != "denied" or facts.round.reapplied:
        raise _nothing_awaited(facts, "re-application")
    if not message.agrees_to_survey:
        raise refuse(
            "reapplication.agreement_missing",
            "The practice does not agree to the follow-up survey.",
            "Apply again with `agrees_to_survey`: the survey and its expenses are part of a re-application.",
        )


def _approved(facts: CycleFacts) -> CorrectiveActionPlan | None:
    plan = facts.plan
    return plan if facts.stage is Stage.CORRECTIVE_ACTION and plan and plan.approved else None


def _nothing_awaited(facts: CycleFacts, what: str) -> Refused:
    return refuse("case.wrong_stage", f"No {what} is awaited; the case is in the stage {facts.stage.words}.")
