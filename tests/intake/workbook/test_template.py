"""`accredit template`: which file it writes, and which it refuses to write."""

import pytest

from tests.applications import sample
from tests.command import Command
from tests.intake.workbook.editing import empty, filled, plain


@pytest.mark.parametrize("program", ["accreditation", "radiation_oncology", "dicoe"])
def test_a_template_has_the_three_sheets_and_says_what_comes_next(accredit: Command, program: str) -> None:
    ran = accredit("template", program, "-o", "new.xlsx")
    assert ran.code == 0
    assert "accredit check new.xlsx" in ran.out
    (accredit.folder / "new.xlsx").rename(accredit.folder / f"{program}.xlsx")
    assert empty(accredit, program).workbook.sheetnames == ["Facility", "Modality", "Payment"]


def test_a_script_is_told_file_program_and_edition(accredit: Command) -> None:
    ran = accredit("template", "dicoe", "-o", "new.xlsx", "--json")
    assert ran.data == {"file": "new.xlsx", "program": "dicoe", "edition": "2021-01-01"}


@pytest.mark.parametrize(
    ("output", "found"),
    [
        ("-", "-, the standard output"),
        ("application.json", "application.json"),
        ("nowhere/new.xlsx", "nowhere/new.xlsx, in no folder"),
        ("folder.xlsx", "folder.xlsx, a folder"),
        ("there.xlsx", "there.xlsx, which is there already"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_done(
    accredit: Command, output: str, found: str
) -> None:
    (accredit.folder / "folder.xlsx").mkdir()
    there = accredit.folder / accredit.file("there.xlsx", "precious")
    ran = accredit("template", "accreditation", "-o", output, "--json")
    assert ran.code == 2
    assert ran.data["problems"][0]["found"].startswith(found)
    assert there.read_text() == "precious"
    assert sorted(path.name for path in accredit.folder.iterdir()) == ["folder.xlsx", "there.xlsx"]


def test_force_writes_over_a_file_and_leaves_nothing_else(accredit: Command) -> None:
    accredit.file("there.xlsx", "precious")
    assert accredit("template", "accreditation", "-o", "there.xlsx", "--force").code == 0
    assert accredit("check", "there.xlsx").code == 3
    assert [path.name for path in accredit.folder.iterdir()] == ["there.xlsx"]


def test_a_program_that_is_none_is_answered_with_those_that_are(accredit: Command) -> None:
    ran = accredit("template", "mammography", "-o", "new.xlsx")
    assert ran.code == 2
    assert "'accreditation', 'radiation_oncology', 'dicoe'" in ran.err


def test_an_application_of_the_other_program_fills_no_template(accredit: Command) -> None:
    ran = accredit("template", "dicoe", "--from", accredit.file("a.json", sample()), "-o", "new.xlsx", "--json")
    assert ran.code == 2
    assert ran.data["problems"][0] | {"file": "a.json", "field": "program"} == ran.data["problems"][0]
    assert not (accredit.folder / "new.xlsx").exists()


def test_an_application_of_another_modality_fills_no_workbook_of_radiation_oncology(accredit: Command) -> None:
    source = accredit.file("a.json", sample())
    ran = accredit("template", "radiation_oncology", "--from", source, "-o", "new.xlsx", "--json")
    assert ran.code == 2
    assert [(one["field"], one["expected"]) for one in ran.data["problems"]] == [("modality", "radiation_oncology")]


def test_a_workbook_can_be_moved_into_a_new_one(accredit: Command) -> None:
    old = filled(accredit)
    assert accredit("template", "accreditation", "--from", old.name, "-o", "new.xlsx").code == 0
    assert accredit("check", "new.xlsx", "--json").out == accredit("check", "ct-unit.json", "--json").out


def test_an_application_that_cannot_be_read_fills_nothing(accredit: Command) -> None:
    source = accredit.file("a.json", sample() | {"modality": "xray"})
    ran = accredit("template", "accreditation", "--from", source, "-o", "new.xlsx")
    assert ran.code == 2
    assert 'modality: found "xray"' in ran.err
    assert not (accredit.folder / "new.xlsx").exists()


def payment_page(accredit: Command, name: str) -> list[list[str]]:
    sheet = filled(accredit, name)["Payment"]
    return [[str(value) for value in row[1:] if value is not None] for row in sheet.iter_rows(values_only=True)]


def test_the_payment_page_shows_the_offices_fees_and_those_of_the_application(accredit: Command) -> None:
    lines = payment_page(accredit, "ct-two-units")
    assert ["CT", "2500", "2400", "1100", "2500"] in lines
    assert ["ultrasound", "1500", "1500", "700", "1500"] in lines, "an additional unit costs what the first one does"
    assert ["SAMPLE AMOUNTS: no office charges these fees."] in lines
    assert lines[-1] == ["Total", "4900"]
    assert ["mammography", "1800", "1700", "800", "1800"] in lines, "an edition of its own covers it"
    assert not [line for line in lines if line[:1] == ["radiation oncology"]], "it is no part of the workbook"


def test_the_payment_page_of_a_designation_shows_the_tiers(accredit: Command) -> None:
    lines = payment_page(accredit, "dicoe-fifteen-locations")
    begin = lines.index(["Locations in one state", "Fee"])
    assert [line[-1] for line in lines[begin + 1 : begin + 6]] == ["5000", "2000", "1000", "1000", "300"]
    assert lines[-1] == ["Total", "8000"]


def test_a_fee_that_is_not_set_is_shown_as_such(accredit: Command) -> None:
    accredit.file("office.toml", '[fees.accreditation.ct]\napplication = "2900.00"\n')
    lines = [
        [plain(value) for value in row[1:] if value is not None]
        for row in empty(accredit)["Payment"].iter_rows(values_only=True)
    ]
    assert ["CT", "2900", "2900", "not set", "not set"] in lines
    assert ["SAMPLE AMOUNTS: no office charges these fees."] not in lines


def test_quote_and_check_say_of_a_workbook_what_they_say_of_the_file(accredit: Command) -> None:
    for name in ("ct-two-units", "mri-cd", "dicoe-abroad", "dicoe-fifteen-locations"):
        book = filled(accredit, name)
        for command in ("check", "quote"):
            told, expected = accredit(command, book.name, "--json"), accredit(command, f"{name}.json", "--json")
            assert (told.code, told.out) == (expected.code, expected.out)
            assert told.code == 0
