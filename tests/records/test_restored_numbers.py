"""Counters after a restore: above every number that was given out, whoever remembers it."""

from records.books import Books
from records.counters import next_number
from records.restore.numbers import Raised, parsed, raise_counters
from records.tables import Counter
from tests.records.rows import a_case, an_invoice

FOUND = {"AC2028-000012", "2028-000007", "C2028-000002", "AC2028-000003", "no number", "letter.pdf"}


def test_counters_are_raised_to_the_highest_number_that_is_found_and_never_put_back(books: Books) -> None:
    with books.writing() as session:
        session.add(Counter(series="C", year=2028, last=9))
        session.flush()
        assert raise_counters(session, FOUND, dry=True) == raise_counters(session, FOUND)
        assert raise_counters(session, FOUND) == []
        given = [next_number(session, series, 2028).text for series in ("AC", "", "C")]
    assert given == ["AC2028-000013", "2028-000008", "C2028-000010"]


def test_what_would_be_raised_is_told_by_series_and_year(books: Books) -> None:
    with books.reading() as session:
        assert raise_counters(session, FOUND, dry=True) == [
            Raised("", 2028, 0, 7),
            Raised("AC", 2028, 0, 12),
            Raised("C", 2028, 0, 2),
        ]


def test_a_number_that_the_books_themselves_hold_counts_too(books: Books) -> None:
    with books.writing() as session:
        session.add(a_case())
        session.flush()
        invoice = an_invoice()
        session.add(invoice)
        session.flush()
        held = parsed(invoice.number)
        assert held is not None
        assert raise_counters(session, ()) == [Raised("", held.year, 0, held.sequence)]
