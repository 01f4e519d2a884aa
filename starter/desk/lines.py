"""The timeline in lines of text: what was, and what lies ahead, in the same columns."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from policy.dates import last_day, local_day, start_of_day
from starter.desk.situation import EntryView, MarkView
from starter.pictures.sayings import saying
from starter.pictures.words import party

KIND_WIDTH = 9
"""As wide as the longest kind of an entry, `extension`."""
BY_WIDTH = 8
"""As wide as `facility`; the roles of its people are longer."""
DATED = re.compile(r" (due|on|until) \d{4}-\d{2}-\d{2}(?= \(|$)")
"""The date in the label of a mark, which begins the line already."""


def who(by: str) -> str:
    """Return who acted, as a column says it: `office`, `supervising physician`."""
    return party(by).removeprefix("the ")


def who_width(entries: Iterable[EntryView]) -> int:
    """Return how wide the column of those who acted is."""
    return max([BY_WIDTH, *(len(who(entry.by)) for entry in entries)])


def line(when: str, kind: str, by: str, text: str, wide: int) -> str:
    """Return a line of a timeline; `wide`: the width of the column of those who acted."""
    return f"{when}  {kind:<{KIND_WIDTH}}  {by:<{wide}}  {text}"


def entry_lines(entries: Sequence[EntryView], zone: ZoneInfo, *, designation: bool) -> list[str]:
    """Return one line for each entry: when on the office's clock, its kind, who, and what.

    Args:
        entries: The timeline.
        zone: The office's zone.
        designation: Whether the case is one (it names what expires).
    """
    wide = who_width(entries)
    return [
        line(local(one.at, zone), one.kind, who(one.by), saying(one, zone, designation=designation).text, wide)
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
