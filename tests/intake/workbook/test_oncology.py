"""A radiation oncology practice applies by the workbook that is made for it, by an import, or online."""

import pytest

from intake.applications import read_application
from intake.batch.applications import candidates_of
from intake.batch.columns import LAYOUTS
from intake.batch.grid import read_grids
from intake.workbook.filling import filling_of
from intake.workbook.forms import PLANS
from intake.workbook.typed import submission_of
from policy.application import AccreditationApplication
from tests.applications import sample
from tests.command import Command
from tests.intake.batch.sheets import site, write_csv, write_xlsx
from tests.intake.workbook.editing import empty, filled, place

NAME, PLAN = "radiation-oncology", PLANS["radiation_oncology"]


def test_an_empty_workbook_asks_for_sites_and_for_nothing_that_is_about_images(accredit: Command) -> None:
    book = empty(accredit, PLAN.name)
    texts = [str(cell.value) for sheet in book.workbook for row in sheet.iter_rows() for cell in row if cell.value]
    assert {"Site id *", "What it is", "Practice id *"} <= set(texts)
    assert not {"Medium of the images *", "Modality *", "Unit id *", "Patient type"} & set(texts)
    assert "Re-application after a denial" in texts
    ran = accredit("check", book.name, "--json")
    assert ran.code == 3
    wheres = [finding["where"] for finding in ran.data["findings"]]
    assert {"Modality!B8, units.0.areas", "Facility!C11, facility.id", "Payment!C6, payment.amount"} <= set(wheres)
    assert not [where for where in wheres if "modality" in where or "medium" in where]


def test_what_is_wrong_is_told_beside_its_cell(accredit: Command) -> None:
    book = filled(accredit, NAME)
    again = book.entry("Modality", "sites", "Site id", 2)
    again.value = "main"
    nameless = book.entry("Modality", "sites", "What it is", 3)
    nameless.value = "satellite"
    city = book.value("Facility", "City")
    city.value = None
    ran = accredit("check", book.save(), "--json")
    assert ran.code == 2, "an id that stands twice cannot be read"
    wheres = {finding["where"] for finding in ran.data["findings"]}
    site_3 = book.entry("Modality", "sites", "Site id", 3)
    assert wheres == {
        f"{place(again)}, units.0.areas.1.id",
        f"{place(site_3)}, units.0.areas.2.id",
        f"{place(city)}, facility.address.city",
    }


def test_a_sheet_that_is_missing_is_told_once(accredit: Command) -> None:
    book = filled(accredit, NAME)
    del book.workbook["Modality"]
    ran = accredit("check", book.save(), "--json")
    assert [finding["where"] for finding in ran.data["findings"]] == ["Modality (no such sheet), units.0.areas"]


def test_a_table_without_its_headings_is_told_once(accredit: Command) -> None:
    book = filled(accredit, NAME)
    book["Modality"].cell(book.heading("Modality", "sites", "Site id").row, 1).value = "note"
    ran = accredit("check", book.save(), "--json")
    assert "no table Sites" in str(ran.data["findings"])
    assert "application.incomplete" not in {finding["rule"] for finding in ran.data["findings"]}


def test_the_quote_of_the_workbook_is_that_of_the_json_file(accredit: Command) -> None:
    book = filled(accredit, NAME)
    assert accredit("quote", book.name, "--json").out == accredit("quote", f"{NAME}.json", "--json").out


def test_a_form_that_was_typed_is_the_same_application(accredit: Command) -> None:
    source = accredit.folder / accredit.file("a.json", sample(NAME))
    application = read_application(source)
    submission = submission_of(PLAN, filling_of(PLAN, application, "a.json"))
    assert submission.application == application
    assert submission.places["units.0.areas.1.id"] == "sites.1.id"


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_an_import_has_a_row_for_each_site(accredit: Command, suffix: str) -> None:
    rows = [site(1, "MAIN"), site(1, "SAT-1", module="satellite"), site(2, "MAIN")]
    path = accredit.folder / f"cases{suffix}"
    if suffix == ".csv":
        write_csv(path, rows)
    else:
        write_xlsx(path, {"Oncology": rows})
    ran = accredit("import", path.name, "--check", "--json")
    assert ran.code == 0, ran.out
    assert (ran.data["rows"], ran.data["applications"], ran.data["refused"]) == (3, 2, [])
    first, _ = candidates_of(read_grids(path, LAYOUTS, lambda text: None)[0])
    application = first.read().application
    assert isinstance(application, AccreditationApplication)
    told = application.model_dump(mode="json", exclude_none=True)
    assert told["modality"] == "radiation_oncology"
    sites = [{"id": "MAIN", "module": "main site"}, {"id": "SAT-1", "module": "satellite"}]
    assert told["units"] == [{"id": "site", "areas": sites}]


def test_a_row_that_is_wrong_is_told_with_its_column_and_can_be_mended(accredit: Command) -> None:
    rows = [site(1, "MAIN"), site(1, "main"), site(2, "MAIN", city="")]
    write_csv(accredit.folder / "cases.csv", rows)
    ran = accredit("import", "cases.csv", "--check", "--json")
    assert ran.code == 3
    told = str(ran.data["refused"])
    assert "'column': 'site_id'" in told
    assert "'column': 'city'" in told
    assert {row for one in ran.data["refused"] for row in one["rows"]} == {2, 3, 4}


def test_two_applications_of_one_practice_are_told(accredit: Command) -> None:
    write_csv(accredit.folder / "cases.csv", [site(1, "MAIN"), site(1, "SAT", application_id="OTHER")])
    ran = accredit("import", "cases.csv", "--check", "--json")
    assert "case.already_open" in str(ran.data["refused"])
