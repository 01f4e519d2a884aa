"""What the Temporal UI calls a step of a case: it issues invoices, sends notices, or records events."""

import json
from collections.abc import Iterator

import pytest
from temporalio.client import WorkflowHistory

from activities.contract import ISSUE_INVOICES, RECORD_EVENTS, SEND_NOTICES, TAKE_STEP, Step
from tests.histories.record import recorded
from tests.workflows.shipped import Life
from workflows.case.outbox import Outbox

STEPS = {ISSUE_INVOICES, SEND_NOTICES, RECORD_EVENTS, TAKE_STEP}


def steps_of(history: WorkflowHistory) -> Iterator[tuple[str, Step]]:
    """Yield the steps of a history, each with the activity that carried it out."""
    for event in history.events:
        scheduled = event.activity_task_scheduled_event_attributes
        if scheduled.activity_type.name in STEPS:
            (payload,) = scheduled.input.payloads
            yield scheduled.activity_type.name, Step.model_validate(json.loads(payload.data))


def named(step: Step) -> str:
    """Return how a step should be called: an invoice before a notice before an event."""
    if step.invoices:
        return ISSUE_INVOICES
    return SEND_NOTICES if step.notices or step.credits else RECORD_EVENTS


@pytest.mark.server
def test_a_case_that_begins_now_calls_each_step_by_what_it_does(
    shipped: dict[str, Life], designations: dict[str, Life]
) -> None:
    steps = [
        step
        for life in (*shipped.values(), *designations.values())
        for history in life.histories
        for step in steps_of(history)
    ]
    assert {name for name, _ in steps} == {ISSUE_INVOICES, SEND_NOTICES, RECORD_EVENTS}
    assert [(name, step.number) for name, step in steps if name != named(step)] == []


def test_a_case_that_began_before_keeps_the_name_that_its_history_holds() -> None:
    names = {name: {kind for kind, _ in steps_of(history)} for name, history in recorded().items()}
    assert names["straight-life"] == {TAKE_STEP}
    assert all(kinds == {TAKE_STEP} or TAKE_STEP not in kinds for kinds in names.values())


def test_nothing_to_invoice_and_nobody_to_tell_is_an_event() -> None:
    assert Outbox(void=["2027-0001"]).activity() == RECORD_EVENTS
