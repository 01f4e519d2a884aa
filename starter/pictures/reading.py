"""Reads a life out of a case's timeline, its deadlines and what lies ahead, wherever these were told."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from policy.identity import parse_designation_id
from starter.desk.situation import EntryView, InvoiceView, MarkView, Situation
from starter.pictures.life import Fate, Lane, Life, Mark, Nature, Stage, Window
from starter.pictures.sayings import saying
from starter.pictures.summary import summary_of
from starter.pictures.windows import windows_of
from starter.pictures.words import party, plain, stage_words

OFFICE = "acr"
LANES = {"invoice": Lane.MONEY, "payment": Lane.MONEY, "notice": Lane.NOTICES, "attention": Lane.OFFICE}
"""Where marks go, wherever they come from."""
SHOWN_OTHERWISE = ("stage", "deadline", "extension")
"""Kinds of entries that bands and bars show."""
RULE_AND_DATE = re.compile(r"( (on|due|until) \d{4}-\d\d-\d\d)?( \([a-z_]+\.[a-z_]+\))?$")
"""How the label of a mark in the agenda ends."""
COMES = {
    Nature.WINDOW: "due",
    Nature.RIGHT: "the last instant",
    Nature.TERM: "ends",
    Nature.DATE: "by itself",
}
OWED = ("open", "partly_paid")


@dataclass(frozen=True)
class Told:
    """What was told of a case.

    Attributes:
        title: What its life is about, in a sentence.
        case: Where it stands.
        entries: Its timeline.
        agenda: What it will do by itself.
        opened_at: When it opened.
        now: The instant as of which this was told.
        told_by: Who told it, in words.
    """

    title: str
    case: Situation
    entries: Sequence[EntryView]
    agenda: Sequence[MarkView]
    opened_at: datetime
    now: datetime
    told_by: str = ""


def life_of(told: Told, zone: ZoneInfo) -> Life:
    """Return the life of a case."""
    case = told.case
    designation = parse_designation_id(case.case) is not None
    entries = sorted(told.entries, key=lambda entry: entry.at)
    windows = windows_of(entries, case.deadlines, zone, designation=designation)
    marks = tuple(_mark(number, entry, zone, designation=designation) for number, entry in enumerate(entries, start=1))
    ahead = () if case.closed_at else _ahead(told, windows, len(marks) + 1)
    return Life(
        title=told.title,
        case=case.case,
        zone=zone,
        opened_at=told.opened_at,
        closed_at=case.closed_at,
        ended=plain(case.outcome).lower() if case.outcome else "",
        now=None if case.closed_at else told.now,
        summary=summary_of(case, told.opened_at, zone, told.told_by),
        stages=stages_of(entries),
        windows=windows,
        marks=marks,
        ahead=ahead,
    )


def stages_of(entries: Sequence[EntryView]) -> tuple[Stage, ...]:
    """Return the stages of a life, from the entries in their order; the closing ends the last one."""
    begun = [
        (str(entry.detail.get("stage") or entry.text.removeprefix("Stage: ")), entry)
        for entry in entries
        if entry.kind == "stage"
    ]
    ends: list[datetime | None] = [entry.at for _, entry in begun[1:]]
    return tuple(
        Stage(name, stage_words(name, str(entry.detail.get("attempt") or "")), entry.at, end)
        for (name, entry), end in zip(begun, [*ends, None], strict=False)
        if name != "closed"
    )


def _mark(number: int, entry: EntryView, zone: ZoneInfo, *, designation: bool) -> Mark:
    said = saying(entry, zone, designation=designation)
    lane = LANES.get(entry.kind) or (Lane.OFFICE if entry.by == OFFICE else Lane.FACILITY)
    shown = None if entry.kind in SHOWN_OTHERWISE else lane
    return Mark(number, entry.at, entry.kind, party(entry.by), said.text, said.short, shown)


def _ahead(told: Told, windows: Sequence[Window], number: int) -> tuple[Mark, ...]:
    """Return what is still to come, soonest first: dues, what the case does by itself, and what is owed."""
    due = list(_dues(windows, told.now))
    known = {at for at, _, _, _ in due}
    by_itself = [coming for coming in _by_itself(told.agenda) if coming.at not in known]
    return tuple(
        Mark(number + index, at, kind, party(OFFICE), text, text, lane, ahead=True)
        for index, (at, kind, text, lane) in enumerate(
            sorted([*due, *by_itself, *_owed(told.case.invoices, told.now)], key=lambda coming: coming.at)
        )
    )


class Coming(NamedTuple):
    """What is still to come."""

    at: datetime
    kind: str
    text: str
    lane: Lane | None


def _dues(windows: Iterable[Window], now: datetime) -> Iterator[Coming]:
    """Yield openings and dues of the windows that run; their bars show them, so that they have no mark of their own."""
    for window in windows:
        if window.fate is not Fate.OPEN:
            continue
        if window.opens_at > now and window.nature is not Nature.DATE:
            yield Coming(window.opens_at, "opening", f"{window.words}: opens", None)
        if window.due_at > now:
            yield Coming(window.due_at, "due", f"{window.words}: {COMES[window.nature]}", None)


def _by_itself(agenda: Iterable[MarkView]) -> Iterator[Coming]:
    """Yield what the case will do by itself, its labels (made for the Temporal UI) in plain words."""
    for mark in agenda:
        text = RULE_AND_DATE.sub("", mark.label)
        yield Coming(mark.at, mark.kind, re.sub("^Await ", "Still awaited: ", text), Lane.NOTICES)


def _owed(invoices: Iterable[InvoiceView], now: datetime) -> Iterator[Coming]:
    for one in invoices:
        if one.status in OWED and one.due_at and one.due_at > now:
            text = f"Invoice {one.number or ''} ({plain(one.purpose).lower()}): due"
            yield Coming(one.due_at, "invoice", text, Lane.MONEY)
