"""Imported cases begin behind all others, and are then like any other.

A case's tasks keep the priority with which it was started. So an import starts its cases behind whatever people wait
for, and the worker lets each one be like any other once its first step is in the books: from then on people may wait
for it too.
"""

from contextlib import suppress
from typing import Any

from temporalio import activity
from temporalio.api.common.v1 import Priority as PriorityOfServer
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflow.v1 import WorkflowExecutionOptions
from temporalio.api.workflowservice.v1 import UpdateWorkflowExecutionOptionsRequest
from temporalio.client import Client
from temporalio.common import Priority
from temporalio.service import RPCError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from activities.contract import Step

IMPORTED = Priority(priority_key=5)
"""With which an import starts its cases: behind everything else."""
AS_ANY_OTHER = PriorityOfServer(priority_key=3)
"""What the server takes of itself where nothing is said."""


class Precedence(Interceptor):
    """Lets each imported case be like any other once it has begun."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Return what stands before each activity."""
        return _AfterTheFirstStep(next, self._client)


class _AfterTheFirstStep(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, client: Client) -> None:
        super().__init__(next)
        self._client = client

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        """Carry the activity out; then, if it was the first step of an imported case, let that be like any other."""
        result = await super().execute_activity(input)
        step = input.args[0] if input.args else None
        if isinstance(step, Step) and step.opening and activity.info().priority.priority_key == IMPORTED.priority_key:
            with suppress(RPCError):  # it then stays behind the others, and loses nothing
                await as_any_other(self._client, step.case_id)
        return result


async def as_any_other(client: Client, case_id: str) -> None:
    """Let the tasks of a case stand among the others as if nothing had been said.

    Raises:
        RPCError: The server does not answer, or does not know of that.
    """
    request = UpdateWorkflowExecutionOptionsRequest(
        namespace=client.namespace,
        workflow_execution=WorkflowExecution(workflow_id=case_id),
        workflow_execution_options=WorkflowExecutionOptions(priority=AS_ANY_OTHER),
        identity=client.identity,
    )
    request.update_mask.paths.append("priority")
    await client.workflow_service.update_workflow_execution_options(request, retry=True)
