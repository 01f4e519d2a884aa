"""Where a case's clock is led: never to a due instant, never past what follows a message, never far from its stamp."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from rehearsal.clock import EARLY, LATE, OPENING, SPARE, Due, breather, end_point, handover, quiet

NINE = datetime(2027, 3, 1, 14, tzinfo=UTC)
LONG_AGO = NINE - timedelta(days=30)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def dues(*minutes: float, kind: str = "deadline") -> list[Due]:
    return [Due(NINE + each * MINUTE, kind) for each in minutes]


def test_a_message_is_handed_over_at_its_instant_when_nothing_is_due_near_it() -> None:
    assert handover(NINE, LONG_AGO, []) == NINE
    assert handover(NINE, LONG_AGO, dues(-60, -1, 1, 60)) == NINE


def test_a_message_at_the_very_instant_of_a_deadline_goes_before_it() -> None:
    assert handover(NINE, LONG_AGO, dues(0)) == NINE - MINUTE


def test_a_message_just_before_a_deadline_goes_before_it_and_one_just_after_it_goes_after_it() -> None:
    assert handover(NINE, LONG_AGO, dues(0.5)) == NINE - MINUTE
    assert handover(NINE, LONG_AGO, dues(-0.5)) == NINE + MINUTE


def test_what_opens_at_an_instant_has_opened_for_a_message_of_that_instant() -> None:
    assert handover(NINE, LONG_AGO, dues(0, kind=OPENING)) == NINE + MINUTE


def test_where_something_precedes_and_something_follows_closely_the_message_goes_first() -> None:
    assert handover(NINE, LONG_AGO, dues(-0.5, 0.5)) < NINE - MINUTE


def test_a_clock_that_is_past_the_instant_stays_where_it_is() -> None:
    now = NINE + 3 * MINUTE
    assert handover(NINE, now, []) == now
    assert handover(NINE, now, dues(-10)) == now


@pytest.mark.parametrize("kind", ["deadline", OPENING])
def test_no_constellation_of_two_due_instants_leads_to_one_of_them_or_past_what_follows(kind: str) -> None:
    offsets = [step / 4 for step in range(-28, 29)]
    for pair in combinations(offsets, 2):
        agenda = dues(*pair, kind=kind)
        point = handover(NINE, LONG_AGO, agenda)
        assert NINE - EARLY <= point <= NINE + LATE
        assert all(abs(due.at - point) >= SPARE for due in agenda), pair
        assert all(due.at > point for due in agenda if not due.precedes(NINE)), pair


def test_a_life_ends_with_everything_that_is_due_by_then() -> None:
    assert end_point(NINE, LONG_AGO, []) == NINE
    assert end_point(NINE, LONG_AGO, dues(0)) == NINE + MINUTE
    assert end_point(NINE, LONG_AGO, dues(-0.5)) == NINE + MINUTE
    assert end_point(NINE, LONG_AGO, dues(-1, 1)) == NINE
    assert end_point(NINE, LONG_AGO, dues(0.5)) == NINE - MINUTE
    assert NINE < end_point(NINE, LONG_AGO, dues(0, 1)) < NINE + MINUTE
    assert end_point(NINE, NINE + 2 * MINUTE, dues(-1)) == NINE + 2 * MINUTE


def test_a_stop_on_the_way_is_made_in_a_quiet_moment_before_it() -> None:
    assert quiet(NINE, []) == NINE
    assert quiet(NINE, dues(0)) == NINE - MINUTE
    assert quiet(NINE, dues(0, -1, -2)) == NINE - 3 * MINUTE


def test_after_a_message_the_clock_goes_on_for_up_to_five_minutes_and_past_nothing() -> None:
    assert breather(NINE, [], None) == NINE + 5 * MINUTE
    assert breather(NINE, dues(4.5), None) == NINE + 3 * MINUTE
    assert breather(NINE, [], NINE + 150 * SECOND) == NINE + 2 * MINUTE
    assert breather(NINE, dues(-3), NINE + 10 * MINUTE) == NINE + 5 * MINUTE
    assert breather(NINE, dues(1.5), None) is None
    assert breather(NINE, [], NINE) is None
