"""What is said of a window: in a few words beside its bar, and in a sentence for a table."""

from datetime import datetime

from policy.dates import last_day, local_day
from policy.words import day_in_words, due_in_words, instant_in_words
from starter.pictures.instants import short_day, short_due, short_instant
from starter.pictures.life import Fate, Life, Nature, Window


def due_words(window: Window, life: Life) -> str:
    """Return until when a window runs, or on which instant a date falls, in full."""
    words = instant_in_words if window.nature is Nature.DATE else due_in_words
    return words(window.due_at, life.zone)


def instant_words(instant: datetime, life: Life) -> str:
    """Return an instant of a life in words; midnight belongs to the day that it ends, unless a date begins with it."""
    return (instant_in_words if life.begins_a_day(instant) else due_in_words)(instant, life.zone)


def outcome_words(window: Window, life: Life) -> str:
    """Return what came of a window, in a sentence."""
    ended = instant_in_words(window.ended_at, life.zone) if window.ended_at else ""
    match window.fate, window.nature:
        case Fate.MET, Nature.DATE:
            return "came"
        case Fate.MET, _:
            return f"met on {ended}"
        case Fate.MISSED, _ if window.late:
            return f"missed; came late, on {ended}"
        case Fate.MISSED, Nature.RIGHT:
            return "ran out unused"
        case Fate.MISSED, _:
            return "missed"
        case Fate.ENDED, _:
            return "ended"
        case Fate.DROPPED, _:
            return "never began: not needed any more" if window.never_ran else f"not needed any more since {ended}"
        case _, Nature.DATE:
            return "to come"
        case _ if life.now and window.opens_at > life.now:
            return f"opens on {due_in_words(window.opens_at, life.zone)}"
        case _ if life.now and window.due_at <= life.now:
            return "past due; the case has not said so yet"
        case _:
            return "open"


def bar_words(window: Window, life: Life) -> tuple[str, str]:
    """Return what stands beside a window's bar: in full, and shorter for where there is less room."""
    full = _full(window, life)
    return full, full if window.fate is not Fate.OPEN else f"{window.words}: due {short_due(window.due_at, life.zone)}"


def _full(window: Window, life: Life) -> str:
    zone = life.zone
    due = short_due(window.due_at, zone, year=window.nature is Nature.TERM)
    ended = short_instant(window.ended_at, zone) if window.ended_at else ""
    match window.fate, window.nature:
        case _, Nature.DATE:
            return f"{window.words} {short_day(local_day(window.due_at, zone))}"
        case _, Nature.TERM:
            return f"{window.words} {'ended' if window.fate is Fate.ENDED else 'until'} {due}"
        case Fate.MET, Nature.RIGHT:
            return f"{window.words}: used {ended}, until {due}"
        case Fate.MET, _:
            return f"{window.words}: came {ended}, due {due}"
        case Fate.MISSED, Nature.RIGHT:
            return f"{window.words}: unused by {due}"
        case Fate.MISSED, _:
            return f"{window.words}: missed {due}{f', came {ended}' if window.late else ''}"
        case Fate.DROPPED, _:
            return f"{window.words}: not needed"
        case _:
            opens = window.opens_at > life.now if life.now else False
            begins = f"opens {short_instant(window.opens_at, zone)}, " if opens else ""
            return f"{window.words}: {begins}{'until' if window.nature is Nature.RIGHT else 'due'} {due}"


def sentence(window: Window, life: Life) -> str:
    """Return all of a window in a sentence, for those who hear a picture."""
    zone = life.zone
    if window.nature is Nature.DATE:
        return f"{window.words}, {due_words(window, life)}: {outcome_words(window, life)}"
    since = day_in_words(local_day(window.opens_at, zone))
    until = day_in_words(last_day(window.due_at, zone))
    extended = f", extended from {', '.join(day_in_words(last_day(d, zone)) for d in window.was_due)}"
    return f"{window.words}, {since} to {until}{extended if window.was_due else ''}: {outcome_words(window, life)}"
