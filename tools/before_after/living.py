"""Lives the scenarios of the moments on one server, and looks at each moment on the way."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

from rehearsal.playing import live
from rehearsal.preparation import PreparedScenario, make_plans
from rehearsal.reading import read_scenario
from rehearsal.runner import AT_ONCE
from rehearsal.world import world
from services.settings import SAMPLE, load_settings
from starter.rehearsals.demo import SCENARIOS
from tools.before_after.looking import Looker, Picture, Sight
from tools.before_after.moments import MOMENTS, Moment

OPENS = date(2035, 6, 1)
"""When they open, where a scenario names no day of its own. For five months no clock changes, and it is one day for
ever: how many days three years have depends on it. It must lie ahead of the day on which they are lived.
"""


class WentOtherwise(Exception):
    """A life that did not go as its scenario says: there is nothing to show of it."""


def moments_of(scenario: str) -> list[Moment]:
    """Return the moments of a scenario, by the stem of its file."""
    return [moment for moments in MOMENTS.values() for moment in moments if moment.scenario == scenario]


def by_event(plan: PreparedScenario) -> dict[int, Moment]:
    """Return a plan's moments by the numbers of their events."""
    scenario = plan.scenario
    return {moment.event(scenario).number: moment for moment in moments_of(scenario.file.stem)}


def plans_to_look_at(names: Sequence[str]) -> list[PreparedScenario]:
    """Return the plans of scenarios."""
    read = [read_scenario(SCENARIOS / f"{name}.toml") for name in names]
    return make_plans(
        [replace(one, opens=one.opens or OPENS) for one in read], load_settings(SAMPLE, {}), datetime.now(UTC)
    )


async def see(
    address: str, folder: Path, names: Sequence[str], picture: Picture | None = None, at_once: int = AT_ONCE
) -> Mapping[Moment, Sight]:
    """Live scenarios, each in a world of its own, and return what was seen of their moments.

    Args:
        address: A server that skips time and holds no office's cases.
        folder: Where the worlds lie.
        names: The scenarios, by the stems of their files.
        picture: Takes pictures of the moments too.
        at_once: How many are lived at the same time.

    Raises:
        WentOtherwise: One did not go as it is written.
    """
    places = asyncio.Semaphore(at_once)

    async def see_one(plan: PreparedScenario) -> dict[Moment, Sight]:
        name = f"{plan.scenario.file.stem}-{uuid4().hex[:8]}"
        async with places, world(address, name, plan.settings, folder / name) as place:
            looker = Looker(plan, place, by_event(plan), picture)
            report = await live(plan, place, lambda text: None, looker.look)
        if report["failures"]:
            raise WentOtherwise("; ".join(report["failures"]))
        return looker.sights

    async with asyncio.TaskGroup() as lives:
        tasks = [lives.create_task(see_one(plan)) for plan in plans_to_look_at(names)]
    return {moment: sight for task in tasks for moment, sight in task.result().items()}


def scenarios_to_look_at() -> list[str]:
    """Return the scenarios of all moments."""
    return sorted({moment.scenario for moments in MOMENTS.values() for moment in moments})
