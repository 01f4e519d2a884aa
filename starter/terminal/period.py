"""The period that a list of money is about: days of the office, the first and the last one belong to it."""

from datetime import date
from typing import NamedTuple

from policy.messages.values import FIRST_YEAR, LAST_YEAR
from services.errors import InputFault, Unusable


class Period(NamedTuple):
    """From the beginning of a day to the end of another one; None: from the first entry, or up to the last."""

    since: date | None
    until: date | None


def read_period(since: str | None, until: str | None, *, last: str = "--until") -> Period:
    """Read the options `--from` and `--until`; `last`: what the second one is called.

    Raises:
        Unusable: One is no date, or the last day lies before the first.
    """
    period = Period(read_day("--from", since), read_day(last, until))
    if period.since and period.until and period.until < period.since:
        raise Unusable([InputFault(last, "", str(until), f"{since} or a later day")])
    return period


def read_day(option: str, text: str | None) -> date | None:
    """Read an option that names a day; None where it was left out. Raises `Unusable` where it is none."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Unusable([InputFault(option, "", text or "nothing", "a date, for example 2028-01-31")]) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Unusable([InputFault(option, "", text, f"a date from {FIRST_YEAR} to {LAST_YEAR}")])
    return day
