"""Why a life broke off is told down to the last cause."""

import pytest
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from rehearsal.playing import why

pytestmark = pytest.mark.server


def failed(error: Exception, cause: Exception) -> Exception:
    """Return an error that another one caused, as `raise … from …` makes it."""
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (WorkflowUpdateFailedError(ApplicationError("no such area")), "Workflow update failed; because no such area"),
        (failed(RuntimeError("it went wrong."), KeyError("area")), "it went wrong; because 'area'"),
        (failed(RuntimeError("twice"), RuntimeError("twice")), "twice"),
        (TimeoutError(), "TimeoutError"),
    ],
)
async def test_every_cause_is_told_once(client: Client, error: Exception, told: str) -> None:
    assert await why(error, client.get_workflow_handle("nobody")) == told
