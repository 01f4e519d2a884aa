"""Asks a case by query. Nobody answering is an answer: the books then say what was last known."""

from datetime import timedelta
from typing import Any

from temporalio.client import Client, WorkflowQueryFailedError, WorkflowQueryRejectedError
from temporalio.common import QueryRejectCondition
from temporalio.service import RPCError, RPCStatusCode

NOBODY = {RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED, RPCStatusCode.FAILED_PRECONDITION}
"""What the server says of a query that no worker took."""


class NotRunning(Exception):
    """The server knows no such case, or no such case that still runs; the books may know more."""

    def __init__(self, case_id: str, detail: str) -> None:
        super().__init__(f"{case_id}: {detail}")
        self.case_id = case_id
        self.detail = detail


def is_not_running(error: RPCError) -> bool:
    """Whether the server says that no such case runs (not that the whole namespace is missing)."""
    return error.status == RPCStatusCode.NOT_FOUND and not error.message.lower().startswith("namespace")


async def ask(
    client: Client, case_id: str, query: str, *arguments: Any, within: timedelta, running: bool = False
) -> Any | None:
    """Return a query's answer as JSON values, or None where no worker answers (or the answer is null).

    Args:
        client: A connected client.
        case_id: Whom to ask.
        query: The query's name.
        arguments: Its arguments.
        within: How long to wait for a worker.
        running: Ask only a case that still runs.

    Raises:
        NotRunning: The server knows no such case, or (where that was asked for) none that still runs.
        RPCError: The server itself cannot be reached.
    """
    handle = client.get_workflow_handle(case_id)
    condition = QueryRejectCondition.NOT_OPEN if running else None
    try:
        return await handle.query(query, args=list(arguments), rpc_timeout=within, reject_condition=condition)
    except WorkflowQueryRejectedError as error:
        status = error.status.name if error.status else "closed"
        raise NotRunning(case_id, status.lower().replace("_", " ")) from None
    except WorkflowQueryFailedError:
        return None  # the worker's code is not at rest, or too old for this question
    except RPCError as error:
        if is_not_running(error):
            raise NotRunning(case_id, error.message) from None
        if error.status in NOBODY:
            return None
        raise
