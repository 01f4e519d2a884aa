"""What timers and steps are called in the Temporal UI: at most 60 characters that name the rule and its date."""

from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from policy.dates import local_day
from policy.facts import Deadline
from policy.words import titled

LENGTH = 60
_INSTANT = timedelta(microseconds=1)


def deadline_label(deadline: Deadline, zone: ZoneInfo) -> str:
    """Return for example `Testing package due 2027-05-27 (testing.past_due)`."""
    name = titled(deadline.name)
    at = deadline.due_at if deadline.is_date else deadline.due_at - _INSTANT
    day = local_day(at, zone).isoformat()
    return _fitted(name, f"{'on' if deadline.is_date else 'due'} {day} ({deadline.rule})")


def mark_label(what: Literal["reminder", "waiting", "opening", "end"], at: datetime, about: str, zone: ZoneInfo) -> str:
    """Return for example `Reminder on 2027-05-17: testing package (testing.past_due)`; `about` names the rule."""
    day = local_day(at if what != "end" else at - _INSTANT, zone).isoformat()
    before, after = {
        "reminder": ("Reminder of ", f"on {day}"),
        "waiting": ("Await ", f"until {day}"),
        "opening": ("", f"on {day}"),
        "end": ("", f"until {day}"),
    }[what]
    name, _, rule = about.removeprefix("the ").partition(" (")
    return _fitted(before + name, f"{after} ({rule}" if rule else after)


def step_label(at: datetime, kinds: list[str], zone: ZoneInfo) -> str:
    """Return for example `2027-04-12: payment received, application accepted`."""
    label = f"{local_day(at, zone).isoformat()}: {', '.join(kinds).replace('_', ' ')}"
    return label if len(label) <= LENGTH else f"{label[: LENGTH - 1]}…"


def _fitted(name: str, rest: str) -> str:
    """Join a name and what must not be lost, shortening the name where both are too long."""
    room = LENGTH - len(rest) - 1
    return f"{name if len(name) <= room else name[: room - 1] + '…'} {rest}"
