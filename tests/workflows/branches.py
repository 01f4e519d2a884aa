"""A case that goes on from where it stood, in another world: for lives that begin alike.

A case goes on in a new run with all that it knows, and is the same case (`test_continue_as_new.py`, whose own lives are
lived whole). What such a run begins with can begin a run in another namespace too, beside a copy of the books. A case
believes what it is told to know only where the server says that its run continues another one: so the first run there
has one task, which is answered here before a worker is at work, by continuing as new.
"""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from google.protobuf.duration_pb2 import Duration
from temporalio.api.command.v1 import Command, ContinueAsNewWorkflowExecutionCommandAttributes
from temporalio.api.enums.v1 import CommandType, ContinueAsNewInitiator
from temporalio.api.history.v1 import WorkflowExecutionStartedEventAttributes
from temporalio.api.workflowservice.v1 import (
    PollWorkflowTaskQueueRequest,
    PollWorkflowTaskQueueResponse,
    RespondWorkflowTaskCompletedRequest,
    StartWorkflowExecutionRequest,
)

from rehearsal.clocks import CaseClocks
from rehearsal.world import World
from services.paths import BOOKS
from tests.workflows.driving import WITHIN, at_work, goes_on

BY_HAND = "by hand"


class Stand(NamedTuple):
    """How a case stands at rest, so that it can go on from there elsewhere.

    Attributes:
        at: What its clock shows.
        begun: What its newest run was begun with.
        folder: A copy of its books and of what lies beside them.
    """

    at: datetime
    begun: WorkflowExecutionStartedEventAttributes
    folder: Path


async def stand_of(place: World, clocks: CaseClocks, folder: Path) -> Stand:
    """Have a case go on in a new run, and return how it stands then; its books are copied into a new folder."""
    await goes_on(clocks.first.handle)
    reading, _ = await clocks.first.rest()
    first = await anext(clocks.first.handle.fetch_history_events(page_size=1))
    await asyncio.to_thread(copy_world, place.folder, folder)
    return Stand(reading.now, first.workflow_execution_started_event_attributes, folder)


def copy_world(world: Path, folder: Path) -> None:
    """Copy a world's books, as SQLite does it while they are open, and all that lies beside them."""
    shutil.copytree(world, folder, ignore=lambda _, names: [name for name in names if name.startswith(BOOKS)])
    with closing(sqlite3.connect(world / BOOKS)) as books, closing(sqlite3.connect(folder / BOOKS)) as copy:
        books.backup(copy)
        with copy:
            copy.execute("UPDATE cases SET first_run_id = NULL")  # there the case begins with another run


@asynccontextmanager
async def going_on(stand: Stand, place: World, case_id: str) -> AsyncIterator[CaseClocks]:
    """Let a case go on from where it stood, in a place beside a copy of its books in which nobody is at work yet.

    A worker is at work for as long as the block lasts, which gets the case's clocks.
    """
    await _begin(stand, place, case_id)
    clocks = CaseClocks(place.client, case_id)
    opening = asyncio.create_task(clocks.open(stand.at))
    try:
        await _continue(stand, place, case_id)
        async with at_work(place):
            await opening
            yield clocks
    finally:
        opening.cancel()


async def _begin(stand: Stand, place: World, case_id: str) -> None:
    """Begin a run as if it were the case's, for the instant at which the case stood."""
    begun, delay = stand.begun, Duration()
    delay.FromTimedelta(max(stand.at - datetime.now(UTC), timedelta(0)))
    request = StartWorkflowExecutionRequest(
        namespace=place.client.namespace,
        workflow_id=case_id,
        workflow_type=begun.workflow_type,
        task_queue=begun.task_queue,
        input=begun.input,
        request_id=str(uuid4()),
        search_attributes=begun.search_attributes,
        memo=begun.memo,
        workflow_start_delay=delay,
    )
    await place.client.workflow_service.start_workflow_execution(request, retry=True)


async def _continue(stand: Stand, place: World, case_id: str) -> None:
    """Answer that run's task: it continues as new, with what the case knows."""
    service, namespace, begun = place.client.workflow_service, place.client.namespace, stand.begun
    asking = PollWorkflowTaskQueueRequest(namespace=namespace, task_queue=begun.task_queue, identity=BY_HAND)
    task = PollWorkflowTaskQueueResponse()
    while not task.task_token:  # nobody had one within a minute
        task = await service.poll_workflow_task_queue(asking, retry=True, timeout=WITHIN)
    assert task.workflow_execution.workflow_id == case_id
    going_on = ContinueAsNewWorkflowExecutionCommandAttributes(
        workflow_type=begun.workflow_type,
        task_queue=begun.task_queue,
        input=begun.input,
        initiator=ContinueAsNewInitiator.CONTINUE_AS_NEW_INITIATOR_WORKFLOW,
        search_attributes=begun.search_attributes,
        memo=begun.memo,
    )
    command = Command(
        command_type=CommandType.COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION,
        continue_as_new_workflow_execution_command_attributes=going_on,
    )
    answer = RespondWorkflowTaskCompletedRequest(
        namespace=namespace, task_token=task.task_token, identity=BY_HAND, commands=[command]
    )
    await service.respond_workflow_task_completed(answer, retry=True)
