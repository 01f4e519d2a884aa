"""Asks a case by query, and a task queue for its workers. Nobody answering is an answer: the books then tell."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, PollWorkflowTaskQueueRequest
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowQueryFailedError, WorkflowQueryRejectedError
from temporalio.common import QueryRejectCondition
from temporalio.service import RPCError, RPCStatusCode

from policy.identity import TASK_QUEUE
from services.clock import now

NOBODY = {RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED, RPCStatusCode.FAILED_PRECONDITION}
"""What the server says of a query that no worker took."""
POLLED_WITHIN = timedelta(seconds=90)
"""A worker without work asks anew each minute, when its long poll ends."""
NEAR_ENOUGH = timedelta(seconds=30)
"""What `POLLED_WITHIN` leaves of that minute: by a clock that is wrong by no more, no worker that works is silent."""
ANSWER_WITHIN = timedelta(seconds=5)
"""How long a server may take to say who asks."""
TELLS_WITHIN = timedelta(seconds=3)
"""How long it may take to tell its time; it refuses to be asked for a task for less than two seconds."""
LOOK_EVERY = 0.02
NOBODYS = "accredit-clock"
"""A task queue in which no task ever lies."""
KNOWN_WITHIN = 2.0
"""Seconds until the server has certainly seen a worker that has just started; measured: up to 0.7."""
ASK_EVERY = 0.1


class NotRunning(Exception):
    """The server knows no such case, or no such case that still runs; the books may know more."""

    def __init__(self, case_id: str, detail: str) -> None:
        super().__init__(f"{case_id}: {detail}")
        self.case_id = case_id
        self.detail = detail


def is_not_running(error: RPCError) -> bool:
    """Whether the server says that no such case runs (not that the whole namespace is missing)."""
    return error.status == RPCStatusCode.NOT_FOUND and not error.message.lower().startswith("namespace")


async def description_of(
    client: Client, case_id: str, run_id: str | None = None
) -> WorkflowExecutionDescription | None:
    """Return how a run stands, the newest one where none is named; None where the server does not have it.

    Raises:
        RPCError: The server does not answer.
    """
    try:
        return await client.get_workflow_handle(case_id, run_id=run_id).describe()
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return None
        raise


async def ask(
    client: Client,
    case_id: str,
    query: str,
    *arguments: Any,
    within: timedelta,
    running: bool = False,
    run_id: str | None = None,
) -> Any | None:
    """Return a query's answer as JSON values, or None where no worker answers (or the answer is null).

    Args:
        client: A connected client.
        case_id: Whom to ask.
        query: The query's name.
        arguments: Its arguments.
        within: How long to wait for a worker.
        running: Ask only a case that still runs.
        run_id: Ask this run of it; left out: the newest one.

    Raises:
        NotRunning: The server knows no such case, or (where that was asked for) none that still runs.
        RPCError: The server itself cannot be reached.
    """
    handle = client.get_workflow_handle(case_id, run_id=run_id)
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


async def pollers(
    client: Client, *, kind: TaskQueueType.ValueType | None = None, task_queue: str = TASK_QUEUE
) -> list[Poller]:
    """Return the workers that asked for tasks lately; workflow tasks, unless another kind is named.

    Args:
        client: A connected client, in whose namespace they work.
        kind: Workflow tasks or activity tasks.
        task_queue: Where they ask for them.

    Raises:
        RPCError: The server does not answer.
    """
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=task_queue),
        task_queue_type=kind or TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    described = await client.workflow_service.describe_task_queue(request, timeout=ANSWER_WITHIN)
    asked = [(one, one.last_access_time.ToDatetime(UTC)) for one in described.pollers]
    if not asked:
        return []
    since = await _present(client, max(at for _, at in asked)) - POLLED_WITHIN
    return [Poller(one.identity, one.deployment_options.build_id) for one, at in asked if at > since]


async def _present(client: Client, newest: datetime) -> datetime:
    """Return the present by which it is judged who asked lately, on the server's clock (UTC).

    Where the newest to ask seems to have done so just now, this machine's clock is near enough to the server's. Else
    nobody asked for a while, or this clock is wrong, and a worker with a wrong clock works all the same: then the
    server is asked.
    """
    here = now()
    return here if abs(here - newest) <= NEAR_ENOUGH else await server_time(client)


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
    asking = asyncio.create_task(client.workflow_service.poll_workflow_task_queue(poll, timeout=TELLS_WITHIN))
    try:
        while not asking.done():
            described = await client.workflow_service.describe_task_queue(look, timeout=TELLS_WITHIN)
            for one in described.pollers:
                if one.identity == asker:
                    return one.last_access_time.ToDatetime(UTC)
            await asyncio.sleep(LOOK_EVERY)
        if (refused := asking.exception()) is not None:
            raise refused
    finally:
        asking.cancel()
        with suppress(asyncio.CancelledError, RPCError):
            await asking
    raise RPCError(f"the server does not tell its time in {TELLS_WITHIN}", RPCStatusCode.DEADLINE_EXCEEDED, b"")
