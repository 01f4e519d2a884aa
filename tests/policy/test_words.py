"""Dates and lists as people read them: midnight belongs to the day that it ends, and New York's time is ET."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from policy.words import day_in_words, due_in_words, instant_in_words, listed, zone_in_words

NEW_YORK, CHICAGO = ZoneInfo("America/New_York"), ZoneInfo("America/Chicago")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2027, 1, 1), "1 January 2027"),
        (date(2028, 2, 29), "29 February 2028"),
        (date(2027, 6, 3), "3 June 2027"),
        (date(2027, 12, 31), "31 December 2027"),
    ],
)
def test_a_day_is_written_out(day: date, words: str) -> None:
    assert day_in_words(day) == words


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        ("2027-06-03 13:00", "3 June 2027, 09:00 ET"),
        ("2027-12-03 14:00", "3 December 2027, 09:00 ET"),
        ("2027-06-03 03:59", "2 June 2027, 23:59 ET"),
        ("2027-06-03 04:00", "3 June 2027, 00:00 ET"),
    ],
)
def test_an_instant_is_written_on_the_offices_clock(instant: str, words: str) -> None:
    assert instant_in_words(utc(instant), NEW_YORK) == words


@pytest.mark.parametrize(
    ("due_at", "words"),
    [
        ("2027-05-28 04:00", "27 May 2027, 24:00 ET"),
        ("2027-03-15 04:00", "14 March 2027, 24:00 ET"),
        ("2027-11-08 05:00", "7 November 2027, 24:00 ET"),
        ("2028-01-01 05:00", "31 December 2027, 24:00 ET"),
        ("2027-05-27 16:00", "27 May 2027, 12:00 ET"),
        ("2027-05-28 03:59", "27 May 2027, 23:59 ET"),
        ("2027-05-28 04:01", "28 May 2027, 00:01 ET"),
    ],
)
def test_a_window_that_ends_at_midnight_names_its_last_day(due_at: str, words: str) -> None:
    assert due_in_words(utc(due_at), NEW_YORK) == words


def test_half_a_minute_after_midnight_is_not_the_end_of_that_day() -> None:
    assert due_in_words(utc("2027-05-27 04:00:30"), NEW_YORK) == "27 May 2027, 00:00 ET"


def test_another_zone_is_named_by_its_own_short_name() -> None:
    assert zone_in_words(utc("2027-01-05 12:00"), CHICAGO) == "CST"
    assert zone_in_words(utc("2027-07-05 12:00"), CHICAGO) == "CDT"
    assert due_in_words(utc("2027-05-28 05:00"), CHICAGO) == "27 May 2027, 24:00 CDT"


@pytest.mark.parametrize(
    ("things", "words"),
    [
        ([], "nothing"),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d"], "a, b, c and d"),
    ],
)
def test_things_are_listed_as_in_a_sentence(things: list[str], words: str) -> None:
    assert listed(things) == words
    assert listed(iter(things)) == words
