"""The dates of a designation on every day of four years, and in UTC where the clocks change between them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from policy.dates import add_months, last_day, local_day
from policy.designation.term import designation_term
from tests.policy.cycles import ZONE, et
from tests.policy.designation.practices import TERMS


@pytest.mark.parametrize(
    ("designated", "mid_cycle_at", "expires_at"),
    [
        ("2028-01-15 12:00", datetime(2029, 7, 15, 4, tzinfo=UTC), datetime(2031, 1, 16, 5, tzinfo=UTC)),
        ("2028-07-15 12:00", datetime(2030, 1, 15, 5, tzinfo=UTC), datetime(2031, 7, 16, 4, tzinfo=UTC)),
        # mid-cycle on the day on which the clocks go forward
        ("2028-09-10 12:00", datetime(2030, 3, 10, 5, tzinfo=UTC), datetime(2031, 9, 11, 4, tzinfo=UTC)),
        # the last day is the one on which the clocks go back: 25 hours long, and all of them count
        ("2028-11-02 12:00", datetime(2030, 5, 2, 4, tzinfo=UTC), datetime(2031, 11, 3, 5, tzinfo=UTC)),
    ],
)
def test_midnight_is_the_offices_in_summer_and_in_winter(
    designated: str, mid_cycle_at: datetime, expires_at: datetime
) -> None:
    term = designation_term(et(designated), TERMS)
    assert (term.mid_cycle_at, term.expires_at) == (mid_cycle_at, expires_at)


def test_an_evening_in_the_office_is_the_next_day_in_utc_and_counts_as_the_offices() -> None:
    decided = datetime(2028, 5, 1, 3, 59, tzinfo=UTC)  # 30 April, 23:59 in the office
    assert last_day(designation_term(decided, TERMS).expires_at, ZONE) == date(2031, 4, 30)


def test_every_day_of_four_years_leads_to_the_same_day_of_the_month_or_to_its_last() -> None:
    for days in range(4 * 365 + 1):
        day = date(2027, 1, 1) + timedelta(days=days)
        term = designation_term(et(f"{day} 12:00"), TERMS)
        middle, last = local_day(term.mid_cycle_at, ZONE), last_day(term.expires_at, ZONE)
        for found, months in ((middle, 18), (last, 36)):
            assert (found.year - day.year) * 12 + found.month - day.month == months
            assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)
        assert local_day(term.renewal_notice_at, ZONE) == add_months(last, -8)
