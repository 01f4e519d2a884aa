"""Who did what, when, for whom: messages that cases judged, and sign-ins, invitations and downloads, as one list."""

import base64
import binascii
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from policy.dates import as_instant, start_of_day
from policy.text.spreadsheet import MARK, csv_lines
from portal.page import Page, Who
from portal.visit import Visit
from records.audit import ACT, MESSAGE, Asked, Entry, Place, entries
from services.people.audited import AT_ONCE, COLUMNS, cells

ON_A_PAGE = 50
"""Entries of a page."""
LONGEST = 200
"""Characters of a filter."""
NUMBER = re.compile("[0-9]{1,18}")
"""What tells one act from another."""


@dataclass(frozen=True)
class Filters:
    """What was typed into the filters; what is wrong with them, by their names."""

    typed: dict[str, str]
    asked: Asked
    faults: dict[str, str]


def filters_of(visit: Visit) -> Filters:
    """Return what a page's address asks for; days are the office's, both included."""
    names = ("person", "org", "case", "since", "until")
    typed = {name: visit.request.query_params.get(name, "").strip()[:LONGEST] for name in names}
    days: dict[str, date | None] = {}
    faults: dict[str, str] = {}
    for name in ("since", "until"):
        try:
            days[name] = date.fromisoformat(typed[name]) if typed[name] else None
        except ValueError:
            faults[name] = f"Found {typed[name]!r}, expected a day such as 2028-02-28."
    since, until, zone = days.get("since"), days.get("until"), visit.world.zone
    if since and until and until < since:
        faults["until"] = "The last day lies before the first one."
    if not all(day is None or 1900 < day.year < 9000 for day in days.values()):
        faults["since"] = "Expected a day of these times."
        since = until = None
    asked = Asked(
        person=typed["person"],
        org=typed["org"],
        case=typed["case"],
        since=start_of_day(since, zone) if since else None,
        until=as_instant(until, zone) if until else None,
    )
    return Filters(typed, asked, faults)


def written(place: Place) -> str:
    """Return a place of the list as part of an address."""
    text = json.dumps([place.at.isoformat(), *place[1:]], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_place(text: str) -> Place | None:
    """Return the place that an address names; None: the beginning.

    Raises:
        HTTPException: 404 where it is none.
    """
    if not text:
        return None
    try:
        at, sort, first, second = json.loads(base64.urlsafe_b64decode(text[:2_000] + "=" * (-len(text) % 4)))
        place = Place(datetime.fromisoformat(at).astimezone(UTC), int(sort), str(first), str(second))
        if place.sort not in (ACT, MESSAGE) or (place.sort == ACT and not NUMBER.fullmatch(place.second)):
            raise ValueError(text)
    except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError):
        raise HTTPException(404) from None
    return place


async def audit(visit: Visit) -> Response:
    """Show what was done, the newest on top."""
    filters = filters_of(visit)
    before = read_place(visit.request.query_params.get("before", ""))
    found: list[Entry] = []
    if not filters.faults:
        found = await visit.read(lambda books: entries(books, filters.asked, before=before, limit=ON_A_PAGE + 1))
    shown = found[:ON_A_PAGE]
    given = {name: text for name, text in filters.typed.items() if text}
    older = urlencode({**given, "before": written(shown[-1].place)}) if len(found) > ON_A_PAGE else ""
    return visit.page(
        "office/audit.html.j2",
        status=422 if filters.faults else 200,
        title="Audit",
        entries=shown,
        typed=filters.typed,
        faults=filters.faults,
        older=older,
        filtered=urlencode(given),
        begun=before is not None,
    )


async def as_csv(visit: Visit) -> Response:
    """Give all that is asked for as a file, as it is read from the books."""
    filters = filters_of(visit)
    if filters.faults:
        return visit.go(f"/office/audit?{urlencode(filters.typed)}")
    named = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return StreamingResponse(_lines(visit, filters.asked), media_type="text/csv; charset=utf-8", headers=named)


async def _lines(visit: Visit, asked: Asked) -> AsyncIterator[str]:
    yield MARK + csv_lines([COLUMNS])
    before: Place | None = None
    while True:
        place = before
        found = await visit.read(lambda books, place=place: entries(books, asked, before=place, limit=AT_ONCE))  # type: ignore[misc]
        if not found:
            return
        yield csv_lines(cells(entry, visit.world.zone) for entry in found)
        before = found[-1].place


PAGES: tuple[Page, ...] = (
    Page("/office/audit", Who.OFFICE, audit),
    Page("/office/audit.csv", Who.OFFICE, as_csv),
)
