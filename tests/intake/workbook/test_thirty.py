"""Thirty different mistakes in one workbook are thirty findings, each with its cell; likewise in a designation's."""

from datetime import date

from tests.command import Command
from tests.intake.workbook.editing import Book, filled, place

CONTACTS = "facility.contacts"


def on_the_facility_sheet(book: Book) -> dict[str, str]:
    """Make mistakes and return a word of what is told about each, by its cell."""
    sheet, made = book["Facility"], {}

    def wrong(label: str, value: object, word: str) -> None:
        cell = book.value("Facility", label)
        cell.value = value  # type: ignore[assignment]
        made[place(cell)] = word

    def wrong_contact(column: str, number: int, value: object, word: str) -> None:
        cell = book.entry("Facility", CONTACTS, column, number)
        cell.value = value  # type: ignore[assignment]
        made[place(cell)] = word

    wrong("Application id", None, "needs an id")
    wrong("Kind of application", "first", "one of initial, renewal")
    wrong("Facility id", 417, "the number 417")
    wrong("Facility name", "=A1", "the formula")
    wrong("Street", date(2028, 3, 1), "the date 2028-03-01")
    wrong("City", "   ", "no city")
    wrong("State", None, "no state")
    wrong("Postal code", 4401, "the number 4401")
    wrong("Country", "#REF!", "the error #REF!")
    wrong_contact("Role", 1, "boss", "one of supervising physician")
    wrong_contact("Name", 1, None, "no name")
    wrong_contact("E-mail", 2, "nobody", "an e-mail address")
    wrong_contact("E-mail", 3, None, "no email")
    book.entry("Facility", CONTACTS, "Role", 4).value = "administrator"
    wrong_contact("E-mail", 4, "a@example.org, b@example.org", "an e-mail address")
    wrong_contact("Name", 4, True, "the truth value TRUE")
    stray = sheet.cell(book.value("Facility", "City").row, 7, "or Columbus?")
    email = book.heading("Facility", CONTACTS, "E-mail")
    phone = sheet.cell(email.row, email.column + 1, "Phone")
    made[f"Facility!{stray.coordinate}"] = "or Columbus?"
    return made | {f"Facility!{phone.coordinate}": "the unknown column"}


def on_the_modality_sheet(book: Book) -> dict[str, str]:
    """Make mistakes and return a word of what is told about each, by its cell."""
    made = {}

    def put(table: str, column: str, number: int, value: object, word: str = "") -> None:
        cell = book.entry("Modality", table, column, number)
        cell.value = value  # type: ignore[assignment]
        if word:
            made[place(cell)] = word

    modality = book.value("Modality", "Modality")
    modality.value = "X-ray"
    medium = book.value("Modality", "Medium of the images")
    medium.value = None
    made |= {place(modality): "one of CT, MRI", place(medium): "upload, cd or film"}
    put("units", "Unit id", 2, "CT-1", "CT-1 again")
    put("units", "Unit id", 3, "CT 3", "letters, digits, underscores and hyphens only")
    put("units", "Model", 3, 64, "the number 64")
    put("areas", "Unit id", 1, None, "does not say which unit")
    put("areas", "Area id", 3, "head-neck-adult", "head-neck-adult again")
    put("areas", "Kind", 4, "phantoms", "one of clinical, phantom")
    put("areas", "Unit id", 5, "CT 3")
    put("areas", "Area id", 5, "chest")
    put("areas", "Kind", 5, "clinical")
    put("areas", "Patient type", 5, 18, "the number 18")
    put("areas", "Unit id", 6, "CT-4", "the id of a unit that is listed")
    return made


def on_the_payment_sheet(book: Book) -> dict[str, str]:
    """Make mistakes and return a word of what is told about each, by its cell."""
    made = {}
    for label, value, word in (
        ("Amount in US dollars", "$2,500", "an amount in US dollars"),
        ("Method", 5, "the number 5"),
        ("Reference", "=NOW()", "the formula"),
    ):
        cell = book.value("Payment", label)
        cell.value = value
        made[place(cell)] = word
    return made


def test_thirty_mistakes_are_thirty_findings_with_their_cells(accredit: Command) -> None:
    book = filled(accredit)
    made = on_the_facility_sheet(book) | on_the_modality_sheet(book) | on_the_payment_sheet(book)
    ran = accredit("check", book.save(), "--json")
    told = {finding["where"].partition(",")[0]: finding for finding in ran.data["findings"]}
    assert len(made) == 30
    assert set(told) == set(made)
    assert len(ran.data["findings"]) == 30
    assert [cell for cell, word in made.items() if word not in told[cell]["reason"]] == []
    assert ran.code == 2
    for cell in made:
        assert ran.err.count(f"{cell},") + ran.err.count(f"{cell}:") == 1
    assert "Traceback" not in ran.err


def test_quote_and_start_tell_the_same(accredit: Command) -> None:
    book = filled(accredit)
    on_the_facility_sheet(book)
    book.save()
    told = accredit("check", book.name, "--json")
    for command in ("quote", "start"):
        ran = accredit(command, book.name, "--json")
        assert (ran.code, ran.data) == (told.code, told.data)


def test_mistakes_in_a_designation_are_findings_with_their_cells(accredit: Command) -> None:
    book = filled(accredit, "dicoe-three-locations")
    made = {}

    def wrong(title: str, table: str, column: str, number: int, value: object, word: str) -> None:
        cell = book.entry(title, table, column, number)
        cell.value = value  # type: ignore[assignment]
        made[place(cell)] = word

    wrong("Facility", "locations", "Consulting radiologist", 1, None, "names no radiologist")
    wrong("Facility", "locations", "City", 2, None, "no city")
    wrong("Facility", "locations", "Postal code", 3, 43001, "the number 43001")
    wrong("Modality", "offers", "Service", 1, "CTs", "one of CT, MRI")
    wrong("Modality", "offers", "Pledge", 1, None, "not pledged to image gently")
    wrong("Modality", "offers", "Location id", 6, "OH-9999", "the id of a location that is listed")
    wrong("Modality", "offers", "Accredited in", 7, "X-ray", "one of CT, MRI")
    amount = book.value("Payment", "Amount in US dollars")
    amount.value = 1
    made[place(amount)] = "the fee is 5000.00 USD"
    ran = accredit("check", book.save(), "--json")
    told = {finding["where"].partition(",")[0]: finding["reason"] for finding in ran.data["findings"]}
    assert ran.code == 2
    assert [cell for cell, word in made.items() if word not in told.get(cell, "")] == []
