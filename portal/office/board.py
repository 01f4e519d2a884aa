"""The board of the office: where its cases stand, what presses, what is owed; and how a case is found."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import Response
from temporalio.service import RPCError

from policy.application import Modality
from policy.dates import days_after
from policy.fees import title
from portal.page import Page, Who
from portal.visit import Visit
from records import board as books_board
from records.board import Counts, Open, Sort, Wanted
from records.books import Session
from records.finding import words_of
from records.people import Listed, find_listed, find_people, roles_of
from records.tables import Membership, Person
from records.words import STAGES, Program
from services.versions.failing import FailingCase, failing_cases

SHOWN, ON_A_PAGE, PEOPLE = 20, 100, 10
"""Rows of a list on the board, and on a page of its own; people whom the board shows."""
DAYS = 7
"""What counts as this week."""
LONGEST = 100
"""Characters of a search."""
SERVER_WITHIN = 2.0
"""Seconds that the board waits to hear whether tasks of cases fail."""
LAST_PAGE = 1_000
HEADINGS = {
    Sort.FOUND: "Cases",
    Sort.DUE: "Due this week",
    Sort.OVERDUE: "Overdue",
    Sort.ATTENTION: "Needs attention",
}
MONEY = "money"
"""The list of invoices, where the others are lists of cases."""
PROGRAMS = {Program.ACCREDITATION: "Accreditation", Program.DICOE: "DICOE"}


class Found(NamedTuple):
    """Somebody whom the search finds: the person, and the roles that he has now."""

    person: Person
    roles: list[Membership]


@dataclass(frozen=True)
class Shown:
    """What the board shows: all in one state of the books. `more_people`: the search finds more than these.

    `listed`: contacts of applications who are found beside the people, one more than are shown.
    """

    counts: Counts
    lists: dict[Sort, list[books_board.Row]]
    owed: list[books_board.Owed]
    open: Open
    states: list[str]
    people: list[Found]
    more_people: bool
    listed: list[Listed]


def wanted_by(visit: Visit) -> Wanted:
    """Return which cases a page's address asks for; what no case can be is none of them.

    Raises:
        HTTPException: 404 where a filter is none that the page has.
    """
    query = visit.request.query_params
    wanted = Wanted(
        search=query.get("search", "").replace("\x00", "")[:LONGEST],
        program=query.get("program", ""),
        stage=query.get("stage", ""),
        modality=query.get("modality", ""),
        state=query.get("state", "").replace("\x00", "")[:LONGEST],
    )
    known = {"", *Program}, {"", *STAGES}, {"", *Modality}
    for value, values in zip((wanted.program, wanted.stage, wanted.modality), known, strict=True):
        if value not in values:
            raise HTTPException(404)
    return wanted


def address_of(wanted: Wanted, **more: str | int) -> str:
    """Return the board's address with some filters."""
    given = {name: value for name, value in (vars(wanted) | more).items() if value}
    return f"/office?{urlencode(given)}" if given else "/office"


async def board(visit: Visit) -> Response:
    """Show the cases by stage and every list; with `list` in its address all of one list, page by page."""
    wanted, now = wanted_by(visit), visit.now
    until = days_after(now, DAYS, visit.world.zone)
    name = visit.request.query_params.get("list", "")
    if name not in ("", MONEY, *Sort):
        raise HTTPException(404)
    page = _page(visit)
    shown = await visit.read(lambda session: _look(session, wanted, now, until, name, page))
    failing = [] if name else await _failing(visit)
    return visit.page(
        "office/board.html.j2",
        title="Office Board",
        shown=shown,
        wanted=wanted,
        only=name,
        until=until,
        on_page=page,
        pages=max(1, -(-_length(shown, name) // ON_A_PAGE)),
        headings=HEADINGS,
        most_listed=PEOPLE,
        failing=failing,
        address=lambda **more: address_of(wanted, **more),
        **_choices(shown),
    )


async def _failing(visit: Visit) -> list[FailingCase]:
    """Return the cases whose tasks fail; none where the server does not answer: the board is the books'."""
    try:
        async with asyncio.timeout(SERVER_WITHIN):
            return await failing_cases(visit.world.client, most=SHOWN) or []
    except (TimeoutError, RPCError):
        return []


def _choices(shown: Shown) -> dict[str, Any]:
    """Return what the filters offer."""
    return {
        "programs": [("", "All"), *((one.value, words) for one, words in PROGRAMS.items())],
        "stages": [one for one in STAGES if shown.counts.stages.get(one)],
        "modalities": [("", "All"), *((one.value, title(one)) for one in Modality)],
        "modality_words": {one.value: title(one) for one in Modality},
        "states": [("", "All"), *((one, one) for one in shown.states)],
    }


def _page(visit: Visit) -> int:
    said = visit.request.query_params.get("page", "1")
    if not said.isascii() or not said.isdigit() or not 1 <= int(said[:6]) <= LAST_PAGE:
        raise HTTPException(404)
    return int(said[:6])


def _length(shown: Shown, name: str) -> int:
    if name == MONEY:
        return shown.open.invoices
    return shown.counts.lists[Sort(name)] if name else 0


def _look(session: Session, wanted: Wanted, now: datetime, until: datetime, only: str, page: int) -> Shown:
    limit, skip = (ON_A_PAGE, (page - 1) * ON_A_PAGE) if only else (SHOWN, 0)
    people = [] if only else _people(session, wanted.search)
    lists = [sort for sort in Sort if only == sort or (not only and (sort is not Sort.FOUND or wanted.anything))]
    return Shown(
        counts=books_board.counts(session, wanted, now, until),
        lists={sort: books_board.rows(session, sort, wanted, now, until, limit=limit, skip=skip) for sort in lists},
        owed=books_board.owed(session, wanted, limit=limit, skip=skip) if only in ("", MONEY) else [],
        open=books_board.money_open(session, wanted),
        states=books_board.states(session),
        people=people[:PEOPLE],
        more_people=len(people) > PEOPLE,
        listed=[] if only else find_listed(session, wanted.search, most=PEOPLE + 1),
    )


def _people(session: Session, search: str) -> list[Found]:
    """Return whom a search finds, one more than are shown; nobody where nothing is searched for."""
    if not words_of(search):
        return []
    found = find_people(session, search, most=PEOPLE + 1)
    roles = roles_of(session, found)
    return [Found(one, [role for role in roles[one.person_id] if role.ended_at is None]) for one in found]


PAGES: tuple[Page, ...] = (Page("/office", Who.OFFICE, board),)
