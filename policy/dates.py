"""Calendar arithmetic, in one place, because a window that is wrong by a day is a wrong decision.

How days are counted is stated once, here (readings, "Time"):

* a window of N days closes at 24:00 local time of the Nth calendar day after the local date of its event;
* 24:00 of a day is the same instant as 00:00 of the next one, and that instant is what a deadline stores, in UTC;
* the *date of* a due instant is the last day on which something may still be done;
* months are calendar months, clamped to the last day of the month that they lead to.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

MOMENT = timedelta(microseconds=1)
MORNING = time(8, 0)
"""The office's hour for reminders and notices that a date causes, local time."""


@cache
def zone_names() -> frozenset[str]:
    """Return the names of all time zones: to find them folders are searched, longer than a step of a case takes."""
    return frozenset(available_timezones())


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """Return the calendar day of an instant on the office's wall."""
    return instant.astimezone(zone).date()


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return 00:00 local time of a day, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return 24:00 local time of a day, in UTC: the last instant that still belongs to it."""
    return start_of_day(day + timedelta(days=1), zone)


def morning_of(day: date, zone: ZoneInfo) -> datetime:
    """Return 08:00 local time of a day, in UTC: when reminders and notices go out."""
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


def last_day(due_at: datetime, zone: ZoneInfo) -> date:
    """Return the date of a due instant: the last day on which something may still be done."""
    return local_day(due_at - MOMENT, zone)


def days_after(instant: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return the end of the given calendar day after an instant's local date, in UTC."""
    return end_of_day(local_day(instant, zone) + timedelta(days=days), zone)


def add_months(day: date, months: int) -> date:
    """Return the same day of the month so many months later (or earlier), clamped to that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def as_instant(when: date | datetime, zone: ZoneInfo) -> datetime:
    """Read a date as the end of that local day and a date-time as itself (office time, where it names no zone)."""
    if isinstance(when, datetime):
        return (when if when.tzinfo else when.replace(tzinfo=zone)).astimezone(UTC)
    return end_of_day(when, zone)


def exists(when: date | datetime, zone: ZoneInfo) -> bool:
    """Return whether a local time is one that the clocks show: in spring an hour is left out.

    A date always exists, and so does a date-time that names its offset.
    """
    if not isinstance(when, datetime) or when.tzinfo is not None:
        return True
    return when.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == when


def not_left_out(when: datetime, zone: ZoneInfo) -> datetime:
    """Return what the clocks show at the instant that a local time which does not exist would have been."""
    return when.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None)
