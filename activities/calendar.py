"""Calendar files (RFC 5545): what a case waits for, as events for the calendars of office and facility.

A window is an all-day event on its last day, because that is the date that people know; what falls on an instant of its
own is an event at that instant. The UID of an event stays the same as long as its case lives, wherever the file comes
from, and an extension raises its sequence: a calendar that reads a newer file moves, or takes back, what it has.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event

from policy.dates import last_day
from policy.text.visible import visible

PRODUCT = "-//accredit//a case's windows//EN"
DOMAIN = "accredit"
"""What stands behind the @ of a UID: the program, because an office need not have a domain."""
REMIND = timedelta(days=2)
"""How long before the last day a calendar reminds of a window that is still open."""


class Occasion(NamedTuple):
    """Something in a calendar.

    Attributes:
        uid: What it is called, for ever.
        at: Its instant; of a window the instant at which it closes.
        all_day: Whether it is shown on the last day before that instant, and not at the instant.
        summary: What it is, in a line.
        description: The same in a sentence or two.
        sequence: How often it was changed.
        cancelled: Whether it is taken back.
        categories: What sorts of things it belongs to.
        reminder: What the calendar says some days before; empty: nothing.
    """

    uid: str
    at: datetime
    all_day: bool
    summary: str
    description: str
    sequence: int = 0
    cancelled: bool = False
    categories: tuple[str, ...] = ()
    reminder: str = ""


def uid(case_id: str, name: str, key: str) -> str:
    """Return how something is called in calendars; of a window `key` says which of its name it is, from 1."""
    return f"{case_id}.{name}.{key}@{DOMAIN}"


def calendar_file(
    zone: ZoneInfo, occasions: Iterable[Occasion], told_at: datetime, *, name: str = "", organizer: str = ""
) -> bytes:
    """Return a calendar file.

    Args:
        zone: The office's time zone, whose days count.
        occasions: What stands in it.
        told_at: The instant as of which the file is written; of two files of one sequence the later one holds.
        name: What the calendar is called; empty: it has no name, and its events go into a calendar that is there.
        organizer: The address of who tells it; empty: nobody's.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.add("x-wr-calname", visible(name))
    calendar.add("x-wr-timezone", zone.key)
    for occasion in occasions:
        event = _event(occasion, zone, told_at)
        if organizer:
            event.add("organizer", f"mailto:{organizer}")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(occasion: Occasion, zone: ZoneInfo, told_at: datetime) -> Event:
    event = Event()
    event.add("uid", occasion.uid)
    event.add("dtstamp", told_at)
    event.add("sequence", occasion.sequence)
    event.add("summary", visible(occasion.summary))
    event.add("description", visible(occasion.description))
    event.add("status", "CANCELLED" if occasion.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("categories", list(occasion.categories))
    if occasion.all_day:
        day = last_day(occasion.at, zone)
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
    else:
        event.add("dtstart", occasion.at)
    if occasion.reminder:
        event.add_component(_alarm(occasion.reminder))
    return event


def _alarm(reminder: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", visible(reminder))
    alarm.add("trigger", -REMIND)
    return alarm
