"""Starts the applications of a file: announced in the books a batch at a time, started several at once.

Of each batch the server is asked which cases it has, several units at once, and one transaction decides and announces.
While the cases of a batch are started, the next one is announced, unless they are told their past first.

Nobody waits for an imported case, and the worker has other things to do: so cases begin one after the other, at a pace
that leaves it room. Those whose past is told by messages begin at once, because they are told it next.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple, TypeVar

from temporalio.client import Client

from activities.precedence import IMPORTED
from intake.batch.applications import Candidate, Judged, begins
from intake.batch.findings import Against
from intake.submission import place_of
from policy.office import OfficeSettings
from records.books import Books
from services.admission import Admitted, Asked, admit_all
from services.errors import RefusedByRule
from services.opening import OpenedCase, cycles_on_server, start_admitted
from services.programs import AnyEdition

BATCH = 32
"""Applications that are announced together; the books are held for them no longer than for a few steps of cases."""
AT_ONCE = 16
"""Applications that are being started at the same time."""
PACE = 10.0
"""Cases that begin in a second, unless somebody says otherwise: about half of what two cores can do."""
AT_ONCE_BEGIN = 20
"""The first cases of a file, which begin without delay."""
Work = TypeVar("Work")
Tell = Callable[[Sequence[str]], Awaitable[None]]


@dataclass
class Started:
    """What came of the applications of a file.

    Attributes:
        cases: Their cases, by the application's place among all of the file.
    """

    cases: dict[int, list[OpenedCase]] = field(default_factory=dict)

    def all_cases(self) -> list[OpenedCase]:
        """Return all cases, in the order of the file."""
        return [case for _, cases in sorted(self.cases.items()) for case in cases]


class Ready(NamedTuple):
    """An application whose cases are announced; nothing but their start is left."""

    judged: Judged
    cases: list[Admitted]


class Pace:
    """When each case begins that nobody waits for.

    A task of a case takes a worker several times as long as its start takes an import. Were all to begin at once, a
    worker would do nothing else for a long time, and the import would wait for it. Whoever sends a message to a case
    whose turn has not come lets it begin.
    """

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Let so many cases begin in a second by a clock; 0: all at once."""
        self._per_second, self._clock = per_second, clock
        self._begun, self._count = clock(), 0

    def next_delay(self) -> timedelta | None:
        """Return how long the next case waits until it begins; None: not at all."""
        self._count += 1
        if not self._per_second or self._count <= AT_ONCE_BEGIN:
            return None
        turn = self._begun + (self._count - AT_ONCE_BEGIN) / self._per_second
        wait = turn - self._clock()
        return timedelta(seconds=wait) if wait > 0 else None


@dataclass
class Starting:
    """An import that starts cases.

    Attributes:
        client: The server that holds them.
        books: The office's books.
        settings: The office's settings.
        now: When cases begin that name no day (UTC).
        started: Takes down what was started, as it goes.
        advance: Called for each application that is done.
        adopted: The cases whose past is told by messages: nothing falls due in them before all of it is entered.
        pace: How many other cases begin in a second.
    """

    client: Client
    books: Books
    settings: OfficeSettings
    now: datetime
    started: Started
    advance: Callable[[], None]
    adopted: Collection[str] = ()
    pace: Pace = field(default_factory=lambda: Pace(PACE))

    async def start_all(self, good: Mapping[int, tuple[Candidate, AnyEdition]], tell: Tell) -> None:
        """Start applications against which nothing stands; one that is refused all the same is told of in its rows.

        Args:
            good: The applications with their rules, by their places in the file.
            tell: Tells the cases that were started what has happened in them; the next ones wait for it.

        Raises:
            ServiceError: The server or the database is not what it should be; what was started before stays started.
        """
        left = (Judged(number, one, edition, one.read()) for number, (one, edition) in good.items())
        ready = await self._announced(list(islice(left, BATCH)))
        while ready is not None:
            if past := [case.case_id for one in ready for case in one.cases if case.case_id in self.adopted]:
                await at_once(self._start, ready, AT_ONCE)
                await tell(past)  # takes its time, in which nothing is announced that is not started
                ready = await self._announced(list(islice(left, BATCH)))
            else:
                ready = await self._start_and_announce(ready, list(islice(left, BATCH)))

    async def _start_and_announce(self, ready: Sequence[Ready], batch: Sequence[Judged]) -> list[Ready] | None:
        """Start what is announced, and announce the next batch meanwhile."""
        following = asyncio.create_task(self._announced(batch))
        try:
            await at_once(self._start, ready, AT_ONCE)
        finally:  # what has been announced is written or not, never half
            await asyncio.gather(following, return_exceptions=True)
        return following.result()

    async def _announced(self, batch: Sequence[Judged]) -> list[Ready] | None:
        """Announce a batch and return what is to be started of it; None where there is nothing left."""
        if not batch:
            return None
        parts = [one.parts() for one in batch]
        subjects = {part.case_id(1).subject for each in parts for part in each}
        on_server: dict[str, dict[int, bool]] = {}

        async def ask(subject: str) -> None:
            on_server[subject] = await cycles_on_server(self.client, subject)

        await at_once(ask, subjects, AT_ONCE)
        asked = [
            Asked(each, begins(one.reading.opened_at, self.settings, self.now), on_server)
            for one, each in zip(batch, parts, strict=True)
        ]
        answers = await asyncio.to_thread(admit_all, asked, self.books)  # the books are not asynchronous
        ready = []
        for one, answer in zip(batch, answers, strict=True):
            if isinstance(answer, RefusedByRule):
                one.candidate.against += _refusal(one, answer)
                self.advance()
            else:
                ready.append(Ready(one, answer))
        return ready

    async def _start(self, ready: Ready) -> None:
        """Start the cases of an application, in the order of its units."""
        opened = []
        for case in ready.cases:
            siblings = [other.case_id for other in ready.cases if other.case_id != case.case_id]
            new = not case.started and await self._start_one(case, siblings, ready.judged.edition)
            opened.append(OpenedCase(case.case_id, case.opened_at, new))
        self.started.cases[ready.judged.number] = opened
        self.advance()

    async def _start_one(self, case: Admitted, siblings: Sequence[str], edition: AnyEdition) -> bool:
        past = case.case_id in self.adopted
        delay = None if past else self.pace.next_delay()
        return await start_admitted(
            self.client, case, edition.zone, siblings, adopted=past, start_delay=delay, priority=IMPORTED
        )


def _refusal(one: Judged, refused: RefusedByRule) -> Iterable[Against]:
    """Yield what stands against the rows; a finding about a case at the unit or location that the case is for."""
    candidate = one.candidate
    places, items = one.reading.content.places, candidate.grid.layout.items.name
    of_cases = {part.case_id(1).subject: part.position - 1 for part in one.parts()}
    for finding in refused.findings:
        position = of_cases.get(finding.where.rpartition(".")[0], 0)
        place = place_of(places, finding.where) or place_of(places, f"{items}.{position}.id")
        yield candidate.places.finding(finding, place, refused.instead)


async def at_once(do: Callable[[Work], Awaitable[None]], work: Iterable[Work], limit: int) -> None:
    """Do all work, so many pieces at a time; the first that fails ends the others, and what it raised is raised."""
    left = iter(work)

    async def take_turns() -> None:
        for piece in left:
            await do(piece)

    tasks = [asyncio.create_task(take_turns()) for _ in range(limit)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
