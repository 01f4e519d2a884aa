"""`accredit statement`: the account of a facility, for people, for scripts and on paper."""

import io

import pypdf
import pytest

from records.books import Books
from services.errors import ExitCode
from tests.command import Command
from tests.records.money import OTHER, pay
from tests.starter.office.accounts import FORMULA
from tests.starter.office.accounts import accredit as accredit
from tests.starter.office.accounts import office_books as office_books


def test_every_entry_of_all_cases_stands_with_the_balance_after_it(accredit: Command) -> None:
    told = accredit("statement", "OH-0417", "--json").data
    assert (told["facility"], told["name"]) == ("OH-0417", "Sample Imaging Center")
    assert [(one["date"], one["kind"], one["number"], one["balance"]) for one in told["entries"]] == [
        ("2027-06-03", "invoice", "2027-000001", "1000.00"),
        ("2027-06-03", "invoice", "2027-000002", "2000.00"),
        ("2027-06-03", "payment", "2027-000001", "1400.00"),
        ("2027-06-03", "payment", "2027-000001", "500.00"),
        ("2027-07-04", "payment_undone", "2027-000001", "1100.00"),
        ("2027-07-04", "credit_note", "C2027-000001", "850.00"),
    ]
    assert (told["opening"], told["closing"]) == ("0.00", "850.00")


def test_an_invoice_that_is_owed_and_one_that_was_paid_too_much_are_named(accredit: Command) -> None:
    told = accredit("statement", "OH-0417", "--until", "2027-07-04", "--json").data
    (owed,) = told["owed"]
    assert (owed["invoice"], owed["amount"], owed["due"], owed["overdue"]) == (
        "2027-000002",
        "1000.00",
        "2027-07-03",
        True,
    )
    assert [(one["invoice"], one["amount"]) for one in told["overpaid"]] == [("2027-000001", "150.00")]
    assert told["overdue"] == "1000.00"


def test_an_invoice_is_not_overdue_at_the_end_of_the_day_on_which_it_is_due(accredit: Command) -> None:
    told = accredit("statement", "OH-0417", "--until", "2027-07-03", "--json").data
    assert (told["overdue"], [one["overdue"] for one in told["owed"]]) == ("0.00", [False])


def test_a_period_begins_with_the_balance_that_is_brought_forward(accredit: Command) -> None:
    told = accredit("statement", "OH-0417", "--from", "2027-06-04", "--until", "2027-07-04", "--json").data
    assert (told["opening"], told["closing"]) == ("500.00", "850.00")
    assert [one["kind"] for one in told["entries"]] == ["payment_undone", "credit_note"]
    lines = accredit("statement", "OH-0417", "--from", "2027-06-04", "--until", "2027-07-04").out.splitlines()
    assert lines[0] == "Statement of account: Sample Imaging Center (OH-0417), from 2027-06-04, through 2027-07-04"
    assert lines[2].split() == ["2027-06-04", "Balance", "brought", "forward", "$500.00"]


def test_people_read_documents_amounts_reasons_and_the_balance_in_words(accredit: Command) -> None:
    out = accredit("statement", "OH-0417", "--until", "2027-07-04").out
    assert "Invoice 2027-000001: application, CT unit CT-1" in out
    assert "Payment of 2027-000001, check" in out
    assert "Payment of 2027-000001 undone: entered twice" in out
    assert "Credit note C2027-000001 on 2027-000001: one area fewer" in out
    assert "Balance: $850.00 is owed, of which $1,000.00 is overdue." in out
    assert "  2027-000002: $1,000.00 to be paid by 3 July 2027, overdue" in out
    assert "  2027-000001: $150.00 paid too much" in out


def test_a_balance_in_the_facilitys_favour_is_said_in_words(accredit: Command, office_books: Books) -> None:
    with office_books.writing() as session:
        pay(session, "2027-000002", "1000.00", "record_payment:p-3", case_id=OTHER)
    ran = accredit("statement", "OH-0417", "--until", "2027-07-04")
    assert "Balance: $150.00 in the facility's favour: more was paid than is owed." in ran.out
    assert ran.out.splitlines()[-3].endswith("-$150.00")


def test_what_was_credited_and_voided_is_owed_no_more(accredit: Command) -> None:
    out = accredit("statement", "PA-0099").out
    assert f"Credit note C2027-000002 on 2027-000003: {FORMULA}" in out
    assert "Invoice 2027-000003 void: nothing was paid" in out
    assert "Balance: nothing is owed." in out


def test_a_statement_without_entries_says_so(accredit: Command) -> None:
    ran = accredit("statement", "OH-0417", "--until", "2020-01-01")
    assert (ran.code, ran.err) == (ExitCode.DONE, "No entries.\n")
    assert "Balance: nothing is owed." in ran.out


def test_the_paper_says_the_same(accredit: Command) -> None:
    ran = accredit("statement", "OH-0417", "--until", "2027-07-04", "--pdf", "account.pdf")
    assert "Written: account.pdf" in ran.err
    content = (accredit.folder / "account.pdf").read_bytes()
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).replace("\u200b", "")
    for words in ("OH-0417", "A. Sample", "2027-000001", "C2027-000001", "$850.00", "$1,000.00", "4 July 2027"):
        assert words in text
    accredit("statement", "OH-0417", "--until", "2027-07-04", "--pdf", "again.pdf")
    assert (accredit.folder / "again.pdf").read_bytes() == content


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--from", "June"], "--from: found June, expected a date"),
        (["--until", "2027-02-30"], "--until: found 2027-02-30, expected a date"),
        (["--until", "9999-12-31"], "--until: found 9999-12-31, expected a date from 1990 to 2200"),
        (["--from", "2027-06-04", "--until", "2027-06-03"], "expected 2027-06-04 or a later day"),
        (["--pdf", "no/folder/a.pdf"], "no/folder/a.pdf: found No such file or directory"),
    ],
)
def test_what_cannot_be_used_is_named(accredit: Command, arguments: list[str], told: str) -> None:
    ran = accredit("statement", "OH-0417", *arguments)
    assert ran.code == ExitCode.UNUSABLE
    assert told in ran.err


def test_an_unknown_facility_is_exit_4(accredit: Command) -> None:
    ran = accredit("statement", "XX-1")
    assert (ran.code, ran.err.splitlines()[0]) == (ExitCode.NO_SUCH_CASE, "There is no facility XX-1.")
