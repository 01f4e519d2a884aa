"""The life that a report of a rehearsal tells, as pictures need it, and pages of such lives."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from activities.places import file_named_after
from pictures.drawing import draw_alone
from pictures.files import write_file
from pictures.life import Life
from pictures.page import index_page, life_page, rehearsal_page
from pictures.reading import LifeSource, life_of
from policy.status import CaseStatus, EntryView, MarkView
from rehearsal.report import IN_DAYS
from services.security.private import as_the_person_would

INSTANTS = {day: instant for instant, day in IN_DAYS.items()} | {"day": "at"}
"""What a report calls in days, and what it is called elsewhere."""


def life_of_report(report: Mapping[str, Any], zone: ZoneInfo) -> Life:
    """Return the life that a rehearsal's report tells."""
    opened_at = datetime.fromisoformat(report["opened_at"])
    status = in_instants(report["status"], opened_at)
    case = CaseStatus.model_validate({"stage": "unknown", **status, "case": report["case"]})
    entries = [EntryView.model_validate(entry) for entry in report["timeline"]]
    agenda = [MarkView.model_validate(in_instants(mark, opened_at)) for mark in report.get("ahead", [])]
    lived_to = instant_of_day(report["lived_to_day"], opened_at)
    told = LifeSource(
        report["title"], case, entries, agenda, opened_at, lived_to, "its rehearsal", report.get("facility", "")
    )
    return life_of(told, zone)


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


INDEX = "index.html"


def write_rehearsal(reports: Sequence[Mapping[str, Any]], zones: Sequence[ZoneInfo], file: Path) -> Path:
    """Write one page with all lives of a rehearsal, each with its verdict.

    Raises:
        Unusable: The file cannot be written.
    """
    lives = [
        (life_of_report(report, zone), bool(report["ok"]), report["failures"])
        for report, zone in zip(reports, zones, strict=True)
    ]
    with as_the_person_would():
        return write_file(file, rehearsal_page(lives).encode())


def write_shelf(reports: Sequence[Mapping[str, Any]], zones: Sequence[ZoneInfo], title: str, folder: Path) -> Path:
    """Write a picture and a page of every life into a folder, and an index over them; return the index.

    Raises:
        Unusable: A file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shown = []
    for report, zone in zip(reports, zones, strict=True):
        life = life_of_report(report, zone)
        picture, page = (file_named_after(folder, life.case, ending) for ending in (".svg", ".html"))
        write_file(picture, draw_alone(life).encode())
        write_file(page, life_page(life).encode())
        shown.append((life, page.name, picture.name))
    return write_file(folder / INDEX, index_page(title, shown).encode())
