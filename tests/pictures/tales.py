"""Lives told by hand, entry by entry, for rules that one entry decides."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pictures.life import Life
from pictures.reading import LifeSource, life_of
from policy.dates import end_of_day
from policy.status import CaseStatus, DeadlineView, EntryView, MarkView

ZONE = ZoneInfo("America/New_York")
OPENED = datetime(2027, 1, 4, 14, 0, tzinfo=UTC)
"""Monday, 4 January 2027, 09:00 in New York."""


def day(number: float) -> datetime:
    """Return the instant so many days after the opening."""
    return OPENED + timedelta(days=number)


def midnight(number: int) -> datetime:
    """Return 24:00 in New York of a day after the opening's date."""
    return end_of_day(date(2027, 1, 4) + timedelta(days=number), ZONE)


def entry(at: float | datetime, kind: str, text: str, by: str = "acr", /, **detail: Any) -> EntryView:
    """Return a line of a timeline."""
    return EntryView(at=at if isinstance(at, datetime) else day(at), kind=kind, by=by, text=text, detail=detail)


def stage(at: float, name: str, **detail: Any) -> EntryView:
    return entry(at, "stage", f"Stage: {name}", stage=name, **detail)


def opens(at: float, name: str, due_at: datetime, since: float | None = None) -> EntryView:
    """Return the entry that sets a window."""
    detail = {"opens_at": day(at if since is None else since).isoformat(), "due_at": due_at.isoformat()}
    return entry(at, "deadline", f"{name} due", deadline=name, rule=f"{name}.rule", **detail)


def passes(at: datetime, name: str) -> EntryView:
    return entry(at, "deadline", f"{name} has passed", deadline=name, passed=True)


def sent(at: float, name: str, by: str = "facility", **fields: Any) -> EntryView:
    """Return the entry of a message that was accepted."""
    return entry(at, "message", name.replace("_", " "), by, message=fields)


def told(
    *entries: EntryView,
    now: float = 100.0,
    case: str = "accreditation.OH-1.ct.CT-1.1",
    title: str = "A life",
    deadlines: tuple[DeadlineView, ...] = (),
    agenda: tuple[MarkView, ...] = (),
    **situation: Any,
) -> Life:
    """Return the life that entries tell."""
    stands = CaseStatus(case=case, stage="testing", deadlines=deadlines, **situation)
    return life_of(LifeSource(title, stands, entries, agenda, OPENED, day(now)), ZONE)
