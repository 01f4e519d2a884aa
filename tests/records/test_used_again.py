"""Books on PostgreSQL that one test after the other is given: nothing of the one before is in them."""

import psycopg
import pytest
from sqlmodel import select

from records.books import open_books
from records.tables import Book, CaseRecord
from tests.postgres import copied_books
from tests.records.rows import a_case

pytestmark = pytest.mark.postgres


def test_what_was_written_is_not_there_for_whoever_comes_next() -> None:
    with copied_books() as before:
        books = open_books(before)
        with books.writing() as session:
            session.add(a_case())
            session.get_one(Book, 1).purpose = "rehearsal"
        books.close()
    with copied_books() as address:
        assert address == before
        books = open_books(address)
        with books.reading() as session:
            assert session.exec(select(CaseRecord)).all() == []
            assert [one.purpose for one in session.exec(select(Book))] == ["office"]
        books.close()


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE cases ADD COLUMN extra text",
        "ALTER TABLE notices DROP CONSTRAINT ck_notices_status",
        "CREATE INDEX extra ON cases (opened_at)",
        "DROP TABLE payments CASCADE",
    ],
)
def test_books_whose_tables_were_changed_are_given_to_nobody(change: str) -> None:
    with copied_books() as before, psycopg.connect(before) as there:
        there.execute(change)
    with copied_books() as address:
        assert address != before
