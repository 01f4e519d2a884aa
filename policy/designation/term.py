"""The dates of a designation: its middle, its renewal notice, its end (S0, fee table)."""

from datetime import datetime

from policy.dates import add_months, end_of_day, local_day, morning_of, start_of_day
from policy.designation.edition import DicoeEdition
from policy.designation.facts import Designation


def designation_term(designated_at: datetime, terms: DicoeEdition) -> Designation:
    """Return the dates of a designation made at an instant (UTC).

    The mid-cycle mark is the start of the day 18 months later, the end is 24:00 of the day 36 months later.
    """
    zone, day = terms.zone, local_day(designated_at, terms.zone)
    last = add_months(day, terms.designation.term.value)
    return Designation(
        designated_at=designated_at,
        mid_cycle_at=start_of_day(add_months(day, terms.designation.mid_cycle.value), zone),
        renewal_notice_at=morning_of(add_months(last, -terms.designation.renewal_notice.value), zone),
        expires_at=end_of_day(last, zone),
    )
