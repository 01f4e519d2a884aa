"""The refused rows of a workbook as a workbook: its own cells, those with a fault marked, and the reasons behind them.

It is mended where it lies and imported as it is: the columns of reasons are not read.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from intake.batch.findings import Against, Refused, remarks_on, whole
from intake.batch.grid import Grid
from intake.workbook.cell_rules import validation_of
from intake.workbook.looks import as_faulty, as_heading, as_input

WIDTH, WIDTH_OF_REMARK = 20, 44
"""Widths of its columns, in characters."""
NOTES = 200
"""Cells that have their reasons as a note on them, too: a note takes thirty times what a cell does, and is bounded when
the file is read."""
_ESCAPED = re.compile("_(x[0-9A-Fa-f]{4}_)")
"""What a spreadsheet program would read as the number of a character."""


class RefusedSheet(NamedTuple):
    """A sheet, and what stands against its rows."""

    grid: Grid
    refused: Refused


def write_refused_workbook(target: Path, sheets: Sequence[RefusedSheet]) -> None:
    """Write the refused rows of a workbook, a sheet for each of its own; over an older file of them.

    Raises:
        OSError: It cannot be written there.
    """
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    notes = iter(range(NOTES))
    for one in sheets:
        _fill(workbook.create_sheet(one.grid.sheet.name), one, notes)
    with whole(target) as draft:
        workbook.save(draft)


def _fill(sheet: Worksheet, one: RefusedSheet, notes: Iterable[int]) -> None:
    sheet.freeze_panes = "B2"
    remarks = one.grid.layout.remarks
    headings = [*one.grid.columns, *remarks]
    entries = {entry.label: entry for entry in one.grid.layout.entries}
    for column, heading in enumerate(headings, start=1):
        entry = entries.get(heading)
        as_heading(_cell(sheet, 1, column, heading), entry.explanation if entry else "")
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = WIDTH_OF_REMARK if heading in remarks else WIDTH
        if entry and entry.choices and entry not in one.grid.layout.lists:
            validation = validation_of(entry, f"{letter}2", entry.choices, "")
            validation.add(f"{letter}2:{letter}{len(one.refused) + 1}")
            sheet.add_data_validation(validation)
    for row, (number, found) in enumerate(sorted(one.refused.items()), start=2):
        _fill_row(sheet, row, one.grid.texts(number), one.grid.formulas(number))
        for column, remark in enumerate(remarks_on(found), start=len(one.grid.columns) + 1):
            _cell(sheet, row, column, remark).alignment = Alignment(wrap_text=True, vertical="top")
        _mark(sheet, row, found, list(one.grid.columns), notes)


def _fill_row(sheet: Worksheet, row: int, texts: Mapping[str, str], formulas: Collection[str]) -> None:
    """Write the cells of a row; a formula stays one, so that it is refused again until its result stands there."""
    for column, (heading, text) in enumerate(texts.items(), start=1):
        if text:
            as_input(cell := _cell(sheet, row, column, text))
            cell.data_type = "f" if heading in formulas else "s"


def _mark(sheet: Worksheet, row: int, found: Iterable[Against], headings: list[str], notes: Iterable[int]) -> None:
    """Mark the cells of a row against which something stands; the first ones have it as a note."""
    reasons: dict[str, list[str]] = {}
    for one in found:
        if one.column in headings:
            reasons.setdefault(one.column, []).append(one.reason)
    for heading, told in reasons.items():
        note = "" if next(iter(notes), None) is None else " ".join(told)
        cell: Cell = sheet.cell(row, headings.index(heading) + 1)  # type: ignore[assignment]
        as_faulty(cell, note)


def _cell(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """Return a cell that holds a text as it is: no formula, no number, no character written as its number."""
    cell: Cell = sheet.cell(row, column)  # type: ignore[assignment]
    if text:
        cell.value = _ESCAPED.sub(r"_x005F_\1", text)
        cell.data_type = "s"
    return cell
