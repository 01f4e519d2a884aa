"""Reads the pages of a workbook: finds fields and tables by their ids, and tells what stands where nothing is read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import NamedTuple

from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from intake.submission import placed
from intake.workbook.cells import AnyCell, Unreadable, Value, is_empty, read_cell
from intake.workbook.plan import (
    END,
    EXPLANATION_COLUMN,
    ID_COLUMN,
    LABEL_COLUMN,
    MARK,
    NOTE,
    TABLE,
    VALUE_COLUMN,
    Entry,
    Page,
    Table,
)
from intake.workbook.upload_limits import COLUMN_LIMIT
from services.errors import InputFault
from services.validation import shown


@dataclass
class Row:
    """A row of a table that is not empty.

    Attributes:
        values: What its cells say, by the names of their columns; empty ones are left out.
        cells: Where they stand, for example `Facility!C24`.
        bad: What could not be read; None where that has been told already.
    """

    values: dict[str, Value] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    bad: dict[str, Unreadable | None] = field(default_factory=dict)

    @property
    def first(self) -> str:
        """Where the row begins."""
        return next(iter(self.cells.values()))


class Rows(NamedTuple):
    """A table as it was read: where its headings stand, and its rows."""

    headings: Mapping[str, str]
    rows: list[Row]


@dataclass
class Content:
    """Everything that was read from a workbook.

    Attributes:
        file: Its name.
        values: The single fields by their paths; empty ones are left out.
        tables: The tables by their names; one whose sheet or headings are missing is left out.
        missing: The titles of the sheets that the workbook does not have.
        places: Where each field stands, by its path.
        troubles: What could not be read, and everything that stands where nothing is read.
        unreadable: The paths of fields that stand there but could not be read: they are not missing.
    """

    file: str
    values: dict[str, Value] = field(default_factory=dict)
    tables: dict[str, Rows] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    places: dict[str, str] = field(default_factory=dict)
    troubles: list[InputFault] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)

    def tell(self, where: str, found: str, expected: str) -> None:
        """Take down a trouble."""
        self.troubles.append(InputFault(self.file, where, found, expected))

    def cannot_read(self, path: str, why: Unreadable | None) -> None:
        """Take down that a field could not be read; without a reason where that has been told."""
        self.unreadable.add(path)
        if why is not None:
            self.tell(placed(self.places, path), why.found, why.expected)


class Merged(Unreadable):
    """A cell is part of a merged range, so that nobody can say whose value it shows."""


class Sheet:
    """A sheet with the rows that hold anything."""

    def __init__(self, sheet: Worksheet, last_row: int) -> None:
        self.name: str = sheet.title
        self.hidden = sheet.sheet_state != "visible"
        self.rows = range(1, min(last_row, sheet.max_row) + 1)
        self.columns = range(1, min(COLUMN_LIMIT, sheet.max_column) + 1)
        self._sheet = sheet
        self._merged = {
            place: merged.coord for merged in sheet.merged_cells.ranges for row in merged.rows for place in row
        }
        self._told: set[str] = set()

    def cell(self, row: int, column: int) -> AnyCell:
        """Return a cell; an empty one is made for this answer alone, where the library would keep it for ever."""
        known: AnyCell | None = self._sheet._cells.get((row, column))
        return Cell(self._sheet, row=row, column=column) if known is None else known

    def place(self, row: int, column: int) -> str:
        """Return the name of a cell, for example `Facility!C12`."""
        return f"{self.name}!{get_column_letter(column)}{row}"

    def id_of(self, row: int) -> str:
        """Return what stands in the hidden column of a row."""
        cell = self.cell(row, ID_COLUMN)
        return "" if is_empty(cell) else str(cell.value).strip()

    def filled(self, row: int) -> Iterator[int]:
        """Yield the columns of a row in which anything stands, beside the hidden one."""
        for column in self.columns:
            if column != ID_COLUMN and not is_empty(self.cell(row, column)):
                yield column

    def is_blank(self, row: int, column: int) -> bool:
        """Whether a cell holds nothing and is part of no merged range."""
        return is_empty(self.cell(row, column)) and (row, column) not in self._merged

    def read(self, row: int, column: int, entry: Entry) -> Value | None:
        """Return what a cell says, None where it is empty.

        Raises:
            Unreadable: It cannot be read, or is part of a merged range (`Merged`).
        """
        if merged := self._merged.get((row, column)):
            raise Merged(f"the merged cells {merged}", "cells that are not merged, each with its own value")
        return read_cell(self.cell(row, column), entry)

    def once(self, about: str) -> bool:
        """Whether this is the first time that something about the sheet is told."""
        fresh = about not in self._told
        self._told.add(about)
        return fresh

    def hides_row(self, row: int) -> bool:
        """Whether a row cannot be seen."""
        lines = self._sheet.row_dimensions
        return row in lines and (bool(lines[row].hidden) or lines[row].height == 0)

    def hides_column(self, column: int) -> bool:
        """Whether a column cannot be seen."""
        return any(
            (lines.hidden or lines.width == 0) and (lines.min or 0) <= column <= (lines.max or 0)
            for lines in self._sheet.column_dimensions.values()
        )


_NOTHING = "nothing: values stand beside their labels, and in a table above the line that ends it"


def read_page(sheet: Sheet | None, page: Page, content: Content) -> None:
    """Read a page into the content of its workbook; None where the workbook has no such sheet."""
    for name, label in _names(page):
        content.places[name] = f"{page.title} (no row {label})" if sheet else f"{page.title} (no such sheet)"
        if "." in name:
            content.places[_root(name)] = sheet.name if sheet else f"{page.title} (no such sheet)"
    if sheet is None:
        content.missing.add(page.title)
        return
    if sheet.hidden:
        content.tell(sheet.name, "a hidden sheet", "a sheet that can be seen: unhide it")
    _Reader(sheet, page, content).read()


def _names(page: Page) -> Iterable[tuple[str, str]]:
    """Return the names of everything on a page, and how a person knows it."""
    yield from ((entry.name, entry.label) for entry in page.entries())
    yield from ((table.name, table.title) for table in page.tables())


def _root(name: str) -> str:
    return name.partition(".")[0]


class _Reader:
    """Goes down a page, row by row."""

    def __init__(self, sheet: Sheet, page: Page, content: Content) -> None:
        self._sheet = sheet
        self._content = content
        self._entries = {entry.name: entry for entry in page.entries()}
        self._tables = {f"{TABLE}{table.name}": table for table in page.tables()}
        self._ends = {f"{END}{table.name}" for table in page.tables()}
        self._headings: dict[int, Entry] = {}
        self._unknown: set[int] = set()
        self._table: Table | None = None

    def read(self) -> None:
        seen: dict[str, int] = {}
        for row in self._sheet.rows:
            name = self._sheet.id_of(row)
            if name and name != NOTE and name in seen:
                self._tell(row, ID_COLUMN, f"a copy of row {seen[name]}", "each field once: delete the copied row")
            elif name:
                seen[name] = row
                self._at_id(row, name)
            elif self._table:
                self._row(row, self._table)
            else:
                self._stray(row, self._sheet.filled(row), _NOTHING)
        for name, table in self._tables.items():
            if name not in seen:
                expected = "the row with its headings, as `accredit template` writes it"
                self._content.tell(self._sheet.name, f"no table {table.title}", expected)
                self._content.unreadable.add(table.name)

    def _at_id(self, row: int, name: str) -> None:
        """Read a row that has an id; it ends the table before it."""
        self._table = None
        if name in self._entries:
            self._field(row, self._entries[name])
        elif name in self._tables:
            self._heading(row, self._tables[name])
        elif name in self._ends:
            beyond = [column for column in self._sheet.filled(row) if column > LABEL_COLUMN]
            self._stray(row, beyond, "nothing: a table's rows stand above this line; insert one")
        elif name != NOTE:
            near = get_close_matches(name, [*self._entries, *self._tables], n=1)
            expected = f"{near[0]} (is that meant?)" if near else "an id that `accredit template` writes, or nothing"
            self._tell(row, ID_COLUMN, f"the unknown id {shown(name)}", expected)

    def _field(self, row: int, entry: Entry) -> None:
        content, sheet = self._content, self._sheet
        content.places[entry.name] = sheet.place(row, VALUE_COLUMN)
        try:
            value = sheet.read(row, VALUE_COLUMN, entry)
        except Unreadable as why:
            content.cannot_read(entry.name, why)
        else:
            if value is not None:
                content.values[entry.name] = value
                self._must_be_seen(row, VALUE_COLUMN)
        beyond = [column for column in sheet.filled(row) if column > EXPLANATION_COLUMN]
        self._stray(row, beyond, f"nothing: {entry.label} is read from column C alone")

    def _heading(self, row: int, table: Table) -> None:
        sheet, known = self._sheet, {_plain(column.label): column for column in table.columns}
        self._table, self._headings, self._unknown = table, {}, set()
        for column in sheet.filled(row):
            text = str(sheet.cell(row, column).value)
            entry = known.get(_plain(text))
            if entry is None:
                self._unknown_column(row, column, text, table)
            elif entry in self._headings.values():
                self._tell(row, column, f"a second column {entry.label}", "each column once")
            else:
                self._headings[column] = entry
        if absent := [entry.label for entry in table.columns if entry not in self._headings.values()]:
            found = f"no column {', '.join(absent)} in the table {table.title}"
            self._tell(row, LABEL_COLUMN, found, "its heading in this row")
        headings = {entry.name: sheet.place(row, column) for column, entry in self._headings.items()}
        self._content.places[table.name] = sheet.place(row, min(self._headings, default=LABEL_COLUMN))
        self._content.tables[table.name] = Rows(headings, [])

    def _unknown_column(self, row: int, column: int, text: str, table: Table) -> None:
        labels = [entry.label for entry in table.columns]
        near = get_close_matches(_plain(text), [_plain(label) for label in labels], n=1)
        meant = next((label for label in labels if near and _plain(label) == near[0]), "")
        expected = f"{meant} (is that meant?)" if meant else f"one of {', '.join(labels)}"
        self._tell(row, column, f"the unknown column {shown(text)}", expected)
        self._unknown.add(column)

    def _row(self, row: int, table: Table) -> None:
        sheet = self._sheet
        used = [c for c in self._headings if not sheet.is_blank(row, c)]
        beside = [c for c in sheet.filled(row) if c not in self._headings and c not in self._unknown]
        self._stray(row, beside, f"nothing: the table {table.title} has no heading above it")
        if not used:
            return
        read = Row(cells={entry.name: sheet.place(row, column) for column, entry in self._headings.items()})
        for column in used:
            self._into(read, row, column)
        self._must_be_seen(row, *used)
        self._content.tables[table.name].rows.append(read)

    def _into(self, read: Row, row: int, column: int) -> None:
        entry = self._headings[column]
        try:
            value = self._sheet.read(row, column, entry)
        except Unreadable as why:
            told = isinstance(why, Merged) and not self._sheet.once(why.found)
            read.bad[entry.name] = None if told else why
        else:
            if value is not None:
                read.values[entry.name] = value

    def _must_be_seen(self, row: int, *columns: int) -> None:
        """Tell of what is filled in and hidden."""
        sheet = self._sheet
        if sheet.hides_row(row):
            found = "a hidden row that is filled in"
            self._tell(row, columns[0], found, "rows that can be seen: unhide it, or delete what it holds")
        for column in columns:
            if sheet.hides_column(column) and sheet.once(f"hidden column {column}"):
                found = "a hidden column that is filled in"
                self._tell(row, column, found, "columns that can be seen: unhide it")

    def _stray(self, row: int, columns: Iterable[int], expected: str) -> None:
        for column in columns:
            self._tell(row, column, shown(self._sheet.cell(row, column).value), expected)

    def _tell(self, row: int, column: int, found: str, expected: str) -> None:
        self._content.tell(self._sheet.place(row, column), found, expected)


def _plain(label: str) -> str:
    return " ".join(label.removesuffix(MARK.strip()).split()).casefold()
