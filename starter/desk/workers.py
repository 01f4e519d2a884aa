"""Whether anybody works on the cases' task queue, as the server sees it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from policy.identity import TASK_QUEUE

POLLED_WITHIN = timedelta(seconds=90)
"""A worker without work asks anew each minute, when its long poll ends."""
ANSWER_WITHIN = timedelta(seconds=5)


KNOWN_WITHIN = 2.0
"""Seconds until the server has certainly seen a worker that has just started; measured: up to 0.7."""
ASK_EVERY = 0.1


class Poller(NamedTuple):
    """A worker that asked for tasks lately: who, and of which version (empty: unversioned)."""

    identity: str
    build_id: str


async def patient_pollers(client: Client, *, kind: TaskQueueType.ValueType) -> list[Poller]:
    """Return the workers that ask for tasks; ask for a while where there seems to be none, for one may just start."""
    stop = asyncio.get_running_loop().time() + KNOWN_WITHIN
    while True:
        found = await pollers(client, kind=kind)
        if found or asyncio.get_running_loop().time() > stop:
            return found
        await asyncio.sleep(ASK_EVERY)


async def pollers(client: Client, *, kind: TaskQueueType.ValueType | None = None) -> list[Poller]:
    """Return the workers that asked for tasks lately; workflow tasks, unless another kind is named.

    Raises:
        RPCError: The server does not answer.
    """
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=TASK_QUEUE),
        task_queue_type=kind or TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    described = await client.workflow_service.describe_task_queue(request, timeout=ANSWER_WITHIN)
    since = datetime.now(UTC) - POLLED_WITHIN
    return [
        Poller(poller.identity, poller.deployment_options.build_id)
        for poller in described.pollers
        if poller.last_access_time.ToDatetime(UTC) > since
    ]
