"""What a case has said to the world: the commands that leave an event, in words that two versions of it can be held by.

The same is read out of a history and out of the commands that the present code gives while it is replayed. A step is
read as the contract reads it, so that it does not matter which version shortened it on its way.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from google.protobuf.message import Message as Protobuf
from pydantic import BaseModel
from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import HistoryEvent
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.client import WorkflowHistory

from activities.contract import (
    ISSUE_INVOICES,
    OPEN_RENEWAL,
    RECORD_EVENTS,
    SEND_NOTICES,
    TAKE_STEP,
    RenewalOrder,
    Step,
)

Kind: TypeAlias = Literal["timer", "activity", "attributes", "signal", "verdict", "continued"]
"""What sort of command; the parts of a life are told apart by it."""
PATCHES = "TemporalChangeVersion"
"""The attribute that the SDK itself writes where `workflow.patched` is asked."""
STEPS = (ISSUE_INVOICES, SEND_NOTICES, RECORD_EVENTS, TAKE_STEP)
ORDERS: Mapping[str, type[BaseModel]] = {**dict.fromkeys(STEPS, Step), OPEN_RENEWAL: RenewalOrder}
"""What activities are told, by their names; of any other one what stands in the payload is taken as it is."""


@dataclass(frozen=True)
class Said:
    """One command.

    Attributes:
        kind: What sort it is.
        name: What it is called in the history: a timer's summary, an activity's type, a signal's name.
        content: What it says, as JSON values; of a timer its length (`seconds`).
        event: The number of its event; None where it comes from code.
    """

    kind: Kind
    name: str
    content: Any
    event: int | None = None


def said_in(history: WorkflowHistory) -> Iterator[Said]:
    """Yield what a case has said, in the order of its history; payloads are read as they are (decode them before)."""
    for event in history.events:
        said = _of_event(event)
        if said:
            yield said


def said_by(commands: Iterable[WorkflowCommand]) -> Iterator[Said]:
    """Yield what commands of workflow code say; those that leave no event of their own are left out."""
    for command in commands:
        said = _of_command(command)
        if said:
            yield said


def _of_event(event: HistoryEvent) -> Said | None:
    number, summary = event.event_id, event.user_metadata.summary
    match event.WhichOneof("attributes"):
        case "timer_started_event_attributes":
            return _timer(event.timer_started_event_attributes, summary, number)
        case "activity_task_scheduled_event_attributes":
            scheduled = event.activity_task_scheduled_event_attributes
            return _activity(scheduled.activity_type.name, scheduled.input.payloads, number)
        case "upsert_workflow_search_attributes_event_attributes":
            written = event.upsert_workflow_search_attributes_event_attributes.search_attributes
            return None if PATCHES in written.indexed_fields else _attributes(written.indexed_fields, number)
        case "signal_external_workflow_execution_initiated_event_attributes":
            sent = event.signal_external_workflow_execution_initiated_event_attributes
            return Said("signal", sent.signal_name, [_json(one) for one in sent.input.payloads], number)
        case "workflow_execution_update_completed_event_attributes":
            outcome = event.workflow_execution_update_completed_event_attributes.outcome
            return _verdict(outcome.success.payloads[0], number) if outcome.HasField("success") else None
        case "workflow_execution_continued_as_new_event_attributes":
            going_on = event.workflow_execution_continued_as_new_event_attributes
            return Said("continued", "", [_json(one) for one in going_on.input.payloads], number)
    return None


def _of_command(command: WorkflowCommand) -> Said | None:
    match command.WhichOneof("variant"):
        case "start_timer":
            return _timer(command.start_timer, command.user_metadata.summary)
        case "schedule_activity":
            return _activity(command.schedule_activity.activity_type, command.schedule_activity.arguments)
        case "upsert_workflow_search_attributes":
            written = command.upsert_workflow_search_attributes.search_attributes
            return _attributes(written.indexed_fields)
        case "signal_external_workflow_execution":
            sent = command.signal_external_workflow_execution
            return Said("signal", sent.signal_name, [_json(one) for one in sent.args])
        case "update_response" if command.update_response.HasField("completed"):
            return _verdict(command.update_response.completed)
        case "continue_as_new_workflow_execution":
            going_on = command.continue_as_new_workflow_execution
            return Said("continued", "", [_json(one) for one in going_on.arguments])
    return None


def _timer(started: Any, summary: Payload, event: int | None = None) -> Said:
    seconds = started.start_to_fire_timeout.ToTimedelta().total_seconds()
    return Said("timer", str(_json(summary) or ""), {"seconds": round(seconds, 3)}, event)


def _activity(name: str, given: Iterable[Payload], event: int | None = None) -> Said:
    return Said("activity", name, [_order(name, one) for one in given], event)


def _attributes(written: Mapping[str, Payload], event: int | None = None) -> Said:
    return Said("attributes", "", {name: _json(written[name]) for name in sorted(written)}, event)


def _verdict(payload: Payload, event: int | None = None) -> Said:
    return Said("verdict", "", _json(payload), event)


def _order(activity: str, payload: Payload) -> Any:
    kind = ORDERS.get(activity)
    return kind.model_validate_json(payload.data).model_dump(mode="json") if kind else _json(payload)


def _json(payload: Payload | Protobuf) -> Any:
    data = payload.data if isinstance(payload, Payload) else b""
    return json.loads(data) if data else None
