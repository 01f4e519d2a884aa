"""Drives the peers that live by a list of steps: on Temporal, or on DBOS."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from temporalio.client import Client, WorkflowHandle
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from bench.peers.lean import FLOOR_QUEUE, LEAN_QUEUE, FloorCycle, LeanCycle
from bench.peers.ledger import Tail
from bench.peers.life import LIVES, OPTION, Stand, Step, Tell, Wait
from bench.peers.lived import Lived

SKIPS = 100_000
SPARE = timedelta(hours=1)
"""How far beyond the end of a standing its clock is led."""
SENDERS = 16
"""Threads of a driver of DBOS, whose client blocks."""


class StepwiseLife:
    """Sends the messages of a list of steps; `start`, `send` and `stand` are the engine's."""

    def __init__(
        self,
        steps: tuple[Step, ...],
        tail: Tail,
        start: Callable[[str], Awaitable[None]],
        send: Callable[[str, str], Awaitable[None]],
        stand: Callable[[str, float], Awaitable[None]] | None = None,
    ) -> None:
        self._steps, self._tail = steps, tail
        self._start, self._send, self._stand = start, send, stand

    async def live(self, name: str, stop_at: str = "") -> Lived:
        """Drive one life."""
        await self._start(name)
        told: dict[str, int] = {}
        sent = visible = answered = 0.0
        for place, step in enumerate(self._steps):
            if isinstance(step, Tell):
                told[step.what] = told.get(step.what, 0) + 1
                seen = await self._tail.seen(name, step.what, told[step.what])
                if sent and not visible:
                    visible = seen - sent
            elif isinstance(step, Wait):
                if step.what == stop_at:
                    break
                begun = time.perf_counter()
                await self._send(name, step.what)
                if step.what == OPTION:
                    sent, answered = begun, time.perf_counter() - begun
            elif self._stand and not isinstance(self._steps[max(0, place - 2)], Stand):
                await self._stand(name, self._days_from(place))  # standings in a row are passed at once
        return Lived(visible, answered)

    def _days_from(self, place: int) -> float:
        """Return how long the life stands from here on, without a message between."""
        days = 0.0
        for step in self._steps[place:]:
            if isinstance(step, Wait):
                break
            days += step.days if isinstance(step, Stand) else 0.0
        return days


def on_temporal(client: Client, tail: Tail, peer: str, life: str) -> StepwiseLife:
    """Return what drives the lean workflow (by updates) or the floor (by signals)."""
    skipper = TimeSkipper(client, config=TimeSkippingConfig(max_session_skip_count=SKIPS))
    handles: dict[str, WorkflowHandle[Any, Any]] = {}

    async def start(name: str) -> None:
        if peer == "floor":
            handles[name] = await client.start_workflow(FloorCycle.run, life, id=name, task_queue=FLOOR_QUEUE)
        else:
            handles[name] = await client.start_workflow(LeanCycle.run, life, id=name, task_queue=LEAN_QUEUE)

    async def send(name: str, what: str) -> None:
        if peer == "floor":
            await handles[name].signal(FloorCycle.receive, what)
        else:
            await handles[name].execute_update(LeanCycle.receive, what)

    async def stand(name: str, days: float) -> None:
        if days >= 1:
            await skipper.fast_forward(handles[name], timedelta(days=days) + SPARE)

    return StepwiseLife(LIVES[life], tail, start, send, stand)


def on_dbos(url: str, tail: Tail, life: str) -> StepwiseLife:
    """Return what drives the workflow of DBOS, from another process than its worker, by the library's own client."""
    from dbos import DBOSClient  # here, because the other peers do without

    from bench.peers.dbos_worker import QUEUE, WORKFLOW

    client = DBOSClient(system_database_url=url)
    senders = ThreadPoolExecutor(SENDERS)

    async def blocking(what: Callable[[], Any]) -> None:
        await asyncio.get_running_loop().run_in_executor(senders, what)

    async def start(name: str) -> None:
        await blocking(
            lambda: client.enqueue(
                {"workflow_name": WORKFLOW, "queue_name": QUEUE, "workflow_id": name, "app_version": "1"}, name, life
            )
        )

    async def send(name: str, what: str) -> None:
        await blocking(lambda: client.send(name, what, what))

    return StepwiseLife(LIVES[life], tail, start, send)
