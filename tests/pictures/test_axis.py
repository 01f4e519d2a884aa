"""Busy stretches get room, empty ones are folded, and three years fit."""

from datetime import timedelta

import pytest

from pictures.axis import APART, FOLD_OVER, FOLD_WIDTH, gaps_between, strips_of
from tests.pictures.tales import OPENED, day

LIFE = [day(n) for n in (0, 2, 4, 4.5, 30, 55, 56, 57, 58, 70, 95, 330, 345, 1180, 1230, 1244, 1426)]


def test_two_instants_are_never_closer_than_a_mark_is_wide() -> None:
    (gap,) = gaps_between([day(0), day(0.25)])
    assert gap.width >= APART


def test_instants_within_three_hours_share_a_place() -> None:
    strip = strips_of([day(0), day(1), day(1) + timedelta(hours=1), day(3)], 500)[0]
    assert strip.x(day(1)) == strip.x(day(1) + timedelta(hours=1))


@pytest.mark.parametrize(("days", "folded"), [(FOLD_OVER, False), (FOLD_OVER + 1, True), (900, True)])
def test_a_stretch_in_which_nothing_happens_for_long_is_folded_to_one_width(days: int, folded: bool) -> None:
    (gap,) = gaps_between([day(0), day(days)])
    assert gap.folded is folded
    assert not folded or (gap.width, gap.days) == (FOLD_WIDTH, days)


def test_a_longer_stretch_is_wider_until_it_is_folded() -> None:
    widths = [gaps_between([day(0), day(days)])[0].width for days in (1, 5, 15, 30, FOLD_OVER)]
    assert widths == sorted(set(widths))


@pytest.mark.parametrize("width", [280.0, 600.0, 1000.0])
def test_every_instant_is_in_one_strip_and_time_runs_to_the_right(width: float) -> None:
    strips = strips_of(LIFE, width)
    places = []
    for instant in LIFE:
        (number,) = [number for number, strip in enumerate(strips) if strip.holds(instant)]
        places.append((number, strips[number].x(instant)))
    assert places == sorted(set(places))
    assert all(strip.width <= width + 0.01 for strip in strips)
    assert [strip.end for strip in strips[:-1]] == [strip.begin for strip in strips[1:]]


def test_strips_are_about_as_full_as_each_other() -> None:
    needed = [sum(gap.width for gap in strip.gaps) for strip in strips_of(LIFE, 400)]
    assert len(needed) > 1
    assert min(needed) > max(needed) / 2


def test_what_lies_outside_a_strip_is_at_its_edge() -> None:
    first, *_, last = strips_of(LIFE, 300)
    assert first.x(LIFE[-1]) == pytest.approx(first.width)
    assert last.x(LIFE[0]) == 0.0


def test_a_case_that_has_just_been_opened_has_an_axis_too() -> None:
    (strip,) = strips_of([OPENED], 500)
    assert strip.holds(OPENED)
    assert strip.width > 0
