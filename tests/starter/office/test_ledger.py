"""`accredit ledger`: entries of a period as CSV that accounting can read, and no spreadsheet runs."""

import codecs
import csv
import io
from decimal import Decimal

import pytest

from services.errors import ExitCode
from starter.office.ledger import COLUMNS, as_csv, row_of
from tests.command import Command
from tests.records.test_statement import a_posting
from tests.starter.office.accounts import FORMULA
from tests.starter.office.accounts import accredit as accredit
from tests.starter.office.accounts import office_books as office_books

WHOLE = ("--from", "2027-01-01", "--until", "2027-12-31")


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_entry_of_the_period_is_a_row(accredit: Command) -> None:
    rows = rows_of(accredit("ledger", *WHOLE).out)
    assert [(one["date"], one["kind"], one["number"], one["debit"], one["credit"]) for one in rows] == [
        ("2027-06-03", "invoice", "2027-000001", "1000.00", "0.00"),
        ("2027-06-03", "invoice", "2027-000002", "1000.00", "0.00"),
        ("2027-06-03", "invoice", "2027-000003", "1000.00", "0.00"),
        ("2027-06-03", "payment", "2027-000001", "0.00", "600.00"),
        ("2027-06-03", "payment", "2027-000001", "0.00", "900.00"),
        ("2027-07-04", "payment_undone", "2027-000001", "600.00", "0.00"),
        ("2027-07-04", "credit_note", "C2027-000001", "0.00", "250.00"),
        ("2027-07-04", "credit_note", "C2027-000002", "0.00", "250.00"),
        ("2027-07-04", "void", "2027-000003", "0.00", "750.00"),
    ]
    assert {(one["currency"], one["purpose"]) for one in rows} == {("USD", "application")}


def test_a_row_names_case_facility_method_and_the_payment(accredit: Command) -> None:
    payment = rows_of(accredit("ledger", *WHOLE).out)[3]
    assert (payment["case"], payment["facility"]) == ("accreditation.OH-0417.ct.CT-1.1", "OH-0417")
    assert (payment["method"], payment["reference"], payment["invoice"]) == ("check", "p-1", "2027-000001")


def test_the_days_of_the_period_belong_to_it(accredit: Command) -> None:
    for since, until, number in (
        ("2027-06-03", "2027-06-03", 5),
        ("2027-06-04", "2027-07-03", 0),
        ("2027-06-04", "2027-07-04", 4),
    ):
        assert len(rows_of(accredit("ledger", "--from", since, "--until", until).out)) == number


def test_the_sums_are_told_beside_the_data(accredit: Command) -> None:
    lines = [line.split() for line in accredit("ledger", *WHOLE).err.splitlines()]
    assert lines == [
        ["9", "entries", "from", "2027-01-01", "through", "2027-12-31."],
        ["invoice", "3", "$3,000.00"],
        ["payment", "2", "$1,500.00"],
        ["payment", "undone", "1", "$600.00"],
        ["credit", "note", "2", "$500.00"],
        ["refund", "0", "$0.00"],
        ["write", "off", "0", "$0.00"],
        ["void", "1", "$750.00"],
        ["debit", "$3,600.00"],
        ["credit", "$2,750.00"],
    ]


def test_json_holds_the_same_entries_and_the_same_sums(accredit: Command) -> None:
    ran, printed = accredit("ledger", *WHOLE, "--json"), rows_of(accredit("ledger", *WHOLE).out)
    assert (ran.data["from"], ran.data["until"]) == ("2027-01-01", "2027-12-31")
    assert [one | {"description": ""} for one in ran.data["entries"]] == [one | {"description": ""} for one in printed]
    assert ran.data["sums"]["credit_note"] == "500.00"
    assert (ran.data["debit"], ran.data["credit"]) == ("3600.00", "2750.00")


def test_a_file_holds_what_would_be_printed_behind_the_mark_by_which_excel_reads_utf_8(accredit: Command) -> None:
    printed = accredit("ledger", *WHOLE).out
    ran = accredit("ledger", *WHOLE, "-o", "year.csv")
    assert ran.out == ""
    assert "written to year.csv" in ran.err
    assert (accredit.folder / "year.csv").read_bytes() == codecs.BOM_UTF8 + printed.encode()
    assert not printed.startswith("\ufeff")
    assert list(accredit.folder.glob(".year*")) == []


def test_a_file_that_cannot_be_written_is_named(accredit: Command) -> None:
    ran = accredit("ledger", *WHOLE, "-o", "nowhere/year.csv")
    assert ran.code == ExitCode.UNUSABLE
    assert "nowhere/year.csv: found No such file or directory" in ran.err


def test_what_somebody_typed_is_no_formula(accredit: Command) -> None:
    assert rows_of(accredit("ledger", *WHOLE).out)[7]["description"] == f"'{FORMULA}"


HARMFUL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1"]
HARMLESS = ["check", "a=b", "1-2", "Gebühr für CT", 'says "yes", twice', "two\nlines", ""]


@pytest.mark.parametrize("text", [*HARMFUL, *HARMLESS])
def test_a_text_comes_back_whole_and_only_one_that_could_be_run_is_marked(text: str) -> None:
    written = as_csv([row_of(a_posting("1.00")._replace(description=text))])
    (row,) = rows_of(written)
    told = text.replace("\r", "\\r")
    assert row["description"] == (f"'{told}" if text in HARMFUL else told)
    assert written.startswith(",".join(COLUMNS) + "\r\n")
    assert written.endswith("\r\n")


@pytest.mark.parametrize("text", ["\x1b[2K Caf\u00e9", "\x9b31m", "a\u202eb"])
def test_a_text_that_a_terminal_would_obey_is_written_as_what_it_is(text: str) -> None:
    (row,) = rows_of(as_csv([row_of(a_posting("1.00")._replace(description=text))]))
    assert row["description"] == "".join(sign if sign.isalnum() or sign in " [" else ascii(sign)[1:-1] for sign in text)
    assert row["description"].isprintable()


def test_the_largest_amount_is_written_to_the_cent() -> None:
    (row,) = rows_of(as_csv([row_of(a_posting("999999999.99"))]))
    assert Decimal(row["debit"]) == Decimal("999999999.99")


def test_an_empty_period_has_a_heading_only(accredit: Command) -> None:
    ran = accredit("ledger", "--from", "2020-01-01", "--until", "2020-01-31")
    assert (ran.code, ran.out) == (ExitCode.DONE, ",".join(COLUMNS) + "\r\n")


def test_a_period_needs_both_its_days(accredit: Command) -> None:
    assert accredit("ledger", "--from", "2027-01-01").code == ExitCode.UNUSABLE
    assert accredit("ledger", "--from", "2027-02-01", "--until", "2027-01-01").code == ExitCode.UNUSABLE
