"""Who asked for tasks lately is counted on the server's clock, also from a machine whose own is wrong."""

from datetime import UTC, datetime, timedelta

import pytest

from services.queries import FORGOTTEN_AFTER, POLLED_WITHIN, present_of

NOW = datetime(2028, 3, 1, 12, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.mark.parametrize("ago", [timedelta(0), MINUTE, FORGOTTEN_AFTER])
def test_with_a_right_clock_who_has_not_asked_for_long_is_silent(ago: timedelta) -> None:
    assert present_of([NOW - ago, NOW - FORGOTTEN_AFTER], NOW) == NOW


@pytest.mark.parametrize("wrong", [3 * DAY, -3 * DAY, FORGOTTEN_AFTER + 2 * POLLED_WITHIN, -2 * POLLED_WITHIN])
def test_with_a_wrong_clock_the_newest_that_the_server_knows_is_the_present(wrong: timedelta) -> None:
    assert present_of([NOW, NOW - MINUTE], NOW + wrong) == NOW


def test_where_nobody_asked_the_own_clock_is_all_there_is() -> None:
    assert present_of([], NOW) == NOW
