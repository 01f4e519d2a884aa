"""How a case stands right now: as it says itself where a worker answers, else as the books say, and which it was."""

import asyncio
from datetime import timedelta
from typing import Any, NamedTuple

import typer

from policy.status import CaseStatus, DeadlineView, EntryView, MarkView
from policy.words import instant_in_words
from records.money_queries import bills
from records.problems import NoBooks
from records.queries import case_by_id, timeline
from records.tables import CaseRecord, TimelineEntry
from records.words import STARTING, BooksPurpose
from services.clock import now
from services.connect import connect
from services.errors import NotReachable
from services.queries import NotRunning, ask
from starter.terminal.books import books_to_read, is_demonstrated, near_case, no_such_case
from starter.terminal.context import office_of
from starter.terminal.output import under_way

LIVE_WITHIN = timedelta(seconds=3)
"""How long a page waits for a worker before it turns to the books."""
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
        live: Whether the case itself answered.
        told_by: Who told it, in words.
        why: Why the books told it, not the case itself; empty where the case did.
    """

    case: CaseStatus
    status: dict[str, Any]
    entries: tuple[EntryView, ...]
    agenda: tuple[MarkView, ...]
    running: tuple[DeadlineView, ...]
    live: bool
    told_by: str
    why: str = ""

    @property
    def knows_options(self) -> bool:
        """Whether it is known which options are open: the books may know less of an open case than it does itself."""
        return self.live or self.case.closed_at is not None or bool(self.case.options)

    def as_json(self) -> dict[str, Any]:
        """Return everything for a script."""
        return {
            **self.status,
            "case": self.case.case,
            "live": self.live,
            "told_by": self.told_by,
            "agenda": [mark.model_dump(mode="json") for mark in self.agenda],
        }


class QueryAnswers(NamedTuple):
    """What the case itself answered."""

    status: dict[str, Any]
    entries: list[dict[str, Any]]
    agenda: list[dict[str, Any]]


def snapshot_of(ctx: typer.Context, case_id: str) -> CaseSnapshot:
    """Find out how a case stands.

    Raises:
        NoSuchCase: Neither the server nor the books know it.
        NotReachable: The database does not answer, or the server does not and the books do not know the case.
        NoBooks: There is no office here: neither books nor a server that answers.
    """
    try:
        return _with_books(ctx, case_id)
    except NoBooks as none:
        return _without_books(case_id, none)


def _with_books(ctx: typer.Context, case_id: str) -> CaseSnapshot:
    with books_to_read(ctx) as books, books.reading() as session:
        rehearsed = books.purpose == BooksPurpose.REHEARSAL
        row = case_by_id(session, case_id)
        near = near_case(session, case_id) if row is None else None
        lines = timeline(session, case_id)
        money = [bill.invoice.model_dump(mode="json") for bill in bills(session, now(), case_id)]
    if row is not None and row.closed_at is not None:
        return _from_books(ctx, row, lines, money, "the case is closed")
    try:
        with under_way(f"Asking {case_id}"):
            told = asyncio.run(_ask(case_id))
    except NotRunning as absent:
        if row is None:
            raise no_such_case(case_id, near) from None
        if rehearsed:
            why = "a rehearsal, whose server was not asked; `accredit --demo` asks the demonstration's"
            return _from_books(ctx, row, lines, money, why)
        starts = "it was announced but never started" if row.stage == STARTING else f"the server says: {absent.detail}"
        return _from_books(ctx, row, lines, money, f"{starts}; `accredit reconcile` brings them in line")
    except NotReachable as away:
        if row is None and is_demonstrated(case_id):
            raise no_such_case(case_id) from None
        if row is None:
            raise
        return _from_books(ctx, row, lines, money, away.lines[0].rstrip("."))
    if told is not None:
        return _live(case_id, told)
    if row is None:
        raise _no_worker(case_id)
    return _from_books(ctx, row, lines, money, "no worker answers")


def _without_books(case_id: str, none: NoBooks) -> CaseSnapshot:
    """Ask the server that is named: an office's books may be elsewhere. Without a server there is no office here."""
    if is_demonstrated(case_id):
        raise no_such_case(case_id)
    try:
        with under_way(f"Asking {case_id}"):
            told = asyncio.run(_ask(case_id))
    except NotRunning:
        raise no_such_case(case_id) from None
    except NotReachable:
        raise none from None
    if told is None:
        raise _no_worker(case_id)
    return _live(case_id, told)


def _no_worker(case_id: str) -> NotReachable:
    next_step = "The books do not know this case; start a worker (`make up`), which can ask it."
    return NotReachable("worker for the case", case_id, next_step, "no worker answers")


async def _ask(case_id: str) -> QueryAnswers | None:
    client = await connect()
    status = await ask(client, case_id, "status", within=LIVE_WITHIN, running=True)
    if status is None:
        return None
    entries = await ask(client, case_id, "timeline", within=LIVE_WITHIN)
    agenda = await ask(client, case_id, "agenda", within=LIVE_WITHIN)
    return None if entries is None or agenda is None else QueryAnswers(status, entries, agenda)


def _live(case_id: str, told: QueryAnswers) -> CaseSnapshot:
    case = CaseStatus.model_validate({**told.status, "case": case_id})
    agenda = tuple(MarkView.model_validate(mark) for mark in told.agenda)
    instants = {mark.at for mark in agenda}
    running = sorted((d for d in case.deadlines if d.met is None and d.due_at in instants), key=lambda d: d.due_at)
    entries = tuple(EntryView.model_validate(entry) for entry in told.entries)
    return CaseSnapshot(case, told.status, entries, agenda, tuple(running), True, "the case itself, just now")


def _from_books(
    ctx: typer.Context, row: CaseRecord, lines: list[TimelineEntry], money: list[dict[str, Any]], why: str
) -> CaseSnapshot:
    """Return what the books hold: all of a closed case, and of an open one what lists and pages need."""
    entries = tuple(EntryView.model_validate(line, from_attributes=True) for line in lines)
    columns = row.model_dump(
        mode="json",
        include=COLUMNS,
    )
    status = {**row.status, **columns, "case": row.case_id, "invoices": money, "attention": _attention(entries)}
    running: tuple[DeadlineView, ...] = ()
    if row.due_at and row.due_name:
        running = (DeadlineView(name=row.due_name, opens_at=row.opened_at, due_at=row.due_at),)
    last = instant_in_words(entries[-1].at, office_of(ctx, amounts=False).zone) if entries else "its announcement"
    told_by = f"the books, as of {last} ({why})"
    return CaseSnapshot(CaseStatus.model_validate(status), status, entries, (), running, False, told_by, why)


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
