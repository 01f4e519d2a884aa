"""A file of rows: `.csv` or `.xlsx`, read into the same sheets. What is no such file at all is told here."""

import csv
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from openpyxl.utils.exceptions import IllegalCharacterError

from intake.batch.columns import CSV, XLSX, Layout
from intake.batch.text_sheet import TextSheet
from intake.workbook.cells import NO, YES, formula_of
from intake.workbook.pages import Sheet
from intake.workbook.upload_limits import NotAWorkbook, opened
from services.errors import InputFault, Unusable
from services.input.files import read_text
from services.validation import shown

CSV_LIMIT = 5 * 1024 * 1024
"""Bytes of a `.csv` file: ten thousand rows of an office that changes over; a larger list is divided."""
CSV_ROWS, CSV_CELLS = 20_000, 300_000
"""Rows of it, and cells that hold anything: each costs a quarter of a thousand bytes in memory."""
SHIFTED_TOLD = 50
"""Rows with too many cells that are told; a file with more of them was made with another divider."""
DELIMITERS = ",;\t"
ABOUT = "Read me"
"""The sheet of a template that explains the others."""
COMMENT = "#"
"""What a row begins with that is there for people only."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet program takes for the beginning of a formula, whoever typed it; the wide forms too."""
_SAYS_ITS_DIVIDER = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
"""A first line by which Excel is told what divides the cells."""
_QUOTE_IT = "put quotes around a cell that has {!r} in it"
QUOTE = "'"
"""Before such a beginning: it is text."""
NEXT = "`accredit import --template FILE.csv` (or FILE.xlsx) writes an empty file with its columns explained."


@dataclass(frozen=True)
class Grid:
    """A sheet of rows.

    Attributes:
        file: Its file.
        layout: What its columns mean.
        sheet: Its cells.
        columns: The number of each column by its heading.
        first: The first row below the headings.
        delimiter: What divides the cells of a `.csv` file; empty for a workbook.
    """

    file: Path
    layout: Layout
    sheet: Sheet
    columns: dict[str, int]
    first: int
    delimiter: str

    @cached_property
    def headings(self) -> dict[str, str]:
        """The heading of each column by the letters of the column."""
        return {self.sheet.place(1, column).rpartition("!")[2][:-1]: h for h, column in self.columns.items()}

    def rows(self) -> Iterable[int]:
        """Yield the numbers of the rows that hold anything and are no comment."""
        for row in self.sheet.rows:
            if row >= self.first and not self._is_comment(row) and self._holds_anything(row):
                yield row

    def texts(self, row: int) -> dict[str, str]:
        """Return the cells of a row as texts, by their headings."""
        cells = {heading: self.sheet.cell(row, column) for heading, column in self.columns.items()}
        return {heading: formula_of(cell) or _text(cell.value) for heading, cell in cells.items()}

    def formulas(self, row: int) -> Collection[str]:
        """Return the headings of a row's cells that hold a formula."""
        return {heading for heading, column in self.columns.items() if formula_of(self.sheet.cell(row, column))}

    def moment(self, row: int, heading: str) -> str | None:
        """Return the ISO text of a cell that a spreadsheet program has made a date of; None for any other."""
        value = self.sheet.cell(row, self.columns[heading]).value
        return _text(value) if isinstance(value, datetime) else None

    def _is_comment(self, row: int) -> bool:
        value = self.sheet.cell(row, 1).value
        return isinstance(value, str) and value.startswith(COMMENT)

    def _holds_anything(self, row: int) -> bool:
        return any(not self.sheet.is_blank(row, column) for column in self.columns.values())


def _text(value: object) -> str:
    """Return what a cell holds as it would be typed into a `.csv` file."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    return "" if value is None else str(value)


def read_grids(path: Path, layouts: Sequence[Layout], warn: Callable[[str], None]) -> list[Grid]:
    """Read the sheets of a file, in the order of their layouts.

    Args:
        path: The file.
        layouts: What its sheets may hold; each is known by the heading of one column.
        warn: Told what is not read.

    Raises:
        Unusable: The file cannot be read, or a column that is needed is missing, doubled or misspelt.
    """
    suffix = path.suffix.lower()
    try:
        if suffix == CSV:
            sheets, delimiter = _read_csv(path, layouts)
        elif suffix == XLSX:
            sheets, delimiter = _read_xlsx(path), ""
        else:
            raise _unusable(path, f"a file of the kind {suffix or 'without an ending'}")
    except FileNotFoundError:
        raise _unusable(path, "no such file") from None
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from None
    grids = list(filter(None, (_grid(path, sheet, layouts, delimiter, warn) for sheet in sheets)))
    if not grids:
        keys = " or ".join(layout.key for layout in layouts)
        raise _unusable(path, f"no column {keys}", "headings in the first row")
    return sorted(grids, key=lambda grid: layouts.index(grid.layout))


def _unusable(path: Path, found: str, expected: str = "a .csv file in UTF-8 or an .xlsx workbook") -> Unusable:
    return Unusable([InputFault(str(path), "", found, expected)], next_step=NEXT)


def _read_xlsx(path: Path) -> list[Sheet]:
    try:
        workbook, last_row = opened(path)
    except NotAWorkbook as error:
        raise _unusable(path, error.found, f"{error.expected}; larger lists go as .csv") from None
    return [Sheet(sheet, last_row) for sheet in workbook.worksheets]


def _read_csv(path: Path, layouts: Sequence[Layout]) -> tuple[list[Sheet], str]:
    text = read_text(path, CSV_LIMIT, "a .csv file (Excel: Save As, CSV UTF-8; divide a larger one)", next_step=NEXT)
    said = _SAYS_ITS_DIVIDER.match(text)
    text = text[said.end() :] if said else text
    delimiter = said[1] if said else _delimiter(text, layouts)
    rows = enumerate(
        csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), start=2 if said else 1
    )
    return [_sheet_of(path, rows, delimiter)], delimiter


def _sheet_of(path: Path, rows: Iterator[tuple[int, list[str]]], delimiter: str) -> Sheet:
    """Return the rows of a `.csv` file as a sheet.

    Raises:
        Unusable: They are no CSV, or a row has more cells than the headings: what stands in them has shifted.
    """
    sheet, row, headings, filled = TextSheet(), 0, 0, 0
    shifted: list[InputFault] = []
    try:
        for row, cells in rows:
            filled += sum(bool(cell) for cell in cells)
            if row > CSV_ROWS or filled > CSV_CELLS:
                expected = f"{CSV_ROWS:,} rows and {CSV_CELLS:,} cells at most: divide it"
                raise _unusable(path, f"more than that in row {row:,}", expected)
            holds = any(cell.strip() for cell in cells) and not cells[0].startswith(COMMENT)
            headings = headings or (len(cells) if holds else 0)
            if holds and len(cells) > headings:
                found, expected = f"{len(cells)} cells", f"{headings}, as the headings: {_QUOTE_IT.format(delimiter)}"
                shifted.append(InputFault(str(path), f"row {row}", found, expected))
                if len(shifted) == SHIFTED_TOLD:
                    break
            sheet.add(row, [_unguarded(cell) if cell.strip() else "" for cell in cells])
    except csv.Error as error:
        raise _unusable(path, f"row {row + 1}, which is no CSV ({error})", "cells in matching quotes") from None
    except IllegalCharacterError:
        raise _unusable(path, f"a control character in row {row}", "text that a spreadsheet can hold") from None
    if shifted:
        raise Unusable(shifted, next_step=NEXT)
    return sheet


def _delimiter(text: str, layouts: Sequence[Layout]) -> str:
    """Return what divides the cells: that which makes most known headings of the first row."""
    known = {entry.label for layout in layouts for entry in layout.entries}
    head = next(
        (line for line in text.splitlines() if line.strip() and not line.startswith((COMMENT, f'"{COMMENT}'))), ""
    )

    def headings(delimiter: str) -> int:
        try:
            return sum(_folded(cell) in known for cell in next(csv.reader([head], delimiter=delimiter), []))
        except csv.Error:  # a cell as long as no heading is
            return 0

    return max(DELIMITERS, key=headings)


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith(tuple(QUOTE + start for start in FORMULA_STARTS)) else cell


def _folded(heading: object) -> str:
    return re.sub(r"[\s-]+", "_", str(heading or "").strip().casefold())


def _grid(
    path: Path, sheet: Sheet, layouts: Sequence[Layout], delimiter: str, warn: Callable[[str], None]
) -> Grid | None:
    """Return a sheet with its headings; None where it has none of a layout."""
    filled = (row for row in sheet.rows if not str(sheet.cell(row, 1).value or "").startswith(COMMENT))
    head = next((row for row in filled if any(not sheet.is_blank(row, column) for column in sheet.columns)), 0)
    read = [(_folded(sheet.cell(head, column).value), column) for column in sheet.columns] if head else []
    headings = [(heading, column) for heading, column in read if heading]
    layout = next((one for one in layouts if one.key in dict(headings)), None)
    if layout is None:
        if not delimiter and head and sheet.name != ABOUT:
            keys = " or ".join(one.key for one in layouts)
            warn(f"{path}: the sheet {sheet.name} is not read; it has no heading {keys}.")
        return None
    name = "" if delimiter else sheet.name
    columns = _columns(path, name, headings, layout, warn)
    grid = Grid(path, layout, sheet, columns, head + 1, delimiter)
    if unseen := list(_unseen(grid, {column for _, column in headings})):
        raise Unusable(unseen, next_step=NEXT)
    return grid


def _unseen(grid: Grid, headed: set[int]) -> Iterator[InputFault]:
    """Yield what nobody can see who looks at the file, or nobody would read: it would be started, or lost, unseen."""
    sheet, file = grid.sheet, str(grid.file)
    if sheet.hidden:
        yield InputFault(file, sheet.name, "a hidden sheet", "a sheet that can be seen: unhide it")
    for row in grid.rows():
        used = [column for column in sheet.columns if not sheet.is_blank(row, column)]
        if sheet.hides_row(row):
            expected = "rows that can be seen: unhide it (clear the filter), or delete what it holds"
            yield InputFault(file, f"{sheet.name} row {row}", "a hidden row that is filled in", expected)
        for column in used:
            place = sheet.place(row, column)
            if column not in headed:
                expected = "nothing: no heading stands above it"
                yield InputFault(file, place, shown(sheet.cell(row, column).value), expected)
            elif sheet.hides_column(column) and sheet.once(f"hidden column {column}"):
                yield InputFault(
                    file, place, "a hidden column that is filled in", "columns that can be seen: unhide it"
                )


def _columns(
    path: Path, sheet: str, headings: list[tuple[str, int]], layout: Layout, warn: Callable[[str], None]
) -> dict[str, int]:
    known = [entry.label for entry in layout.entries]
    names = [heading for heading, _ in headings]
    where = f"{sheet}: the headings" if sheet else "the headings"
    troubles = [
        InputFault(str(path), where, f"{name} more than once", "each heading once")
        for name in dict.fromkeys(names)
        if names.count(name) > 1 and name in known
    ]
    others = [name for name in dict.fromkeys(names) if name not in known and name not in layout.remarks]
    missing = [entry.label for entry in layout.entries if entry.label not in names]
    near = {name: close[0] for name in others if (close := get_close_matches(name, missing, n=1, cutoff=0.85))}
    troubles += [InputFault(str(path), where, name, f"{meant} (is that meant?)") for name, meant in near.items()]
    needed = {entry.label for entry in layout.entries if entry.needed} - set(near.values())
    troubles += [InputFault(str(path), where, f"no column {name}", name) for name in missing if name in needed]
    if troubles:
        raise Unusable(troubles, next_step=NEXT)
    if others:
        warn(f"{path}: these columns are not read: {', '.join(others)}.")
    return {heading: column for heading, column in headings if heading in known}
