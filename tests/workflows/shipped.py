"""Lives the shipped scenarios through, each in a world of its own, and keeps the histories of their cases."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from temporalio.client import WorkflowHistory

from records.books import Books, open_books
from records.words import BooksPurpose
from rehearsal.playing import live
from rehearsal.preparation import PreparedScenario, make_plans
from rehearsal.reading import read_scenario
from rehearsal.runner import AT_ONCE, Report
from rehearsal.world import World, world
from services.paths import BOOKS
from services.settings import SAMPLE, load_settings
from starter.rehearsals.demo import SCENARIOS
from tools.before_after.living import OPENS, by_event
from tools.before_after.looking import Looker, Sight
from tools.before_after.moments import Moment

ACCREDITATION, DESIGNATION = "accreditation", "dicoe"


class Life(NamedTuple):
    """A scenario that was lived through: what was planned, what is reported, the histories of its cases.

    `folder`: what was left of its world, books and mail. `sights`: how its case stood before and after the moments of
    the page of `make before-and-after`.
    """

    plan: PreparedScenario
    report: Report
    histories: list[WorkflowHistory]
    folder: Path
    sights: Mapping[Moment, Sight]

    @contextmanager
    def books(self) -> Iterator[Books]:
        """Open its books."""
        with closing(open_books(f"sqlite:///{self.folder / BOOKS}", BooksPurpose.REHEARSAL)) as books:
            yield books


def of_program(lives: Mapping[str, Life], program: str) -> dict[str, Life]:
    """Return the lives that are about a program."""
    return {name: life for name, life in lives.items() if life.plan.case_id.startswith(f"{program}.")}


def shipped_plans(program: str = ACCREDITATION) -> dict[str, PreparedScenario]:
    """Return the plans of the shipped scenarios about a program, by the names of their files."""
    return {name: plan for name, plan in _all_plans().items() if plan.case_id.startswith(f"{program}.")}


@cache
def _all_plans() -> dict[str, PreparedScenario]:
    """Read and plan the shipped scenarios."""
    read = {file.stem: read_scenario(file) for file in sorted(SCENARIOS.glob("*.toml"))}
    scenarios = [replace(scenario, opens=scenario.opens or OPENS) for scenario in read.values()]
    plans = make_plans(scenarios, load_settings(SAMPLE, {}), datetime.now(UTC))
    return dict(zip(read, plans, strict=True))


async def live_shipped(address: str, folder: Path, *programs: str, names: set[str] | None = None) -> dict[str, Life]:
    """Live those about some programs (none: accreditations), or of some names, as many at once as a rehearsal does."""
    places = asyncio.Semaphore(AT_ONCE)

    async def live_one(name: str, plan: PreparedScenario) -> Life:
        async with places, world(address, f"shipped-{uuid4()}", plan.settings, folder / name) as place:
            looker = Looker(plan, place, by_event(plan))
            report = await live(plan, place, lambda text: None, looker.look)
            return Life(plan, report, await _histories(place, report), place.folder, looker.sights)

    all_plans = {
        name: plan for program in programs or (ACCREDITATION,) for name, plan in shipped_plans(program).items()
    }
    plans = {name: plan for name, plan in all_plans.items() if names is None or name in names}
    async with asyncio.TaskGroup() as group:
        lives = {name: group.create_task(live_one(name, plan)) for name, plan in plans.items()}
    return {name: life.result() for name, life in lives.items()}


async def _histories(place: World, report: Report) -> list[WorkflowHistory]:
    """Return the histories of a scenario's case and of the one that renews it."""
    cases = [report["case"], report["status"].get("renewal")]
    return [await place.client.get_workflow_handle(case).fetch_history() for case in cases if case]
