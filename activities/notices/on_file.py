"""What the office has on file of a facility, line by line, as the facility is asked to confirm it."""

from collections.abc import Iterator, Mapping
from typing import Any

from policy.words import spoken

ADDRESS = ("street", "city", "state", "postal_code", "country")


def on_file(application: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what an accreditation's application says of its facility: name and address, people, units.

    Args:
        application: The application as JSON, as it stands with every correction.
    """
    return tuple(_lines(application))


def _lines(application: Mapping[str, Any]) -> Iterator[str]:
    facility: Mapping[str, Any] = application.get("facility") or {}
    if facility.get("name"):
        yield f"Facility: {facility['name']}"
    address: Mapping[str, Any] = facility.get("address") or {}
    if told := ", ".join(str(address[part]) for part in ADDRESS if address.get(part)):
        yield f"Address: {told}"
    for contact in facility.get("contacts") or []:
        role = spoken(contact.get("role") or "contact")
        yield f"{role[:1].upper()}{role[1:]}: {_joined(contact, 'name', 'email') or 'nobody is named'}"
    for unit in application.get("units") or []:
        yield f"Unit {unit.get('id')}: {_joined(unit, 'manufacturer', 'model') or 'no maker is named'}"


def _joined(of: Mapping[str, Any], *parts: str) -> str:
    return ", ".join(str(of[part]) for part in parts if of.get(part))
