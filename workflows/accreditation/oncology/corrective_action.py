"""Corrective action: the plan in 90 days, the committee's reply, then what the outcome asks for before another word.

Deferred: nothing more, a self-audit within 6 months, or a follow-up survey. Denied: a re-application and that survey.
"""

from policy.accreditation.cycle import CorrectiveActionPlan
from policy.accreditation.oncology.corrective_action import PLAN
from policy.accreditation.oncology.windows import follow_up, plan_closes, plan_due, self_audit_due
from policy.accreditation.rounds import RoundKind
from policy.dates import as_instant
from policy.facts import Deadline, Outcome, Party, Stage
from policy.messages import (
    DecideCorrectiveActionPlan,
    ExtendDueDate,
    SubmitCorrectiveActionPlan,
    SubmitReapplication,
    SubmitSelfAudit,
)
from workflows.accreditation.corrective_action import keep_decision
from workflows.accreditation.oncology.grant import grant
from workflows.accreditation.oncology.survey import begin_round, begin_survey
from workflows.case import Cycle

CLOSURE, AUDIT = "plan_closure", "self_audit"
"""The windows at whose end the case closes without a plan, and in which the self-audit's results are due."""


def expect_plan(case: Cycle) -> Deadline:
    """Open the window of the plan, 90 days, and behind it that in which the office may still give more time."""
    due = case.open_deadline(
        PLAN,
        "plan.past_due",
        plan_due(case.at, case.terms),
        remind=case.terms.surveyed.plan_reminders.value,
        notice="plan_reminder",
    )
    case.open_deadline(CLOSURE, "plan.closure", plan_closes(due.due_at, case.terms), opens_at=due.due_at)
    return due


async def await_corrective_actions(case: Cycle) -> None:
    """Wait for a plan and the reply until one is approved, then go on as the outcome asks; an appeal comes first."""
    plan = case.facts.plan
    if plan is None:
        raise RuntimeError("the stage corrective_action without a plan")
    while not plan.approved:
        if _is_appealed(case):
            case.enter(Stage.APPEAL, contested=case.facts.round.appeal.contested if case.facts.round.appeal else [])
            return
        if _is_closed_by_silence(case):
            case.close(Outcome.NOT_GRANTED, "not_granted", "plan.closure")
            return
        _say_who_is_awaited(case, plan)
        await case.change()
    case.drop(case.facts.deadline("appeal"))
    await _go_on(case, plan)


def _is_appealed(case: Cycle) -> bool:
    appeal = case.facts.round.appeal
    return appeal is not None and appeal.findings is None


def _is_closed_by_silence(case: Cycle) -> bool:
    closure = case.facts.deadline(CLOSURE)
    return closure is not None and closure.met is False


def _say_who_is_awaited(case: Cycle, plan: CorrectiveActionPlan) -> None:
    """Ask for the plan, or for the committee's word on it; once a plan is late, tell both sides."""
    number, due = case.facts.round.number, case.facts.deadline(PLAN)
    if plan.addressed is not None:
        case.await_party(Party.ACR, "the decision on the plan", f"plan.{number}.{plan.decisions}.decision")
        return
    key = f"plan.{number}.{plan.decisions}"
    case.await_party(Party.FACILITY, "the corrective action plan", key, PLAN if due else None)
    closure = case.facts.deadline(CLOSURE)
    if due and due.met is False and closure and plan.overdue_told != PLAN:
        plan.overdue_told = PLAN
        case.need_attention(PLAN, "plan.past_due", "the corrective action plan is overdue")
        until = closure.due_at.isoformat()
        case.notify("plan_overdue", "plan.past_due", due_at=due.due_at.isoformat(), until=until)


async def _go_on(case: Cycle, plan: CorrectiveActionPlan) -> None:
    """Go on from an approved plan."""
    if case.facts.round.outcome == "denied":
        case.await_party(Party.FACILITY, "the re-application", f"reapplication.{case.facts.round.number}")
        await case.until(lambda: case.facts.round.reapplied)
        begin_round(case, RoundKind.REAPPLICATION)
        case.enter(Stage.APPLICATION, round=case.facts.round.number, attempt=RoundKind.REAPPLICATION)
    elif plan.follow_up == "self_audit":
        await _await_audit(case, plan)
        begin_round(case, RoundKind.FOLLOW_UP)
        case.enter(Stage.DECISION, attempt=RoundKind.FOLLOW_UP)
    elif plan.follow_up == "survey":
        begin_round(case, RoundKind.FOLLOW_UP)
        begin_survey(case, plan.decided_at)
    else:
        grant(case)


async def _await_audit(case: Cycle, plan: CorrectiveActionPlan) -> None:
    """Wait for the self-audit's results: overdue after 6 months, awaited all the same."""
    due = case.facts.deadline(AUDIT)
    case.await_party(Party.FACILITY, "the self-audit", f"self_audit.{case.facts.round.number}", AUDIT)
    while plan.audited_at is None:
        if due is not None and due.met is False and plan.overdue_told != AUDIT:
            plan.overdue_told = AUDIT
            case.need_attention(AUDIT, "self_audit.due", "the self-audit is overdue")
            case.notify("self_audit_overdue", "self_audit.due", due_at=due.due_at.isoformat())
            case.remind_of_what_is_late()
        await case.change()


def receive_plan(case: Cycle, message: SubmitCorrectiveActionPlan) -> None:
    """A plan has come; a later one replaces it until the committee has decided."""
    if case.facts.plan:
        case.facts.plan.addressed = sorted({action.area for action in message.actions})
        case.facts.plan.received_at = case.at
    case.settle_attention(PLAN)
    case.meet(case.facts.deadline(PLAN))
    case.drop(case.facts.deadline(CLOSURE))


def decide_plan(case: Cycle, message: DecideCorrectiveActionPlan) -> None:
    """The committee has replied: the plan is approved, with what it asks for yet, or another one is awaited."""
    plan, told = case.facts.plan, keep_decision(case, message)
    if plan is None:
        raise RuntimeError("a decision was accepted without a plan")
    plan.decided_at = case.at
    told["outcome"] = case.facts.round.outcome
    if message.approved and message.follow_up == "self_audit":
        due = case.open_deadline(
            AUDIT,
            "self_audit.due",
            self_audit_due(case.at, case.terms),
            remind=case.terms.surveyed.self_audit_reminders.value,
            notice="self_audit_reminder",
        )
        told["due_at"] = due.due_at.isoformat()
    if message.approved and (message.follow_up == "survey" or case.facts.round.outcome == "denied"):
        window = follow_up(case.at, case.terms)
        told |= {"opens_at": window.opens_at.isoformat(), "until": window.due_at.isoformat()}
    plan.follow_up = message.follow_up if message.approved else None
    case.notify("corrective_action_decision", "plan.decided", **told, follow_up=message.follow_up)


def receive_audit(case: Cycle, _message: SubmitSelfAudit) -> None:
    """The results of the self-audit have come."""
    if case.facts.plan:
        case.facts.plan.audited_at = case.at
    case.settle_attention(AUDIT)
    case.meet(case.facts.deadline(AUDIT))


def reapply(case: Cycle, _message: SubmitReapplication) -> None:
    """The practice applies again: its fee is invoiced now."""
    case.facts.round.reapplied = True


def extended(case: Cycle, message: ExtendDueDate) -> None:
    """The office has given a plan, an audit or a survey more time: it is not late any more, and may be again."""
    plan, closure = case.facts.plan, case.facts.deadline(CLOSURE)
    if plan and message.deadline in (PLAN, AUDIT):
        plan.overdue_told = ""
    if message.deadline == PLAN and closure:
        case.extend(closure, plan_closes(as_instant(message.until, case.terms.zone), case.terms))
    if message.deadline == "follow_up_survey":
        case.facts.surveys[-1].overdue_told = False
    case.settle_attention(message.deadline)
