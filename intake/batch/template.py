"""An empty file to be filled in: its columns, and what belongs into each of them."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from intake.batch.columns import Layout
from intake.batch.grid import ABOUT, COMMENT
from intake.workbook.cell_rules import validation_of
from intake.workbook.looks import as_heading, as_input
from intake.workbook.plan import Entry

ROWS = 200
"""Rows of a new workbook that are ready to be filled in; more can be typed below."""
WIDTH = 20
"""Width of its columns, in characters."""
WHAT_FOR = (
    ("Rows", "One row for each unit, site, location or message. Rows that begin with # are not read."),
    ("Several rows", "Rows with the same application_id are one application; what they share may stand in the first."),
    ("Next", "accredit import FILE --check tells everything that is wrong; accredit import FILE starts the cases."),
)


def csv_template(layout: Layout) -> bytes:
    """Return a `.csv` file of one layout: the headings, and below them a comment on each."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([entry.label for entry in layout.entries])
    notes = [_explained(entry) for entry in layout.entries]
    writer.writerow([f"{COMMENT} {notes[0]}", *notes[1:]])
    return text.getvalue().encode("utf-8-sig")


def xlsx_template(layouts: Sequence[Layout]) -> bytes:
    """Return a workbook with a sheet for each layout, and one that explains them."""
    workbook = Workbook()
    about: Worksheet = workbook.active  # type: ignore[assignment]
    about.title = ABOUT
    for line in WHAT_FOR:
        about.append(line)
    about.append(())
    about.append(("Sheet", "Column", "Needed", "What belongs there"))
    for layout in layouts:
        for entry in layout.entries:
            about.append((layout.sheet, entry.label, "yes" if entry.needed else "", _explained(entry)))
        _sheet(workbook.create_sheet(layout.sheet), layout)
    for column, width in zip("ABCD", (16, 30, 10, 120), strict=True):
        about.column_dimensions[column].width = width
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _sheet(sheet: Worksheet, layout: Layout) -> None:
    sheet.freeze_panes = "B2"
    for column, entry in enumerate(layout.entries, start=1):
        letter = get_column_letter(column)
        as_heading(sheet.cell(1, column), _explained(entry))  # type: ignore[arg-type]
        sheet.cell(1, column).value = entry.label
        sheet.column_dimensions[letter].width = WIDTH
        for row in range(2, ROWS + 2):
            as_input(sheet.cell(row, column))  # type: ignore[arg-type]
        choices = {} if entry in layout.lists else entry.choices
        validation = validation_of(replace(entry, explanation=entry.explanation[:255]), f"{letter}2", choices, "")
        validation.add(f"{letter}2:{letter}{ROWS + 1}")
        sheet.add_data_validation(validation)


def _explained(entry: Entry) -> str:
    offered = f" One of: {', '.join(entry.choices)}." if entry.choices and len(entry.choices) < 20 else ""
    explained = entry.explanation if offered and "One of" in entry.explanation else entry.explanation + offered
    return explained if not entry.needed else f"{explained} (needed)"
