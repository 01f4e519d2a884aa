"""What fields of messages hold: instants and dates, amounts of money, texts of a length that a history can carry."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints


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


FIRST_YEAR, LAST_YEAR = 1990, 2200
When = Annotated[datetime | date, BeforeValidator(_read_when)]
"""An ISO date (the end of that local day) or an ISO date-time."""
CENT = Decimal("0.01")
Amount = Annotated[
    Decimal,
    Field(max_digits=11, decimal_places=2, allow_inf_nan=False),
    AfterValidator(lambda amount: amount.quantize(CENT)),
]
"""US dollars; 2500 and 2500.00 are the same amount."""
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
