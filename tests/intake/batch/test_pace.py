"""The pace at which imported cases begin, so that a worker keeps room for what people wait for."""

import pytest

from intake.batch.starting import AT_ONCE_BEGIN, Pace


class Clock:
    """A clock that stands until somebody sets it."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def delays(pace: Pace, count: int) -> list[float]:
    """Return how many seconds each of the next cases waits."""
    return [delay.total_seconds() if (delay := pace.next_delay()) else 0.0 for _ in range(count)]


def test_the_first_cases_begin_at_once_and_then_so_many_in_a_second() -> None:
    waiting = delays(Pace(10, Clock()), AT_ONCE_BEGIN + 30)
    assert waiting[:AT_ONCE_BEGIN] == [0.0] * AT_ONCE_BEGIN
    assert waiting[AT_ONCE_BEGIN:] == pytest.approx([number / 10 for number in range(1, 31)])


def test_an_import_that_is_slower_than_its_pace_delays_no_case() -> None:
    clock = Clock()
    pace = Pace(10, clock)
    for _ in range(AT_ONCE_BEGIN + 30):
        assert pace.next_delay() is None
        clock.at += 0.2


def test_what_it_is_behind_is_made_up_for() -> None:
    clock = Clock()
    pace = Pace(10, clock)
    delays(pace, AT_ONCE_BEGIN)
    clock.at += 1.0
    assert delays(pace, 12) == pytest.approx([0.0] * 10 + [0.1, 0.2])


def test_without_a_pace_all_begin_at_once() -> None:
    assert delays(Pace(0, Clock()), AT_ONCE_BEGIN + 30) == [0.0] * (AT_ONCE_BEGIN + 30)
