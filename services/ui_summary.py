"""How a case introduces itself in the Temporal UI: one line for lists, and a page about what it was opened with."""

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from policy.application import AccreditationApplication, Area, Modality
from policy.designation.application import DicoeApplication, Location
from policy.fees import title
from policy.text.visible import as_markdown
from policy.words import instant_in_words, listed

GAP = "\N{NO-BREAK SPACE}" * 3
"""Stands at the end of a cell: the UI sets the columns of a table side by side without any room between them."""
_SERVICES = {modality.value: title(modality) for modality in Modality} | {"xray": "X-ray"}
"""How services are called: modalities, and what is surveyed without an accreditation."""
LONGEST_NAME = 60
"""Characters of a facility's name in a summary, of which a server keeps 400 bytes."""
MOST_BYTES = 180
"""Bytes of it, beside the longest id of a case and the longest modality."""
MOST_OF_A_PAGE = 19_900
"""Bytes of a page, of which a server keeps 20,000."""
_ID = re.compile(r"[\w.-]+")


def summary(case_id: str, application: AccreditationApplication | DicoeApplication) -> str:
    """Return one line: the case's id first, because the UI shows it nowhere else in that tab; whose case it is; of
    what.
    """
    if isinstance(application, DicoeApplication):
        held = _name(application.practice.name) if application.practice else ""
        places = "location" if len(application.locations) == 1 else "locations"
        many = f"designation of {len(application.locations)} {places}"
        return " · ".join(part for part in (as_markdown(case_id), held, many) if part)
    name = _name(application.facility.name) if application.facility else ""
    modality = title(application.modality) if application.modality else None
    return " · ".join(part for part in (as_markdown(case_id), name, modality) if part)


def _name(name: str | None) -> str:
    """Return as much of a name as there is room for, in Markdown: the UI reads a summary as such."""
    kept = (name or "")[:LONGEST_NAME]
    while len(as_markdown(kept).encode()) > MOST_BYTES:
        kept = kept[:-1]
    return as_markdown(kept)


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
        "Case": _code(case_id),
        "Application": _said(application.application_id, application.kind),
        "Facility": _said(facility.id, facility.name) if facility else "",
        "Address": _said(*place, between=", "),
        "Modality": _said(title(application.modality)) if application.modality else "",
        "Unit": "; ".join(_said(unit.id, unit.manufacturer, unit.model) for unit in units),
        "Images": _said(application.medium),
        "Opens": _said(instant_in_words(opened_at, zone)),
        "Other units": listed(_code(sibling) for sibling in siblings) if siblings else "",
        "Renews": _code(predecessor) if predecessor else "",
    }
    areas = [_area(area) for unit in units for area in unit.areas]
    titles = _row("Area", "Kind", "Module", "Patient type")
    return _page([*_table(rows), "", titles, "| --- | --- | --- | --- |", *areas])


def _designation(
    case_id: str, application: DicoeApplication, opened_at: datetime, zone: ZoneInfo, predecessor: str | None
) -> str:
    practice = application.practice
    rows = {
        "Case": _code(case_id),
        "Application": _said(application.application_id, application.kind),
        "Practice": _said(practice.id, practice.name) if practice else "",
        "State": _said(application.state, application.country, between=", "),
        "Opens": _said(instant_in_words(opened_at, zone)),
        "Renews": _code(predecessor) if predecessor else "",
    }
    titles = _row("Location", "City", "Services", "Registries", "Consulting radiologist")
    head = [titles, "| --- | --- | --- | --- | --- |"]
    return _page([*_table(rows), "", *head, *(_location(location) for location in application.locations)])


def _page(lines: Sequence[str]) -> str:
    """Return the lines of a page of which a server keeps a bounded number of bytes; how many were left out is said."""
    kept: list[str] = []
    room = MOST_OF_A_PAGE
    for line in lines:
        room -= len(line.encode()) + 1
        if room < 0:
            return "\n".join([*kept, "", f"{len(lines) - len(kept)} more lines: see `accredit show`."])
        kept.append(line)
    return "\n".join(kept)


def _table(rows: dict[str, str]) -> list[str]:
    """Return the lines of a table of names and values; what is empty is left out."""
    return ["| | |", "| --- | --- |", *(_row(f"**{name}**", value) for name, value in rows.items() if value)]


def _location(location: Location) -> str:
    return _row(
        _said(location.id, location.name),
        _said(location.address.city if location.address else None),
        _said(*(_SERVICES.get(service, service) for service in location.services), between=", "),
        _said(*location.registries, between=", "),
        _said(location.consulting_radiologist),
    )


def _area(area: Area) -> str:
    return _row(_said(area.id), _said(area.kind), _said(area.module), _said(area.patient_type))


def _row(*cells: str) -> str:
    return f"| {f'{GAP} | '.join(cells)} |"


def _said(*parts: str | None, between: str = " ") -> str:
    """Return what people wrote as Markdown shows it: it makes no link, no tag, and breaks out of no table."""
    return as_markdown(between.join(str(part) for part in parts if part))


def _code(name: str) -> str:
    """Return the id of a case as code; what is no such id as people's words."""
    return f"`{name}`" if _ID.fullmatch(name) else _said(name)
