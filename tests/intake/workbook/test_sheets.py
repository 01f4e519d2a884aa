"""What people do to whole sheets: rows and columns inserted, moved, copied and deleted, sheets missing and added."""

from copy import copy

from intake.applications import read_application
from tests.command import Command, Ran
from tests.intake.workbook.editing import Book, filled, place


def told(ran: Ran) -> list[tuple[str, str]]:
    """Return where something cannot be read and what was found there."""
    assert ran.code == 2, ran.out
    return [(problem["field"], problem["found"]) for problem in ran.data["problems"]]


def unchanged(accredit: Command, book: Book) -> bool:
    book.save()
    return read_application(book.path) == read_application(accredit.folder / book.path.with_suffix(".json").name)


def test_inserted_rows_break_nothing(accredit: Command) -> None:
    book = filled(accredit, "ct-two-units")
    for row in (1, 6, 13, 24):
        book["Facility"].insert_rows(row)
    modality = book["Modality"]
    modality.insert_rows(book.entry("Modality", "areas", "Area id", 3).row, 4)
    assert unchanged(accredit, book)


def test_a_row_inserted_into_a_table_is_read(accredit: Command) -> None:
    book = filled(accredit)
    row = book.entry("Facility", "facility.contacts", "Role", 2).row
    book["Facility"].insert_rows(row)
    for column, value in enumerate(("administrator", "Sample Second", "second@facility.example.org"), 2):
        book["Facility"].cell(row, column, value)
    book.save()
    facility = read_application(book.path).model_dump()["facility"]
    assert [contact["name"] for contact in facility["contacts"]][1] == "Sample Second"
    assert len(facility["contacts"]) == 4


def test_columns_of_a_table_may_stand_in_another_order(accredit: Command) -> None:
    book = filled(accredit)
    kind, module = (book.heading("Modality", "areas", label) for label in ("Kind", "Module"))
    for row in range(kind.row, kind.row + 10):
        first, second = (book["Modality"].cell(row, column.column) for column in (kind, module))
        first.value, second.value = copy(second.value), copy(first.value)
    assert unchanged(accredit, book)


def test_an_unknown_column_is_told_with_its_nearest_name(accredit: Command) -> None:
    book = filled(accredit)
    heading = book.heading("Facility", "facility.contacts", "E-mail")
    extra = book["Facility"].cell(heading.row, heading.column + 1, "Phone")
    book["Facility"].cell(heading.row + 1, heading.column + 1, "703-555-0100")
    heading.value = "Email"
    ran = accredit("check", book.save(), "--json")
    assert told(ran) == [
        (place(heading), 'the unknown column "Email"'),
        (f"Facility!{extra.coordinate}", 'the unknown column "Phone"'),
        (f"Facility!B{heading.row}", "no column E-mail in the table Contacts"),
    ]
    assert ran.data["problems"][0]["expected"] == "E-mail (is that meant?)"
    assert ran.data["problems"][1]["expected"] == "one of Role, Name, E-mail"
    assert len(ran.data["findings"]) == 3, "no contact is said to lack the e-mail that cannot be found"


def test_a_column_that_stands_twice_is_told(accredit: Command) -> None:
    book = filled(accredit)
    heading = book.heading("Modality", "units", "Model")
    again = book["Modality"].cell(heading.row, heading.column + 1, "Model")
    assert told(accredit("check", book.save(), "--json")) == [(f"Modality!{again.coordinate}", "a second column Model")]


def test_what_stands_where_nothing_is_read_is_told(accredit: Command) -> None:
    book = filled(accredit)
    beside = book["Facility"].cell(book.value("Facility", "City").row, 6, "call me")
    end = book["Facility"].max_row
    below = book["Facility"].cell(end + 3, 2, "Sample Late Contact")
    over = book["Facility"].cell(end, 3, "over the end")
    off = book["Modality"].cell(book.entry("Modality", "areas", "Kind", 1).row, 9, 12)
    ran = accredit("check", book.save(), "--json")
    assert told(ran) == [
        (f"Facility!{beside.coordinate}", '"call me"'),
        (f"Facility!{over.coordinate}", '"over the end"'),
        (f"Facility!{below.coordinate}", '"Sample Late Contact"'),
        (f"Modality!{off.coordinate}", "12"),
    ]


def test_a_copied_row_of_a_single_field_is_told(accredit: Command) -> None:
    book = filled(accredit)
    row = book.value("Facility", "City").row
    book["Facility"].insert_rows(row + 1)
    for column in range(1, 5):
        book["Facility"].cell(row + 1, column, book["Facility"].cell(row, column).value)
    assert told(accredit("check", book.save(), "--json")) == [(f"Facility!A{row + 1}", f"a copy of row {row}")]


def test_a_deleted_row_is_missing_with_its_label(accredit: Command) -> None:
    book = filled(accredit)
    book["Facility"].delete_rows(book.value("Facility", "City").row)
    ran = accredit("check", book.save(), "--json")
    assert ran.code == 3
    assert [finding["where"] for finding in ran.data["findings"]] == ["Facility (no row City), facility.address.city"]


def test_a_table_without_its_headings_is_told_and_nothing_follows(accredit: Command) -> None:
    book = filled(accredit)
    heading = book.heading("Modality", "units", "Unit id")
    book["Modality"].delete_rows(heading.row)
    ran = accredit("check", book.save(), "--json")
    assert ("Modality", "no table Units") in told(ran)
    assert not [finding for finding in ran.data["findings"] if finding["rule"] == "application.incomplete"]


def test_a_missing_sheet_is_incomplete_by_name(accredit: Command) -> None:
    for title, where in (
        ("Payment", ["payment"]),
        ("Modality", ["modality", "medium", "units"]),
        ("Facility", ["application_id", "kind", "facility"]),
    ):
        book = filled(accredit)
        del book.workbook[title]
        ran = accredit("check", book.save(), "--json")
        assert ran.code == 3
        assert {finding["rule"] for finding in ran.data["findings"]} == {"application.incomplete"}
        assert [finding["where"] for finding in ran.data["findings"]] == [
            f"{title} (no such sheet), {path}" for path in where
        ]


def test_a_missing_sheet_of_a_designation_is_incomplete_by_name(accredit: Command) -> None:
    for title, count in (("Payment", 1), ("Modality", 12), ("Facility", 8)):
        book = filled(accredit, "dicoe-ohio")
        del book.workbook[title]
        ran = accredit("check", book.save(), "--json")
        wheres = [finding["where"] for finding in ran.data.get("findings", [])]
        assert len([where for where in wheres if where.startswith(f"{title} (no such sheet), ")]) == count
        assert ran.code == 3


def test_a_sheet_that_is_no_part_of_it_is_not_read_and_that_is_said(accredit: Command) -> None:
    book = filled(accredit)
    book.workbook.create_sheet("Notes")["A1"] = "mine"
    book["Payment"].title = "payment "
    ran = accredit("check", book.save())
    assert ran.code == 0
    assert "the sheet Notes is not read" in ran.err
    book["payment "].title = "Money"
    ran = accredit("check", book.save())
    assert ran.code == 3
    assert "the sheet Money is not read; an application has the sheets Facility, Modality, Payment." in ran.err
    assert "Payment (no such sheet), payment" in ran.err


def test_a_hidden_sheet_is_told(accredit: Command) -> None:
    book = filled(accredit)
    book["Payment"].sheet_state = "hidden"
    assert told(accredit("check", book.save(), "--json")) == [("Payment", "a hidden sheet")]


def test_a_workbook_of_somebody_elses_is_answered_with_how_to_begin(accredit: Command) -> None:
    book = filled(accredit)
    for title in book.workbook.sheetnames:
        book[title].delete_cols(1)
    ran = accredit("check", book.save(), "--json")
    assert ran.code == 2
    assert "none of their ids" in ran.data["problems"][0]["found"]
    for title in book.workbook.sheetnames:
        book[title].title = f"{title} 1"
    ran = accredit("check", book.save(), "--json")
    assert ran.data["problems"][0]["found"] == "the sheets Facility 1, Modality 1, Payment 1"
    assert "accredit template" in ran.data["next_step"]


def test_a_program_that_was_changed_by_hand_is_told(accredit: Command) -> None:
    book = filled(accredit)
    cell = book.value("Facility", "Program")
    cell.value = "mammography"
    assert told(accredit("check", book.save(), "--json")) == [(f"{place(cell)}, program", '"mammography"')]
