"""Reinstatement with corrective action: the plan speaks to every deficiency, is approved, and done with documents."""

from typing import Any

import pytest

from policy.accreditation.cycle import CorrectiveActionPlan, CycleFacts, DirectedAction
from policy.accreditation.rounds import AreaState
from policy.facts import Stage
from policy.messages import ConfirmCorrectiveActions, DecideCorrectiveActionPlan, SubmitCorrectiveActionPlan
from tests.policy.cycles import (
    CHEST,
    HEAD,
    PHANTOM,
    REPORTED,
    a_cycle_after_a_failed_repeat,
    a_cycle_with_a_deficient_report,
    begin_round,
    et,
    report,
)
from tests.policy.onward import decide_appeal, in_corrective_action, under_appeal
from tests.policy.said import a_document, refusal, refused_by, said, taken

NOW = et("2027-07-01 12:00")
SUBMITTED, REJECTED = CorrectiveActionPlan(addressed=[CHEST]), CorrectiveActionPlan(decisions=1)
APPROVED = CorrectiveActionPlan(addressed=[CHEST], decisions=1, approved=True)
CONFIRMATION = said(ConfirmCorrectiveActions, documents=[a_document("protocol.pdf")])


def in_stage(plan: CorrectiveActionPlan | None = None, *deficient: str) -> CycleFacts:
    plan = plan.model_copy() if plan else None
    return in_corrective_action(a_cycle_after_a_failed_repeat(*(deficient or (CHEST,))), plan)


def a_plan(*areas: str, **fields: Any) -> SubmitCorrectiveActionPlan:
    actions = [{"area": area, "action": "Sample action"} for area in areas]
    return said(SubmitCorrectiveActionPlan, actions=actions, **fields)


def a_decision(*, approved: bool) -> DecideCorrectiveActionPlan:
    return said(DecideCorrectiveActionPlan, approved=approved)


def test_a_plan_names_an_action_for_every_deficiency() -> None:
    facts = in_stage(None, CHEST, HEAD)
    assert taken(facts, a_plan(CHEST, HEAD), NOW) == []
    assert taken(facts, a_plan(HEAD, CHEST, CHEST, PHANTOM), NOW) == []
    for areas in ((), (CHEST,), (HEAD, PHANTOM)):
        refused = refusal(facts, a_plan(*areas), NOW)
        assert refused.rule == "plan.deficiency_not_addressed"
        assert [area for area in (CHEST, HEAD) if area not in areas and area not in refused.reason] == []


def test_a_plan_speaks_also_to_what_has_passed_since() -> None:
    """Two areas failed at first; one of them passed in the repeat, and is a noted deficiency all the same."""
    facts = a_cycle_with_a_deficient_report(CHEST, HEAD)
    begin_round(facts, facts.round.kind, [CHEST, HEAD])
    in_corrective_action(report(facts, [CHEST], et("2027-06-01 10:00")))
    head = facts.area(HEAD)
    assert head is not None
    assert head.state is AreaState.ACCEPTABLE
    assert facts.to_address() == [CHEST, HEAD]
    assert refused_by(facts, a_plan(CHEST), NOW) == "plan.deficiency_not_addressed"
    assert taken(facts, a_plan(CHEST, HEAD), NOW) == []


def test_a_plan_speaks_also_to_a_failed_phantom() -> None:
    facts = in_stage(None, CHEST, PHANTOM)
    assert refused_by(facts, a_plan(CHEST), NOW) == "plan.deficiency_not_addressed"
    assert taken(facts, a_plan(CHEST, PHANTOM), NOW) == []


def test_what_was_won_on_appeal_or_withdrawn_is_no_deficiency_any_more() -> None:
    facts = under_appeal(a_cycle_with_a_deficient_report(CHEST, HEAD, PHANTOM), [CHEST, HEAD, PHANTOM], REPORTED)
    decide_appeal(facts, [HEAD], et("2027-04-20 10:00"))
    assert facts.to_address() == [CHEST, PHANTOM]
    facts.areas[0].state = AreaState.WITHDRAWN
    assert facts.to_address() == [PHANTOM]


def test_what_was_won_on_appeal_can_fail_again() -> None:
    facts = under_appeal(a_cycle_with_a_deficient_report(CHEST, HEAD), [CHEST, HEAD], REPORTED)
    decide_appeal(facts, [HEAD], et("2027-04-20 10:00"))
    begin_round(facts, facts.round.kind, [CHEST, HEAD])
    report(facts, [HEAD], et("2027-06-01 10:00"))
    assert facts.to_address() == [CHEST, HEAD]


def test_an_action_is_about_an_area_of_the_application() -> None:
    assert refused_by(in_stage(), a_plan(CHEST, "knee"), NOW) == "testing.unknown_area"


@pytest.mark.parametrize("plan", [None, SUBMITTED, REJECTED])
def test_a_plan_may_be_sent_until_one_is_approved(plan: CorrectiveActionPlan | None) -> None:
    assert taken(in_stage(plan), a_plan(CHEST), NOW) == []


def test_an_approved_plan_is_not_replaced() -> None:
    assert refused_by(in_stage(APPROVED), a_plan(CHEST), NOW) == "case.wrong_stage"


@pytest.mark.parametrize("approved", [True, False])
def test_a_plan_that_was_sent_is_decided_once(approved: bool) -> None:
    assert taken(in_stage(SUBMITTED), a_decision(approved=approved), NOW) == []
    for plan in (None, REJECTED, APPROVED):
        assert refused_by(in_stage(plan), a_decision(approved=approved), NOW) == "case.wrong_stage"


@pytest.mark.parametrize(("plan", "told"), [(None, "Submit"), (REJECTED, "Submit"), (SUBMITTED, "Wait")])
def test_nothing_is_confirmed_before_a_plan_is_approved(plan: CorrectiveActionPlan | None, told: str) -> None:
    refused = refusal(in_stage(plan), CONFIRMATION, NOW)
    assert refused.rule == "reinstatement.plan_not_approved"
    assert refused.instead[0].startswith(told)


def test_actions_are_confirmed_with_documents() -> None:
    assert taken(in_stage(APPROVED), CONFIRMATION, NOW) == []
    bare = said(ConfirmCorrectiveActions, documents=[])
    assert refused_by(in_stage(APPROVED), bare, NOW) == "reinstatement.documents_missing"
    assert refused_by(in_stage(SUBMITTED), bare, NOW) == "reinstatement.plan_not_approved"


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.CORRECTIVE_ACTION])
def test_plans_belong_to_their_stage(stage: Stage) -> None:
    for plan, message in (
        (None, a_plan(CHEST)),
        (SUBMITTED, a_decision(approved=True)),
        (APPROVED, CONFIRMATION),
    ):
        facts = in_stage(plan)
        facts.stage = stage
        assert refused_by(facts, message, NOW) == "case.wrong_stage"


def directed(*, approved: bool, taken_up: bool = False) -> CycleFacts:
    """The office has directed an action: with its approval, or with the wish for another plan."""
    one = DirectedAction(id="D1", action="Have the head protocol reviewed.", taken_up=taken_up)
    addressed = [CHEST] if approved else None
    return in_stage(CorrectiveActionPlan(addressed=addressed, decisions=1, approved=approved, directed=[one]))


def answering(*ids: str) -> SubmitCorrectiveActionPlan:
    actions = [{"area": CHEST, "action": "Sample action", "directed": one} for one in ids]
    return said(SubmitCorrectiveActionPlan, actions=actions)


def test_the_next_plan_takes_up_every_action_that_the_office_directed() -> None:
    refused = refusal(directed(approved=False), a_plan(CHEST), NOW)
    assert refused.rule == "plan.directed_action_not_addressed"
    assert "D1 (Have the head protocol reviewed)" in refused.reason
    assert taken(directed(approved=False), answering("D1"), NOW) == []
    assert taken(directed(approved=False), answering("d1"), NOW) == []
    assert refused_by(directed(approved=False), answering("D1", "D2"), NOW) == "plan.unknown_directed_action"


def test_the_confirmation_takes_up_what_was_directed_with_the_approval() -> None:
    done = CONFIRMATION.model_copy(update={"directed": ("D1",)})
    assert refused_by(directed(approved=True), CONFIRMATION, NOW) == "plan.directed_action_not_addressed"
    assert taken(directed(approved=True), done, NOW) == []
    assert taken(directed(approved=True, taken_up=True), CONFIRMATION, NOW) == []
    other = CONFIRMATION.model_copy(update={"directed": ("D7",)})
    assert refused_by(directed(approved=True), other, NOW) == "plan.unknown_directed_action"


def test_cases_that_began_before_go_on_without_looking_at_directed_actions() -> None:
    for approved, message in ((False, a_plan(CHEST)), (True, CONFIRMATION)):
        facts = directed(approved=approved)
        facts.rules_revision = 2
        assert taken(facts, message, NOW) == []


def test_an_action_without_a_directed_one_says_what_it_said_before() -> None:
    """The digest of a message is kept for years: a field that is new leaves that of older content as it was."""
    told = a_plan(CHEST).model_dump(mode="json")
    assert told["actions"] == [{"area": CHEST, "action": "Sample action"}]
    assert "directed" not in CONFIRMATION.model_dump(mode="json")
    assert answering("D1").model_dump(mode="json")["actions"][0]["directed"] == "D1"
