"""Numbers without a gap, for every series and year."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from records.books import Books
from records.counters import CREDIT_NOTES, INVOICES, next_number

THREADS = 6
TIMES = 60


@pytest.mark.parametrize(
    ("series", "first"), [(INVOICES, "2027-000001"), (CREDIT_NOTES, "C2027-000001"), ("AC", "AC2027-000001")]
)
def test_every_series_begins_at_one_in_every_year(books: Books, series: str, first: str) -> None:
    with books.writing() as session:
        given = [next_number(session, series, year) for year in (2027, 2027, 2028, 2027)]
    assert given[0].text == first
    assert [number.sequence for number in given] == [1, 2, 1, 3]


@pytest.mark.parametrize("series", [INVOICES, CREDIT_NOTES])
def test_workers_at_once_are_given_every_number_once(books: Books, series: str) -> None:
    def take(_: int) -> int:
        with books.writing() as session:
            return next_number(session, series, 2027).sequence

    with ThreadPoolExecutor(THREADS) as pool:
        assert sorted(pool.map(take, range(TIMES))) == list(range(1, TIMES + 1))


def test_a_number_whose_transaction_fails_is_given_to_the_next_one(books: Books) -> None:
    def half_a_step() -> None:
        with books.writing() as session:
            next_number(session, CREDIT_NOTES, 2027)
            raise RuntimeError("the worker was killed")

    for _ in range(3):
        with pytest.raises(RuntimeError, match="killed"):
            half_a_step()
    with books.writing() as session:
        assert next_number(session, CREDIT_NOTES, 2027).text == "C2027-000001"
