"""Who did what, when, for whom: the list of records.audit as rows and data, for terminal, portal and exports alike."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from policy.words import instant_in_words
from records.audit import Asked, Entry, Place, entries
from services.words import message_words

AT_ONCE = 1_000
"""Entries that are read at once."""
COLUMNS = (
    "utc", "office time", "person", "role", "organisation", "key", "what", "about", "result", "rule",
    "counts as of (utc)",
)  # fmt: skip
RESULTS = {True: "accepted", False: "refused", None: ""}


def every_entry(session: Session, asked: Asked, limit: int | None = None) -> Iterator[Entry]:
    """Yield what is asked for, the newest first, read in pieces.

    Args:
        session: The books.
        asked: What of the list.
        limit: How many at most; None: all.
    """
    before: Place | None = None
    left = limit
    while left is None or left > 0:
        found = entries(session, asked, before=before, limit=AT_ONCE if left is None else min(AT_ONCE, left))
        yield from found
        if not found:
            return
        before, left = found[-1].place, None if left is None else left - len(found)


def cells(entry: Entry, zone: ZoneInfo) -> list[str]:
    """Return an entry as a row under `COLUMNS`."""
    at = entry.place.at
    return [
        at.isoformat(timespec="seconds"),
        instant_in_words(at, zone),
        entry.name,
        entry.role,
        entry.org,
        entry.key,
        what_in_words(entry),
        entry.about,
        RESULTS[entry.accepted],
        entry.rule,
        entry.at.isoformat(timespec="seconds") if entry.is_message else "",
    ]


def what_in_words(entry: Entry) -> str:
    """Return what was done: a message by its name in words, an act as it was noted."""
    return message_words(entry.what) if entry.is_message else entry.what


def acts_data(entry: Entry) -> dict[str, Any]:
    """Return an entry for a script; instants are UTC."""
    return {
        "at": entry.place.at.isoformat(),
        "person": entry.name,
        "role": entry.role,
        "org": entry.org,
        "key": entry.key,
        "what": entry.what,
        "about": entry.about,
        "accepted": entry.accepted,
        "rule": entry.rule,
        "counts_as_of": entry.at.isoformat() if entry.is_message else None,
    }
