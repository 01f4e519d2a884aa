"""`accredit invoices --number`: one invoice with everything that happened to it."""

import pytest

from records.books import Books
from records.tables import Invoice
from services.errors import ExitCode
from tests.command import Command
from tests.records.rows import CASE
from tests.starter.office.accounts import accredit as accredit
from tests.starter.office.accounts import office_books as office_books


def test_an_invoice_is_a_little_account(accredit: Command) -> None:
    out = accredit("invoices", "--number", "2027-000001").out
    for line in (
        f"Invoice 2027-000001: application, {CASE}",
        "State: paid; issued 3 June 2027, due 3 July 2027",
        "From: Sample Office, 1 Office Way",
        "To: Sample Imaging Center, 1 Example Way, attention A. Sample",
        "Nothing is open; $150.00 was paid too much.",
    ):
        assert line in out.splitlines()
    rows = [line.split() for line in out.splitlines()]
    assert ["CT", "accreditation:", "application", "fee", "1", "$1,000.00", "$1,000.00"] in rows
    undone = ["2027-07-04", "Payment", "of", "2027-000001", "undone:", "entered", "twice", "$600.00", "$100.00"]
    assert undone in rows


def test_payments_that_stand_are_told_with_the_id_by_which_they_are_undone(accredit: Command) -> None:
    out = accredit("invoices", "--number", "2027-000001").out
    assert "The payment of 2027-06-03 over $900.00 has the id p-2." in out
    assert "has the id p-1" not in out


def test_an_open_invoice_says_what_is_open(accredit: Command) -> None:
    out = accredit("invoices", "--number", "2027-000002").out
    assert "Open: $1,000.00" in out.splitlines()


def test_json_has_its_lines_parties_and_entries(accredit: Command) -> None:
    told = accredit("invoices", "--number", "2027-000001", "--json").data
    assert (told["number"], told["total"], told["paid"], told["credited"]) == (
        "2027-000001",
        "1000.00",
        "900.00",
        "250.00",
    )
    assert [line["amount"] for line in told["lines"]] == ["1000.00"]
    assert (told["issuer"]["name"], told["payer"]["attention"]) == ("Sample Office", "A. Sample")
    assert [(one["kind"], one["balance"]) for one in told["entries"]] == [
        ("invoice", "1000.00"),
        ("payment", "400.00"),
        ("payment", "-500.00"),
        ("payment_undone", "100.00"),
        ("credit_note", "-150.00"),
    ]


def test_an_invoice_of_older_books_names_no_parties(accredit: Command, office_books: Books) -> None:
    with office_books.writing() as session:
        invoice = session.get_one(Invoice, "2027-000001")
        invoice.issuer = invoice.payer = {}
    out = accredit("invoices", "--number", "2027-000001").out
    assert "From:" not in out
    assert "To:" not in out


@pytest.mark.parametrize("arguments", [["--number", "2027-000009"], ["accreditation.X", "--number", "2027-000001"]])
def test_an_invoice_that_is_not_there_is_exit_4(accredit: Command, arguments: list[str]) -> None:
    ran = accredit("invoices", *arguments)
    assert ran.code == ExitCode.NO_SUCH_CASE
    assert "There is no invoice 2027-00000" in ran.err


def test_the_list_tells_what_was_credited(accredit: Command) -> None:
    lines = accredit("invoices", CASE).out.splitlines()
    assert lines[1].split()[:6] == ["2027-000001", "application", "$1,000.00", "$900.00", "$250.00", "paid"]
