"""From rows to applications: rows with one application_id are one application. What the rules say against them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from intake.batch.columns import AREAS, CONTACT, MOMENTS, OPENED_AT
from intake.batch.findings import TOGETHER, Against, Places
from intake.batch.grid import Grid
from intake.submission import place_of
from intake.workbook.assembling import Item, items_of, put
from intake.workbook.cells import Unreadable
from intake.workbook.pages import Content, Row
from intake.workbook.plan import Entry, Kind
from intake.workbook.reading import validated
from policy.application import ContactRole
from policy.edition import EditionError
from policy.names import folded
from policy.office import OfficeSettings
from services.admission import SOURCE as ONE_OPEN_CASE
from services.errors import Unusable
from services.opening import judge_application, read_opening
from services.programs import PROGRAMS, AnyEdition, Application, Part, parts_of
from services.validation import shown

APPLICATION_ID = "application_id"


class Reading(NamedTuple):
    """What the rows of an application say.

    Attributes:
        application: The application, as far as it could be read.
        opened_at: What its rows say about when it begins; empty: now.
        content: Where its fields stand, and what of them could not be read.
    """

    application: Application
    opened_at: str
    content: Content


@dataclass
class Candidate:
    """An application of a file. A file may have thousands: what its rows say is read whenever it is wanted, not kept.

    Attributes:
        grid: Where its rows stand.
        rows: Their numbers.
        name: The application's own id; empty where it has none.
        subjects: What its cases are about, once nothing stands against it.
        against: What stands against it.
    """

    grid: Grid
    rows: Sequence[int]
    name: str
    subjects: Sequence[str] = ()
    against: list[Against] = field(default_factory=list)

    @property
    def places(self) -> Places:
        """Where its cells stand."""
        return Places(self.grid, self.rows[0])

    def read(self) -> Reading:
        """Return what its rows say."""
        return _reading(self.grid, self.rows)


def candidates_of(grid: Grid) -> list[Candidate]:
    """Return the applications of a sheet, in the order of their first rows. Rows without an id stand alone."""
    groups: dict[str, list[int]] = {}
    for row in grid.rows():
        name = grid.texts(row).get(APPLICATION_ID, "").strip()
        groups.setdefault(name or f" {row}", []).append(row)
    return [Candidate(grid, tuple(rows), "" if name.startswith(" ") else name) for name, rows in groups.items()]


def _reading(grid: Grid, numbers: Sequence[int]) -> Reading:
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
    at = layout.items.at
    items = items_of(layout.items, list(rows.values()), at, content)
    for number, (item, row) in enumerate(zip(items, rows.values(), strict=True)):
        _fill_lists(item, row, layout.lists, f"{at}.{number}", content)
    put(data, at, items)
    for name, value in layout.given.items():
        put(data, name, value)
    content.places[at] = content.places[f"{at}.0"]
    return Reading(validated(PROGRAMS[layout.program], data, content), opened_at, content)


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
        known = {str(other.get("id")).casefold() for other in areas}
        content.places[f"{path}.areas.{len(areas)}"] = content.places.get(f"{path}.{entry.name}", "")
        if str(area.get("id")).casefold() in known:
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
    known = {label.casefold(): held for label, held in entry.choices.items()}
    plain = text.casefold()
    return known.get(plain, plain.replace(" ", "_") if entry.kind is Kind.CHOICE and not entry.open else text)


NO_EDITION = "edition.not_in_force"


class Judged(NamedTuple):
    """An application of a file against which nothing stands.

    Attributes:
        number: Its place among all of the file.
        candidate: What is kept of it.
        edition: Its rules.
        reading: What its rows say.
    """

    number: int
    candidate: Candidate
    edition: AnyEdition
    reading: Reading

    def parts(self) -> Sequence[Part]:
        """Return its parts, one for each case."""
        return parts_of(self.reading.application, self.edition)


def check(candidates: Sequence[Candidate], settings: OfficeSettings, now: datetime) -> Iterator[Judged]:
    """Judge all applications, and yield each against which nothing stands; what stands against one is added to it.

    Args:
        candidates: The applications.
        settings: The office's settings.
        now: When applications begin that name no day (UTC).
    """
    taken: dict[str, Candidate] = {}
    for number, candidate in enumerate(candidates):
        reading = candidate.read()
        candidate.against += [candidate.places.unreadable(trouble) for trouble in reading.content.troubles]
        edition = _judged(candidate, reading, settings, now)
        if edition is None or candidate.against:
            continue
        judged = Judged(number, candidate, edition, reading)
        parts = judged.parts()
        candidate.against += _twice(candidate, reading, parts, taken)
        if not candidate.against:
            candidate.subjects = tuple(part.case_id(1).subject for part in parts)
            yield judged


def begins(opened_at: str, settings: OfficeSettings, now: datetime) -> datetime:
    """Return when an application begins whose rows say so, or nothing.

    Raises:
        Unusable: Its rows name no day.
    """
    return read_opening(opened_at, settings.zone) if opened_at else now


def _judged(candidate: Candidate, reading: Reading, settings: OfficeSettings, now: datetime) -> AnyEdition | None:
    """Judge one application; None where no edition is known by which to judge it."""
    application, places, content = reading.application, candidate.places, reading.content
    opening = place_of(content.places, OPENED_AT)
    try:
        judged = judge_application(application, settings, begins(reading.opened_at, settings, now))
    except Unusable as error:
        for trouble in error.troubles:
            candidate.against.append(places.unreadable(trouble._replace(field=opening)))
        judged = judge_application(application, settings, now)
    except EditionError as error:
        reason, instead = f"{error}.", "Name a day on which an edition was in force."
        candidate.against.append(places.against(opening, NO_EDITION, reason, "Editions of the rules", instead))
        return None
    for finding in judged.findings:
        if finding.where not in content.unreadable:
            candidate.against.append(places.finding(finding, place_of(content.places, finding.where)))
    return judged.edition


def _twice(
    candidate: Candidate, reading: Reading, parts: Sequence[Part], taken: dict[str, Candidate]
) -> Iterable[Against]:
    """Yield the units that another application of this file names as well: only one of them can open a case.

    Ids that differ in case alone name the same.
    """
    for part in parts:
        subject = part.case_id(1).subject
        other = taken.setdefault(folded(subject), candidate)
        if other is not candidate:
            place = place_of(reading.content.places, f"{candidate.grid.layout.items.at}.{part.position - 1}.id")
            reason = f"Application {other.name} (row {other.rows[0]}) of this file is for {subject} as well."
            instead = "Keep one of the two."
            yield candidate.places.against(place, "case.already_open", reason, ONE_OPEN_CASE, instead)


def remarks(candidate: Candidate) -> dict[int, list[Against]]:
    """Return for each row of a refused application what stands against it; a row against which nothing stands goes
    with the others.
    """
    told: dict[int, list[Against]] = {row: [] for row in candidate.rows}
    for against in candidate.against:
        told.setdefault(against.row, []).append(against)
    first = candidate.against[0]
    for row, found in told.items():
        if not found:
            reason = f"Refused with row {first.row}: the rows of one application go in together."
            found.append(Against(first.sheet, row, "", TOGETHER, reason, first.source, "Mend the other row."))
    return told
