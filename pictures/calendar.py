"""A case's windows as a calendar file: what came of each of them, and a reminder of those that are still open.

A window is an all-day event on its last day; what falls on an instant of its own (a notice at 08:00) is an event at
that instant. The letters of a case bring single windows as the same events.
"""

from collections import Counter
from datetime import datetime

from activities import calendar
from activities.calendar import Occasion
from pictures.life import Fate, Life, Nature, Window
from pictures.wording import sentence, window_outcome
from policy.dates import local_day, start_of_day


def calendar_file(life: Life, told_at: datetime) -> bytes:
    """Return the calendar file of a life.

    Args:
        life: The life.
        told_at: The instant as of which the file is written; of two files the later one holds.
    """
    return calendar.calendar_file(life.zone, occasions_of(life), told_at, name=life.case)


def occasions_of(life: Life) -> list[Occasion]:
    """Return the windows of a life as they stand in a calendar, whether it is its own or that of a whole facility."""
    of_name: Counter[str] = Counter()
    occasions = []
    for window in life.windows:
        of_name[window.name] += 1
        occasions.append(_occasion(window, of_name[window.name], life))
    return occasions


def _occasion(window: Window, nth: int, life: Life) -> Occasion:
    ends_a_day = window.due_at == start_of_day(local_day(window.due_at, life.zone), life.zone)
    reminds = window.fate is Fate.OPEN and window.nature in (Nature.WINDOW, Nature.RIGHT)
    return Occasion(
        uid=calendar.uid(life.case, window.name, str(nth)),
        at=window.due_at,
        all_day=ends_a_day and window.nature is not Nature.DATE,
        summary=f"{_headline(window, life)}: {life.case}",
        description=f"{sentence(window, life)}. Rule: {window.rule or 'none'}.",
        sequence=len(window.was_due) + (window.fate is Fate.DROPPED),
        cancelled=window.fate is Fate.DROPPED,
        categories=(window.nature,),
        reminder=f"{window.words} is due soon" if reminds else "",
    )


def _headline(window: Window, life: Life) -> str:
    match window.fate, window.nature:
        case Fate.OPEN, Nature.WINDOW:
            return f"{window.words} due"
        case Fate.OPEN, Nature.RIGHT | Nature.TERM:
            return f"{window.words} ends"
        case _, Nature.DATE:
            return window.words
        case _:
            return f"{window.words} ({window_outcome(window, life)})"
