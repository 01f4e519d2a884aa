"""What people and spreadsheet programs put into cells: each is read, or told with its cell, what was found and what is
expected.
"""

from datetime import date, datetime, time
from typing import Any

import pytest

from intake.applications import read_application
from tests.command import Command
from tests.intake.workbook.editing import Book, filled, place

TEXT = "text: format the cell as text, then type it again"
AMOUNT = "an amount in US dollars"


def problem(accredit: Command, book: Book) -> dict[str, str]:
    """Return the one thing that cannot be read in a workbook."""
    ran = accredit("check", book.save(), "--json")
    assert ran.code == 2, ran.out
    assert "Traceback" not in ran.err
    (found,) = ran.data["problems"]
    assert [finding["where"] for finding in ran.data["findings"]] == [found["field"]], "nothing follows from it"
    assert f"\n{found['field']}: Found {found['found']}, expected {found['expected']}." in ran.err
    return dict(found)


@pytest.mark.parametrize(
    ("value", "number_format", "found", "expected"),
    [
        (417, "General", "the number 417", TEXT),
        (417, "0000", "the number 417 (shown as 0417)", TEXT),
        (4.17, "General", "the number 4.17", TEXT),
        (date(2028, 3, 1), "mmm-d", "the date 2028-03-01", TEXT),
        (datetime.fromisoformat("2028-03-01T09:30"), "yyyy-mm-dd hh:mm", "the date 2028-03-01 09:30:00", TEXT),
        (time(9, 30), "hh:mm", "the time 09:30:00", TEXT),
        (True, "General", "the truth value TRUE", TEXT),
        ("=B2", "General", 'the formula "=B2"', "its result, typed in"),
        ("#N/A", "General", "the error #N/A", "a value"),
        ("OH 0417", "@", '"OH 0417"', "letters, digits, underscores and hyphens only"),
        ("OH\u00a00417", "@", '"OH\u00a00417"', "letters, digits, underscores and hyphens only"),
    ],
)
def test_an_id_that_is_no_text_or_no_id_is_told(
    accredit: Command, value: Any, number_format: str, found: str, expected: str
) -> None:
    book = filled(accredit)
    cell = book.value("Facility", "Facility id")
    cell.value, cell.number_format = value, number_format
    assert problem(accredit, book) == {
        "file": "ct-unit.xlsx",
        "field": f"{place(cell)}, facility.id",
        "found": found,
        "expected": expected,
    }


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (4900.125, "the number 4900.125"),
        (-5, "the number -5"),
        (date(2028, 3, 1), "the date 2028-03-01"),
        (True, "the truth value TRUE"),
        ("=SUM(C6:C8)", 'the formula "=SUM(C6:C8)"'),
        ("$4,900.00", '"$4,900.00"'),
        ("4900.5", '"4900.5"'),
        (10_000_000_000, '"10000000000.00"'),
    ],
)
def test_an_amount_that_is_none_is_told(accredit: Command, value: Any, found: str) -> None:
    book = filled(accredit)
    cell = book.value("Payment", "Amount in US dollars")
    cell.value = value
    told = problem(accredit, book)
    assert told["field"] == f"{place(cell)}, payment.amount"
    assert told["found"] == found
    assert told["expected"].startswith((AMOUNT, "its result"))


@pytest.mark.parametrize(("value", "amount"), [(2500, "2500.00"), (2500.1, "2500.10"), (" 2500 ", "2500")])
def test_a_number_is_an_amount_with_two_decimals(accredit: Command, value: Any, amount: str) -> None:
    book = filled(accredit)
    book.value("Payment", "Amount in US dollars").value = value
    book.save()
    payment = read_application(book.path).payment
    assert payment
    assert payment.amount == amount


@pytest.mark.parametrize("text", ["CT", "ct", "  Ct ", "\u200bCT"])
def test_a_choice_is_read_in_any_case_and_with_stray_spaces(accredit: Command, text: str) -> None:
    book = filled(accredit)
    book.value("Modality", "Modality").value = text
    book.entry("Facility", "facility.contacts", "Role", 1).value = " Supervising_Physician"
    book.entry("Facility", "facility.contacts", "Role", 2).value = "MEDICAL  PHYSICIST\u00a0"
    book.save()
    assert read_application(book.path) == read_application(accredit.folder / "ct-unit.json")


def test_stray_whitespace_around_a_value_is_no_part_of_it(accredit: Command) -> None:
    book = filled(accredit)
    for label in ("Application id", "Facility id", "Facility name", "State", "Country"):
        cell = book.value("Facility", label)
        cell.value = f" \u00a0{cell.value}\t\n "
    cell = book.entry("Facility", "facility.contacts", "E-mail", 1)
    cell.value = f"{cell.value}\u00a0"
    book.value("Payment", "Reference").value = "   SAMPLE-1001"
    book.entry("Facility", "facility.contacts", "Name", 6).value = "   "
    book.save()
    assert read_application(book.path) == read_application(accredit.folder / "ct-unit.json")


def test_what_is_not_in_a_closed_list_is_answered_with_the_list(accredit: Command) -> None:
    book = filled(accredit)
    cell = book.value("Modality", "Medium of the images")
    cell.value = "DVD"
    told = problem(accredit, book)
    assert told["field"] == f"{place(cell)}, medium"
    assert (told["found"], told["expected"]) == ('"DVD"', "one of upload, CD, film")


@pytest.mark.parametrize(
    ("value", "meant"), [("Yes", True), (True, True), ("no", False), (False, False), (None, False)]
)
def test_yes_and_no_are_read_as_text_and_as_truth_values(accredit: Command, value: Any, meant: bool) -> None:
    book = filled(accredit, "dicoe-ohio")
    book.value("Facility", "Agrees to the survey").value = value
    ran = accredit("check", book.save(), "--json")
    rules = [finding["rule"] for finding in ran.data["findings"]]
    assert (ran.code, rules) == ((0, []) if meant else (3, ["eligibility.survey_agreement"]))


def test_perhaps_is_neither_yes_nor_no(accredit: Command) -> None:
    book = filled(accredit, "dicoe-ohio")
    book.value("Facility", "One practice").value = "perhaps"
    ran = accredit("check", book.save(), "--json")
    assert ran.data["problems"][0]["expected"] == "one of yes, no"
    assert {finding["rule"] for finding in ran.data["findings"]} == {"application.unreadable"}


def test_a_registry_that_is_none_is_left_to_the_rules(accredit: Command) -> None:
    book = filled(accredit, "dicoe-ohio")
    cell = book.entry("Modality", "offers", "Registry", 1)
    cell.value = "XYZ"
    ran = accredit("check", book.save(), "--json")
    assert ran.code == 3
    assert {finding["rule"] for finding in ran.data["findings"]} == {
        "eligibility.unknown_registry",
        "eligibility.registries",
    }
    assert {finding["where"] for finding in ran.data["findings"]} == {f"{place(cell)}, locations.0.registries"}


@pytest.mark.parametrize(("merged", "columns"), [("C24:C25", "name"), ("C24:D24", "name and email")])
def test_merged_cells_are_told_once_and_nothing_follows_from_them(accredit: Command, merged: str, columns: str) -> None:
    book = filled(accredit)
    first = book.entry("Facility", "facility.contacts", "Name", 2)
    assert first.coordinate == "C24"
    book["Facility"].merge_cells(merged)
    told = problem(accredit, book)
    assert told["found"] == f"the merged cells {merged}"
    assert told["field"] == "Facility!C24, facility.contacts.1.name"


def test_a_merged_label_hides_no_value(accredit: Command) -> None:
    book = filled(accredit)
    book["Facility"].merge_cells("B1:D1")
    book.save()
    assert read_application(book.path) == read_application(accredit.folder / "ct-unit.json")


def test_hidden_rows_and_columns_that_hold_something_are_told(accredit: Command) -> None:
    book = filled(accredit)
    hidden = book.entry("Facility", "facility.contacts", "Role", 3)
    book["Facility"].row_dimensions[hidden.row].hidden = True
    empty_one = book.entry("Facility", "facility.contacts", "Role", 6)
    book["Facility"].row_dimensions[empty_one.row].hidden = True
    column = book.entry("Modality", "areas", "Patient type", 1)
    book["Modality"].column_dimensions[column.column_letter].hidden = True
    ran = accredit("check", book.save(), "--json")
    assert ran.code == 2
    assert [(told["field"], told["found"]) for told in ran.data["problems"]] == [
        (place(hidden), "a hidden row that is filled in"),
        (place(column), "a hidden column that is filled in"),
    ]


def test_a_text_that_looks_like_a_formula_is_a_text(accredit: Command) -> None:
    book = filled(accredit)
    cell = book.value("Facility", "Facility name")
    cell.value = "=1+1 Imaging"
    cell.data_type = "s"
    book.save()
    application = read_application(book.path)
    assert application.model_dump()["facility"]["name"] == "=1+1 Imaging"
