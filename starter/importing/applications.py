"""From rows to applications: the rows with one application_id are one application, each a unit or a location of it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from policy.application import ContactRole
from starter.importing.findings import Against, Places
from starter.importing.grid import Grid
from starter.importing.layout import AREAS, CONTACT, MOMENTS, OPENED_AT
from starter.programs import PROGRAMS, Application
from starter.troubles import shown
from starter.workbook.cells import Unreadable
from starter.workbook.content import Content, Row
from starter.workbook.items import Item, items_of, put
from starter.workbook.plan import Entry, Kind
from starter.workbook.reading import _validated as validated

APPLICATION_ID = "application_id"


@dataclass
class Candidate:
    """An application as its rows say it.

    Attributes:
        grid: Where its rows stand.
        rows: Their numbers.
        application: The application, as far as it could be read.
        opened_at: What its rows say about when it begins; empty: now.
        content: Where its fields stand, and what of them could not be read.
        against: What stands against it.
    """

    grid: Grid
    rows: list[int]
    application: Application
    opened_at: str
    content: Content
    places: Places
    against: list[Against] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The application's own id; empty where it has none."""
        return self.application.application_id or ""


def candidates_of(grid: Grid) -> list[Candidate]:
    """Return the applications of a sheet, in the order of their first rows. Rows without an id stand alone."""
    groups: dict[str, list[int]] = {}
    for row in grid.rows():
        name = grid.texts(row).get(APPLICATION_ID, "").strip()
        groups.setdefault(name or f" {row}", []).append(row)
    return [_candidate(grid, rows) for rows in groups.values()]


def _candidate(grid: Grid, numbers: list[int]) -> Candidate:
    layout, content = grid.layout, Content(str(grid.file))
    rows = {number: read_row(grid, number) for number in numbers}
    data: Item = {"program": layout.program}
    opened_at = ""
    for entry in layout.shared:
        value = _shared(entry, list(rows.values()), content)
        if entry.name == OPENED_AT:
            opened_at = str(value or "")
        elif not entry.name.startswith(f"{CONTACT}."):
            put(data, entry.name, value)
    put(data, layout.contacts, _contacts(list(rows.values()), layout.contacts, content))
    items = items_of(layout.items, list(rows.values()), layout.items.name, content)
    for number, (item, row) in enumerate(zip(items, rows.values(), strict=True)):
        _fill_lists(item, row, layout.lists, f"{layout.items.name}.{number}", content)
    data[layout.items.name] = items
    content.places[layout.items.name] = content.places[f"{layout.items.name}.0"]
    application = validated(PROGRAMS[layout.program], data, content)
    places = Places(grid, numbers[0])
    against = [places.unreadable(trouble) for trouble in content.troubles]
    return Candidate(grid, numbers, application, opened_at, content, places, against)


def read_row(grid: Grid, number: int) -> Row:
    """Return what the cells of a row say, by the names of their fields; what cannot be read is marked as bad."""
    row = Row()
    for entry in grid.layout.entries:
        column = grid.columns.get(entry.label)
        if column is None:
            continue
        row.cells[entry.name] = grid.sheet.place(number, column)
        try:
            value = grid.moment(number, entry.label) if entry.name in MOMENTS else None
            said = value or grid.sheet.read(number, column, _plain(entry, grid))
        except Unreadable as why:
            row.bad[entry.name] = why
        else:
            if said is not None:
                row.values[entry.name] = said
    return row


def _plain(entry: Entry, grid: Grid) -> Entry:
    """Return an entry as its cell is read: a list of values is text first."""
    return Entry(entry.name, entry.label, entry.explanation) if entry in grid.layout.lists else entry


def _shared(entry: Entry, rows: Sequence[Row], content: Content) -> Any:
    """Return what the rows say in common; a row may leave it empty, but not say something else."""
    told: Row | None = None
    for row in rows:
        if entry.name not in row.cells:
            return None
        content.places.setdefault(entry.name, row.cells[entry.name])
        if entry.name in row.bad:
            content.places[entry.name] = row.cells[entry.name]
            content.cannot_read(entry.name, row.bad[entry.name])
        elif entry.name in row.values and told is None:
            told, content.places[entry.name] = row, row.cells[entry.name]
        elif told and row.values.get(entry.name, told.values[entry.name]) != told.values[entry.name]:
            first = f"{shown(told.values[entry.name])} as in {told.cells[entry.name]}, or nothing"
            content.tell(row.cells[entry.name], shown(row.values[entry.name]), f"{first}: the rows are one application")
    return told.values[entry.name] if told else None


def _contacts(rows: Sequence[Row], path: str, content: Content) -> list[Item]:
    """Return the contacts that are named, and keep where they stand."""
    contacts: list[Item] = []
    content.places[path] = rows[0].cells.get(f"{CONTACT}.{ContactRole.SUPERVISING_PHYSICIAN}.name", "")
    for role in ContactRole:
        contact: Item = {}
        for name in ("name", "email"):
            column = f"{CONTACT}.{role}.{name}"
            value = next((row.values[column] for row in rows if column in row.values), None)
            if value is not None:
                contact[name] = value
            if column in content.places:
                content.places[f"{path}.{len(contacts)}.{name}"] = content.places[column]
            if column in content.unreadable:
                content.unreadable.add(f"{path}.{len(contacts)}.{name}")
        if contact:
            contacts.append({"role": role.value, **contact})
    return contacts


def _fill_lists(item: Item, row: Row, lists: Sequence[Entry], path: str, content: Content) -> None:
    for entry in lists:
        if entry.name in row.bad:
            content.cannot_read(f"{path}.{entry.name}", row.bad[entry.name])
            content.unreadable.add(f"{path}.areas")
            continue
        text = str(row.values.get(entry.name, ""))
        if entry.name in AREAS:
            content.places.setdefault(f"{path}.areas", row.cells.get(entry.name, row.first))
            _add_areas(item.setdefault("areas", []), text, entry, path, content)
        else:
            item[entry.name] = [_value(entry, part) for part in _parts(text, "[;,\n]")]


def _add_areas(areas: list[Item], text: str, entry: Entry, path: str, content: Content) -> None:
    """Add the areas that a cell names to those of the unit; one that stands twice is told and left out."""
    for area in _areas(text, AREAS[entry.name]):
        known = {other.get("id") for other in areas}
        content.places[f"{path}.areas.{len(areas)}"] = content.places.get(f"{path}.{entry.name}", "")
        if area.get("id") in known:
            content.cannot_read(f"{path}.{entry.name}", Unreadable(f"{area.get('id')} more than once", "each id once"))
        else:
            areas.append(area)


def _areas(text: str, kind: str) -> Iterable[Item]:
    """Yield the areas that a cell names, for example `chest-adult: chest, adult; head-adult: head, adult`."""
    for part in _parts(text, "[;\n]"):
        name, _, said = part.partition(":")
        module, _, patients = said.partition(",")
        area = {"id": name.strip(), "kind": kind, "module": module.strip(), "patient_type": patients.strip()}
        yield {field: value for field, value in area.items() if value}


def _parts(text: str, divided_by: str) -> list[str]:
    return [part.strip() for part in re.split(divided_by, text) if part.strip()]


def _value(entry: Entry, text: str) -> str:
    """Return a value of a list as an application holds it; one that the list does not know is left to the model."""
    folded = {label.casefold(): held for label, held in entry.choices.items()}
    plain = text.casefold()
    return folded.get(plain, plain.replace(" ", "_") if entry.kind is Kind.CHOICE and not entry.open else text)
