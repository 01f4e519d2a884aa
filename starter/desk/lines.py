"""The timeline in lines of text."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from starter.desk.situation import EntryView

KIND_WIDTH = 9
"""As wide as the longest kind of an entry, `extension`."""
BY_WIDTH = 8


def entry_lines(entries: Iterable[EntryView], zone: ZoneInfo) -> list[str]:
    """Return one line for each entry: when on the office's clock, its kind, who, and what."""
    return [
        f"{local(entry.at, zone)}  {entry.kind:<{KIND_WIDTH}}  {entry.by:<{BY_WIDTH}}  {entry.text}"
        for entry in entries
    ]


def local(instant: datetime, zone: ZoneInfo) -> str:
    """Return an instant on the office's clock, sortable, for example `2028-05-01 09:00`."""
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M}"
