"""How a case stands right now: as it says itself where a worker answers, else as the books say, and which it was.

Also what a person wants to know after a message was accepted: who is awaited next, and by when.
"""

import asyncio
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from policy.awaited import Due, due_of
from policy.office import Security
from policy.status import CaseStatus, DeadlineView, EntryView, MarkView
from policy.words import due_in_words, instant_in_words
from records.books import Books, open_books
from records.facility.view import CaseBooks
from records.money_queries import UNSETTLED, bills
from records.problems import BooksError, NoBooks
from records.queries import case_by_id, deadlines, timeline
from records.tables import CaseRecord
from records.words import STARTING, BooksPurpose
from services.clock import now
from services.errors import NoSuchCase, NotReachable
from services.paths import DEMO_BOOKS
from services.words import outcome_words, party

if TYPE_CHECKING:  # Temporal's client is read where a case is asked: who looks into the books need not wait for it
    from temporalio.client import Client

LIVE_WITHIN = timedelta(seconds=3)
"""How long a page waits for a worker before it turns to the books."""
NEXT_WITHIN = timedelta(seconds=0.5)
"""How long the answer to who is next may take: the verdict is there already, and waits for it."""
LIKE = 0.9
"""How like an unknown case's id another one must be to be offered in its place: a slip, not another unit."""
COLUMNS = {
    "stage", "outcome", "opened_at", "closed_at", "awaited_party", "awaited", "deficiencies", "edition",
}  # fmt: skip
"""What the row of a case says as the query `status` does."""


class CaseSnapshot(NamedTuple):
    """A case as it stands.

    Attributes:
        case: Where it stands.
        status: The same as the query `status` gives it, for scripts.
        entries: Its timeline, oldest first.
        agenda: What it will do by itself, soonest first; empty where only the books answered.
        running: The deadlines that run, nearest first.
        facility: Whose case it is, by name; empty where the books do not know the case yet.
        live: Whether the case itself answered.
        told_by: Who told it, in words.
        why: Why the books told it, not the case itself; empty where the case did.
        task_problem: Why its tasks fail, in words: it stands still until a version that can carries it on. Empty: they
            do not, or nobody knows.
    """

    case: CaseStatus
    status: dict[str, Any]
    entries: tuple[EntryView, ...]
    agenda: tuple[MarkView, ...]
    running: tuple[DeadlineView, ...]
    facility: str
    live: bool
    told_by: str
    why: str = ""
    task_problem: str = ""

    @property
    def knows_options(self) -> bool:
        """Whether it is known which options are open: the books may know less of an open case than it does itself."""
        return self.live or self.case.closed_at is not None or bool(self.case.options)

    @property
    def due(self) -> Due | None:
        """Until when what is awaited is due; in the past where it is late."""
        return due_of_view(self.case)

    def as_json(self) -> dict[str, Any]:
        """Return everything for a script."""
        return {
            **self.status,
            "case": self.case.case,
            "facility_name": self.facility,
            "live": self.live,
            "told_by": self.told_by,
            "agenda": [mark.model_dump(mode="json") for mark in self.agenda],
            "task_problem": self.task_problem or None,
        }


class QueryAnswers(NamedTuple):
    """What the case itself answered, and what the server says of its tasks; no status: it cannot answer."""

    status: dict[str, Any]
    entries: list[dict[str, Any]]
    agenda: list[dict[str, Any]]
    task_problem: str = ""


async def snapshot_of(
    books: Books,
    case_id: str,
    zone: ZoneInfo,
    client: "Client | None" = None,
    security: Security | None = None,
) -> CaseSnapshot:
    """Find out how a case stands.

    Args:
        books: The office's books, or those of a rehearsal.
        case_id: The case.
        zone: The office's zone.
        client: A client of the server; left out: the one that the configuration names is connected to.
        security: The office's settings, for that connection.

    Raises:
        NoSuchCase: Neither the server nor the books know it.
        NotReachable: The server does not answer, and the books do not know the case.
    """
    known, near = await asyncio.to_thread(_looked_up, books, case_id, zone)  # the books are not asynchronous
    if known is not None and known.row.closed_at is not None:
        return known.snapshot("the case is closed")
    from services.connect import connect
    from services.queries import NotRunning

    try:
        told = await _ask(client or await connect(security=security), case_id)
    except NotRunning as absent:
        if known is None:
            raise no_such_case(case_id, near) from None
        if books.purpose == BooksPurpose.REHEARSAL:
            return known.snapshot("a rehearsal, whose server was not asked; `accredit --demo` asks the demonstration's")
        announced = known.row.stage == STARTING
        why = "it was announced but never started" if announced else f"the server says: {absent.detail}"
        return known.snapshot(f"{why}; `accredit reconcile` brings them in line")
    except NotReachable as away:
        if known is not None:
            return known.snapshot(away.lines[0].rstrip("."))
        if is_demonstrated(case_id):
            raise no_such_case(case_id) from None
        raise
    if told is not None and told.status:
        live = _live(case_id, told, known.row.facility_name if known else "", known.entries if known else ())
        return live._replace(task_problem=told.task_problem)
    if known is None:
        raise _no_worker(case_id)
    if told is not None:
        why = "its tasks fail, so that it answers nothing"
        return known.snapshot(why)._replace(task_problem=told.task_problem)
    return known.snapshot("no worker answers")


async def snapshot_without_books(case_id: str, none: NoBooks, security: Security | None = None) -> CaseSnapshot:
    """Ask the server that is named: an office's books may be elsewhere. Without a server there is no office here."""
    from services.connect import connect
    from services.queries import NotRunning

    if is_demonstrated(case_id):
        raise no_such_case(case_id)
    try:
        told = await _ask(await connect(security=security), case_id)
    except NotRunning:
        raise no_such_case(case_id) from None
    except NotReachable:
        raise none from None
    if told is None or not told.status:
        raise _no_worker(case_id)
    return _live(case_id, told, "")._replace(task_problem=told.task_problem)


def _no_worker(case_id: str) -> NotReachable:
    next_step = "The books do not know this case; start a worker (`make up`), which can ask it."
    return NotReachable("worker for the case", case_id, next_step, "no worker answers")


async def _ask(client: "Client", case_id: str) -> QueryAnswers | None:
    from services.queries import ask
    from services.versions.failing import problem_of_case

    problem = await problem_of_case(client, case_id)
    status = await ask(client, case_id, "status", within=LIVE_WITHIN, running=True)
    if status is None:
        return QueryAnswers({}, [], [], problem) if problem else None
    entries = await ask(client, case_id, "timeline", within=LIVE_WITHIN)
    agenda = await ask(client, case_id, "agenda", within=LIVE_WITHIN)
    return None if entries is None or agenda is None else QueryAnswers(status, entries, agenda, problem)


def whole_timeline(told: Sequence[EntryView], earlier: int, kept: Sequence[EntryView]) -> tuple[EntryView, ...]:
    """Return all entries of a case that tells the newest of them only, or some in short: the books have the others.

    Args:
        told: What the case tells.
        earlier: How many entries came before these.
        kept: What the books hold: everything up to the step that is under way.
    """
    if not earlier and not any(entry.detail.get("shortened") for entry in told):
        return tuple(told)
    newer = max(earlier + len(told) - len(kept), 0)
    return (*kept, *told[len(told) - min(newer, len(told)) :])


def _live(case_id: str, told: QueryAnswers, facility: str, kept: Sequence[EntryView] = ()) -> CaseSnapshot:
    case = CaseStatus.model_validate({**told.status, "case": case_id})
    agenda = tuple(MarkView.model_validate(mark) for mark in told.agenda)
    newest = [EntryView.model_validate(entry) for entry in told.entries]
    entries = whole_timeline(newest, case.earlier_entries, kept)
    return CaseSnapshot(case, told.status, entries, agenda, running(case), facility, True, "the case itself, just now")


def running(case: CaseStatus) -> tuple[DeadlineView, ...]:
    """Return the deadlines of a case that run, nearest first; in a paused one none does."""
    if case.paused:
        return ()
    return tuple(sorted((one for one in case.deadlines if one.met is None and not one.over), key=lambda d: d.due_at))


def due_of_view(case: CaseStatus) -> Due | None:
    """Return until when what a case awaits is due; in the past where it is late, None where no date is stated."""
    if case.paused:
        return None
    return due_of(case.awaited, case.deadlines, [one for one in case.invoices if one.status in UNSETTLED])


class _KnownToBooks(NamedTuple):
    """What the books hold of a case: all of a closed one, and of an open one what lists and pages need."""

    row: CaseRecord
    entries: tuple[EntryView, ...]
    money: list[dict[str, Any]]
    windows: list[dict[str, Any]]
    zone: ZoneInfo

    def snapshot(self, why: str) -> CaseSnapshot:
        """Return how it stands; `why`: the reason why the case itself does not tell it."""
        row = self.row
        status = {
            "application": row.application,
            "deadlines": self.windows,
            **row.status,
            **row.model_dump(mode="json", include=COLUMNS),
            "case": row.case_id,
            "invoices": self.money,
            "attention": _attention(self.entries),
        }
        case = CaseStatus.model_validate(status)
        last = instant_in_words(self.entries[-1].at, self.zone) if self.entries else "its announcement"
        told_by = f"the books, as of {last} ({why})"
        return CaseSnapshot(case, status, self.entries, (), running(case), row.facility_name, False, told_by, why)


def snapshot_from_books(found: CaseBooks, zone: ZoneInfo, why: str) -> CaseSnapshot:
    """Return how a case stands by the books alone, without asking it: for lists, and for pages that many look at.

    Args:
        found: What the books hold of it.
        zone: The office's zone.
        why: Why the books tell it, not the case itself.
    """
    entries = tuple(EntryView.model_validate(one, from_attributes=True) for one in found.entries)
    money = [bill.invoice.model_dump(mode="json") for bill in reversed(found.bills)]
    windows = [one.model_dump(mode="json", exclude={"case_id", "number"}) for one in found.windows]
    return _KnownToBooks(found.row, entries, money, windows, zone).snapshot(why)


def _looked_up(books: Books, case_id: str, zone: ZoneInfo) -> tuple[_KnownToBooks | None, str | None]:
    """Return what the books know of a case; where they do not know it, the case that was likely meant."""
    with books.reading() as session:
        known = _known_to_books(session, case_id, zone)
        return known, None if known else near_case(session, case_id)


def _known_to_books(session: Session, case_id: str, zone: ZoneInfo) -> _KnownToBooks | None:
    row = case_by_id(session, case_id)
    if row is None:
        return None
    entries = tuple(EntryView.model_validate(one, from_attributes=True) for one in timeline(session, case_id))
    money = [bill.invoice.model_dump(mode="json") for bill in bills(session, now(), case_id)]
    windows = [one.model_dump(mode="json", exclude={"case_id", "number"}) for one in deadlines(session, case_id)]
    return _KnownToBooks(row, entries, money, windows, zone)


def _attention(entries: tuple[EntryView, ...]) -> list[dict[str, Any]]:
    """Return the items that an entry raised and no later one ended."""
    items: dict[str, dict[str, Any]] = {}
    for entry in entries:
        item = entry.detail.get("item")
        if entry.kind != "attention" or not item:
            continue
        if entry.detail.get("ended"):
            items.pop(item, None)
        else:
            rule = entry.detail.get("rule", "")
            items[item] = {"item": item, "rule": rule, "since": entry.at.isoformat(), "text": entry.text}
    return list(items.values())


class NextAction(NamedTuple):
    """Who is awaited next. `due_at`: until when, where a date is stated."""

    case: CaseStatus
    due_at: datetime | None

    def in_words(self, zone: ZoneInfo) -> str:
        """Return it as a line: `Next: the facility: the option form, by 7 December 2026, 24:00 ET`."""
        if self.case.outcome and self.case.closed_at:
            return f"The case is closed: {outcome_words(self.case.outcome)}."
        if not self.case.awaited_party:
            return "Next: nobody is awaited; time passes."
        by = f", by {due_in_words(self.due_at, zone)}" if self.due_at else ""
        return f"Next: {party(self.case.awaited_party)}: {self.case.awaited}{by}."


async def next_action(client: "Client", case_id: str, within: timedelta = NEXT_WITHIN) -> NextAction | None:
    """Ask a case who is awaited next; None where that takes too long, or anything is in the way."""
    from temporalio.service import RPCError

    from services.queries import NotRunning, ask

    with suppress(TimeoutError, RPCError, NotRunning, ValueError):
        async with asyncio.timeout(within.total_seconds()):
            told = await ask(client, case_id, "status", within=within)
        if told is not None:
            case = CaseStatus.model_validate({**told, "case": case_id})
            due = due_of_view(case)
            return NextAction(case, due.at if due else None)
    return None


def known_case(session: Session, case_id: str) -> CaseRecord:
    """Return a case of the books.

    Raises:
        NoSuchCase: They hold none of that id.
    """
    case = case_by_id(session, case_id)
    if case is None:
        raise no_such_case(case_id, near_case(session, case_id))
    return case


def near_case(session: Session, case_id: str) -> str | None:
    """Return the case of the books whose id looks most like one that nobody knows, if any does."""
    known = session.exec(select(CaseRecord.case_id)).all()
    return next(iter(get_close_matches(case_id, known, n=1, cutoff=LIKE)), None)


def no_such_case(case_id: str, near: str | None = None) -> NoSuchCase:
    """Return the problem that nobody knows a case, with the next step; the demonstration may have it.

    Args:
        case_id: The id.
        near: The case that may have been meant.
    """
    if not is_demonstrated(case_id):
        meant = f"Did you mean {near}? " if near else ""
        return NoSuchCase("case", case_id, f"{meant}`accredit worklist` lists the open cases.")
    return NoSuchCase("case", case_id, f"The demonstration has one: accredit --demo show {case_id}")


def is_demonstrated(case_id: str) -> bool:
    """Whether the books of the demonstration, in this folder, have a case."""
    if not DEMO_BOOKS.exists():
        return False
    try:
        books = open_books(f"sqlite:///{DEMO_BOOKS}", BooksPurpose.REHEARSAL, new=False)
        with closing(books), books.reading() as session:
            return case_by_id(session, case_id) is not None
    except BooksError:
        return False
