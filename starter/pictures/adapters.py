"""Lives from the two places where they are told: the report of a rehearsal, and the desk's standing of a case."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starter.desk.situation import EntryView, MarkView, Situation
from starter.desk.standing import Standing
from starter.pictures.life import Life
from starter.pictures.reading import Told, life_of
from starter.rehearsal.report import IN_DAYS

INSTANTS = {day: instant for instant, day in IN_DAYS.items()} | {"day": "at"}
"""What a report calls in days, and what it is called elsewhere."""


def life_of_report(report: Mapping[str, Any], zone: ZoneInfo) -> Life:
    """Return the life that a rehearsal's report tells."""
    opened_at = datetime.fromisoformat(report["opened_at"])
    status = in_instants(report["status"], opened_at)
    case = Situation.model_validate({"stage": "unknown", **status, "case": report["case"]})
    entries = [EntryView.model_validate(entry) for entry in report["timeline"]]
    agenda = [MarkView.model_validate(in_instants(mark, opened_at)) for mark in report.get("ahead", [])]
    lived_to = instant_of_day(report["lived_to_day"], opened_at)
    told = Told(report["title"], case, entries, agenda, opened_at, lived_to, "its rehearsal")
    return life_of(told, zone)


def life_of_standing(standing: Standing, zone: ZoneInfo, now: datetime) -> Life:
    """Return the life of a case of the office, as it stands."""
    case = standing.case
    opened_at = case.opened_at or (standing.entries[0].at if standing.entries else now)
    title = f"The life of {case.case}"
    return life_of(Told(title, case, standing.entries, standing.agenda, opened_at, now, standing.told_by), zone)


def instant_of_day(day: float, opened_at: datetime) -> datetime:
    """Return the instant of a day's figure. Those have six decimals: midnight is midnight again to the second only."""
    return opened_at + timedelta(seconds=round(day * 86_400))


def in_instants(value: Any, opened_at: datetime) -> Any:
    """Return a report's values with instants in the place of days since the case opened."""
    if isinstance(value, list):
        return [in_instants(part, opened_at) for part in value]
    if not isinstance(value, dict):
        return value
    told = {}
    for name, part in value.items():
        if name in INSTANTS and (part is None or isinstance(part, int | float)):
            told[INSTANTS[name]] = None if part is None else instant_of_day(part, opened_at)
        else:
            told[name] = in_instants(part, opened_at)
    return told
