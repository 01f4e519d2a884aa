"""A sheet as it lies in the workbook: its cells, and what a person cannot see or has joined."""

from collections.abc import Iterator

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from starter.workbook.cells import AnyCell, Unreadable, Value, is_empty, read_cell
from starter.workbook.guard import COLUMN_LIMIT
from starter.workbook.plan import ID_COLUMN, Entry


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
        """Return a cell."""
        return self._sheet.cell(row, column)

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
