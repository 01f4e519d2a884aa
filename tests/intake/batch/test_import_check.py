"""What `accredit import` reads and what it refuses, before any server is asked."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from intake.batch.applications import candidates_of
from intake.batch.columns import LAYOUTS
from intake.batch.grid import read_grids
from policy.application import AccreditationApplication
from tests.command import Command
from tests.intake.batch.sheets import location, read_csv, unit, write_csv, write_xlsx


@pytest.fixture
def accredit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    return Command(monkeypatch, capsys, tmp_path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_csv_file_is_read_however_a_spreadsheet_program_saved_it(
    accredit: Command, delimiter: str, encoding: str
) -> None:
    row = unit(1, facility_name="Sample Clínica; Norte, Ohio")
    write_csv(accredit.folder / "cases.csv", [row], delimiter=delimiter, encoding=encoding)
    ran = accredit("import", "cases.csv", "--check", "--json")
    assert ran.code == 0, ran.out
    assert (ran.data["rows"], ran.data["refused"]) == (1, [])


def test_headings_are_read_in_any_case_and_other_columns_are_named_and_left_out(accredit: Command) -> None:
    row = {name.replace("_", " ").title(): value for name, value in unit(1).items()} | {"Fax": "555-0100"}
    write_csv(accredit.folder / "cases.csv", [row])
    ran = accredit("import", "cases.csv", "--check")
    assert ran.code == 0
    assert "these columns are not read: fax" in ran.err


def test_a_misspelt_or_missing_heading_makes_the_file_unusable(accredit: Command) -> None:
    row = unit(1)
    row["facilty_id"] = row.pop("facility_id")
    del row["medium"]
    write_csv(accredit.folder / "cases.csv", [row])
    ran = accredit("import", "cases.csv", "--check")
    assert ran.code == 2
    assert "found facilty_id, expected facility_id (is that meant?)" in ran.err
    assert "found no column medium, expected medium" in ran.err


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("cases.csv", b"", "no column unit_id or site_id or location_id"),
        ("cases.csv", b"one,two\n1,2\n", "no column unit_id or site_id or location_id"),
        ("cases.csv", b"unit_id\n\xff\n", "a byte at position 8 that is no UTF-8"),
        ("cases.csv", b'unit_id,kind\n"a,b\n', "which is no CSV"),
        ("cases.csv", b"unit_id,kind\na\x01,b\n", "a control character in row 2"),
        ("cases.xlsx", b"PK nothing", "no workbook"),
        ("cases.ods", b"", "a file of the kind .ods"),
    ],
)
def test_what_is_no_file_of_rows_is_told(accredit: Command, name: str, content: bytes, said: str) -> None:
    (accredit.folder / name).write_bytes(content)
    ran = accredit("import", name, "--check")
    assert ran.code == 2
    assert said in ran.err
    assert "accredit import --template" in ran.err


def test_what_the_rows_of_one_application_have_in_common_is_said_alike(accredit: Command) -> None:
    rows = [unit(1), unit(1, unit_id="CT-2", city="Elsewhere"), unit(1, unit_id="CT-1", city="")]
    write_csv(accredit.folder / "cases.csv", rows)
    ran = accredit("import", "cases.csv", "--check", "--json")
    assert ran.code == 3
    (refused,) = ran.data["refused"]
    assert refused["rows"] == [2, 3, 4]
    assert [(f["row"], f["column"], f["reason"]) for f in refused["findings"]] == [
        (3, "city", 'Found "Elsewhere", expected "Sampleton" as in cell F2, or nothing: the rows are one application.'),
        (4, "unit_id", "Found CT-1 again (first in cell N2), expected each id once."),
    ]
    first = read_csv(accredit.folder / "cases.refused.csv")[0]
    assert (first["rule"], first["reason"]) == (
        "application.together",
        "Refused with row 3: the rows of one application go in together.",
    )


def test_a_unit_that_two_applications_of_the_file_name_is_told_at_the_second(accredit: Command) -> None:
    write_csv(accredit.folder / "cases.csv", [unit(1), unit(2, facility_id="F-1")])
    ran = accredit("import", "cases.csv", "--check")
    assert ran.code == 3
    assert "row 3, unit_id: case.already_open: Application APP-1 (row 2) of this file is for" in ran.out
    assert "1 good, 1 refused" in ran.out


def test_every_finding_of_a_workbook_names_sheet_row_and_column(accredit: Command) -> None:
    sheets = {
        "Units": [unit(1, state=""), unit(2, clinical_areas="a b: chest; head; head")],
        "Practices": [location(1, services="CT; X-ray; hologram"), location(2, pledges="Image Gently")],
    }
    write_xlsx(accredit.folder / "all.xlsx", sheets)
    ran = accredit("import", "all.xlsx", "--check", "--json")
    assert ran.code == 3
    findings = [finding for refused in ran.data["refused"] for finding in refused["findings"]]
    assert [(f["sheet"], f["row"], f["column"], f["rule"]) for f in findings] == [
        ("Units", 2, "state", "application.incomplete"),
        ("Units", 3, "clinical_areas", "application.unreadable"),
        ("Units", 3, "clinical_areas", "application.unreadable"),
        ("Practices", 2, "services", "application.unreadable"),
        ("Practices", 3, "pledges", "eligibility.pledge"),
    ]
    assert {f["where"] for f in findings} >= {"Units row 2, state", "Practices row 3, pledges"}
    names = [Path(name).name for name in ran.data["refused_files"]]
    assert names == ["all.refused.xlsx"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_cell_of_the_refused_rows_is_a_formula_and_it_is_read_again_as_it_was(accredit: Command, start: str) -> None:
    text = f"{start}SUM(1)"
    write_csv(accredit.folder / "cases.csv", [unit(1, model=text, medium="")])
    assert accredit("import", "cases.csv", "--check").code == 3
    (row,) = read_csv(accredit.folder / "cases.refused.csv")
    assert row["model"] == f"'{text}"
    assert accredit("import", "cases.refused.csv", "--check").code == 3
    (again,) = read_csv(accredit.folder / "cases.refused.refused.csv")
    assert {**again, "medium": "upload"} == {**row, "medium": "upload"}


def test_a_formula_of_a_workbook_is_told_and_not_computed(accredit: Command) -> None:
    write_xlsx(accredit.folder / "all.xlsx", {"Units": [unit(1, facility_name='=HYPERLINK("x")')]})
    ran = accredit("import", "all.xlsx", "--check")
    assert ran.code == 3
    assert "Units row 2, facility_name: application.unreadable: Found the formula" in ran.out


def test_comments_and_empty_rows_are_not_read(accredit: Command) -> None:
    comment = dict.fromkeys(unit(1), "") | {"application_id": "# a comment"}
    write_csv(accredit.folder / "cases.csv", [comment, dict.fromkeys(comment, ""), unit(1)])
    ran = accredit("import", "cases.csv", "--check", "--json")
    assert (ran.code, ran.data["rows"]) == (0, 1)


@pytest.mark.parametrize(
    ("rows", "column"), [("accreditation", "unit_id"), ("radiation_oncology", "site_id"), ("dicoe", "location_id")]
)
def test_a_template_explains_its_columns_and_is_never_written_over(accredit: Command, rows: str, column: str) -> None:
    assert accredit("import", "--template", "new.csv", "--rows", rows).code == 0
    (explained,) = read_csv(accredit.folder / "new.csv")
    assert explained["application_id"].startswith("# ")
    assert explained[column].endswith("(needed)")
    assert accredit("import", "new.csv", "--check").code == 2, "it holds no row yet"
    again = accredit("import", "--template", "new.csv")
    assert again.code == 2
    assert "which is there already" in again.err


def test_a_row_with_more_cells_than_headings_has_shifted_and_nothing_of_its_file_is_taken(accredit: Command) -> None:
    file = write_csv(accredit.folder / "cases.csv", [unit(1), unit(2)])
    head, first, second = file.read_text("utf-8").splitlines()
    file.write_text("\n".join([head, first, second.replace('"', "")]), "utf-8")
    ran = accredit("import", "cases.csv", "--check")
    assert ran.code == 2
    expected = len(unit(1))
    assert f"row 3: found {expected + 2} cells, expected {expected}, as the headings: put quotes around" in ran.err
    file.write_text("\n".join([head, f"{first},"]), "utf-8")
    assert "found 22 cells, expected 21" in accredit("import", "cases.csv", "--check").err
    file.write_text("\n".join([head, first, f"# one, two{',' * 40}"]), "utf-8")
    assert accredit("import", "cases.csv", "--check").code == 0


def test_a_cell_without_a_heading_is_told_in_a_workbook_too(accredit: Command) -> None:
    file = write_xlsx(accredit.folder / "cases.xlsx", {"Accreditation": [unit(1)]})
    workbook = load_workbook(file)
    workbook.worksheets[0].cell(2, len(unit(1)) + 2).value = "phantom"
    workbook.save(file)
    ran = accredit("import", "cases.xlsx", "--check")
    assert ran.code == 2
    assert 'Accreditation!W2: found "phantom", expected nothing: no heading stands above it' in ran.err


def test_what_is_hidden_is_never_started(accredit: Command) -> None:
    file = write_xlsx(accredit.folder / "cases.xlsx", {"Accreditation": [unit(1), unit(2), unit(3)]})
    workbook = load_workbook(file)
    sheet = workbook.worksheets[0]
    sheet.row_dimensions[3].hidden = True
    sheet.row_dimensions[9].hidden = True  # nothing stands in it
    sheet.column_dimensions["D"].hidden = True
    workbook.save(file)
    ran = accredit("import", "cases.xlsx", "--check")
    assert ran.code == 2
    assert ran.err.count("a hidden row that is filled in") == 1
    assert "Accreditation row 3: found a hidden row" in ran.err
    assert "Accreditation!D2: found a hidden column that is filled in" in ran.err
    sheet.row_dimensions[3].hidden, sheet.column_dimensions["D"].hidden = False, False
    workbook.create_sheet("Front")
    sheet.sheet_state = "hidden"
    workbook.save(file)
    assert "Accreditation: found a hidden sheet" in accredit("import", "cases.xlsx", "--check").err
    sheet.sheet_state = "visible"
    workbook.save(file)
    assert accredit("import", "cases.xlsx", "--check").code == 0


@pytest.mark.parametrize("said", ["sep=;", "SEP=;", '"sep=;"', "sep=|"])
def test_a_first_line_that_says_what_divides_the_cells_is_believed_and_rows_keep_their_numbers(
    accredit: Command, said: str
) -> None:
    divider = said.strip('"')[-1]
    file = write_csv(accredit.folder / "cases.csv", [unit(1), unit(2, postal_code="2139")], delimiter=divider)
    file.write_text(f"{said}\r\n{file.read_text('utf-8')}", "utf-8-sig")
    ran = accredit("import", "cases.csv", "--check", "--json")
    assert [one["rows"] for one in ran.data["refused"]] == [[4]]
    assert ran.data["rows"] == 2


def test_a_cell_that_shows_two_lines_is_read_as_it_shows_and_a_name_of_two_lines_is_one(accredit: Command) -> None:
    said = unit(1, facility_name="Sample Imaging_x000D_\nNorth")
    file = write_xlsx(accredit.folder / "cases.xlsx", {"Accreditation": [said]})
    (candidate,) = candidates_of(read_grids(file, LAYOUTS, lambda text: None)[0])
    application = candidate.read().application
    assert isinstance(application, AccreditationApplication)
    assert application.facility is not None
    assert application.facility.name == "Sample Imaging North"


def test_a_strict_workbook_is_called_what_it_is(accredit: Command) -> None:
    file = write_xlsx(accredit.folder / "cases.xlsx", {"Accreditation": [unit(1)]})
    strict(file)
    for command in (["import", "cases.xlsx", "--check"], ["check", "cases.xlsx"]):
        ran = accredit(*command)
        assert ran.code == 2
        assert "found a Strict Open XML workbook, expected an Excel Workbook (.xlsx): save it as one" in ran.err


def strict(file: Path) -> None:
    """Write the parts of a workbook anew, in the names of the strict format."""
    with ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with ZipFile(file, "w") as archive:
        for name, content in parts.items():
            usual = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
            archive.writestr(name, content.replace(usual, b"http://purl.oclc.org/ooxml/spreadsheetml/main"))


def test_two_applications_for_one_unit_are_told_where_their_ids_differ_in_case_alone(accredit: Command) -> None:
    rows = [unit(1), unit(2, facility_id="f-1")]
    write_csv(accredit.folder / "cases.csv", rows)
    ran = accredit("import", "cases.csv", "--check", "--json")
    (refused,) = ran.data["refused"]
    assert [finding["rule"] for finding in refused["findings"]] == ["case.already_open"]
