"""Workbooks as a person edits them: found by labels and headings, saved again."""

from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from intake.workbook.filling import plan_of
from services.programs import PROGRAMS
from tests.applications import sample
from tests.command import Command


class Book:
    """A workbook that `accredit template` made."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.workbook = load_workbook(path)

    @property
    def name(self) -> str:
        """The file's name, as the command takes it."""
        return self.path.name

    def __getitem__(self, title: str) -> Worksheet:
        sheet = self.workbook[title]
        assert isinstance(sheet, Worksheet)
        return sheet

    def value(self, title: str, label: str) -> Cell:
        """Return the cell beside a label."""
        sheet = self[title]
        (row,) = [row for row in range(1, sheet.max_row + 1) if plain(sheet.cell(row, 2).value) == label]
        return as_cell(sheet.cell(row, 3))

    def heading(self, title: str, table: str, label: str) -> Cell:
        """Return the heading of a table's column."""
        sheet = self[title]
        row = self._row_of(sheet, f"table {table}")
        return as_cell(next(cell for cell in sheet[row] if plain(cell.value) == label))

    def entry(self, title: str, table: str, label: str, number: int) -> Cell:
        """Return the cell of a table's row, counted from 1."""
        heading = self.heading(title, table, label)
        return as_cell(self[title].cell(heading.row + number, heading.column))

    def save(self) -> str:
        """Save the workbook and return its name."""
        self.workbook.save(self.path)
        return self.name

    @staticmethod
    def _row_of(sheet: Worksheet, name: str) -> int:
        return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == name)


def as_cell(cell: Any) -> Cell:
    """Return a cell that is covered by no merged range."""
    assert isinstance(cell, Cell)
    return cell


def plain(label: Any) -> str:
    """Return a label without the mark of a needed field."""
    return str(label or "").removesuffix(" *")


def place(cell: Cell) -> str:
    """Return how a finding names a cell."""
    return f"{cell.parent.title}!{cell.coordinate}"


def filled(accredit: Command, name: str = "ct-unit") -> Book:
    """Return a sample as a workbook."""
    data = sample(name)
    accredit.file(f"{name}.json", data)
    plan = plan_of(PROGRAMS[data["program"]].model_validate(data)).name
    ran = accredit("template", plan, "--from", f"{name}.json", "-o", f"{name}.xlsx", "--force")
    assert ran.code == 0, ran.err
    return Book(accredit.folder / f"{name}.xlsx")


def empty(accredit: Command, program: str = "accreditation") -> Book:
    """Return a workbook that is still to be filled in."""
    ran = accredit("template", program, "-o", f"{program}.xlsx", "--force")
    assert ran.code == 0, ran.err
    return Book(accredit.folder / f"{program}.xlsx")
