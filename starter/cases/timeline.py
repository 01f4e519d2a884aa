"""`accredit timeline`: the life so far and what lies ahead."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from pydantic_core import to_jsonable_python
from rich.cells import cell_len

from pictures.life import Life
from pictures.wording import saying
from policy.dates import last_day, local_day, start_of_day
from policy.identity import parse_designation_id
from policy.status import EntryView, MarkView
from services.case_snapshot import CaseSnapshot
from services.clock import now
from services.words import party, plain
from starter.terminal.arguments import AsJson, CaseId
from starter.terminal.books import snapshot_of
from starter.terminal.context import office_of
from starter.terminal.output import note, say, show_json

KIND_WIDTH = 9
"""As wide as the longest kind of an entry, `extension`."""
BY_WIDTH = 8
"""As wide as `facility`; the roles of its people are longer."""
DEADLINE = {"name", "opens_at", "due_at", "met"}
"""What a script is told of a deadline."""
DATED = re.compile(r" (due|on|until) \d{4}-\d{2}-\d{2}(?= \(|$)")
"""The date in the label of a mark, which begins the line already."""


def who(entry: EntryView) -> str:
    """Return who acted, as a column says it: the person where the entry names one, else `office` or the role."""
    name = entry.detail.get("person") or _sender(entry.detail.get("message"))
    return str(name) if name else party(entry.by).removeprefix("the ")


def _sender(message: object) -> object:
    """Return who sent a message, for entries of cases that began before entries named who spoke."""
    by = message.get("by") if isinstance(message, dict) else None
    return by.get("name") if isinstance(by, dict) else None


def who_width(entries: Iterable[EntryView]) -> int:
    """Return how wide the column of those who acted is."""
    return max([BY_WIDTH, *(cell_len(who(entry)) for entry in entries)])


def line(when: str, kind: str, by: str, text: str, wide: int) -> str:
    """Return a line of a timeline; `wide`: the width of the column of those who acted."""
    return f"{when}  {kind:<{KIND_WIDTH}}  {by}{' ' * (wide - cell_len(by))}  {text}"


def entry_lines(entries: Sequence[EntryView], zone: ZoneInfo, *, designation: bool) -> list[str]:
    """Return one line for each entry: when on the office's clock, its kind, who, and what.

    Args:
        entries: The timeline.
        zone: The office's zone.
        designation: Whether the case is one (it names what expires).
    """
    wide = who_width(entries)
    return [
        line(local(one.at, zone), one.kind, who(one), saying(one, zone, designation=designation).text, wide)
        for one in entries
    ]


def ahead_lines(marks: Iterable[MarkView], zone: ZoneInfo) -> list[str]:
    """Return what a case will do by itself, a line for each: when on the office's clock, and what."""
    return ["  ".join(ahead(mark, zone)) for mark in marks]


def ahead(mark: MarkView, zone: ZoneInfo) -> tuple[str, str]:
    """Return when a case will do something by itself, and what: its label, without the date that stands there."""
    dated = DATED.search(mark.label)
    when = local_due(mark.at, zone) if dated and dated[1] != "on" else local(mark.at, zone)
    what = DATED.sub(" due" if dated and dated[1] == "due" else "", mark.label)
    return when, re.sub("^Await ", "Still awaited: ", what)


def local(instant: datetime, zone: ZoneInfo) -> str:
    """Return an instant on the office's clock, sortable, for example `2028-05-01 09:00`."""
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M}"


def local_due(instant: datetime, zone: ZoneInfo) -> str:
    """Return a due instant, sortable: midnight belongs to the day that it ends, for example `2028-05-01 24:00`."""
    midnight = instant == start_of_day(local_day(instant, zone), zone)
    return f"{last_day(instant, zone)} 24:00" if midnight else local(instant, zone)


def timeline(
    ctx: typer.Context,
    case: CaseId,
    as_json: AsJson = False,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a picture of the life.")] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page with picture and tables.")] = None,
    ics: Annotated[Path | None, typer.Option(metavar="FILE", help="Write its windows as a calendar file.")] = None,
) -> None:
    """Print a case's life so far, entry by entry, and what lies ahead.

    Where files are named, the life is also written as a picture, as a page with tables, or as a calendar.

    For example:

        accredit timeline accreditation.OH-0417.ct.CT-1.1
        accredit timeline accreditation.OH-0417.ct.CT-1.1 --json
        accredit timeline accreditation.OH-0417.ct.CT-1.1 --html life.html --ics windows.ics
    """
    from pictures.files import check_place, write_pictures  # here, because most timelines are printed alone

    check_place(svg, html, ics)
    snapshot = snapshot_of(ctx, case)
    if svg or html or ics:
        told_at = now()
        life = life_of_snapshot(snapshot, office_of(ctx, amounts=False).zone, told_at)
        write_pictures(life, told_at, svg=svg, html=html, ics=ics)
        note(f"Written: {', '.join(str(file) for file in (svg, html, ics) if file)}")
    if as_json:
        show_json(timeline_data(snapshot))
        return
    zone = office_of(ctx, amounts=False).zone
    note(heading(snapshot), style="bold")
    for text in entry_lines(snapshot.entries, zone, designation=parse_designation_id(case) is not None):
        say(text)
    coming = [ahead(mark, zone) for mark in snapshot.agenda] or [
        (local_due(deadline.due_at, zone), plain(deadline.name)) for deadline in snapshot.running
    ]
    wide = who_width(snapshot.entries)
    for when, what in coming:
        say(line(when, "ahead", "", what, wide), style="dim")
    note(f"As told by {snapshot.told_by}.")


def timeline_data(snapshot: CaseSnapshot) -> dict[str, object]:
    """Return a case's life for scripts and pictures: entries, deadlines and what lies ahead."""
    return {
        "case": snapshot.case.case,
        "facility_name": snapshot.facility,
        "live": snapshot.live,
        "told_by": snapshot.told_by,
        **to_jsonable_python(snapshot.case.model_dump(include={"opened_at", "closed_at"})),
        "entries": [entry.model_dump(mode="json") for entry in snapshot.entries],
        "deadlines": to_jsonable_python([one.model_dump(include=DEADLINE) for one in snapshot.case.deadlines]),
        "ahead": [mark.model_dump(mode="json") for mark in snapshot.agenda],
    }


def heading(snapshot: CaseSnapshot) -> str:
    """Return which case it is and whose, as the heading of a page."""
    return f"{snapshot.case.case}: {snapshot.facility}" if snapshot.facility else snapshot.case.case


def life_of_snapshot(snapshot: CaseSnapshot, zone: ZoneInfo, now: datetime) -> Life:
    """Return the life of a case of the office, as it stands."""
    from pictures.reading import LifeSource, life_of  # here, because `show` draws no life

    case = snapshot.case
    opened_at = case.opened_at or (snapshot.entries[0].at if snapshot.entries else now)
    title = f"The life of {heading(snapshot)}"
    return life_of(LifeSource(title, case, snapshot.entries, snapshot.agenda, opened_at, now, snapshot.told_by), zone)
