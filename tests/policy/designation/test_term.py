"""The dates of a designation: its middle, its notice and its end, over month ends, leap days and changed clocks."""

from datetime import timedelta

import pytest

from policy.dates import last_day
from policy.designation.term import designation_term
from tests.policy.cycles import ZONE, et
from tests.policy.designation.practices import TERMS

TERM = [
    ("2027-02-10 10:00", "2028-08-10", "2029-06-10", "2030-02-10"),
    # 31 August: the mid-cycle month has no 31st, in a leap year and in another one
    ("2026-08-31 10:00", "2028-02-29", "2028-12-31", "2029-08-31"),
    ("2027-08-31 10:00", "2029-02-28", "2029-12-31", "2030-08-31"),
    ("2028-02-29 10:00", "2029-08-29", "2030-06-28", "2031-02-28"),
    ("2027-10-31 10:00", "2029-04-30", "2030-02-28", "2030-10-31"),
    ("2025-10-31 10:00", "2027-04-30", "2028-02-29", "2028-10-31"),
    # the days on which clocks change
    ("2025-09-14 10:00", "2027-03-14", "2028-01-14", "2028-09-14"),
    ("2026-05-07 10:00", "2027-11-07", "2028-09-07", "2029-05-07"),
    ("2024-03-14 10:00", "2025-09-14", "2026-07-14", "2027-03-14"),
    # the last minute and the first of a day
    ("2027-12-31 23:59", "2029-06-30", "2030-04-30", "2030-12-31"),
    ("2028-01-01 00:00", "2029-07-01", "2030-05-01", "2031-01-01"),
]


@pytest.mark.parametrize(("designated", "mid_cycle", "notice", "last"), TERM)
def test_a_designation_has_its_middle_its_notice_and_its_end(
    designated: str, mid_cycle: str, notice: str, last: str
) -> None:
    term = designation_term(et(designated), TERMS)
    assert term.designated_at == et(designated)
    assert term.mid_cycle_at == et(f"{mid_cycle} 00:00")
    assert term.renewal_notice_at == et(f"{notice} 08:00")
    assert term.expires_at == et(f"{last} 24:00")
    assert last_day(term.expires_at, ZONE).isoformat() == last
    assert {instant.utcoffset() for _, instant in term} == {timedelta(0)}


def test_the_dates_of_a_term_come_one_after_the_other() -> None:
    for designated, *_ in TERM:
        term = designation_term(et(designated), TERMS)
        assert term.designated_at < term.mid_cycle_at < term.renewal_notice_at < term.expires_at
