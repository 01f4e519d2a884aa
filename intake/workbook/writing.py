"""Writes a workbook by its plan: explained, validated cells, filled with an application or left to be filled in."""

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from intake.workbook import looks
from intake.workbook.cell_rules import Line, Terms, validation_of
from intake.workbook.filling import Cells, Filling
from intake.workbook.plan import (
    END,
    EXPLANATION_COLUMN,
    ID_COLUMN,
    LABEL_COLUMN,
    MARK,
    NOTE,
    PROGRAM,
    TABLE,
    VALUE_COLUMN,
    Entry,
    Kind,
    Page,
    Section,
    Table,
    WorkbookPlan,
)

LEGEND = f"Fields marked{MARK} are needed. Fill in the framed cells; more rows can be inserted into a table."
SPARE_ROWS = 5
"""Empty rows that a table has at least behind those that are filled."""


class PageWriter:
    """Writes a page row by row. `ranges` gathers the ids that linked tables choose from, by the table's name."""

    def __init__(
        self, workbook: Workbook, sheet: Worksheet, filling: Filling, terms: Terms, ranges: dict[str, str]
    ) -> None:
        self._workbook = workbook
        self._sheet = sheet
        self._filling = filling
        self._terms = terms
        self._ranges = ranges
        self._row = 0

    def write(self, plan: WorkbookPlan, page: Page, fees: Sequence[Line]) -> None:
        """Write the page, and below it the fees where there are any."""
        looks.as_title(self._note(f"{plan.heading}: {page.title}"))
        looks.as_explanation(self._note(page.purpose))
        looks.as_explanation(self._note(LEGEND))
        for block in page.blocks:
            if isinstance(block, Section):
                self._section(block)
            else:
                self._table(block)
        self._fees(fees)
        looks.finish(self._sheet, plan.heading)

    def _cell(self, column: int, text: str = "") -> Cell:
        """Return a cell of the present row; a text is kept as text, whatever it begins with."""
        cell = self._sheet.cell(self._row, column)
        assert isinstance(cell, Cell)  # nothing is merged
        if text:
            cell.value = text
            cell.data_type = "s"
        return cell

    def _begin(self, name: str, gap: int = 0) -> None:
        """Go to the next row and give it its id."""
        self._row += 1 + gap
        self._cell(ID_COLUMN, name)

    def _note(self, text: str, gap: int = 0) -> Cell:
        self._begin(NOTE, gap)
        return self._cell(LABEL_COLUMN, text)

    def _section(self, section: Section) -> None:
        looks.as_section(self._note(section.title, gap=1))
        for entry in section.entries:
            self._field(entry)

    def _field(self, entry: Entry) -> None:
        self._begin(entry.name)
        looks.as_label(self._cell(LABEL_COLUMN, entry.label + (MARK if entry.needed else "")))
        explanation = self._cell(EXPLANATION_COLUMN, entry.explanation)
        looks.as_explanation(explanation)
        cell = self._cell(VALUE_COLUMN)
        self._input(cell, entry, self._filling.fields.get(entry.name, ""))
        self._name(f"field_{entry.name}", cell.coordinate, cell.coordinate)
        if entry.name == PROGRAM:
            looks.as_set(cell)
            return
        self._validate(entry, cell.coordinate, cell.coordinate)
        if entry.needed:
            looks.mark_while_empty(self._sheet, cell.coordinate)

    def _input(self, cell: Cell, entry: Entry, text: str) -> None:
        """Fill a cell; an amount with cents becomes a number, everything else is text."""
        if entry.name != PROGRAM:
            looks.as_input(cell, looks.AS_AMOUNT if entry.kind is Kind.AMOUNT else looks.AS_TEXT)
        if entry.kind is Kind.AMOUNT and text[-3:-2] == ".":
            cell.value = Decimal(text)
        elif text:
            cell.value = text
            cell.data_type = "s"

    def _table(self, table: Table) -> None:
        looks.as_section(self._note(table.title, gap=1))
        for line in (*table.explanation, *self._terms.notes.get(table.name, ())):
            looks.as_explanation(self._note(line))
        self._begin(f"{TABLE}{table.name}")
        for column, entry in enumerate(table.columns, LABEL_COLUMN):
            heading = self._cell(column, entry.label + (MARK if entry.needed else ""))
            looks.as_heading(heading, entry.explanation)
        filled = self._filling.tables.get(table.name, ())
        first = self._row + 1
        last = self._row + max(table.rows, len(filled) + SPARE_ROWS)
        while self._row < last:
            number = self._row + 1 - first
            self._row += 1
            self._table_row(table, filled[number] if number < len(filled) else {})
        self._name_columns(table, first, last)
        self._begin(f"{END}{table.name}")
        looks.as_explanation(self._cell(LABEL_COLUMN, f"End of the table {table.title}: insert rows above this line."))

    def _table_row(self, table: Table, row: Cells) -> None:
        for column, entry in enumerate(table.columns, LABEL_COLUMN):
            self._input(self._cell(column), entry, row.get(entry.name, ""))

    def _name_columns(self, table: Table, first: int, last: int) -> None:
        """Name and validate the cells of a table, column by column."""
        for column, entry in enumerate(table.columns, LABEL_COLUMN):
            letter = get_column_letter(column)
            self._name(f"table_{table.name}_{entry.name}", f"{letter}{first}", f"{letter}{last}")
            self._validate(entry, f"{letter}{first}", f"{letter}{last}", table)
            if entry.name == "id":
                self._ranges[table.name] = f"{self._sheet.title}!${letter}${first}:${letter}${last}"

    def _validate(self, entry: Entry, first: str, last: str, table: Table | None = None) -> None:
        owners = self._ranges[table.link.to] if table and table.link else ""
        choices = self._terms.lists.get(entry.name, entry.choices)
        validation = validation_of(entry, first, choices, owners)
        validation.add(f"{first}:{last}" if first != last else first)
        self._sheet.add_data_validation(validation)

    def _name(self, name: str, first: str, last: str) -> None:
        """Give cells a name, by which people and screen readers find them."""
        cells = ":".join(f"${place.rstrip('0123456789')}${place.lstrip('ABCDEFGHIJ')}" for place in (first, last))
        text = f"{self._sheet.title}!{cells if first != last else cells.partition(':')[0]}"
        known = name.replace(".", "_")
        self._workbook.defined_names[known] = DefinedName(known, attr_text=text)

    def _fees(self, lines: Sequence[Line]) -> None:
        for number, line in enumerate(lines):
            self._begin(NOTE, gap=1 if number == 0 else 0)
            for column, value in enumerate(line, LABEL_COLUMN):
                cell = self._cell(column, value if isinstance(value, str) else "")
                looks.as_explanation(cell)
                if isinstance(value, Decimal):
                    cell.value = value
                    cell.number_format = looks.AS_AMOUNT
            if number == 0:
                looks.as_section(self._cell(LABEL_COLUMN))


def written(plan: WorkbookPlan, filling: Filling, terms: Terms) -> bytes:
    """Return a workbook as the bytes of its file.

    Args:
        plan: The plan of the workbook.
        filling: What its cells hold.
        terms: The lists, notes and fees that the rules and the office's settings add.
    """
    workbook = Workbook()
    workbook.properties.title = plan.heading
    workbook.properties.creator = "accredit"
    workbook.properties.language = "en-US"
    ranges: dict[str, str] = {}
    for number, page in enumerate(plan.pages):
        sheet: Worksheet = workbook.active if number == 0 else workbook.create_sheet()  # type: ignore[assignment]
        sheet.title = page.title
        writer = PageWriter(workbook, sheet, filling, terms, ranges)
        last = number == len(plan.pages) - 1
        writer.write(plan, page, terms.fees if last else ())
    content = BytesIO()
    workbook.save(content)
    return content.getvalue()
