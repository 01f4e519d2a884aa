"""After a failed attempt of mammography: when FDA is told, and within how many business days (21 CFR 900.4)."""

from datetime import datetime, timedelta

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.mammography.part import terms_of
from policy.dates import end_of_day, local_day
from policy.edition import Edition

SATURDAY = 5


def tells_fda(facts: CycleFacts, terms: Edition) -> bool:
    """Return whether FDA is told of the newest report: a second attempt has failed, or a serious risk was found."""
    reported = facts.reported
    if terms.mammography is None or reported is None:
        return False
    return facts.deficiencies >= 2 or reported.serious_risk


def business_days_after(instant: datetime, days: int, terms: Edition) -> datetime:
    """Return the end (UTC) of the nth business day after an instant's day: Mondays to Fridays, holidays count too.

    Whether a federal holiday is a business day no source says; counted as one, the notice is never late.
    """
    day = local_day(instant, terms.zone)
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < SATURDAY
    return end_of_day(day, terms.zone)


def fda_due(reported_at: datetime, terms: Edition) -> datetime:
    """Return until when FDA is told of a serious risk: the end of the second business day after the report."""
    return business_days_after(reported_at, terms_of(terms).fda_within.value, terms)
