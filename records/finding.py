"""What people look for a case by: kept with it in lower case, so that a few letters find it among thousands."""

from collections.abc import Iterator
from typing import Any

LONGEST = 1_000
"""Characters that are kept of it: a practice with many locations is found by the first of them."""
WORDS = 6
"""Words of a search that count; each of them must be found."""


def found_by(case_id: str, application: dict[str, Any]) -> str:
    """Return the words by which a case is found: its id, its facility or practice, cities, units and locations.

    Args:
        case_id: Its id.
        application: Its application as JSON values, in the shape of whichever version.
    """
    said = dict.fromkeys(text.casefold() for text in (case_id, *_names(application)) if text)
    return " ".join(said).replace("\x00", "")[:LONGEST]


def _names(application: dict[str, Any]) -> Iterator[str]:
    holder = application.get("facility") or application.get("practice") or {}
    places = [holder, *(application.get("locations") or [])]
    yield from (place.get("name") or "" for place in places)
    yield from ((place.get("address") or {}).get("city") or "" for place in places)
    yield application.get("application_id") or ""
    for unit in (*(application.get("units") or []), *places[1:]):
        yield unit.get("id") or ""


def words_of(text: str) -> list[str]:
    """Return the words of a search, in lower case."""
    return text.casefold().replace("\x00", "").split()[:WORDS]


def like(word: str) -> str:
    """Return the pattern of a text that holds a word; `%`, `_` and the sign that escapes them mean themselves."""
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


ESCAPE = "\\"
"""The sign that escapes in a pattern."""
