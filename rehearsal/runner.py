"""Rehearses many scenarios side by side on one Temporal server."""

import asyncio
import os
import tempfile
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

from embedded.server import embedded_server
from rehearsal.playing import Watch, live
from rehearsal.preparation import PreparedScenario
from rehearsal.scenes import Scenes, Tell
from rehearsal.world import World, world
from services.rehearsal_check import refuse_office_server

AT_ONCE = max(4, os.cpu_count() or 1)
"""Lives that are lived at the same time. A life waits for its server half of the time."""
DONE = "done"
"""What a watcher is told at the end of a life."""

Watcher = Callable[[PreparedScenario, str], None]
"""Told how far each life has come."""
Report = dict[str, Any]


async def rehearse(plans: Sequence[PreparedScenario], watch: Watcher, address: str | None = None) -> list[Report]:
    """Rehearse scenarios, each in a world of its own, and return their reports in the same order.

    Args:
        plans: What is to be lived.
        watch: Told how far each life has come.
        address: A server to rehearse on; left out, one that is started for it and keeps nothing.

    Raises:
        RefusedByRule: `rehearsal.office_server`: that server holds an office's cases.
        ServiceError: No server could be started, or reached, or it does not skip time.
    """
    with tempfile.TemporaryDirectory(prefix="accredit-rehearsal-") as folder:
        async with _server(address) as server:

            async def rehearse_one(plan: PreparedScenario) -> Report:
                return await _alone(server, Path(folder), plan, lambda text: watch(plan, text))

            return await _side_by_side(plans, rehearse_one, watch)


async def rehearse_before(
    plans: Sequence[PreparedScenario],
    show: Callable[[PreparedScenario, Scenes], Coroutine[Any, Any, None]],
    address: str | None = None,
    starting: AbstractContextManager[object] | None = None,
) -> list[Report]:
    """Rehearse scenarios one after the other, each shown while it is lived, and return their reports.

    Args:
        plans: What is to be lived.
        show: Shows a life; the next one begins when it is done.
        address: A server to rehearse on, as for `rehearse`.
        starting: Entered while the server is started, which takes some seconds.

    Raises:
        RefusedByRule, ServiceError: As `rehearse` does.
    """
    reports = []
    with tempfile.TemporaryDirectory(prefix="accredit-rehearsal-") as folder:
        async with AsyncExitStack() as stack:
            with starting or nullcontext():
                server = await stack.enter_async_context(_server(address))
            for plan in plans:
                scenes = Scenes()
                living = _alone(server, Path(folder), plan, lambda text: None, scenes.tell)
                reports.append(await _shown(living, show(plan, scenes), scenes))
    return reports


async def _alone(server: str, folder: Path, plan: PreparedScenario, watch: Watch, tell: Tell | None = None) -> Report:
    """Live a scenario through in a world of its own."""
    name = f"rehearsal-{uuid.uuid4()}"
    async with world(server, name, plan.settings, folder / name, tell) as place:
        return await live(plan, place, watch)


async def _shown(living: Coroutine[Any, Any, Report], showing: Coroutine[Any, Any, None], scenes: Scenes) -> Report:
    """Live a life while it is shown; where one of the two fails, the other ends too."""

    async def lived() -> Report:
        try:
            return await living
        finally:
            scenes.end()

    try:
        async with asyncio.TaskGroup() as both:
            both.create_task(showing)
            life = both.create_task(lived())
    except ExceptionGroup as group:
        raise group.exceptions[0] from None
    return life.result()


async def rehearse_in(place: World, plans: Sequence[PreparedScenario], watch: Watcher) -> list[Report]:
    """Rehearse scenarios side by side in one world, and return their reports in the same order."""
    return await _side_by_side(plans, lambda plan: live(plan, place, lambda text: watch(plan, text)), watch)


async def _side_by_side(
    plans: Sequence[PreparedScenario], lived: Callable[[PreparedScenario], Awaitable[Report]], watch: Watcher
) -> list[Report]:
    places = asyncio.Semaphore(AT_ONCE)

    async def take_place(plan: PreparedScenario) -> Report:
        async with places:
            report = await lived(plan)
        watch(plan, DONE)
        return report

    try:
        async with asyncio.TaskGroup() as lives:
            tasks = [lives.create_task(take_place(plan)) for plan in plans]
    except ExceptionGroup as group:
        raise group.exceptions[0] from None  # the others were cancelled for its sake
    return [task.result() for task in tasks]


@asynccontextmanager
async def _server(address: str | None) -> AsyncIterator[str]:
    if address is None:
        async with embedded_server(fast=True, use_configured=False) as server:
            yield server.address
    else:
        await refuse_office_server(address, address)
        yield address
