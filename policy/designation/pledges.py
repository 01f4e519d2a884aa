"""The yearly pledge: asked for on 1 December and 2 January, in need of attention on 31 January (Image Wisely)."""

from datetime import date, datetime
from typing import Literal

from policy.dates import local_day, morning_of
from policy.designation.edition import DicoeEdition
from policy.facts import Fact


class PledgeDate(Fact):
    """A date on which something is due about the pledge for a year. `at`: 08:00 office time, in UTC."""

    at: datetime
    year: int
    what: Literal["ask", "attention"]


def next_pledge_date(after: datetime, terms: DicoeEdition) -> PledgeDate:
    """Return the first pledge date later than an instant. In December it is about the next year."""
    day = local_day(after, terms.zone)
    dates = [found for year in (day.year, day.year + 1) for found in _of_year(year, terms)]
    return min((found for found in dates if found.at > after), key=lambda found: found.at)


def _of_year(year: int, terms: DicoeEdition) -> list[PledgeDate]:
    found = []
    asked = [(text, "ask") for text in terms.pledges.asked.value]
    for text, what in [*asked, (terms.pledges.attention.value, "attention")]:
        month, day = (int(part) for part in text.split("-"))
        at = morning_of(date(year, month, day), terms.zone)
        found.append(PledgeDate.model_validate({"at": at, "year": year + (month > 6), "what": what}))
    return found
