"""Orders to the server to lead a case's clock forward, of which none is carried out twice.

An order names a length of time, and the server counts it from wherever the clock stands when it comes in. It does not
ask whether it has carried out an order of that id before. So an order whose answer was lost must not simply be given
again, as the SDK's own helper does: the clock would go twice as far, past windows that somebody was about to use.
"""

from datetime import timedelta
from uuid import uuid4

from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from temporalio.api.common.v1 import FastForwardConfig, TimeSkippingConfig, WorkflowExecution
from temporalio.api.enums.v1 import FastForwardPollingResult
from temporalio.api.workflow.v1 import WorkflowExecutionOptions
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    PollWorkflowExecutionTimeSkippingRequest,
    UpdateWorkflowExecutionOptionsRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

MOST_SKIPS = 100_000
"""Skips that the server allows between two orders (200 by default, then it stops without a word)."""
WITHIN = timedelta(seconds=10)
"""Real time in which an order must be answered."""
NOT_TAKEN = frozenset(
    (RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT, RPCStatusCode.FAILED_PRECONDITION)
)  # fmt: skip
"""Answers that say that the order was not taken and never will be; after any other one nobody knows."""


class Skipping:
    """Leads the clock of one case, of the newest run of that id."""

    def __init__(self, client: Client, case_id: str) -> None:
        """Give no order yet."""
        self._service, self._namespace = client.workflow_service, client.namespace
        self._execution = WorkflowExecution(workflow_id=case_id)

    async def order(self, length: timedelta) -> str | None:
        """Order that the clock is led on by so much, and return the order's id; None: the server does not have it.

        Raises:
            RPCError: There is no such case that runs, or the server does not answer whether it has the order.
        """
        own = str(uuid4())
        duration = Duration()
        duration.FromTimedelta(length)
        forward = FastForwardConfig(id=own, duration=duration)
        config = TimeSkippingConfig(enabled=True, fast_forward_config=forward, max_session_skip_count=MOST_SKIPS)
        request = UpdateWorkflowExecutionOptionsRequest(
            namespace=self._namespace,
            workflow_execution=self._execution,
            workflow_execution_options=WorkflowExecutionOptions(time_skipping_config=config),
            update_mask=FieldMask(paths=["time_skipping_config"]),
        )
        try:
            await self._service.update_workflow_execution_options(request, retry=False, timeout=WITHIN)
        except RPCError as error:
            if error.status in NOT_TAKEN:
                raise
            return own if await self._has(own) else None
        return own

    async def _has(self, order: str) -> bool:
        """Whether the server's newest order is this one."""
        question = DescribeWorkflowExecutionRequest(namespace=self._namespace, execution=self._execution)
        described = await self._service.describe_workflow_execution(question, retry=True)
        return described.workflow_extended_info.time_skipping_info.fast_forward_info.fast_forward_id == order

    async def arrived(self, order: str) -> bool:
        """Wait until an order is carried out; false: it never will be.

        The case has ended then, another order has taken the place of this one, or the server has stopped skipping.

        Raises:
            RPCError: The server does not answer, or does not have the case.
        """
        question = PollWorkflowExecutionTimeSkippingRequest(
            namespace=self._namespace, workflow_execution=self._execution, fast_forward_id=order
        )
        while True:
            told = await self._service.poll_workflow_execution_time_skipping(question, retry=True)
            match told.fast_forward_polling_result:
                case FastForwardPollingResult.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_COMPLETED:
                    return True
                case FastForwardPollingResult.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_FAILED:
                    return False
