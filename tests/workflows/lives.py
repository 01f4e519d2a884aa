"""Lives stories side by side on the run's server, and looks into what is reported of them.

Stories that begin alike are lived once up to where they part (`branches.py`).
"""

import asyncio
import shutil
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from itertools import count
from math import inf
from pathlib import Path
from typing import Any, NamedTuple

from temporalio.service import RPCError, RPCStatusCode

from embedded.server import EmbeddedServer
from policy.messages import StartRenewal
from rehearsal.clocks import CaseClocks
from rehearsal.playing import LifeSoFar, go_on, start
from rehearsal.preparation import PreparedScenario
from rehearsal.runner import AT_ONCE, Report
from rehearsal.scenario import Event, ExternalEvent
from rehearsal.world import World
from tests.workflows.branches import Stand, going_on, stand_of
from tests.workflows.driving import a_place, at_work
from tests.workflows.stories import Story, plans_of

Reports = dict[str, Report]
WORTH_IT = 3
"""Messages that stories have in common at least, where they are lived together: to part costs as much as one or two."""


async def lived(server: EmbeddedServer, folder: Path, stories: Mapping[str, Story]) -> Reports:
    """Live stories and return their reports by name; from where they part, each has a world of its own."""
    lives = _Lives(server, folder, stories)
    async with asyncio.TaskGroup() as together:
        for names in alike(stories):
            together.create_task(lives.live(names, names[0]))
    return {name: lives.reports[name] for name in stories}


def alike(stories: Mapping[str, Story]) -> list[list[str]]:
    """Return the names of stories, those that begin alike together."""
    found: list[list[str]] = []
    for name, story in stories.items():
        names = next((names for names in found if in_common(stories[names[0]], story) >= WORTH_IT), None)
        if names is None:
            found.append([name])
        else:
            names.append(name)
    return found


def in_common(one: Story, other: Story) -> int:
    """Return after how many messages two stories part at the latest: after one that was accepted."""
    if (one.opened_at, one.medium, one.application) != (other.opened_at, other.medium, other.application):
        return 0
    if any(said.name == "start_renewal" for said in (*one.said, *other.said)):  # which names a story's own facility
        return 0
    found = 0
    for number, (here, there) in enumerate(zip(one.in_order(), other.in_order(), strict=False), 1):
        if here != there:
            break
        found = number if here.refused is None else found
    return found


class _Parting(NamedTuple):
    """Where stories part from another one: how the case stands, and what has been lived so far."""

    stand: Stand
    life: LifeSoFar


class _Lives:
    """Stories that are lived.

    Attributes:
        reports: What is reported of those that were lived to their ends, by name.
    """

    def __init__(self, server: EmbeddedServer, folder: Path, stories: Mapping[str, Story]) -> None:
        self._server, self._folder, self._stories = server, folder, stories
        self._places, self._folders = asyncio.Semaphore(AT_ONCE), (folder / str(number) for number in count())
        self._namespaces: list[str] = []  # in which no case runs any more
        self.reports: Reports = {}

    async def live(self, names: list[str], facility: str, parting: _Parting | None = None) -> None:
        """Live stories that begin alike: one of them to its end, and the others from where they part from it.

        Args:
            names: The stories.
            facility: Whose case it is, the same for all of them.
            parting: Where they have parted from others; left out: they are lived from the beginning.
        """
        one = min(names, key=self._days)
        parts: dict[int, list[str]] = defaultdict(list)
        for other in names:
            if other != one:
                parts[in_common(self._stories[one], self._stories[other])].append(other)
        async with asyncio.TaskGroup() as others:
            if parting and (elsewhere := parts.pop(parting.life.sent, None)):
                others.create_task(self.live(elsewhere, facility, parting))
            plan = plans_of({facility: self._stories[one]})[facility]
            async with self._places, self._begun(plan, parting) as (place, life):

                async def part(event: Event | ExternalEvent, case_id: str, after: bool) -> None:
                    if after and (going := parts.get(life.sent)):
                        there = _Parting(
                            await stand_of(place, life.clocks, next(self._folders)), so_far(life, life.clocks)
                        )
                        others.create_task(self.live(going, facility, there))

                self.reports[one] = await go_on(plan, place, life, lambda text: None, part)

    def _days(self, name: str) -> list[float]:
        """Return the days of a story: of those that part, the one is lived on whose next message comes first."""
        return [*(one.day for one in self._stories[name].in_order()), inf]

    @asynccontextmanager
    async def _begun(self, plan: PreparedScenario, parting: _Parting | None) -> AsyncIterator[tuple[World, LifeSoFar]]:
        """Begin a life in a place of its own, or go on with it there from where stories have parted."""
        folder, free = next(self._folders), self._namespaces
        if parting:
            await asyncio.to_thread(shutil.copytree, parting.stand.folder, folder)
        async with a_place(self._server, folder, namespace=free.pop() if free else None) as place:
            if parting:
                async with going_on(parting.stand, place, plan.case_id) as clocks:
                    yield place, so_far(parting.life, clocks)
            else:
                clocks = CaseClocks(place.client, plan.case_id)
                async with at_work(place):
                    await start(plan, place)
                    yield place, LifeSoFar(clocks)
            if not any(event.model is StartRenewal for event in plan.scenario.events if isinstance(event, Event)):
                await _end(clocks)  # another case may live here
                free.append(place.client.namespace)


async def _end(clocks: CaseClocks) -> None:
    """End a case whose story is over, unless it has closed."""
    try:
        await clocks.first.handle.terminate(reason="its story is over")
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise


def so_far(life: LifeSoFar, clocks: CaseClocks) -> LifeSoFar:
    """Return what has been lived of a life, for another one that goes on from there."""
    return LifeSoFar(clocks, life.sent, [*life.outcomes], [*life.failures])


def went_as_told(report: Report) -> dict[str, Any]:
    """Assert that everything went as the story tells it, and return the last status."""
    assert report["failures"] == []
    status: dict[str, Any] = report["status"]
    return status


def days_of(report: Report, kind: str, text: str = "") -> list[float]:
    """Return the days of the timeline's entries of a kind whose text holds some words."""
    return [entry["day"] for entry in report["timeline"] if entry["kind"] == kind and text in entry["text"]]


def notices_of(report: Report, kind: str) -> list[float]:
    """Return the days on which a notice went out."""
    return [notice["day"] for notice in report["notices"] if notice["kind"] == kind]


def deadlines_of(report: Report, name: str) -> list[tuple[Any, bool | None]]:
    """Return due day and fate of every deadline of a name."""
    return [(one["due_day"], one["met"]) for one in report["deadlines"] if one["name"] == name]


def rules_of(report: Report) -> list[str]:
    """Return the rules by which messages were refused."""
    return [refusal["rule"] for refusal in report["refusals"]]
