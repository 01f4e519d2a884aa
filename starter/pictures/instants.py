"""Instants out of what was written down, and in the short forms that pictures have room for."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from policy.dates import as_instant, last_day, local_day

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
