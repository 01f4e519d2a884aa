"""Opening the books: new ones, old ones, those of the other kind, and none at all."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from records.books import Books, open_books
from records.problems import BooksError, BooksTooNew, BooksUnreachable, NoBooks, WrongPurpose
from records.tables import Book
from tests.records.rows import a_case


def test_new_books_are_marked_with_their_purpose_once(url: str) -> None:
    open_books(url, "rehearsal").close()
    books = open_books(url, "rehearsal")
    with books.reading() as session:
        assert [book.purpose for book in session.exec(select(Book))] == ["rehearsal"]
    books.close()


@pytest.mark.parametrize(("first", "second"), [("office", "rehearsal"), ("rehearsal", "office")])
def test_books_of_one_kind_are_never_opened_as_the_other(url: str, first: str, second: str) -> None:
    open_books(url, first).close()
    with pytest.raises(WrongPurpose, match=r"holds .* and was to be opened for .* Name another database"):
        open_books(url, second)


def test_what_was_written_is_there_when_the_books_are_opened_again(url: str, books: Books) -> None:
    with books.writing() as session:
        session.add(a_case())
    again = open_books(url)
    with again.reading() as session:
        assert session.get_one(type(a_case()), a_case().case_id).facility_name == "Sample Imaging Center"
    again.close()


def test_whoever_only_looks_makes_no_books(url: str) -> None:
    with pytest.raises(NoBooks, match="there are no books at"):
        open_books(url, new=False)
    open_books(url).close()
    open_books(url, new=False).close()


def test_looking_for_books_in_a_file_makes_neither_it_nor_its_folder_and_an_empty_one_holds_none(
    tmp_path: Path,
) -> None:
    with pytest.raises(NoBooks):
        open_books(f"sqlite:///{tmp_path}/var/books.db", new=False)
    assert list(tmp_path.iterdir()) == []

    sqlite3.connect(tmp_path / "empty.db").close()
    (tmp_path / "empty.db").touch()
    with pytest.raises(NoBooks, match="the database holds none"):
        open_books(f"sqlite:///{tmp_path}/empty.db", new=False)


def test_several_that_open_new_books_at_once_all_succeed(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(open_books, [url] * 8))
    with opened[0].reading() as session:
        assert len(session.exec(select(Book)).all()) == 1
    for books in opened:
        books.close()


def test_books_of_a_newer_version_are_refused(url: str, books: Books) -> None:
    with books.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(BooksTooNew, match=r"9999.*update this one"):
        open_books(url)


def test_a_block_that_raises_leaves_nothing_behind(books: Books) -> None:
    def half_a_step() -> None:
        with books.writing() as session:
            session.add(a_case())
            session.flush()
            raise RuntimeError("the worker was killed")

    with pytest.raises(RuntimeError, match="killed"):
        half_a_step()
    with books.reading() as session:
        assert session.get(type(a_case()), a_case().case_id) is None


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("nonsense", "sqlite:///FILE or postgresql://"),
        ("mysql://office@localhost/books", "SQLite or PostgreSQL, found 'mysql'"),
        ("sqlite://", "name a file"),
        ("sqlite:///:memory:", "name a file"),
    ],
)
def test_an_address_that_is_none_says_what_is_expected(address: str, message: str) -> None:
    with pytest.raises(BooksError, match=message):
        open_books(address)


def test_a_server_that_does_not_answer_is_named_without_the_password() -> None:
    with pytest.raises(BooksUnreachable, match=r"office:\*\*\*@127.0.0.1:1/books cannot be used") as caught:
        open_books("postgresql://office:secret@127.0.0.1:1/books")
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "books.db").write_text("These are minutes of a meeting, not a database. " * 100)
    with pytest.raises(BooksUnreachable, match="file is not a database"):
        open_books(f"sqlite:///{tmp_path}/books.db")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BooksUnreachable, match=r"books.db cannot be used"):
        open_books(f"sqlite:///{tmp_path}/file/books.db")


def test_the_books_name_their_address(books: Books) -> None:
    assert books.address.startswith(("sqlite:///", "postgresql+psycopg://"))
    assert books.purpose == "office"


def test_sqlite_books_can_be_read_while_somebody_writes(tmp_path: Path) -> None:
    books = open_books(f"sqlite:///{tmp_path}/books.db")
    with books.writing() as session:
        session.add(a_case())
        session.flush()
        with books.reading() as reader:
            assert reader.get(type(a_case()), a_case().case_id) is None
    books.close()
    with sqlite3.connect(tmp_path / "books.db") as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)
