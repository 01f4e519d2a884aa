"""Reinstatement with corrective action: a plan, its approval, the confirmation (S1, after the second deficiency)."""

from typing import Any

from policy.accreditation.cycle import CorrectiveActionPlan, DirectedAction
from policy.accreditation.rounds import RoundKind
from policy.facts import Party
from policy.messages import ConfirmCorrectiveActions, DecideCorrectiveActionPlan, SubmitCorrectiveActionPlan
from workflows.accreditation.application import begin_round
from workflows.case import Cycle


async def await_corrective_actions(case: Cycle) -> None:
    """Wait for a plan until one is approved, then for its confirmation; then every area is tested again."""
    plan = case.facts.plan
    if plan is None:
        raise RuntimeError("the stage corrective_action without a plan")
    round_number = case.facts.round.number
    while not plan.approved:
        if plan.addressed is None:
            case.await_party(Party.FACILITY, "the corrective action plan", f"plan.{round_number}.{plan.decisions}")
            await case.until(lambda: plan.addressed is not None)
        case.await_party(Party.ACR, "the decision on the plan", f"plan.{round_number}.{plan.decisions}.decision")
        await case.until(lambda: plan.approved or plan.addressed is None)
    case.await_party(Party.FACILITY, "the actions' confirmation", f"plan.{round_number}.confirmation")
    await case.until(lambda: plan.confirmed)
    begin_round(case, RoundKind.REINSTATEMENT)


def receive_plan(case: Cycle, message: SubmitCorrectiveActionPlan) -> None:
    """A plan has come; a later one replaces it until the office has decided."""
    if case.facts.plan:
        case.facts.plan.addressed = sorted({action.area for action in message.actions})


def decide_plan(case: Cycle, message: DecideCorrectiveActionPlan) -> None:
    """The office has approved the plan, or asks for another one; what it directs is kept, each with an id."""
    case.notify("corrective_action_decision", "plan.decided", **keep_decision(case, message))


def keep_decision(case: Cycle, message: DecideCorrectiveActionPlan) -> dict[str, Any]:
    """Keep a decision on the plan, and return what its letter tells."""
    plan = case.facts.plan
    if plan is None:
        raise RuntimeError("a decision was accepted without a plan")
    plan.approved = message.approved
    plan.decisions += 1
    if message.approved:
        _take_up(plan)
    first = len(plan.directed) + 1
    directed = [DirectedAction(id=f"D{n}", action=text) for n, text in enumerate(message.directed_actions, first)]
    plan.directed += directed
    if not message.approved:
        plan.addressed = None
    return {
        "approved": message.approved,
        "directed_actions": [f"{one.id}: {one.action}" for one in directed],
        "open_actions": [f"{one.id}: {one.action}" for one in plan.directed if not one.taken_up],
    }


def _take_up(plan: CorrectiveActionPlan) -> None:
    """Every action that was directed so far is taken up: the judgement has seen to it."""
    for one in plan.directed:
        one.taken_up = True


def confirm(case: Cycle, message: ConfirmCorrectiveActions) -> None:
    """The facility has confirmed the corrective actions, with documents."""
    if case.facts.plan:
        case.facts.plan.confirmed = True
        _take_up(case.facts.plan)
