"""The statement of account as PDF: what it is handed, ready to print, the same again for the same."""

from datetime import UTC, datetime

from activities.papers.statement import statement_pdf
from tests.activities.papers.printed import pages_of, reader_of, words_of
from tests.activities.papers.said import COMMON, OWN

AT = datetime(2028, 6, 3, 16, 0, tzinfo=UTC)
DATA = {name: COMMON[name] for name in ("issuer", "sample", "holder")} | OWN["statement"] | {"at": AT}


def test_a_statement_says_entries_sums_and_what_is_open() -> None:
    printed = words_of(statement_pdf(DATA))
    for text in ("Statement of account", "Invoice 2028-000001", "$1,000.00", "$6,300.00", "overdue", "OH-0417"):
        assert text in printed


def test_the_same_account_on_the_same_day_is_the_same_file() -> None:
    assert statement_pdf(DATA) == statement_pdf(DATA | {"at": AT.isoformat()})
    known = reader_of(statement_pdf(DATA)).metadata
    assert known is not None
    assert known.creation_date == AT


def test_what_was_paid_too_much_is_in_the_facilitys_favour() -> None:
    printed = words_of(statement_pdf(DATA | {"balance": "-$20.00"}))
    assert "In your favour, in US dollars $20.00" in printed
    assert "To be paid, in US dollars" not in printed


def test_an_account_without_entries_says_so() -> None:
    assert "Nothing was invoiced." in words_of(statement_pdf({"at": AT}))


def test_a_long_account_goes_on_with_its_head_on_each_page() -> None:
    entries = [{"day": "3 June 2028", "text": f"entry {number}", "balance": "$1.00"} for number in range(120)]
    pdf = statement_pdf(DATA | {"entries": entries})
    assert pages_of(pdf) >= 3
    assert all("Balance" in page.extract_text() for page in reader_of(pdf).pages if "entry" in page.extract_text())
    assert "entry 119" in words_of(pdf)


def test_what_cannot_be_printed_breaks_nothing() -> None:
    assert pages_of(statement_pdf(DATA | {"holder": {"name": "a\x00b\ud800"}})) == 1
