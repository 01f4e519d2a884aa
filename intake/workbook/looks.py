"""How the sheets of a workbook look, on the screen and on paper. Nothing is told by colour alone."""

from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

AS_TEXT = "@"
AS_AMOUNT = "#,##0.00"
WIDTHS = {"B": 34, "C": 36, "D": 38, "E": 26, "F": 22, "G": 16, "H": 14, "I": 30}
"""Widths of the columns in characters; the first one is hidden."""

_LINE = Side(style="thin", color="8A949E")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_INPUT = PatternFill("solid", fgColor="FFFDF3")
_MISSING = PatternFill("solid", bgColor="FFE2B8")
_FAULTY = PatternFill("solid", fgColor="FFE2B8")
_HEADING = PatternFill("solid", fgColor="1F3A5F")
_WRAPPED = Alignment(wrap_text=True, vertical="top")


def as_title(cell: Cell) -> None:
    """Show the title of a sheet."""
    cell.font = Font(bold=True, size=16, color="1F3A5F")


def as_section(cell: Cell) -> None:
    """Show the heading of a section or table."""
    cell.font = Font(bold=True, size=13, color="1F3A5F")


def as_label(cell: Cell) -> None:
    """Show the label of a field."""
    cell.font = Font(bold=True)
    cell.alignment = _WRAPPED


def as_explanation(cell: Cell) -> None:
    """Show a text that explains."""
    cell.font = Font(color="3C4650")


def as_heading(cell: Cell, explanation: str = "") -> None:
    """Show the heading of a column; its explanation is a note on it."""
    cell.font = Font(bold=True, color="FFFFFF")
    cell.fill = _HEADING
    cell.border = _BOX
    cell.alignment = _WRAPPED
    if explanation:
        cell.comment = Comment(explanation, "accredit", width=320, height=110)


def as_input(cell: Cell, number_format: str = AS_TEXT) -> None:
    """Show a cell that is filled in; it alone is not protected. As text, so that what is typed stays as it is."""
    cell.number_format = number_format
    cell.fill = _INPUT
    cell.border = _BOX
    cell.alignment = _WRAPPED
    cell.protection = Protection(locked=False)


def as_faulty(cell: Cell, why: str = "") -> None:
    """Show a cell that is filled in and against which something stands; why is a note on it."""
    as_input(cell)
    cell.fill = _FAULTY
    if why:
        cell.comment = Comment(why, "accredit", width=320, height=110)


def as_set(cell: Cell) -> None:
    """Show a value that was set when the workbook was made."""
    cell.font = Font(bold=True)
    cell.border = _BOX


def mark_while_empty(sheet: Worksheet, cell: str) -> None:
    """Colour a needed field as long as it is empty."""
    rule = Rule(type="expression", formula=[f"LEN(TRIM({cell}))=0"], dxf=DifferentialStyle(fill=_MISSING))
    sheet.conditional_formatting.add(cell, rule)


def finish(sheet: Worksheet, heading: str) -> None:
    """Set what concerns the whole sheet: widths, what stays on the screen, protection without a password, print."""
    sheet.column_dimensions["A"].hidden = True
    for column, width in WIDTHS.items():
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "C4"
    sheet.sheet_view.showGridLines = False
    sheet.sheet_view.zoomScale = 110
    allowed = ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows", "sort", "autoFilter")
    for action in allowed:
        setattr(sheet.protection, action, False)  # False: not forbidden
    sheet.protection.sheet = True
    _set_print(sheet, heading)


def _set_print(sheet: Worksheet, heading: str) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:2"
    sheet.print_area = f"B1:{get_column_letter(sheet.max_column)}{sheet.max_row}"
    for item, text in ((sheet.oddHeader, heading), (sheet.oddFooter, "&A, page &P of &N")):
        if item is not None and item.center is not None:  # an item without a text is false
            item.center.text = text
