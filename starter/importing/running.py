"""Starts the applications of a file, a few at a time. What has been started before is found started: that is all that a
second run needs in order to go on where the first one stopped.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from temporalio.client import Client

from policy.office import OfficeSettings
from records.books import Books
from starter.importing.applications import Candidate
from starter.importing.checking import begins
from starter.importing.findings import Against
from starter.problems import RefusedByRule
from starter.programs import AnyEdition, parts_of
from starter.start import OpenedCase, open_cases
from starter.workbook.places import place_of

AT_ONCE = 8
"""Applications that are being started at the same time."""
Work = TypeVar("Work")


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


async def start_all(
    candidates: dict[int, tuple[Candidate, AnyEdition]],
    client: Client,
    books: Books,
    settings: OfficeSettings,
    now: datetime,
    started: Started,
    advance: Callable[[], None],
    *,
    adopted: Collection[str] = (),
) -> None:
    """Start applications against which nothing stands; one that is refused all the same is told of in its rows.

    Args:
        candidates: The applications with their rules, by their places in the file.
        client: The server that holds the cases.
        books: The office's books.
        settings: The office's settings.
        now: When cases begin that name no day (UTC).
        started: Takes down what was started, as it goes.
        advance: Called for each application that is done.
        adopted: The cases whose past is told by messages: nothing falls due in them before all of it is entered.

    Raises:
        Problem: The server or the database is not what it should be; what was started before stays started.
    """

    async def one(work: tuple[int, tuple[Candidate, AnyEdition]]) -> None:
        number, (candidate, edition) = work
        try:
            begin, application = begins(candidate, settings, now), candidate.application
            past = any(str(part.case_id(1)) in adopted for part in parts_of(application, edition))
            started.cases[number] = await open_cases(application, client, books, edition, settings, begin, adopted=past)
        except RefusedByRule as refused:
            candidate.against += _refusal(candidate, edition, refused)
        advance()

    await at_once(one, candidates.items(), AT_ONCE)


def _refusal(candidate: Candidate, edition: AnyEdition, refused: RefusedByRule) -> Iterable[Against]:
    """Yield what stands against the rows; a finding about a case at the unit or location that the case is for."""
    places, items = candidate.content.places, candidate.grid.layout.items.name
    of_cases = {part.case_id(1).subject: part.position - 1 for part in parts_of(candidate.application, edition)}
    for finding in refused.findings:
        position = of_cases.get(finding.where.rpartition(".")[0], 0)
        place = place_of(places, finding.where) or place_of(places, f"{items}.{position}.id")
        yield candidate.places.finding(finding, place, refused.instead)


async def at_once(do: Callable[[Work], Awaitable[None]], work: Iterable[Work], limit: int) -> None:
    """Do all work, so many pieces at a time; the first that fails ends the others, and what it raised is raised."""
    left = iter(work)

    async def hand() -> None:
        for piece in left:
            await do(piece)

    hands = [asyncio.create_task(hand()) for _ in range(limit)]
    try:
        await asyncio.gather(*hands)
    finally:
        for task in hands:
            task.cancel()
        await asyncio.gather(*hands, return_exceptions=True)
