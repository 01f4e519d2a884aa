"""A worker process and a server on a file, to be killed outright in the middle of a life."""

import asyncio
import os
import signal
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path

from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from sqlmodel import func, select
from temporalio.api.activity.v1 import ActivityOptions
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionResponse,
    ResetStickyTaskQueueRequest,
    UpdateActivityOptionsRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from embedded.server import EmbeddedServer, embedded_server
from policy.office import OfficeSettings, Security
from records.books import open_books
from records.tables import StepRecord
from rehearsal.world import World
from services.connect import connect
from services.namespace import prepare_namespace
from services.security.signing import Sign, office_signs
from tests.patience import WITHIN
from tests.worker_process import a_worker

STARTED = PendingActivityState.PENDING_ACTIVITY_STATE_STARTED
NAMESPACE = "kills"
A_STEP = 20
"""Seconds in which a step that has begun is written, once it may be."""


def _begun(described: DescribeWorkflowExecutionResponse) -> bool:
    """Whether an activity of a case has been begun and not ended."""
    return any(pending.state == STARTED for pending in described.pending_activities)


class Scene:
    """A server, a worker and books; server and worker can be killed, and are then started again."""

    def __init__(self, folder: Path, settings: OfficeSettings) -> None:
        self.folder, self.settings = folder, settings
        self.kills = {"worker": 0, "server": 0}
        self._stack, self._serving, self._working = AsyncExitStack(), AsyncExitStack(), AsyncExitStack()
        self._server: EmbeddedServer
        self._log: asyncio.Task[bytes]
        self.place: World

    @property
    def client(self) -> Client:
        """A client of the scene's namespace; it finds a server that was started again by itself."""
        return self.place.client

    @asynccontextmanager
    async def set_up(self) -> AsyncIterator["Scene"]:
        """Start everything, for as long as a block lasts."""
        async with self._stack:
            await self._stack.enter_async_context(self._serving)
            await self._stack.enter_async_context(self._working)
            await self._start_server()
            await prepare_namespace(self._server.address, NAMESPACE, rehearsal=True)
            client = await connect(self._server.address, NAMESPACE)
            books = self._stack.enter_context(closing(open_books(self._url)))
            self.place = World(
                client, books, self.settings, self.folder, sign=office_signs(Security(keys=str(self.folder / "keys")))
            )
            await self._start_worker()
            yield self

    @property
    def _url(self) -> str:
        return f"sqlite:///{self.folder}/books.db"

    @property
    def _sign(self) -> Sign | None:
        return office_signs(Security(keys=str(self.folder / "keys")))  # the worker's own

    async def _start_server(self) -> None:
        serving = embedded_server(self.folder / "server", fast=True, use_configured=False)
        self._server = await self._serving.enter_async_context(serving)

    async def _start_worker(self) -> None:
        worker = await self._working.enter_async_context(a_worker(self.client, self._url, self.folder))
        await worker.says("works in namespace")
        assert worker.process.stderr
        self._log = asyncio.create_task(worker.process.stderr.read())  # a worker waits for whoever reads its log

    async def kill_worker(self) -> None:
        """Kill the worker outright."""
        self.kills["worker"] += 1
        await self._working.pop_all().aclose()

    async def another_worker(self, case_id: str, *, unasked: bool = False) -> None:
        """Start another worker in the place of one that was killed.

        Args:
            case_id: The case whose tasks the dead worker may hold.
            unasked: Leave it to the server to find out (it takes 10 s to give up on the dead worker's own queue, and
                two minutes on an activity); else it is told so, as an operator would.
        """
        if not unasked:
            await self._give_up(case_id)
        await self._start_worker()

    async def kill_server(self) -> None:
        """Kill the server outright, and start it again on its data; the worker must find it again by itself."""
        self.kills["server"] += 1
        os.kill(self._server.pids["server"], signal.SIGKILL)
        await self._serving.pop_all().aclose()
        await self._start_server()

    def deafen_server(self, *, ended: bool = False) -> None:
        """Let the server hear nothing more, so that nobody can tell it what was written; `ended`: let it hear again."""
        os.kill(self._server.pids["server"], signal.SIGCONT if ended else signal.SIGSTOP)

    async def _give_up(self, case_id: str) -> None:
        """Tell the server that nobody is left to finish what the dead worker held."""
        execution = WorkflowExecution(workflow_id=case_id)
        service, namespace = self.client.workflow_service, self.client.namespace
        await service.reset_sticky_task_queue(ResetStickyTaskQueueRequest(namespace=namespace, execution=execution))
        if not await self.in_activity(case_id):
            return
        shorter = UpdateActivityOptionsRequest(
            namespace=namespace,
            execution=execution,
            match_all=True,
            activity_options=ActivityOptions(start_to_close_timeout=Duration(seconds=1)),
            update_mask=FieldMask(paths=["start_to_close_timeout"]),
        )
        try:
            await service.update_activity_options(shorter)
        except RPCError as error:
            if error.status not in (RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT):
                raise  # else it was done in the meantime

    async def in_activity(self, case_id: str) -> bool:
        """Whether an activity of a case has been begun and not ended."""
        return _begun(await self._described(case_id))

    async def _described(self, case_id: str) -> DescribeWorkflowExecutionResponse:
        return (await self.client.get_workflow_handle(case_id).describe()).raw_description

    async def until_in_activity(self, case_id: str) -> bool:
        """Wait until an activity of a case has begun; return whether one has: the case may ask for none."""
        async with asyncio.timeout(WITHIN):
            while not _begun(found := await self._described(case_id)):
                if not found.pending_activities and not found.HasField("pending_workflow_task"):
                    return False
                await asyncio.sleep(0.002)
        return True

    def steps(self, case_id: str) -> int:
        """Return how many steps of a case the books have."""
        with self.place.books.reading() as session:
            return session.exec(select(func.count()).where(StepRecord.case_id == case_id)).one()

    async def until_written(self, case_id: str, steps: int) -> None:
        """Wait until the books have more steps of a case than so many; a step that reads documents first has none."""
        with suppress(TimeoutError):
            async with asyncio.timeout(A_STEP):
                while self.steps(case_id) <= steps:  # noqa: ASYNC110 (another process writes them)
                    await asyncio.sleep(0.01)

    @contextmanager
    def locked_books(self) -> Iterator[None]:
        """Let every step hang before it has written anything."""
        with closing(sqlite3.connect(self.folder / "books.db", isolation_level=None)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            yield
            connection.execute("ROLLBACK")
