"""How days, months and hours are counted: leap days, month ends, midnights, and the two nights that clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from policy.dates import add_months, as_instant, days_after, end_of_day, last_day, local_day, morning_of, start_of_day

NEW_YORK = ZoneInfo("America/New_York")
FORWARD, BACK = date(2027, 3, 14), date(2027, 11, 7)
"""The days of 23 and of 25 hours in 2027."""
SECOND = timedelta(seconds=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


WINDOWS = [
    ("in winter", "2027-01-05 15:00", 15, "2027-01-21 05:00"),
    ("in summer", "2027-07-05 15:00", 15, "2027-07-21 04:00"),
    ("over the night of 14 March 2027", "2027-03-01 15:00", 15, "2027-03-17 04:00"),
    ("over the night of 7 November 2027", "2027-10-27 14:00", 15, "2027-11-12 05:00"),
    ("ending on the short day", "2027-02-27 15:00", 15, "2027-03-15 04:00"),
    ("ending on the long day", "2027-10-23 14:00", 15, "2027-11-08 05:00"),
    ("ending the day before the short day", "2027-02-26 15:00", 15, "2027-03-14 05:00"),
    ("ending the day before the long day", "2027-10-22 14:00", 15, "2027-11-07 04:00"),
    ("from the short day", "2027-03-14 12:00", 45, "2027-04-29 04:00"),
    ("from the long day's repeated hour", "2027-11-07 06:30", 45, "2027-12-23 05:00"),
    ("from the last second of a day, the next day in UTC", "2027-01-06 04:59:59", 15, "2027-01-21 05:00"),
    ("from the first second of a day", "2027-01-06 05:00", 15, "2027-01-22 05:00"),
    ("from the last second of a summer day", "2027-07-06 03:59:59", 15, "2027-07-21 04:00"),
    ("from the first second of a summer day", "2027-07-06 04:00", 15, "2027-07-22 04:00"),
    ("over a leap day", "2028-01-20 15:00", 45, "2028-03-06 05:00"),
    ("over no leap day", "2027-01-20 15:00", 45, "2027-03-07 05:00"),
    ("onto a leap day", "2028-02-14 15:00", 15, "2028-03-01 05:00"),
    ("from a leap day", "2028-02-29 15:00", 15, "2028-03-16 04:00"),
    ("over the end of a year", "2027-11-20 15:00", 45, "2028-01-05 05:00"),
    ("of no days", "2027-01-05 15:00", 0, "2027-01-06 05:00"),
]


@pytest.mark.parametrize(("event", "days", "closes"), [row[1:] for row in WINDOWS], ids=[row[0] for row in WINDOWS])
def test_a_window_closes_at_the_end_of_its_last_day(event: str, days: int, closes: str) -> None:
    due_at = days_after(utc(event), days, NEW_YORK)
    assert due_at == utc(closes)
    assert due_at.astimezone(NEW_YORK).strftime("%H:%M:%S") == "00:00:00"
    assert last_day(due_at, NEW_YORK) == local_day(utc(event), NEW_YORK) + timedelta(days=days)


MONTHS = [
    (date(2027, 8, 31), 18, date(2029, 2, 28)),
    (date(2026, 8, 31), 18, date(2028, 2, 29)),
    (date(2027, 8, 28), 18, date(2029, 2, 28)),
    (date(2028, 2, 29), 36, date(2031, 2, 28)),
    (date(2028, 2, 29), 48, date(2032, 2, 29)),
    (date(2028, 2, 29), 18, date(2029, 8, 29)),
    (date(2027, 3, 1), 36, date(2030, 3, 1)),
    (date(2030, 10, 31), -8, date(2030, 2, 28)),
    (date(2028, 10, 31), -8, date(2028, 2, 29)),
    (date(2028, 10, 29), -8, date(2028, 2, 29)),
    (date(2031, 2, 28), -8, date(2030, 6, 28)),
    (date(2030, 12, 31), -8, date(2030, 4, 30)),
    (date(2030, 8, 31), -8, date(2029, 12, 31)),
    (date(2030, 1, 15), -8, date(2029, 5, 15)),
    (date(2027, 1, 31), 1, date(2027, 2, 28)),
    (date(2027, 12, 31), 2, date(2028, 2, 29)),
    (date(2027, 11, 30), 1, date(2027, 12, 30)),
    (date(2027, 12, 1), 12, date(2028, 12, 1)),
    (date(2027, 5, 31), 0, date(2027, 5, 31)),
]


@pytest.mark.parametrize(("day", "months", "result"), MONTHS)
def test_months_are_calendar_months_held_to_the_months_last_day(day: date, months: int, result: date) -> None:
    assert add_months(day, months) == result


@pytest.mark.parametrize("months", [-8, 18, 36])
def test_no_day_of_eight_years_leaves_the_month_that_it_should_fall_in(months: int) -> None:
    for ordinal in range(date(2024, 1, 1).toordinal(), date(2032, 1, 1).toordinal()):
        day = date.fromordinal(ordinal)
        result = add_months(day, months)
        assert (result.year - day.year) * 12 + result.month - day.month == months
        held = result.day < day.day
        assert result.day <= day.day
        assert not held or (result + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("day", "hours"),
    [(FORWARD, 23), (BACK, 25), (date(2027, 3, 13), 24), (date(2027, 11, 8), 24), (date(2028, 2, 29), 24)],
)
def test_a_day_lasts_from_midnight_to_midnight_on_the_offices_wall(day: date, hours: int) -> None:
    begins, ends = start_of_day(day, NEW_YORK), end_of_day(day, NEW_YORK)
    assert ends - begins == timedelta(hours=hours)
    assert local_day(begins, NEW_YORK) == day
    assert local_day(begins - SECOND, NEW_YORK) == day - timedelta(days=1)
    assert local_day(ends - SECOND, NEW_YORK) == day
    assert local_day(ends, NEW_YORK) == day + timedelta(days=1)


def test_the_date_of_midnight_is_the_day_that_it_ends() -> None:
    for ordinal in range(date(2027, 1, 1).toordinal(), date(2029, 1, 1).toordinal()):
        day = date.fromordinal(ordinal)
        midnight = end_of_day(day, NEW_YORK)
        assert last_day(midnight, NEW_YORK) == day
        assert last_day(midnight + SECOND, NEW_YORK) == day + timedelta(days=1)
        assert last_day(midnight - SECOND, NEW_YORK) == day


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2027, 1, 5), "2027-01-05 13:00"),
        (date(2027, 7, 5), "2027-07-05 12:00"),
        (FORWARD - timedelta(days=1), "2027-03-13 13:00"),
        (FORWARD, "2027-03-14 12:00"),
        (BACK - timedelta(days=1), "2027-11-06 12:00"),
        (BACK, "2027-11-07 13:00"),
    ],
)
def test_reminders_go_out_at_eight_on_the_offices_wall(day: date, expected: str) -> None:
    assert morning_of(day, NEW_YORK) == utc(expected)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (date(2027, 5, 27), "2027-05-28 04:00"),
        (FORWARD, "2027-03-15 04:00"),
        (BACK, "2027-11-08 05:00"),
        (datetime.fromisoformat("2027-05-27T10:00"), "2027-05-27 14:00"),
        (datetime.fromisoformat("2027-05-27T00:00"), "2027-05-27 04:00"),
        (datetime.fromisoformat("2027-05-27T10:00+00:00"), "2027-05-27 10:00"),
        (datetime.fromisoformat("2027-05-27T10:00+09:00"), "2027-05-27 01:00"),
        (datetime.fromisoformat("2027-05-27T10:00-04:00"), "2027-05-27 14:00"),
    ],
)
def test_a_date_means_its_end_and_a_time_without_zone_the_offices(said: date | datetime, meant: str) -> None:
    instant = as_instant(said, NEW_YORK)
    assert (instant, instant.tzinfo) == (utc(meant), UTC)


def test_days_are_those_of_the_zone_that_is_asked_for() -> None:
    instant = utc("2027-05-27 03:30")
    assert local_day(instant, NEW_YORK) == date(2027, 5, 26)
    assert local_day(instant, ZoneInfo("Europe/Berlin")) == date(2027, 5, 27)
    assert days_after(instant, 1, ZoneInfo("Pacific/Honolulu")) == utc("2027-05-28 10:00")


def test_48_hours_are_48_hours_whatever_the_clocks_do() -> None:
    before_forward, before_back = utc("2027-03-13 15:00"), utc("2027-11-06 14:00")
    two_days = timedelta(hours=48)
    assert (before_forward + two_days).astimezone(NEW_YORK).strftime("%d %H:%M") == "15 11:00"
    assert (before_back + two_days).astimezone(NEW_YORK).strftime("%d %H:%M") == "08 09:00"
