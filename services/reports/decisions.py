"""The decisions of a month for the regulator: accredited, designated, not granted, ended, how. No reviewer's name."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from policy.dates import last_day, local_day
from policy.words import day_in_words
from records.reports.decisions import Decision
from services.reports.figures import Period, kind_of, kind_words
from services.reports.shape import Sheet, Table
from services.words import outcome_words, plain

COLUMNS = (
    "Day", "Decision", "Facility", "Id", "City", "State", "Of", "Unit", "Holds from", "Holds until", "Case",
)  # fmt: skip


def decision_words(one: Decision) -> str:
    """Return a decision in words: accredited, designated, or how the case ended."""
    return plain(outcome_words(one.outcome)) if one.outcome else plain(one.stage)


def decision_data(one: Decision, zone: ZoneInfo) -> dict[str, Any]:
    """Return a decision for a script; days are the office's."""
    return {
        "day": local_day(one.at, zone).isoformat(),
        "at": one.at.isoformat(),
        "decision": one.outcome or one.stage,
        "case": one.case_id,
        "facility": one.facility_id,
        "facility_name": one.facility_name,
        "city": one.city,
        "state": one.state,
        "kind": kind_of(one.program, one.modality),
        "unit": one.unit,
        "holds_from": _day(one.since, zone),
        "holds_until": last_day(one.until, zone).isoformat() if one.until else None,
    }


def _day(at: datetime | None, zone: ZoneInfo) -> str | None:
    return local_day(at, zone).isoformat() if at else None


def decisions_sheet(found: Sequence[Decision], period: Period, zone: ZoneInfo) -> Sheet:
    """Return the decisions of a period as they are shown."""
    counted = Counter(decision_words(one) for one in found)
    rows = [_cells(one, zone) for one in found]
    says = "Every case that came into force or ended in the period, in the order of the days."
    since, until = day_in_words(period.since), day_in_words(period.until)
    facts = [(word, str(number)) for word, number in counted.most_common()] or [("Decisions", "none")]
    table = Table("decisions", "Decisions", says, COLUMNS, rows, len(COLUMNS))
    return Sheet(f"Decisions: {since} to {until}", facts, [table] if rows else [])


def _cells(one: Decision, zone: ZoneInfo) -> list[str]:
    data = decision_data(one, zone)
    unit = "" if data["unit"] in (None, "site") else data["unit"]
    names = ("facility_name", "facility", "city", "state")
    of = kind_words(data["kind"])
    return [
        data["day"], decision_words(one), *(data[name] or "" for name in names), of, unit,
        data["holds_from"] or "", data["holds_until"] or "", data["case"],
    ]  # fmt: skip
