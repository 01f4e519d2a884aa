"""What the tests of the designation's rules share beside its practices: an office with a base fee, and older rules."""

from datetime import date
from decimal import Decimal
from typing import Any

from policy.designation.application import DicoeApplication, Location
from policy.designation.edition import dicoe_edition_in_force
from policy.office import DicoeFees, Fees, OfficeSettings
from policy.verdict import Finding
from tests.policy.designation.practices import an_application

BASE = Decimal("5000.00")
OFFICE = OfficeSettings(fees=Fees(dicoe=DicoeFees(base=BASE)))
BEFORE_2021 = dicoe_edition_in_force(date(2020, 12, 31))
PAID = {"amount": f"{BASE}", "method": "check"}
"""A payment sheet for up to five locations."""


def a_paid_application(
    locations: int = 3, places: list[dict[str, Any]] | None = None, **changes: Any
) -> DicoeApplication:
    """Return a complete application whose payment sheet announces the base fee of that office; with these places."""
    application = an_application(locations, **{"payment": PAID} | changes)
    if places is None:
        return application
    return application.model_copy(update={"locations": [Location.model_validate(place) for place in places]})


def told(found: list[Finding]) -> list[tuple[str, str]]:
    """Return rule and place of findings."""
    return [(finding.rule, finding.where) for finding in found]
