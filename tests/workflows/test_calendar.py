"""The same life has the same windows on the office's calendar, whatever the hour, the day and the year it begins on."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from rehearsal.runner import Report
from tests.workflows.lives import Reports, went_as_told
from tests.workflows.stories import HEAD, ZONE, Story, begun, chosen, deficient, package, report

pytestmark = pytest.mark.server

YEAR = datetime.now(UTC).year + 1
LEAP = YEAR + -YEAR % 4
"""The next leap year from the next year on (2100 is far away)."""


def at(day: date, clock: time = time(9)) -> datetime:
    """Return a time on the office's clock, in UTC."""
    return datetime.combine(day, clock, ZONE).astimezone(UTC)


def second_sunday(year: int, month: int) -> date:
    """Return the second Sunday of a month: in March the clocks go forward on it."""
    return date(year, month, 8) + timedelta(days=(6 - date(year, month, 8).weekday()) % 7)


FORWARD = second_sunday(YEAR, 3)
BACK = second_sunday(YEAR, 11) - timedelta(days=7)

OPENINGS = {
    "at midnight": at(date(YEAR, 6, 1), time(0)),
    "a second before midnight": at(date(YEAR, 6, 1), time(23, 59, 59)),
    "a second after midnight": at(date(YEAR, 6, 1), time(0, 0, 1)),
    "at the next midnight": at(date(YEAR, 6, 2), time(0)),
    "as the clocks go forward": at(FORWARD, time(1, 59, 59)),
    "before the clocks go forward": at(FORWARD - timedelta(days=4)),
    "as the clocks go back": at(BACK, time(1, 30)),
    "before the clocks go back": at(BACK - timedelta(days=4), time(23, 30)),
    "on the last of a month": at(date(YEAR, 8, 31)),
    "at the end of the year": at(date(YEAR, 12, 31), time(23, 30)),
    "so that the report falls on a leap day": at(date(LEAP, 2, 26)),
    "on a leap day": at(date(LEAP, 2, 29)),
}
STORIES = {
    how: Story([*deficient(), chosen(6, "withdraw_areas", areas_withdrawn=[HEAD])], until=7, opened_at=opened_at)
    for how, opened_at in OPENINGS.items()
}
STORIES["a whole life from a leap day"] = Story(
    [*begun(), package(2), report(3)], opened_at=at(date(LEAP, 2, 26), time(23, 59))
)


def on_the_wall(told: Report, name: str, side: str = "due_day") -> datetime:
    """Return an instant of a deadline as the office's wall shows it."""
    (found,) = [one[side] for one in told["deadlines"] if one["name"] == name]
    instant = datetime.fromisoformat(told["opened_at"]) + timedelta(days=found)
    nearest = instant + timedelta(milliseconds=500)  # reports round days
    return nearest.astimezone(ZONE).replace(microsecond=0, tzinfo=None)


def midnight_after(instant: datetime, days: int) -> datetime:
    """Return 24:00 of the nth day after an instant's day, on the office's wall."""
    return datetime.combine(instant.astimezone(ZONE).date() + timedelta(days=days + 1), time())


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later or, where the month has no such day, its last one."""
    later = day.month - 1 + months
    for number in range(day.day, 0, -1):
        try:
            return date(day.year + later // 12, later % 12 + 1, number)
        except ValueError:
            continue
    raise AssertionError(day)


@pytest.mark.parametrize("how", OPENINGS)
def test_windows_close_at_midnight_of_their_last_calendar_day(reports: Reports, how: str) -> None:
    told, opened = reports[how], OPENINGS[how]
    went_as_told(told)
    accepted, reported = opened + timedelta(days=1), opened + timedelta(days=3)
    opens = reported + timedelta(hours=48)
    assert on_the_wall(told, "testing_package") == midnight_after(accepted, 45)
    assert on_the_wall(told, "appeal") == midnight_after(reported, 15)
    assert on_the_wall(told, "option_form") == midnight_after(opens, 15)
    assert on_the_wall(told, "closure") == midnight_after(opens, 45)


@pytest.mark.parametrize("how", OPENINGS)
def test_the_form_opens_48_hours_after_the_report_by_any_clock(reports: Reports, how: str) -> None:
    assert [one["opens_day"] for one in reports[how]["deadlines"] if one["name"] == "option_form"] == [5.0]


@pytest.mark.parametrize("how", OPENINGS)
def test_the_certificate_ends_on_the_same_date_36_months_later(reports: Reports, how: str) -> None:
    told, passed = reports[how], (OPENINGS[how] + timedelta(days=3)).astimezone(ZONE).date()
    last = months_later(passed, 36)
    assert on_the_wall(told, "expiry") == datetime.combine(last + timedelta(days=1), time())
    assert on_the_wall(told, "renewal_notice") == datetime.combine(months_later(last, -8), time(8))


def test_a_certificate_from_a_leap_day_ends_on_the_last_of_february(reports: Reports) -> None:
    told = reports["a whole life from a leap day"]
    assert went_as_told(told)["outcome"] == "expired"
    assert on_the_wall(told, "expiry") == datetime.combine(date(LEAP + 3, 3, 1), time())
    closed = told["status"]["closed_day"]
    assert closed == pytest.approx(told["status"]["certificate"]["expires_day"], abs=1e-6)


def test_a_second_decides_on_which_day_a_window_ends(reports: Reports) -> None:
    day = ("at midnight", "a second after midnight", "a second before midnight")
    ends = {how: on_the_wall(reports[how], "testing_package") for how in (*day, "at the next midnight")}
    assert len({ends[how] for how in day}) == 1
    assert ends["at the next midnight"] == ends["at midnight"] + timedelta(days=1)
