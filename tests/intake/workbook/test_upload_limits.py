"""Files that are no workbook of an application: not one of them is opened, each is answered with what it is."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from intake.workbook.upload_limits import FILE_LIMIT, NotAWorkbook, guarded
from tests.command import Command
from tests.intake.workbook.editing import empty, filled

COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)


def archive(**parts: str | bytes) -> bytes:
    """Return a ZIP archive with these parts."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "found", "expected"),
    [
        (b"", "an empty file", "format .xlsx"),
        (b"Facility,Modality,Payment\n", "no workbook", "format .xlsx"),
        (b'{"program": "accreditation"}', "no workbook", "format .xlsx"),
        (b"PK\x03\x04 and no more", "no workbook", "format .xlsx"),
        (COMPOUND, "a file in the format of Excel 97-2003", "save it as one"),
        (COMPOUND + "EncryptedPackage".encode("utf-16-le"), "an encrypted workbook", "without a password"),
        (archive(**{"word/document.xml": "<w/>"}), "a ZIP archive without a workbook", "save it as one"),
        (
            archive(mimetype="application/vnd.oasis.opendocument.spreadsheet"),
            "application/vnd.oasis.opendocument.spreadsheet without",
            "save it as one",
        ),
        (archive(**{"[Content_Types].xml": "<Types", "xl/workbook.xml": "<w/>"}), "a damaged part [Content", "opens"),
        (archive(**{"[Content_Types].xml": "<T/>", "xl/workbook.xml": "<w/>"}), "a damaged workbook (", "opens"),
    ],
)
def test_what_is_no_workbook_is_told_with_what_it_is(
    accredit: Command, content: bytes, found: str, expected: str
) -> None:
    (accredit.folder / "a.xlsx").write_bytes(content)
    ran = accredit("check", "a.xlsx", "--json")
    assert ran.code == 2
    (problem,) = ran.data["problems"]
    assert problem["found"].startswith(found)
    assert expected in problem["expected"]
    assert "a .json file" in problem["expected"]
    assert "accredit template" in ran.data["next_step"]
    assert "Traceback" not in ran.err


def test_a_workbook_that_was_cut_off_or_damaged_is_told(accredit: Command) -> None:
    whole = filled(accredit).path.read_bytes()
    for number, damaged in enumerate((whole[: len(whole) // 2], whole[:4000] + b"\xff" * 40 + whole[4040:])):
        (accredit.folder / f"{number}.xlsx").write_bytes(damaged)
        ran = accredit("check", f"{number}.xlsx", "--json")
        assert ran.code == 2
        assert len(ran.data["problems"]) == 1


@pytest.mark.parametrize("suffix", [".xls", ".xlsm", ".ods", ".csv"])
def test_other_spreadsheets_are_answered_with_the_format(accredit: Command, suffix: str) -> None:
    ran = accredit("check", accredit.file(f"a{suffix}", "anything"), "--json")
    assert ran.code == 2
    assert ran.data["problems"][0]["found"] == f"a file of the kind {suffix}"
    assert ".xlsx" in ran.data["problems"][0]["expected"]


def test_a_file_that_is_not_there_or_is_a_folder_is_told(accredit: Command) -> None:
    (accredit.folder / "folder.xlsx").mkdir()
    assert "found no such file" in accredit("check", "gone.xlsx").err
    assert "found Is a directory" in accredit("check", "folder.xlsx").err


def told(path: Path) -> str:
    with pytest.raises(NotAWorkbook) as refused:
        guarded(path)
    return str(refused.value)


def with_part(accredit: Command, name: str, old: bytes, new: bytes) -> Path:
    """Return an empty template in one part of which something was put in the place of something else."""
    source = empty(accredit).path
    target = accredit.folder / "changed.xlsx"
    with zipfile.ZipFile(source) as read, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
        for part in read.namelist():
            content = read.read(part)
            if part == name:
                assert old in content
                content = content.replace(old, new, 1)
            written.writestr(part, content)
    return target


SHEET = "xl/worksheets/sheet1.xml"


def test_a_file_that_is_too_large_is_not_even_read(tmp_path: Path) -> None:
    with (tmp_path / "a.xlsx").open("wb") as file:
        file.truncate(FILE_LIMIT + 1)
    assert told(tmp_path / "a.xlsx") == "found a file of 5.0 MiB, expected a workbook of 5.0 MiB at most"


def test_a_file_that_unpacks_to_a_hundred_times_its_size_is_not_unpacked(accredit: Command) -> None:
    bomb = with_part(accredit, SHEET, b"<sheetData>", b"<sheetData>" + b" " * 60_000_000)
    assert bomb.stat().st_size < 200_000
    assert "expected 500 parts and 40.0 MiB at most" in told(bomb)


def test_text_that_grows_without_end_is_not_expanded(accredit: Command) -> None:
    laughs = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><worksheet'
    assert f"found a document type in {SHEET}" in told(with_part(accredit, SHEET, b"<worksheet", laughs))


def test_a_merged_range_of_a_whole_sheet_is_not_built(accredit: Command) -> None:
    merge = b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    text = told(with_part(accredit, SHEET, b"</sheetData>", merge))
    assert "up to A1:XFD1048576, expected ranges of 10,000 cells together at most" in text


def test_many_elements_are_too_many(accredit: Command) -> None:
    rows = b"<sheetData>" + b"<row/>" * 300_001
    assert "more than 300,000 XML elements" in told(with_part(accredit, SHEET, b"<sheetData>", rows))


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        (b'<row r="3001"><c r="B3001"><v>1</v></c></row>', "row 3001, column 2"),
        (b'<row r="2900"><c r="BI2900"><v>1</v></c></row>', "row 2900, column 61"),
        (b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>', "row 1048576, column 16384"),
    ],
)
def test_something_far_away_is_told_with_its_place_and_the_limit(accredit: Command, cell: bytes, place: str) -> None:
    text = told(with_part(accredit, SHEET, b"</sheetData>", cell + b"</sheetData>"))
    assert text == f"found something in row {place.split()[1][:-1]}, column {place.split()[-1]}, " + (
        "expected 3,000 rows and 60 columns at most on each sheet"
    )


def test_formatting_far_away_does_no_harm(accredit: Command) -> None:
    row = b'<row r="1048576" ht="12"><c r="XFD1048576"/></row></sheetData>'
    path = with_part(accredit, SHEET, b"</sheetData>", row)
    ran = accredit("check", path.name, "--json")
    assert ran.code == 3
    assert ran.data == accredit("check", "accreditation.xlsx", "--json").data


def test_an_archive_that_is_encrypted_is_told(accredit: Command) -> None:
    content = bytearray(empty(accredit).path.read_bytes())
    with zipfile.ZipFile(BytesIO(content)) as packed:
        directory = packed.start_dir
    content[directory + 8] |= 1  # the flag of the first part in the archive's directory
    (accredit.folder / "locked.xlsx").write_bytes(content)
    assert "found an archive that is encrypted" in told(accredit.folder / "locked.xlsx")


def test_the_largest_practice_is_far_from_any_limit(accredit: Command) -> None:
    book = empty(accredit, "dicoe")
    sheet = book["Modality"]
    for row in range(20, 1_500):
        for column, value in enumerate(("OH-1", "CT", "CT", "DIR", "Image Gently"), 2):
            sheet.cell(row, column, value)
    book.save()
    assert guarded(book.path).last_row == 1_499
    assert load_workbook(book.path).sheetnames == ["Facility", "Modality", "Payment"]
