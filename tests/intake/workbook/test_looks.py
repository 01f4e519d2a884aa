"""What a person finds in an empty workbook: every cell explained and validated, labels protected, fit for print."""

import re

import pytest
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from intake.workbook.forms import PLANS
from intake.workbook.plan import Kind
from tests.command import Command
from tests.intake.workbook.editing import Book, empty

PROGRAMS = list(PLANS)


@pytest.fixture(params=PROGRAMS)
def book(request: pytest.FixtureRequest, accredit: Command) -> Book:
    """An empty workbook of each program."""
    return empty(accredit, request.param)


def inputs(sheet: Worksheet) -> list[str]:
    """Return the cells that are to be filled in: those that are not protected."""
    return [cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked]


def validation_at(sheet: Worksheet, cell: str) -> DataValidation:
    found: list[DataValidation] = [
        validation for validation in sheet.data_validations.dataValidation if cell in validation.sqref
    ]
    assert len(found) == 1, f"{sheet.title}!{cell}"
    return found[0]


def test_every_cell_that_is_filled_in_is_explained_while_it_is(book: Book) -> None:
    for sheet in book.workbook.worksheets:
        cells = inputs(sheet)
        assert cells
        for cell in cells:
            validation = validation_at(sheet, cell)
            assert validation.promptTitle
            assert validation.prompt
            assert validation.showInputMessage


def test_only_cells_that_are_filled_in_can_be_changed(book: Book) -> None:
    fields = {entry.name for plan in PLANS.values() for page in plan.pages for entry in page.entries()} - {"program"}
    for sheet in book.workbook.worksheets:
        assert sheet.protection.sheet
        assert not sheet.protection.password
        assert not sheet.protection.insertRows, "rows can be inserted all the same"
        for row in sheet.iter_rows():
            if row[0].value in fields:
                assert [cell.column for cell in row if not cell.protection.locked] == [3]


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_field_with_a_list_offers_it(accredit: Command, program: str) -> None:
    book = empty(accredit, program)
    offered = {}
    for page in PLANS[program].pages:
        for entry in page.entries():
            if entry.kind in (Kind.CHOICE, Kind.YES_NO):
                cell = book.value(page.title, entry.label)
                offered[entry.name] = validation_at(book[page.title], cell.coordinate)
        for table in page.tables():
            for entry in table.columns:
                if entry.kind in (Kind.CHOICE, Kind.LINK):
                    cell = book.entry(page.title, table.name, entry.label, table.rows)
                    offered[f"{table.name}.{entry.name}"] = validation_at(book[page.title], cell.coordinate)
    assert {validation.type for validation in offered.values()} == {"list"}
    assert offered["kind"].formula1 == '"initial,renewal"'
    if program == "dicoe":
        assert offered["offers.registries"].formula1 == '"DIR,GRID,LCSR,NMD,CTC,CDSR,IR,3DP,ICE"'
        assert offered["offers.location"].formula1 == "Facility!$B$34:$B$53"
        assert offered["agrees_to_survey"].formula1 == '"yes,no"'
    elif program == "accreditation":
        assert "mammography" in str(offered["modality"].formula1), "an edition of its own covers it"
        assert "radiation oncology" not in str(offered["modality"].formula1), (
            "its sites are no areas with images: it has a workbook of its own"
        )
        assert str(offered["modality"].formula1).startswith('"CT,MRI,')
        assert offered["areas.unit"].formula1 == "Modality!$B$12:$B$17"
        assert offered["medium"].errorStyle in (None, "stop")
        assert offered["payment.method"].errorStyle == "information", "another way to pay may be typed"


def test_nothing_is_longer_than_spreadsheet_programs_allow(book: Book) -> None:
    for sheet in book.workbook.worksheets:
        for validation in sheet.data_validations.dataValidation:
            assert len(validation.promptTitle or "") <= 32
            assert len(validation.errorTitle or "") <= 32
            assert len(validation.prompt or "") <= 255
            assert len(validation.error or "") <= 255
            assert len(validation.formula1 or "") <= 255
    names = list(book.workbook.defined_names)
    assert [name for name in names if not re.fullmatch(r"(field|table)_[a-z_]{1,240}", name)] == []


def test_names_lead_to_the_cells_that_are_filled_in(book: Book) -> None:
    for name, defined in book.workbook.defined_names.items():
        title, cells = defined.attr_text.split("!")
        left, top, right, bottom = range_boundaries(cells)
        assert left == right, name
        assert top is not None
        assert left is not None
        if name == "field_program":
            continue
        assert not book[title].cell(top, left).protection.locked, name
        assert bottom is not None
        assert not book[title].cell(bottom, left).protection.locked, name


def test_cells_are_text_so_that_what_is_typed_stays(book: Book) -> None:
    formats = {
        sheet[cell].number_format: f"{sheet.title}!{cell}"
        for sheet in book.workbook.worksheets
        for cell in inputs(sheet)
    }
    assert set(formats) == {"@", "#,##0.00"}
    assert formats["#,##0.00"] == "Payment!C6"


def test_headings_are_explained_ids_are_hidden_and_titles_stay_on_the_screen(book: Book) -> None:
    for sheet in book.workbook.worksheets:
        assert sheet.column_dimensions["A"].hidden
        assert sheet.freeze_panes == "C4"
        assert not sheet.merged_cells.ranges
        headings = [row for row in sheet.iter_rows() if str(row[0].value).startswith("table ")]
        assert all(cell.comment for row in headings for cell in row[1:] if cell.value)


def test_it_prints_on_whole_pages_with_its_title(book: Book) -> None:
    for sheet in book.workbook.worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$1:$2"
        assert str(sheet.print_area).replace("$", "").startswith(f"'{sheet.title}'!B1:")
        assert sheet.oddFooter is not None
        assert sheet.oddFooter.center is not None
        assert sheet.oddFooter.center.text == "&A, page &P of &N"
