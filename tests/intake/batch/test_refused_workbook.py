"""What is refused of a workbook comes back as one, is mended there, and goes in as it is."""

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell

from intake.batch.columns import REMARKS
from tests.command import Command
from tests.intake.batch.sheets import location, message, unit, write_xlsx
from tests.office_terminal import OfficeTerminal

MARKED = "00FFE2B8"


@pytest.fixture
def accredit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    return Command(monkeypatch, capsys, tmp_path)


def rows_of(file: Path, sheet: str) -> list[dict[str, Cell]]:
    """Return the rows of a sheet by their headings, as any other program reads them."""
    head, *rows = load_workbook(file)[sheet].iter_rows()
    names = [str(cell.value) for cell in head]
    return [dict(zip(names, row, strict=True)) for row in rows]  # type: ignore[arg-type]


def mend(file: Path, sheet: str, row: int, **cells: str) -> None:
    """Type something into cells of a row, the first one below the headings is 2."""
    workbook = load_workbook(file)
    columns = {str(cell.value): cell.column for cell in workbook[sheet][1]}
    for heading, text in cells.items():
        workbook[sheet].cell(row, columns[heading] or 0).value = text
    workbook.save(file)


def test_its_cells_stand_as_they_were_those_in_question_marked_and_the_reasons_behind_them(accredit: Command) -> None:
    sheets = {
        "Units": [unit(1), unit(2, medium="tape", city=""), unit(3)],
        "Practices": [location(1, pledges="Image Gently"), location(2)],
    }
    write_xlsx(accredit.folder / "all.xlsx", sheets)
    ran = accredit("import", "all.xlsx", "--check", "--json")
    assert [Path(name).name for name in ran.data["refused_files"]] == ["all.refused.xlsx"]
    (row,) = rows_of(accredit.folder / "all.refused.xlsx", "Units")
    assert tuple(row) == (*unit(2), *REMARKS)
    assert {name: cell.value or "" for name, cell in row.items() if name not in REMARKS} == sheets["Units"][1]
    assert [name for name, cell in row.items() if cell.fill.fgColor.rgb == MARKED] == ["city", "medium"]
    assert row["medium"].comment is not None
    assert "tape" in row["medium"].comment.text
    assert "medium: " in str(row["reason"].value)
    together = [str(one["reason"].value) for one in rows_of(accredit.folder / "all.refused.xlsx", "Practices")]
    assert "pledges: " in together[0]
    assert "go in together" in together[1]


def test_what_is_refused_again_says_the_same_and_its_texts_stay_what_they_are(accredit: Command) -> None:
    texts = {"model": "=SUM(1)", "manufacturer": "_x0041_ Imaging", "postal_code": "04301", "facility_name": "1/2"}
    file = write_xlsx(accredit.folder / "cases.xlsx", {"Units": [unit(1, medium="", **texts)]})
    workbook = load_workbook(file)
    for cell in workbook["Units"][2]:
        if cell.value == texts["model"]:
            cell.data_type = "s"
        if cell.value == texts["manufacturer"]:
            cell.value = "_x005F_x0041_ Imaging"  # as a spreadsheet program writes it
    workbook["Units"].cell(2, list(unit(1)).index("opened_at") + 1).value = date(2026, 3, 2)
    workbook.save(file)
    first = accredit("import", "cases.xlsx", "--check", "--json")
    again = accredit("import", "cases.refused.xlsx", "--check", "--json")
    assert [one["findings"] for one in again.data["refused"]] == [one["findings"] for one in first.data["refused"]]
    kept, *_ = rows_of(accredit.folder / "cases.refused.xlsx", "Units")
    repeated, *_ = rows_of(accredit.folder / "cases.refused.refused.xlsx", "Units")
    assert {name: cell.value for name, cell in repeated.items()} == {name: cell.value for name, cell in kept.items()}
    assert kept["opened_at"].value == "2026-03-02"
    assert (kept["model"].value, kept["model"].data_type, kept["postal_code"].value) == ("=SUM(1)", "s", "04301")


def test_a_formula_of_a_refused_row_stays_one_and_is_refused_until_its_result_stands_there(accredit: Command) -> None:
    write_xlsx(accredit.folder / "cases.xlsx", {"Units": [unit(1), unit(2, model="=CONCAT(B2)")]})
    assert accredit("import", "cases.xlsx", "--check").code == 3
    refused = accredit.folder / "cases.refused.xlsx"
    (row,) = rows_of(refused, "Units")
    assert (row["model"].data_type, row["model"].value) == ("f", "=CONCAT(B2)")
    assert row["reason"].value == 'model: Found the formula "=CONCAT(B2)", expected its result, typed in.'
    assert accredit("import", refused.name, "--check").code == 3
    mend(refused, "Units", 2, model="CT 64")
    assert accredit("import", refused.name, "--check").code == 0


def test_a_large_workbook_of_refused_rows_is_one_that_can_be_read(accredit: Command) -> None:
    rows = [unit(number, medium="", model="") for number in range(1_500)]
    write_xlsx(accredit.folder / "large.xlsx", {"Units": rows})
    assert accredit("import", "large.xlsx", "--check").code == 3
    again = accredit("import", "large.refused.xlsx", "--check", "--json")
    assert again.code == 3
    assert len(again.data["refused"]) == 1_500


@pytest.mark.server
async def test_refused_mended_and_given_again_all_is_in_and_nothing_twice(terminal: OfficeTerminal) -> None:
    name, folder = f"R{uuid4().hex[:8]}", terminal.office.folder
    rows = [unit(n, application_id=f"{name}-{n}", facility_id=f"{name}-{n}") for n in range(3)]
    case = f"accreditation.{name}-1.ct.CT-1.1"
    told = [message(case, "note", "2026-03-03", "text=It came by fax.")]
    rows[1] |= {"opened_at": "2026-03-02", "medium": "tape"}
    write_xlsx(folder / "cases.xlsx", {"Units": rows, "Messages": told})
    first = await terminal("import", str(folder / "cases.xlsx"), "--json")
    assert (first.code, first.data["started"], first.data["sent"]) == (3, 2, 0)
    (refused,) = first.data["refused_files"]

    mend(Path(refused), "Units", 2, medium="upload")
    second = await terminal("import", refused, "--json")
    assert second.code == 0, second.out
    assert (second.code, second.data["started"], second.data["sent"]) == (0, 1, 1), second.out
    assert [one["case"] for one in second.data["cases"]] == [case]
    again = await terminal("import", refused, "--json")
    assert (again.data["started"], again.data["started_before"], again.data["sent_before"]) == (0, 1, 1)
    timeline = await terminal.office.client.get_workflow_handle(case).query("timeline")
    assert sum("It came by fax." in str(entry) for entry in timeline) == 1, timeline
