"""How a case introduces itself in the Temporal UI: one line for lists, and a page about what it was opened with."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from policy.application import AccreditationApplication, Area, Modality
from policy.designation.application import DicoeApplication, Location
from policy.fees import title
from policy.words import instant_in_words, listed

GAP = "\N{NO-BREAK SPACE}" * 3
"""Stands at the end of a cell: the UI sets the columns of a table side by side without any room between them."""
_SERVICES = {modality.value: title(modality) for modality in Modality} | {"xray": "X-ray"}
"""How services are called: modalities, and what is surveyed without an accreditation."""
LONGEST_NAME = 60
"""Characters of a facility's name in a summary, of which a server keeps 400 bytes."""


def summary(case_id: str, application: AccreditationApplication | DicoeApplication) -> str:
    """Return one line: the case's id first, because the UI shows it nowhere else in that tab; whose case it is; of
    what.
    """
    if isinstance(application, DicoeApplication):
        held = (application.practice.name or "")[:LONGEST_NAME] if application.practice else ""
        places = "location" if len(application.locations) == 1 else "locations"
        many = f"designation of {len(application.locations)} {places}"
        return " · ".join(part for part in (case_id, held, many) if part)
    name = application.facility.name if application.facility else None
    modality = title(application.modality) if application.modality else None
    return " · ".join(part for part in (case_id, (name or "")[:LONGEST_NAME], modality) if part)


def details(
    case_id: str,
    application: AccreditationApplication | DicoeApplication,
    opened_at: datetime,
    zone: ZoneInfo,
    siblings: Sequence[str] = (),
    predecessor: str | None = None,
) -> str:
    """Return a page in Markdown: whose case it is, what is to be accredited or designated, and what belongs to it."""
    if isinstance(application, DicoeApplication):
        return _designation(case_id, application, opened_at, zone, predecessor)
    facility, units = application.facility, application.units
    address = facility.address if facility else None
    place = [address.street, address.city, address.state, address.postal_code, address.country] if address else []
    rows = {
        "Case": f"`{case_id}`",
        "Application": " ".join(part for part in (application.application_id, application.kind) if part),
        "Facility": " ".join(part for part in (facility.id, facility.name) if part) if facility else "",
        "Address": ", ".join(part for part in place if part),
        "Modality": title(application.modality) if application.modality else "",
        "Unit": "; ".join(" ".join(part for part in (u.id, u.manufacturer, u.model) if part) for u in units),
        "Images": application.medium.value if application.medium else "",
        "Opens": instant_in_words(opened_at, zone),
        "Other units": listed(f"`{sibling}`" for sibling in siblings) if siblings else "",
        "Renews": f"`{predecessor}`" if predecessor else "",
    }
    areas = [_area(area) for unit in units for area in unit.areas]
    return "\n".join(
        [*_table(rows), "", _row("Area", "Kind", "Module", "Patient type"), "| --- | --- | --- | --- |", *areas]
    )


def _designation(
    case_id: str, application: DicoeApplication, opened_at: datetime, zone: ZoneInfo, predecessor: str | None
) -> str:
    practice = application.practice
    rows = {
        "Case": f"`{case_id}`",
        "Application": " ".join(part for part in (application.application_id, application.kind) if part),
        "Practice": " ".join(part for part in (practice.id, practice.name) if part) if practice else "",
        "State": ", ".join(part for part in (application.state, application.country) if part),
        "Opens": instant_in_words(opened_at, zone),
        "Renews": f"`{predecessor}`" if predecessor else "",
    }
    titles = _row("Location", "City", "Services", "Registries", "Consulting radiologist")
    head = [titles, "| --- | --- | --- | --- | --- |"]
    return "\n".join([*_table(rows), "", *head, *(_location(location) for location in application.locations)])


def _table(rows: dict[str, str]) -> list[str]:
    """Return the lines of a table of names and values; what is empty is left out."""
    return ["| | |", "| --- | --- |", *(_row(f"**{name}**", value) for name, value in rows.items() if value)]


def _location(location: Location) -> str:
    city = location.address.city if location.address else None
    cells = (
        " ".join(part for part in (location.id, location.name) if part),
        city or "",
        ", ".join(_SERVICES.get(service, service) for service in location.services),
        ", ".join(location.registries),
        location.consulting_radiologist or "",
    )
    return _row(*cells)


def _area(area: Area) -> str:
    cells = (area.id, area.kind.value if area.kind else "", area.module or "", area.patient_type or "")
    return _row(*cells)


def _row(*cells: str) -> str:
    return f"| {f'{GAP} | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    """Return text that cannot break out of its cell of a table."""
    return text.replace("|", "\\|").replace("\n", " ")
