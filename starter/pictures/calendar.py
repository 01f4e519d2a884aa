"""A case's windows as a calendar file (RFC 5545), for the calendars of office and facility.

A window is an all-day event on its last day, because that is the date that people know; what falls on an instant of its
own (a notice at 08:00) is an event at that instant. Its UID stays the same as long as the case lives, and an extension
raises its sequence: a calendar that imports a newer file moves, or takes back, what it has.
"""

from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

from policy.dates import last_day, local_day, start_of_day
from starter.pictures.accounts import outcome_words, sentence
from starter.pictures.life import Fate, Life, Nature, Window

PRODUCT = "-//accredit//a case's windows//EN"
DOMAIN = "accredit"
"""What stands behind the @ of a UID: the program, because an office need not have a domain."""
REMIND = timedelta(days=2)
"""How long before the last day a calendar reminds of a window that is still open."""


def calendar_file(life: Life, told_at: datetime) -> bytes:
    """Return the calendar file of a life.

    Args:
        life: The life.
        told_at: The instant as of which the file is written; of two files the later one holds.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", life.case)
    calendar.add("x-wr-timezone", life.zone.key)
    for window in life.windows:
        calendar.add_component(_event(window, life, told_at))
    return bytes(calendar.to_ical())


def _event(window: Window, life: Life, told_at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{life.case}.{window.number}@{DOMAIN}")
    event.add("dtstamp", told_at)
    event.add("sequence", len(window.was_due) + (window.fate is Fate.DROPPED))
    event.add("summary", f"{_headline(window, life)}: {life.case}")
    event.add("description", f"{sentence(window, life)}. Rule: {window.rule or 'none'}.")
    event.add("status", "CANCELLED" if window.fate is Fate.DROPPED else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("categories", [window.nature])
    _place(event, window, life)
    if window.fate is Fate.OPEN and window.nature in (Nature.WINDOW, Nature.RIGHT):
        event.add_component(_alarm(window))
    return event


def _headline(window: Window, life: Life) -> str:
    match window.fate, window.nature:
        case Fate.OPEN, Nature.WINDOW:
            return f"{window.words} due"
        case Fate.OPEN, Nature.RIGHT | Nature.TERM:
            return f"{window.words} ends"
        case _, Nature.DATE:
            return window.words
        case _:
            return f"{window.words} ({outcome_words(window, life)})"


def _place(event: Event, window: Window, life: Life) -> None:
    """Place a window on its last day, or at its instant where that is not the end of a day."""
    ends_a_day = window.due_at == start_of_day(local_day(window.due_at, life.zone), life.zone)
    if ends_a_day and window.nature is not Nature.DATE:
        day = last_day(window.due_at, life.zone)
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
    else:
        event.add("dtstart", window.due_at)


def _alarm(window: Window) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"{window.words} is due soon")
    alarm.add("trigger", -REMIND)
    return alarm
