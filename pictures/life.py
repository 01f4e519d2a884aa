"""A case's life as pictures need it: stages, windows, marks, and what lies ahead. Knows no case, no books, no drawing.

Every instant is aware; the office's zone says on which day it falls.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from policy.dates import as_instant, last_day, local_day


class Lane(StrEnum):
    """Whose doing a mark is; each has a line of its own in a picture."""

    FACILITY = "Facility"
    OFFICE = "Office"
    MONEY = "Money"
    NOTICES = "Notices"


class Nature(StrEnum):
    """What a window is.

    A window: something must come before it closes. A right: something may be done until then. A term: something holds
    until then. A date: something happens then, by itself.
    """

    WINDOW = "window"
    RIGHT = "right"
    TERM = "term"
    DATE = "date"


class Fate(StrEnum):
    """What came of a window. `ended`: a term ran out; `dropped`: it was of no more use before it closed."""

    OPEN = "open"
    MET = "met"
    MISSED = "missed"
    ENDED = "ended"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class StageSpan:
    """A stretch of the life. `end` is None in the stage that the case is in."""

    name: str
    words: str
    begin: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Window:
    """A window, a right, a term or a date.

    Attributes:
        number: Its number within the life, from 1.
        name: Its public name, for example `option_form`.
        words: The same in plain words.
        nature: What it is.
        opens_at: Since when it counts.
        due_at: The last instant that is in time.
        was_due: The due instants that it had before it was extended, oldest first.
        fate: What came of it.
        ended_at: When what it was for came, or when it was dropped.
        rule: The rule that speaks when it has passed.
    """

    number: int
    name: str
    words: str
    nature: Nature
    opens_at: datetime
    due_at: datetime
    was_due: tuple[datetime, ...] = ()
    fate: Fate = Fate.OPEN
    ended_at: datetime | None = None
    rule: str = ""

    @property
    def late(self) -> bool:
        """Whether what it was for came, but after its time."""
        return self.fate is Fate.MISSED and self.ended_at is not None

    @property
    def never_ran(self) -> bool:
        """Whether it was dropped before it opened."""
        return self.fate is Fate.DROPPED and self.ended_at is not None and self.ended_at <= self.opens_at


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at an instant, or will.

    Attributes:
        number: Its number within the life, from 1.
        at: When.
        kind: What it is, as the timeline calls it: message, refusal, notice, invoice, payment, stage …
        by: Who did it, in words.
        text: What it was, in a sentence.
        short: The same in a few words.
        lane: Its line in a picture; None where stages and windows show it already.
        ahead: Whether it is still to come.
    """

    number: int
    at: datetime
    kind: str
    by: str
    text: str
    short: str
    lane: Lane | None
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Life:
    """A case's life.

    Attributes:
        title: What it is about, in a sentence.
        case: The case's id.
        zone: The office's time zone.
        opened_at: When the case opened.
        closed_at: When it closed; None while it is open.
        now: The instant as of which all this is told; None where the case is closed.
        summary: What a reader must know first: names and what is to be said of them.
        stages: In their order.
        windows: In the order in which they were opened.
        marks: What happened, oldest first.
        ahead: What is still to come by itself, soonest first.
    """

    title: str
    case: str
    zone: ZoneInfo
    opened_at: datetime
    closed_at: datetime | None
    ended: str
    now: datetime | None
    summary: tuple[tuple[str, str], ...]
    stages: tuple[StageSpan, ...]
    windows: tuple[Window, ...]
    marks: tuple[Mark, ...]
    ahead: tuple[Mark, ...]

    def begins_a_day(self, instant: datetime) -> bool:
        """Whether something falls on an instant that lasts from then on: midnight then belongs to the day it begins."""
        return any(window.due_at == instant for window in self.windows if window.nature is Nature.DATE)


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def instant_of(written: object, zone: ZoneInfo) -> datetime | None:
    """Return the instant that an ISO date or date-time stands for (a date: its end), or None where it is none."""
    if not isinstance(written, str):
        return None
    try:
        when = date.fromisoformat(written) if len(written) == len("2027-01-31") else datetime.fromisoformat(written)
        return as_instant(when, zone)
    except ValueError:
        return None


def short_day(day: date, *, year: bool = False) -> str:
    """Return a day as an axis writes it, for example `3 Jun`, or `3 Jun 2027`."""
    return f"{day.day} {MONTHS[day.month - 1]}{f' {day.year}' if year else ''}"


def short_due(due_at: datetime, zone: ZoneInfo, *, year: bool = False) -> str:
    """Return the last day of a due instant in the short form."""
    return short_day(last_day(due_at, zone), year=year)


def short_instant(instant: datetime, zone: ZoneInfo, *, year: bool = False) -> str:
    """Return the day of an instant in the short form."""
    return short_day(local_day(instant, zone), year=year)


def span_in_words(days: int) -> str:
    """Return a stretch of days roughly, for example `12 days`, `6 weeks`, `8 months`, `2 years 4 months`."""
    if days < 14:
        return "1 day" if days == 1 else f"{days} days"
    if days < 60:
        return f"{round(days / 7)} weeks"
    months = round(days / 30.44)
    years, rest = divmod(months, 12)
    parts = [f"{years} year{'s' if years > 1 else ''}"] if years else []
    parts += [f"{rest} month{'s' if rest > 1 else ''}"] if rest else []
    return " ".join(parts)


def shorter_span(words: str) -> str:
    """Return a stretch in fewer letters, for example `2 yr 4 mo`."""
    for word, short in (("year", "yr"), ("month", "mo"), ("week", "wk")):
        words = words.replace(f"{word}s", short).replace(word, short)
    return words


NATURES = {
    "appeal": Nature.RIGHT,
    "expiry": Nature.TERM,
    "renewal_notice": Nature.DATE,
    "mid_cycle": Nature.DATE,
    "annual_update": Nature.DATE,
}
"""What is no window that somebody must keep."""


def nature(name: str) -> Nature:
    """Return what a window is."""
    return NATURES.get(name, Nature.WINDOW)
