"""How a case ended on the server, for books that did not hear of it."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from temporalio.client import (
    Client,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowHistoryEventFilterType,
)

WORDS = {
    WorkflowExecutionStatus.COMPLETED: "Completed",
    WorkflowExecutionStatus.CANCELED: "Cancelled",
    WorkflowExecutionStatus.TERMINATED: "Terminated",
    WorkflowExecutionStatus.FAILED: "Failed",
    WorkflowExecutionStatus.TIMED_OUT: "Timed out",
}


class Ending(NamedTuple):
    """The end of a case on the server.

    Attributes:
        at: When.
        text: How, by whom and why, in words.
        status: The case's own last word; empty where no code of it ran at the end.
    """

    at: datetime
    text: str
    status: dict[str, Any]


async def ending_of(client: Client, found: WorkflowExecutionDescription) -> Ending:
    """Return how a case that no longer runs ended."""
    handle = client.get_workflow_handle(found.id, run_id=found.run_id)
    closing = await handle.fetch_history(event_filter_type=WorkflowHistoryEventFilterType.CLOSE_EVENT)
    last = closing.events[-1]
    terminated = last.workflow_execution_terminated_event_attributes
    failed = last.workflow_execution_failed_event_attributes.failure
    how = WORDS.get(found.status, "Ended") if found.status else "Ended"
    by = f" by {terminated.identity}" if terminated.identity else ""
    why = terminated.reason or failed.message
    status = await handle.result() if found.status == WorkflowExecutionStatus.COMPLETED else {}
    text = f"{how} on the Temporal server{by}{f': {why}' if why else ''}"
    return Ending(found.close_time or datetime.now(UTC), text, status if isinstance(status, dict) else {})
