"""Why a life broke off: down to the last cause, and what the code of the case itself said."""

from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.api.failure.v1 import Failure
from temporalio.client import WorkflowHandle
from temporalio.service import RPCError

from starter.rehearsal.clock import CaseStuck

STACK_LINES = 2
"""Lines of a failure's stack that are told, the innermost."""


async def why(error: BaseException, case: WorkflowHandle[Any, Any]) -> str:
    """Return what broke a life off: the error with its causes, and the last failure of the case's own code, if any.

    Args:
        error: What was raised.
        case: The case, whose history knows what its code failed by.
    """
    told = [_said(each) for each in _causes(error)]
    if isinstance(error, CaseStuck):
        told += [failure] if (failure := await _failure_of_code(case)) else []
    return "; because ".join(dict.fromkeys(text for text in told if text))


def _causes(error: BaseException | None) -> list[BaseException]:
    """Return an error and what caused it, step by step; Temporal's errors keep their cause in a field of that name."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = getattr(error, "cause", None) or error.__cause__
    return found


def _said(error: BaseException) -> str:
    text = str(error).strip().rstrip(".")
    return text or type(error).__name__


async def _failure_of_code(case: WorkflowHandle[Any, Any]) -> str:
    """Return by what the case's code failed last, with the place; empty where it did not."""
    try:
        history = await case.fetch_history()
    except RPCError:
        return ""
    failed = [e for e in history.events if e.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED]
    return _told(failed[-1].workflow_task_failed_event_attributes.failure) if failed else ""


def _told(failure: Failure) -> str:
    kind = failure.application_failure_info.type
    stack = [line.strip() for line in failure.stack_trace.strip().splitlines()][-STACK_LINES:]
    where = f" ({' '.join(stack)})" if stack else ""
    return f"its code failed: {f'{kind}: ' if kind else ''}{failure.message}{where}"
