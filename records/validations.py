"""What the books know of validation surveys: which accredited units may be drawn for one, and which may not, and why.

A draw is made by digests: of the seed with the id of each unit's case. The same seed draws the same units from the same
books on every machine, and a unit that is added or taken out changes the place of no other.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from policy.dates import add_months, local_day
from policy.words import Stage
from records.tables import CaseRecord, TimelineEntry
from records.words import Program

ORDERED, REPORTED, DECIDED = "order validation survey", "file validation report", "decide validation"
CALLED_OFF = "call off validation survey"
"""How a timeline calls the office's messages about a validation survey."""


class Surveyed(NamedTuple):
    """What the books know of a unit's validation surveys.

    Attributes:
        reported_at: When the newest report was filed, in any cycle of the unit; None: never.
        under_way: Whether one is ordered in its present case, and not decided on for good.
    """

    reported_at: datetime | None = None
    under_way: bool = False


class Drawable(NamedTuple):
    """An accredited unit. `why_not`: why it is not drawn, in words; empty: it may be."""

    case: CaseRecord
    surveyed: Surveyed
    why_not: str = ""


def draw(units: Iterable[Drawable], seed: str, count: int) -> list[Drawable]:
    """Return so many of the units that may be drawn, by chance, in the order in which the seed draws them."""
    able = [unit for unit in units if not unit.why_not]
    return sorted(able, key=lambda unit: hashlib.sha256(f"{seed}:{unit.case.case_id}".encode()).hexdigest())[:count]


def accredited_units(
    session: Session, at: datetime, zone: ZoneInfo, *, months: int, modality: str | None = None
) -> list[Drawable]:
    """Return the accredited units of the books by id, each with why it is not drawn.

    Args:
        session: The books.
        at: Now (UTC).
        zone: The office's.
        months: Whoever was surveyed within so many months, counted in days of the office, is not drawn again.
        modality: Only this one, for example ct.
    """
    query = select(CaseRecord).where(
        col(CaseRecord.program) == Program.ACCREDITATION.value,
        col(CaseRecord.stage) == Stage.ACCREDITED.value,
        col(CaseRecord.certificate_until) > at,
    )
    if modality:
        query = query.where(col(CaseRecord.modality) == modality)
    cases = session.exec(query.order_by(col(CaseRecord.case_id))).all()
    known = _surveys(session)
    newest = _newest_reports(known)
    since = add_months(local_day(at, zone), -months)
    return [
        _drawable(case, Surveyed(newest.get(case.subject), known.get(case.case_id, Surveyed()).under_way), since, zone)
        for case in cases
    ]


def _drawable(case: CaseRecord, surveyed: Surveyed, since: date, zone: ZoneInfo) -> Drawable:
    if surveyed.under_way:
        return Drawable(case, surveyed, "a survey is under way")
    if surveyed.reported_at and (day := local_day(surveyed.reported_at, zone)) > since:
        return Drawable(case, surveyed, f"surveyed on {day}")
    return Drawable(case, surveyed)


def _newest_reports(known: dict[str, Surveyed]) -> dict[str, datetime]:
    """Return when the newest report on a unit was filed, by unit: a case's id without its number."""
    found: dict[str, datetime] = {}
    for case_id, one in known.items():
        subject = case_id.rpartition(".")[0]
        if one.reported_at:
            found[subject] = max(one.reported_at, found.get(subject, one.reported_at))
    return found


def _surveys(session: Session) -> dict[str, Surveyed]:
    """Return what timelines tell of validation surveys, by case."""
    told = select(TimelineEntry).where(
        col(TimelineEntry.kind) == "message", col(TimelineEntry.text).in_((ORDERED, CALLED_OFF, REPORTED, DECIDED))
    )
    of_case: dict[str, list[TimelineEntry]] = defaultdict(list)
    for entry in session.exec(told.order_by(col(TimelineEntry.id))):
        of_case[entry.case_id].append(entry)
    return {case_id: _of_entries(entries) for case_id, entries in of_case.items()}


def _of_entries(entries: list[TimelineEntry]) -> Surveyed:
    under_way, reported_at = False, None
    for entry in entries:
        message = entry.detail.get("message") or {}
        under_way = entry.text not in (DECIDED, CALLED_OFF) or message.get("decision") == "under_corrective_action"
        if entry.text == REPORTED:
            reported_at = entry.at
    return Surveyed(reported_at, under_way)
