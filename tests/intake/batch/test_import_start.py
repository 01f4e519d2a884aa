"""`accredit import` on a real server: what goes in, what is refused, and the same file again."""

import asyncio
import shutil
from pathlib import Path
from uuid import uuid4

import pytest
from openpyxl import load_workbook
from temporalio.service import RPCError

from intake.batch.starting import AT_ONCE_BEGIN
from records.words import STARTING
from services.settings import SAMPLES
from tests.intake.batch.sheets import columns, location, read_csv, unit, write_csv, write_xlsx
from tests.office_terminal import OfficeTerminal
from tests.services.test_opening import until_listed

pytestmark = pytest.mark.server

WRONG = [
    ({"medium": ""}, "medium", "application.incomplete"),
    ({"modality": "CTX"}, "modality", "application.unreadable"),
    ({"street": ""}, "street", "application.incomplete"),
    ({"unit_id": "CT 1"}, "unit_id", "application.unreadable"),
    ({"supervising_physician_email": "nobody"}, "supervising_physician_email", "application.unreadable"),
    ({"opened_at": "yesterday"}, "opened_at", "application.unreadable"),
    ({"opened_at": "2001-01-01"}, "opened_at", "edition.not_in_force"),
    ({"city": ""}, "city", "application.incomplete"),
    ({"clinical_areas": ""}, "clinical_areas", "application.incomplete"),
    ({"payment_amount": "25,00"}, "payment_amount", "application.unreadable"),
]
"""What is wrong with every tenth row: the cells, the column and the rule that are told."""


def fresh(number: int, office: str, **changes: str) -> dict[str, str]:
    """Return a row for a facility that no other test has."""
    return unit(number, application_id=f"{office}-{number}", facility_id=f"{office}-{number}", **changes)


async def test_of_three_hundred_rows_every_tenth_is_wrong_and_each_is_told_with_its_finding(
    at_night: OfficeTerminal,
) -> None:
    name = f"A{uuid4().hex[:8]}"
    wrong = {10 * place: WRONG[(place - 1) % len(WRONG)] for place in range(1, 31)}
    rows = [fresh(number, name, **(wrong[number][0] if number in wrong else {})) for number in range(1, 301)]
    file = write_csv(at_night.office.folder / "three-hundred.csv", rows)

    ran = await at_night("import", str(file), "--json")

    assert ran.code == 3
    told = ran.data
    assert (told["rows"], told["applications"], told["started"], told["started_before"]) == (300, 300, 270, 0)
    found = {each["rows"][0] - 1: each["findings"] for each in told["refused"]}  # the headings are row 1
    assert {number: [(f["column"], f["rule"]) for f in findings] for number, findings in found.items()} == {
        number: [(column, rule)] for number, (_, column, rule) in wrong.items()
    }
    refused = read_csv(Path(told["refused_files"][0]))
    assert columns(refused, "application_id", "rule") == [(f"{name}-{n}", wrong[n][2]) for n in sorted(wrong)]
    assert "300 of 300" not in ran.err
    assert "Starting applications: 270 of 270" in ran.err
    case = f"accreditation.{name}-299.ct.CT-1.1"
    assert at_night.office.row(case).facility_id == f"{name}-299"


async def test_the_same_file_again_starts_nothing_and_a_mended_one_only_what_was_mended(
    terminal: OfficeTerminal,
) -> None:
    name = f"B{uuid4().hex[:8]}"
    file = write_csv(terminal.office.folder / "cases.csv", [fresh(1, name), fresh(2, name, city=""), fresh(3, name)])
    first = await terminal("import", str(file), "--json")
    assert (first.code, first.data["started"], first.data["started_before"]) == (3, 2, 0)

    again = await terminal("import", str(file), "--json")
    assert (again.code, again.data["started"], again.data["started_before"]) == (3, 0, 2)
    assert [case["case"] for case in again.data["cases"]] == [case["case"] for case in first.data["cases"]]

    rows = read_csv(terminal.office.folder / "cases.refused.csv")
    assert [row["instead"] for row in rows] == ["Fill in what is missing and hand the application in again."]
    mended = write_csv(terminal.office.folder / "mended.csv", [rows[0] | {"city": "Sampleton"}])
    went_in = await terminal("import", str(mended))
    assert went_in.code == 0
    assert "1 case(s) started, 0 had been started before." in went_in.out


async def test_rows_of_one_application_are_one_application_with_the_cases_of_its_units(
    terminal: OfficeTerminal,
) -> None:
    name = f"C{uuid4().hex[:8]}"
    second = {"unit_id": "CT-2", "facility_name": "", "street": "", "kind": "", "modality": "", "medium": ""}
    rows = [fresh(1, name), fresh(1, name, **second)]
    ran = await terminal("import", str(write_xlsx(terminal.office.folder / "units.xlsx", {"Units": rows})), "--json")
    assert ran.code == 0
    cases = [f"accreditation.{name}-1.ct.CT-1.1", f"accreditation.{name}-1.ct.CT-2.1"]
    assert [case["case"] for case in ran.data["cases"]] == cases
    told = await terminal.office.until(cases[1], "an invoice", lambda told: told["invoices"])
    assert told["stage"] == "application"
    assert terminal.office.row(cases[1]).position == 2


async def test_one_workbook_holds_units_and_practices(terminal: OfficeTerminal) -> None:
    name = f"D{uuid4().hex[:8]}"
    practice = {"application_id": name, "practice_id": name}
    sheets = {"Units": [fresh(1, name)], "Practices": [location(1, **practice), location(2, **practice)]}
    ran = await terminal("import", str(write_xlsx(terminal.office.folder / "all.xlsx", sheets)), "--json")
    assert ran.code == 0, ran.out
    assert [case["case"] for case in ran.data["cases"]] == [f"accreditation.{name}-1.ct.CT-1.1", f"dicoe.{name}.OH.1"]


async def test_a_row_with_a_past_day_is_adopted_as_of_that_day(terminal: OfficeTerminal) -> None:
    name = f"E{uuid4().hex[:8]}"
    file = write_csv(terminal.office.folder / "adopted.csv", [fresh(1, name, opened_at="2026-03-02")])
    ran = await terminal("import", str(file), "--json")
    assert ran.code == 0
    assert ran.data["cases"][0]["opened_at"] == "2026-03-02T14:00:00+00:00"
    told = await terminal.office.until(f"accreditation.{name}-1.ct.CT-1.1", "an invoice", lambda told: told["invoices"])
    assert told["opened_at"] == "2026-03-02T14:00:00+00:00"


async def test_a_case_whose_turn_has_not_come_begins_with_the_first_message_to_it(terminal: OfficeTerminal) -> None:
    name = f"P{uuid4().hex[:8]}"
    rows = [fresh(number, name) for number in range(AT_ONCE_BEGIN + 1)]
    file = write_csv(terminal.office.folder / "turns.csv", rows)
    ran = await terminal("import", str(file), "--json", "--pace", "0.001")
    assert (ran.code, ran.data["started"]) == (0, len(rows))
    last = ran.data["cases"][-1]["case"]
    assert terminal.office.row(last).stage == STARTING, "its turn comes in a quarter of an hour"
    assert (await terminal("send", last, "note", "text=It is asked for already.")).code == 0
    await terminal.office.until(last, "an invoice", lambda told: told["invoices"])


async def test_a_strangers_case_under_the_id_of_a_row_is_in_the_way_of_it(terminal: OfficeTerminal) -> None:
    """It is a case to the server by its id alone: whoever starts it need not say what it is about."""
    name = f"S{uuid4().hex[:8]}"
    theirs, client = f"accreditation.{name}-1.ct.CT-1.1", terminal.office.client
    await client.start_workflow("Anything", id=theirs, task_queue="nobody")
    await until_listed(client, theirs.removesuffix(".1"), {1: True})
    file = write_csv(terminal.office.folder / "strange.csv", [fresh(1, name), fresh(2, name)])
    ran = await terminal("import", str(file))
    assert ran.code == 3
    assert f"case.already_open: Case {theirs}" in ran.out
    assert "1 case(s) started" in ran.out


async def test_a_unit_with_an_open_case_of_another_application_is_refused_in_its_row(terminal: OfficeTerminal) -> None:
    name = f"G{uuid4().hex[:8]}"
    first = write_csv(terminal.office.folder / "first.csv", [fresh(1, name, unit_id="CT-2")])
    assert (await terminal("import", str(first))).code == 0
    other = [fresh(1, name) | {"application_id": "OTHER"}, fresh(1, name, unit_id="CT-2") | {"application_id": "OTHER"}]
    ran = await terminal("import", str(write_csv(terminal.office.folder / "other.csv", [*other, fresh(2, name)])))
    assert ran.code == 3
    assert f"row 3, unit_id: case.already_open: Case accreditation.{name}-1.ct.CT-2.1 of the same unit" in ran.out
    assert "1 case(s) started" in ran.out
    refused = read_csv(terminal.office.folder / "other.refused.csv")
    assert columns(refused, "unit_id", "rule") == [("CT-1", "application.together"), ("CT-2", "case.already_open")]
    assert "amend_application" in refused[1]["instead"]


async def test_only_checking_starts_nothing(terminal: OfficeTerminal) -> None:
    name = f"H{uuid4().hex[:8]}"
    ran = await terminal("import", str(write_csv(terminal.office.folder / "check.csv", [fresh(1, name)])), "--check")
    assert ran.code == 0
    assert "Only checked: nothing was started and nothing sent." in ran.out
    with pytest.raises(RPCError):
        await terminal.office.client.get_workflow_handle(f"accreditation.{name}-1.ct.CT-1.1").describe()


async def test_a_template_that_is_filled_in_can_be_imported(terminal: OfficeTerminal) -> None:
    name = f"I{uuid4().hex[:8]}"
    target = terminal.office.folder / "template.xlsx"
    assert (await terminal("import", "--template", str(target))).code == 0
    await asyncio.to_thread(_fill_in, target, fresh(1, name))
    ran = await terminal("import", str(target), "--json")
    assert (ran.code, ran.data["started"]) == (0, 1), ran.out


async def test_the_shipped_samples_go_in_with_the_past_of_their_designation(terminal: OfficeTerminal) -> None:
    for sample in SAMPLES.glob("import-*.csv"):
        shutil.copy(sample, terminal.office.folder)
    units = await terminal("import", "import-units.csv", "--json")
    assert (units.code, units.data["started"]) == (0, 4), units.out
    practices = await terminal("import", "import-practices.csv", "--messages", "import-past.csv", "--json")
    assert (practices.code, practices.data["started"], practices.data["sent"]) == (0, 1, 5), practices.out
    assert (await terminal.office.status("dicoe.SAMPLE-NINE.OH.1"))["stage"] == "designated"


def _fill_in(target: Path, row: dict[str, str]) -> None:
    workbook = load_workbook(target)
    sheet = workbook["Accreditation"]
    for cells in sheet.iter_cols(1, sheet.max_column, 1, 2):
        cells[1].value = row.get(str(cells[0].value))
    workbook.save(target)
