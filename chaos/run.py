"""One run: lives that nobody disturbs, then many at once under faults, then what is held of them."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from chaos.faults.doing import Faults, possible
from chaos.faults.plan import drawn
from chaos.faults.record import Happened
from chaos.lives import invariants
from chaos.lives.driver import Driver, GaveUp, insisted
from chaos.lives.facts import Facts, difference, facts_of
from chaos.lives.invariants import Breach
from chaos.lives.kinds import Kind, Plan, chosen, plan_of
from chaos.place.office import Kept, Office, an_office
from chaos.place.server import Obtained

WITHIN = timedelta(seconds=20)
SHOWN = 6
"""Differences of one life that are told."""
Told = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""


class Wish(NamedTuple):
    """What is asked of a run.

    Attributes:
        kept: Where the office keeps its books.
        lives: How many lives.
        kills: How many processes are killed.
        seed: What everything is drawn by.
        kinds: Which scenarios.
        at_once: How many lives are under way at the same time.
    """

    kept: Kept
    lives: int
    kills: int
    seed: int
    kinds: Sequence[Kind]
    at_once: int


@dataclass
class Outcome:
    """What came of a run.

    Attributes:
        lives: How many lives there were.
        kills: How many processes were killed.
        lost, twice: Lives that lack something, or have something beyond the undisturbed one, with what it is. What does
            not hold of the whole office stands under a name of its own.
        happened: The faults.
        not_possible: Faults that cannot be brought about here, and why.
        letters: How many letters were sent.
        again: How many of them the mail server took more than once.
        restarts: How often something had ended by itself and was started again.
        seconds: How long the disturbed lives took.
    """

    lives: int = 0
    kills: int = 0
    lost: dict[str, list[str]] = field(default_factory=dict)
    twice: dict[str, list[str]] = field(default_factory=dict)
    happened: list[Happened] = field(default_factory=list)
    not_possible: list[tuple[str, str]] = field(default_factory=list)
    letters: int = 0
    again: int = 0
    restarts: int = 0
    seconds: float = 0.0

    @property
    def last_line(self) -> str:
        """The line that says it all."""
        return f"lost {len(self.lost)}, twice {len(self.twice)} of {self.lives} lives, {self.kills} kills"

    @property
    def good(self) -> bool:
        """Whether nothing was lost and nothing happened twice."""
        return not self.lost and not self.twice

    def breach(self, whose: str, breach: Breach) -> None:
        """Note what does not hold."""
        (self.lost if breach.lost else self.twice).setdefault(whose, []).append(breach.what)

    def add(self, other: "Outcome") -> None:
        """Take another run's outcome in."""
        for name in ("lives", "kills", "letters", "again", "restarts", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.lost |= other.lost
        self.twice |= other.twice
        self.happened += other.happened
        self.not_possible += [one for one in other.not_possible if one not in self.not_possible]


async def run(wish: Wish, folder: Path, found: Obtained, told: Told) -> Outcome:
    """Live and judge, in a folder that is there and empty.

    Raises:
        NotReady, NoPostgres: Something that the lives stand on does not come up.
        NeverBack: Something did not work again after a fault.
        RuntimeError: A life that nobody disturbs does not go as its scenario has it.
    """
    async with an_office(folder, wish.kept, found) as office:
        chance = Random(f"{wish.seed}/{wish.kept}")
        plans = list(chosen(list(wish.kinds), wish.lives, chance))
        used = {plan.kind for plan in plans}
        first = [plan_of(kind, f"{kind.name}-0") for kind in wish.kinds if kind.name in used]
        expected = await _undisturbed(office, first, wish, told)
        outcome, drivers = await _disturbed(office, plans, wish, chance, told)
        await _judge(office, plans, drivers, expected, outcome, told)
    return outcome


async def _nothing_happens() -> None:
    """Pass, where nothing is disturbed."""


async def _undisturbed(office: Office, plans: Sequence[Plan], wish: Wish, told: Told) -> dict[str, Facts]:
    """Live each kind once, and return what is held of it."""
    places, done = asyncio.Semaphore(wish.at_once), 0

    async def live(plan: Plan) -> Driver:
        nonlocal done
        async with places:
            driver = Driver(office, plan, _nothing_happens)
            await driver.live()
        done += 1
        told("undisturbed lives", done, len(plans))
        return driver

    drivers = await asyncio.gather(*(live(plan) for plan in plans))
    if wrong := [f"{driver.plan.kind}: {failure}" for driver in drivers for failure in driver.failures]:
        raise RuntimeError(f"Lives that nobody disturbs do not go as they are written: {'; '.join(wrong)}")
    return {driver.plan.kind: await _facts(office, driver) for driver in drivers}


async def _disturbed(
    office: Office, plans: Sequence[Plan], wish: Wish, chance: Random, told: Told
) -> tuple[Outcome, dict[str, Driver]]:
    """Live all of them, as many at once as was asked for, while faults happen."""
    kinds, not_possible = possible(office)
    outcome = Outcome(lives=len(plans), not_possible=not_possible)
    messages = sum(_messages(plan) for plan in plans)
    drivers: dict[str, Driver] = {}
    under_way: dict[str, Driver] = {}
    faults = Faults(
        office,
        drawn(chance, wish.kills, messages, kinds),
        lambda: {name: driver.cases for name, driver in under_way.items()},
        lambda kills: told("kills", kills, wish.kills),
    )
    places, clock = asyncio.Semaphore(wish.at_once), asyncio.get_running_loop().time
    begun, done = clock(), 0

    async def live(plan: Plan) -> None:
        nonlocal done
        async with places:
            driver = drivers[plan.name] = under_way[plan.name] = Driver(office, plan, faults.gate)
            try:
                await driver.live()
            except GaveUp as given_up:
                outcome.breach(plan.name, Breach(True, f"the life broke off at {given_up}"))
            finally:
                del under_way[plan.name]
        done += 1
        told("disturbed lives", done, len(plans))

    async with faults.at_work():
        try:
            async with asyncio.TaskGroup() as lives:
                for plan in plans:
                    lives.create_task(live(plan))
        except ExceptionGroup as group:
            raise group.exceptions[0] from None
        await faults.finish()
    outcome.seconds, outcome.happened, outcome.restarts = clock() - begun, faults.happened, faults.restarts
    outcome.kills = faults.kills
    return outcome, drivers


def _messages(plan: Plan) -> int:
    """Return how often a life passes its gate: once for each message, and once at its end."""
    opened_at, end = plan.prepared.opened_at, plan.prepared.end
    return 1 + sum(event.instant(opened_at) <= end for event in plan.prepared.scenario.events)


async def _facts(office: Office, driver: Driver) -> Facts:
    told: dict[str, Any] = {}
    for case_id in driver.cases:
        handle = office.client.get_workflow_handle(case_id)
        told[case_id] = await insisted("the status", lambda asked=handle: asked.query("status", rpc_timeout=WITHIN))  # type: ignore[misc]
    plan = driver.plan
    with office.books.reading() as session:
        return facts_of(session, plan.holder, plan.prepared.opened_at, told)


async def _judge(
    office: Office,
    plans: Sequence[Plan],
    drivers: dict[str, Driver],
    expected: dict[str, Facts],
    outcome: Outcome,
    told: Told,
) -> None:
    """Hold every life against the undisturbed one, and the office against what must hold of it."""
    for number, plan in enumerate(plans, 1):
        await _judge_life(office, drivers[plan.name], expected[plan.kind], outcome)
        if plan.name in outcome.lost or plan.name in outcome.twice:
            await _keep_histories(office, drivers[plan.name].cases)
        told("lives judged", number, len(plans))
    with office.books.reading() as session:
        found = [*invariants.numbers(session), *invariants.ledger(session, plans[0].prepared.settings)]
        found += invariants.papers(session, office.papers)
        letters = invariants.letters(session, office.postbox.taken())
    for breach in (*found, *letters.breaches):
        outcome.breach(f"the office ({office.kept})", breach)
    outcome.letters, outcome.again = letters.sent, letters.again


async def _judge_life(office: Office, driver: Driver, expected: Facts, outcome: Outcome) -> None:
    name = driver.plan.name
    for failure in driver.failures:
        outcome.breach(name, Breach(True, failure))
    try:
        found = difference(expected, await _facts(office, driver))
        for case_id in driver.cases:
            handle = office.client.get_workflow_handle(case_id)
            timeline = await insisted("the timeline", lambda asked=handle: asked.query("timeline", rpc_timeout=WITHIN))  # type: ignore[misc]
            with office.books.reading() as session:
                for breach in invariants.told_alike(session, case_id, timeline):
                    outcome.breach(name, breach)
    except GaveUp as given_up:
        outcome.breach(name, Breach(True, f"nobody answers for it: {given_up}"))
        return
    for fact in _some(found.lost):
        outcome.breach(name, Breach(True, fact))
    for fact in _some(found.twice):
        outcome.breach(name, Breach(False, fact))


async def _keep_histories(office: Office, cases: Sequence[str]) -> None:
    """Keep the histories of cases beside the logs, as the Temporal UI can open them: every run of each."""
    folder = office.folder / "log"
    folder.mkdir(exist_ok=True)
    for case_id in cases:
        async for one in office.client.list_workflows(f"WorkflowId = '{case_id}'"):
            history = await office.client.get_workflow_handle(case_id, run_id=one.run_id).fetch_history()
            (folder / f"{case_id}.{one.run_id[:8]}.json").write_text(history.to_json(), "utf-8")


def _some(facts: Counter[str]) -> list[str]:
    return sorted(facts)[:SHOWN]
