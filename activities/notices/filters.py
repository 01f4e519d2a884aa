"""What a text may do with a value: write an instant, an amount or one of the programs' words as a reader expects it."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from jinja2.runtime import Context

from activities.notices.index import index_of
from policy.accreditation.option_table import name_of
from policy.dates import last_day, local_day
from policy.messages import Option
from policy.words import day_in_words, due_in_words, either, instant_in_words, listed, ordinal


def as_instant(value: datetime | str) -> datetime:
    """Return an instant that is given as such or as ISO text.

    Raises:
        ValueError: It is neither, or says no time zone.
    """
    instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError(f"an instant with its time zone is expected, found {value}")
    return instant


@pass_context
def due(context: Context, value: datetime | str) -> str:
    """Write a due instant, and remember it for the calendar that goes with the notice: `27 May 2027, 24:00 ET`."""
    instant = as_instant(value)
    context["dues"].append(instant)
    return due_in_words(instant, _zone(context))


@pass_context
def moment(context: Context, value: datetime | str) -> str:
    """Write an instant: `3 June 2027, 09:00 ET`."""
    return instant_in_words(as_instant(value), _zone(context))


@pass_context
def day(context: Context, value: datetime | str) -> str:
    """Write the day of an event: `3 June 2027`."""
    return day_in_words(local_day(as_instant(value), _zone(context)))


@pass_context
def last(context: Context, value: datetime | str) -> str:
    """Write the last day of something that lasts until an instant: `27 May 2027`."""
    return day_in_words(last_day(as_instant(value), _zone(context)))


@pass_context
def area(context: Context, area_id: str) -> str:
    """Write an area with what the application says of it: `chest (adult chest)`."""
    names: dict[str, str] = context.get("area_names", {})
    return names.get(area_id, area_id)


@pass_context
def areas(context: Context, ids: Iterable[str]) -> str:
    """Write several areas: `chest (adult chest) and head (adult head)`."""
    return listed(area(context, one) for one in ids)


def option_name(option: str, deficiencies: int) -> str:
    """Write an option as people call it after so many deficiencies: `an appeal`."""
    return name_of(Option(option), deficiencies)


def option_names(options: Iterable[str], deficiencies: int) -> list[str]:
    """Write several options so."""
    return [option_name(option, deficiencies) for option in options]


@pass_context
def roles(context: Context, names: Iterable[str]) -> str:
    """Write the roles of several people: `supervising physician and the medical physicist`."""
    return " and the ".join(word(context, name, "role") for name in names)


def dollars(value: Decimal | str) -> str:
    """Write an amount: `$2,900.00`."""
    return f"${Decimal(value):,.2f}"


@pass_context
def word(context: Context, value: str, sort: str) -> str:
    """Write a word of the programs as their index has it under `words`, else with spaces for underscores."""
    return index_of(context["book"]).words[sort].get(value, value.replace("_", " "))


def in_year(month_day: str, year: int) -> str:
    """Write a day of the rules (month-day, `01-31`) in a year: `31 January 2029`."""
    month, day_of_month = (int(part) for part in month_day.split("-"))
    return day_in_words(date(year, month, day_of_month))


def upper_first(text: str) -> str:
    """Begin a line with words that a sentence has: `MQSA certificate` keeps its capitals."""
    return text[:1].upper() + text[1:]


def _zone(context: Context) -> ZoneInfo:
    zone: ZoneInfo = context["zone"]
    return zone


FILTERS: dict[str, Callable[..., Any]] = {
    "due": due,
    "moment": moment,
    "day": day,
    "last": last,
    "area": area,
    "areas": areas,
    "option": option_name,
    "options": option_names,
    "roles": roles,
    "either": either,
    "instant": as_instant,
    "dollars": dollars,
    "word": word,
    "in_year": in_year,
    "listed": listed,
    "ordinal": ordinal,
    "upper_first": upper_first,
}
"""The names under which texts use them."""
