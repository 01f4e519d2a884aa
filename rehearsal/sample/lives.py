"""Lives for a sample office: each shipped scenario, lived to several days and stopped there."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from embedded.server import embedded_server
from policy.office import OfficeSettings
from rehearsal.preparation import PreparedScenario, make_plans
from rehearsal.runner import rehearse_in
from rehearsal.scenario import Scenario
from rehearsal.world import world
from services.paths import BOOKS

AFTER = 0.6
"""Days after an event at which a life is stopped."""
STOPS = 4
"""At how many days a life is stopped before it has come to its end."""


@dataclass(frozen=True)
class LivedTo:
    """A life that was lived up to an instant (UTC): its first case, and the file of its books."""

    case_id: str
    books: Path
    at: datetime


def stops_of(scenario: Scenario) -> Iterator[float | None]:
    """Yield the days at which a scenario is stopped: shortly after some events, and last of all at its end."""
    days = sorted({event.day + AFTER for event in scenario.events})
    step = max(len(days) // STOPS, 1)
    yield from days[::step][:STOPS]
    yield scenario.until_day


def stopped(scenario: Scenario, day: float | None) -> Scenario:
    """Return a scenario that ends at a day; None: as it is written."""
    if day is None:
        return scenario
    return replace(scenario, until_day=day, events=tuple(event for event in scenario.events if event.day <= day))


async def live_all(
    scenarios: Sequence[Scenario], settings: OfficeSettings, folder: Path, now: datetime, done: Callable[[], None]
) -> list[LivedTo]:
    """Live scenarios to all their days, one world for each round of stops, and return what each left.

    Args:
        scenarios: About units of their own.
        settings: The office's settings.
        folder: Where the books of the lives go.
        now: The real now.
        done: Called after each life.
    """
    lived: list[LivedTo] = []
    rounds = [[*stops_of(scenario)] for scenario in scenarios]
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(embedded_server(fast=True, use_configured=False))
        for number in range(max(map(len, rounds))):
            chosen = [
                stopped(one, stops[number]) for one, stops in zip(scenarios, rounds, strict=True) if number < len(stops)
            ]
            plans = make_plans(chosen, settings, now)
            place = folder / f"round-{number}"
            async with world(server.address, f"sample-{number}", settings, place) as rehearsed:
                await rehearse_in(rehearsed, plans, lambda _plan, text: done() if text == "done" else None)
            lived += [LivedTo(plan.case_id, place / BOOKS, _end(plan)) for plan in plans]
    return lived


def how_many(scenarios: Sequence[Scenario]) -> int:
    """Return how many lives that will be."""
    return sum(len([*stops_of(scenario)]) for scenario in scenarios)


def _end(plan: PreparedScenario) -> datetime:
    return plan.opened_at + timedelta(days=plan.scenario.last_day)
