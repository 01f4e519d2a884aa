"""How a run began, as the server has it in its first event: what nobody but the server writes down."""

from typing import Any, NamedTuple

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import ContinueAsNewInitiator
from temporalio.api.history.v1 import WorkflowExecutionStartedEventAttributes
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

REPEATED = (
    ContinueAsNewInitiator.CONTINUE_AS_NEW_INITIATOR_CRON_SCHEDULE,
    ContinueAsNewInitiator.CONTINUE_AS_NEW_INITIATOR_RETRY,
)


class Beginning(NamedTuple):
    """How a run began.

    Attributes:
        workflow: The type of its workflow.
        task_queue: Where its tasks went.
        first_run_id: The first run of the chain that it continues; its own id where it continues none.
        continued: Whether it continues another run.
        repeats: Whether it repeats another one (a cron schedule, a retry), or may be repeated. No case's run is.
        started: The event, for what it was started with.
    """

    workflow: str
    task_queue: str
    first_run_id: str
    continued: bool
    repeats: bool
    started: WorkflowExecutionStartedEventAttributes

    def is_of(self, workflow: str, task_queue: str) -> bool:
        """Whether it is a case's run, by the type of its workflow and the queue of its tasks."""
        return (self.workflow, self.task_queue, self.repeats) == (workflow, task_queue, False)


async def beginning_of(client: Client, workflow_id: str, run_id: str = "") -> Beginning | None:
    """Return how a run began (left out: the newest one of that id), or None: the server does not know it any more.

    Raises:
        RPCError: The server does not answer.
    """
    request = GetWorkflowExecutionHistoryRequest(
        namespace=client.namespace,
        execution=WorkflowExecution(workflow_id=workflow_id, run_id=run_id),
        maximum_page_size=1,
    )
    try:
        answer = await client.workflow_service.get_workflow_execution_history(request)
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return None
        raise
    started = answer.history.events[0].workflow_execution_started_event_attributes
    return Beginning(
        started.workflow_type.name,
        started.task_queue.name,
        started.first_execution_run_id,
        bool(started.continued_execution_run_id),
        started.initiator in REPEATED or bool(started.cron_schedule) or started.HasField("retry_policy"),
        started,
    )


async def first_run_of(client: Client, workflow_id: str, run_id: str, *, workflow: str, task_queue: str) -> str | None:
    """Return the first run of a case's chain, or None where the chain is none of a case.

    Both ends are looked at: somebody else's run could continue as one that looks like a case's. A first run that the
    server has forgotten (its retention is over) is taken for what the run says of it.

    Args:
        client: The server.
        workflow_id: The id.
        run_id: The run that asks.
        workflow: The type that its workflow must have.
        task_queue: Where its tasks must go.

    Raises:
        RPCError: The server does not answer.
    """
    asking = await beginning_of(client, workflow_id, run_id)
    if asking is None or not asking.is_of(workflow, task_queue):
        return None
    if asking.continued or asking.first_run_id != run_id:
        first = await beginning_of(client, workflow_id, asking.first_run_id)
        if first and (first.continued or not first.is_of(workflow, task_queue)):
            return None
    return asking.first_run_id


async def opening_of(client: Client, beginning: Beginning) -> dict[str, Any]:
    """Return with what a run was started, as JSON values; nothing where it was started with anything else."""
    said = await client.data_converter.decode(beginning.started.input.payloads)
    return said[0] if len(said) == 1 and isinstance(said[0], dict) else {}
