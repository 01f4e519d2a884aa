"""The yearly pledge: asked for on 1 December and 2 January at eight, in need of attention on 31 January."""

import pytest

from policy.designation.pledges import next_pledge_date
from tests.policy.cycles import SECOND, et
from tests.policy.designation.practices import TERMS

DATES = [
    ("2027-02-10 10:00", "2027-12-01", 2028, "ask"),
    ("2027-11-30 23:59", "2027-12-01", 2028, "ask"),
    ("2027-12-01 07:59", "2027-12-01", 2028, "ask"),
    ("2027-12-01 08:00", "2028-01-02", 2028, "ask"),
    ("2027-12-31 12:00", "2028-01-02", 2028, "ask"),
    ("2028-01-01 00:00", "2028-01-02", 2028, "ask"),
    ("2028-01-02 08:00", "2028-01-31", 2028, "attention"),
    ("2028-01-31 07:59", "2028-01-31", 2028, "attention"),
    ("2028-01-31 08:00", "2028-12-01", 2029, "ask"),
]


@pytest.mark.parametrize(("after", "day", "year", "what"), DATES)
def test_the_next_date_of_the_pledge(after: str, day: str, year: int, what: str) -> None:
    found = next_pledge_date(et(after), TERMS)
    assert (found.at, found.year, found.what) == (et(f"{day} 08:00"), year, what)


def test_three_years_have_three_dates_a_year_and_none_twice() -> None:
    at, end, found = et("2027-02-10 10:00"), et("2030-02-10 24:00"), []
    while (date := next_pledge_date(at, TERMS)).at <= end:
        assert date.at > at
        found.append((date.year, date.what))
        at = date.at
    years = [year for year in (2028, 2029, 2030) for _ in range(3)]
    assert found == list(zip(years, ["ask", "ask", "attention"] * 3, strict=True))


def test_a_second_before_is_not_yet_the_date() -> None:
    eight = et("2027-12-01 08:00")
    assert next_pledge_date(eight - SECOND, TERMS).at == eight
    assert next_pledge_date(eight, TERMS).at > eight
