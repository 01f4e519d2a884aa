"""What a case's history weighs: its events, its size, and the actions that Temporal's cloud would bill.

Counted as if no time had been skipped: skipping adds events of its own, which no office will ever see.
"""

from collections.abc import Iterable
from typing import NamedTuple

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

OF_SKIPPING = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
}
BILLED = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,  # a start, also the one of a continue-as-new
    EventType.EVENT_TYPE_TIMER_STARTED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
    EventType.EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED,  # the memo
}
LOCAL_ACTIVITY = "core_local_activity"
"""The name of the marker that a local activity leaves."""


class Weight(NamedTuple):
    """What a history weighs; `bytes` are those of its events."""

    events: int
    bytes: int
    actions: int


def weigh(events: Iterable[HistoryEvent]) -> Weight:
    """Weigh a history."""
    counted = [event for event in events if event.event_type not in OF_SKIPPING]
    size = sum(event.ByteSize() for event in counted)
    return Weight(len(counted), size, sum(_actions(event) for event in counted))


def _actions(event: HistoryEvent) -> int:
    """Return how many actions an event stands for; an activity is billed for every attempt."""
    match event.event_type:
        case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            return 1
        case EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:  # written at its end, with the number of the last attempt
            return event.activity_task_started_event_attributes.attempt - 1
        case EventType.EVENT_TYPE_MARKER_RECORDED:
            return int(event.marker_recorded_event_attributes.marker_name == LOCAL_ACTIVITY)
        case _:
            return int(event.event_type in BILLED)
