"""Real time, for whoever asks or sends something. Cases have clocks of their own.

This machine's clock and the server's are two. Whether a worker asked lately is a matter of the server's.
"""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, PollWorkflowTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

ANSWER_WITHIN = timedelta(seconds=3)
"""How long the server may take to tell its time; it refuses to be asked for a task for less than two seconds."""
ASK_EVERY = 0.02
NOBODYS = "accredit-clock"
"""A task queue in which no task ever lies."""


def now() -> datetime:
    """Return this instant, in UTC."""
    return datetime.now(UTC)


async def server_time(client: Client) -> datetime:
    """Return the server's present (UTC), to some milliseconds.

    No call of its own tells it. But the server notes when somebody asked for tasks: so a task is asked for where there
    is none, and the note is read. Measured: 60 ms.

    Raises:
        RPCError: The server does not answer.
    """
    queue, asker = TaskQueue(name=NOBODYS), f"{client.identity} {uuid4()}"
    poll = PollWorkflowTaskQueueRequest(namespace=client.namespace, task_queue=queue, identity=asker)
    look = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=queue,
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    asking = asyncio.create_task(client.workflow_service.poll_workflow_task_queue(poll, timeout=ANSWER_WITHIN))
    try:
        while not asking.done():
            described = await client.workflow_service.describe_task_queue(look, timeout=ANSWER_WITHIN)
            for one in described.pollers:
                if one.identity == asker:
                    return one.last_access_time.ToDatetime(UTC)
            await asyncio.sleep(ASK_EVERY)
        if (refused := asking.exception()) is not None:
            raise refused
    finally:
        asking.cancel()
        with suppress(asyncio.CancelledError, RPCError):
            await asking
    raise RPCError(f"the server does not tell its time in {ANSWER_WITHIN}", RPCStatusCode.DEADLINE_EXCEEDED, b"")
