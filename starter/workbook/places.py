"""Where the fields of an application stood: for a workbook the sheet and cell, for a `.json` file nowhere else."""

from collections.abc import Mapping

Places = Mapping[str, str]
"""For the path of a field (`facility.address.city`) its sheet and cell (`Facility!C12`)."""


def place_of(places: Places, path: str) -> str:
    """Return the sheet and cell of a field, else those of what it is part of; nothing where neither is known."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        if place := places.get(".".join(parts[:length])):
            return place
    return ""


def placed(places: Places, path: str) -> str:
    """Return the sheet and cell of a field together with its path; the path alone where it stood in no workbook."""
    place = place_of(places, path)
    return f"{place}, {path}" if place else path
