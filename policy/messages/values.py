"""What fields of messages hold: instants and dates, amounts of money, texts of a length that a history can carry."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from policy.bounds import LINE, NAME, WORDS, AtMost, OnlyIncoming, small


def _read_when(value: object) -> object:
    """Read ISO text; a bare date stays a date, because as midnight it would be the wrong end of the day.

    Years are bounded, so that no window that is counted from an instant leaves the calendar.
    """
    if isinstance(value, str):
        text = value.strip()
        try:
            value = date.fromisoformat(text)
        except ValueError:
            value = datetime.fromisoformat(text)
    if not isinstance(value, date):
        raise ValueError("an ISO date or date-time is expected, for example 2027-05-27 or 2027-05-27T17:00-04:00")
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"a year from {FIRST_YEAR} to {LAST_YEAR} is expected, found {value.year}")
    return value


def _not_before_the_programs(when: date) -> date:
    if when.year < EARLIEST_YEAR:
        text = f"a year from {EARLIEST_YEAR} on is expected, found {when.year}"
        raise PydanticCustomError("out_of_bounds", text)
    return when


FIRST_YEAR, LAST_YEAR = 1990, 2200
"""What a history may hold."""
EARLIEST_YEAR, YEARS_AHEAD = 2000, 20
"""What may come in: from this year on, to so many years ahead."""
When = Annotated[datetime | date, BeforeValidator(_read_when), OnlyIncoming(_not_before_the_programs)]
"""An ISO date (the end of that local day) or an ISO date-time; without an offset it is the office's local time."""
Day = Annotated[date, BeforeValidator(_read_when), OnlyIncoming(_not_before_the_programs)]
"""An ISO date alone."""
CENT = Decimal("0.01")
Amount = Annotated[
    Decimal,
    Field(max_digits=11, decimal_places=2, allow_inf_nan=False),
    AfterValidator(lambda amount: amount.quantize(CENT)),
]
"""US dollars; 2500 and 2500.00 are the same amount."""
_SOMETHING = StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000), AtMost(WORDS)]
Text = Annotated[str, _SOMETHING, AtMost(WORDS)]
"""Something in a person's own words."""
Line = Annotated[str, _SOMETHING, AtMost(LINE)]
"""A short text."""
Name = Annotated[str, _SOMETHING, AtMost(NAME)]
"""A name or a number of something."""
Place = Annotated[str, _SOMETHING, AtMost(2000)]
"""The address of a document."""
MaybeName = Annotated[str, AtMost(NAME)]
"""A name that may be empty."""
MaybeText = Annotated[str, AtMost(WORDS)]
"""A text that may be empty."""
Json: TypeAlias = Annotated[dict[str, Any], OnlyIncoming(small)]
"""A JSON object of another shape: an application, or a part of one."""
