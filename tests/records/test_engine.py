"""Connections: what every one of them is set to, and that writers wait for each other instead of giving up."""

import socket
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import event, text
from sqlmodel import col, select

from records.books import Books, open_books
from records.engine import NO_ANSWER, address_of, make_engine, read_url
from records.problems import BooksError, BooksUnreachable
from records.tables import CaseRecord
from tests.patience import WITHIN
from tests.records.rows import CASE, a_case

THREADS = 6


def test_every_sqlite_connection_waits_checks_keys_and_keeps_a_log(tmp_path: Path) -> None:
    engine = make_engine(read_url(f"sqlite:///{tmp_path}/new/folder/books.db"))
    with engine.connect() as one, engine.connect() as other:
        for connection in (one, other):
            settings = {
                name: connection.execute(text(f"PRAGMA {name}")).scalar()
                for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
            }
            assert settings == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 1, "busy_timeout": 30_000}


def test_an_address_for_postgresql_gets_its_driver() -> None:
    for scheme in ("postgresql", "postgresql+psycopg"):
        assert read_url(f"{scheme}://office@localhost/books").drivername == "postgresql+psycopg"


def test_a_postgresql_that_never_answers_is_given_up_and_named() -> None:
    """Somebody listens at the port and says nothing, as a host that hangs or a wrong service does."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"127.0.0.1:{silent.getsockname()[1]}/books"
        began = time.monotonic()
        with pytest.raises(BooksUnreachable) as refused:
            open_books(f"postgresql://office:S3cretQ9@{place}?connect_timeout=2")
    told = str(refused.value)
    assert time.monotonic() - began < WITHIN
    assert f"{place} cannot be used: connection timeout expired" in told
    assert "Is it running" in told
    assert "cretQ9" not in told


@pytest.mark.parametrize(("query", "seconds"), [("", 10), ("?connect_timeout=3", "3")])
def test_every_connection_to_postgresql_knows_when_to_give_up(query: str, seconds: object) -> None:
    engine = make_engine(read_url(f"postgresql://office@127.0.0.1:1/books{query}"))
    told: list[dict[str, object]] = []

    def hear(dialect: object, record: object, positional: object, named: dict[str, object]) -> None:
        told.append(dict(named))

    event.listen(engine, "do_connect", hear)
    with pytest.raises(Exception, match=r"refused|failed"):
        engine.connect()
    assert [told[0][name] for name in NO_ANSWER] == [seconds, 1, 30, 10, 3, 60_000]


def test_writers_that_read_first_do_not_end_in_a_deadlock(books: Books) -> None:
    """Each reads before it writes, all at once: SQLite locks up unless the write lock is taken at the beginning."""
    with books.writing() as session:
        session.add(a_case(deficiencies=0))
    together = Barrier(THREADS)

    def count_up(_: int) -> None:
        together.wait(timeout=WITHIN)
        for _ in range(5):
            with books.writing() as session:
                case = session.exec(select(CaseRecord).where(col(CaseRecord.case_id) == CASE).with_for_update()).one()
                case.deficiencies += 1

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(count_up, range(THREADS)))
    with books.reading() as session:
        assert session.get_one(CaseRecord, CASE).deficiencies == THREADS * 5


def test_new_books_open_while_another_program_already_reads_in_them(tmp_path: Path) -> None:
    """SQLite would refuse, and not wait, to switch a file to WAL while somebody reads: it must be so from the first."""
    make_engine(read_url(f"sqlite:///{tmp_path}/books.db"))
    with closing(sqlite3.connect(tmp_path / "books.db")) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM sqlite_master")
        open_books(f"sqlite:///{tmp_path}/books.db").close()


def test_a_file_that_is_there_stays_what_it_is(tmp_path: Path) -> None:
    open_books(f"sqlite:///{tmp_path}/books.db", "rehearsal").close()
    before = (tmp_path / "books.db").read_bytes()
    make_engine(read_url(f"sqlite:///{tmp_path}/books.db"))
    assert (tmp_path / "books.db").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["books.db"]


def test_closed_books_let_go_of_their_file(tmp_path: Path) -> None:
    books = open_books(f"sqlite:///{tmp_path}/books.db")
    books.close()
    assert [file.name for file in tmp_path.iterdir()] == ["books.db"]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://office:S3cretQ9@host:1/books?sslmode=require", "postgresql+psycopg://office:***@host:1/books"),
        ("postgresql://office:S3%40cretQ9@host/books", "postgresql+psycopg://office:***@host/books"),
        ("postgresql:///books?host=/run&options=S3cretQ9", "postgresql+psycopg:///books?host=%2Frun"),
        ("sqlite:///var/books.db?key=S3cretQ9", "sqlite:///var/books.db"),
    ],
)
def test_an_address_is_shown_without_password_and_query(address: str, shown: str) -> None:
    assert address_of(read_url(address)) == shown


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://office@host/books?password=S3cretQ9", "behind its question mark"),
        ("postgresql://office@host/books?sslpassword=S3cretQ9", "behind its question mark"),
        ("postgresql://office:p@S3cretQ9@host/books", "more than one @"),
        ("postgresql://office:p/a@S3cretQ9@host/books", "more than one @"),
        ("postgresql://office:p@x:S3cretQ9/books", "cannot be read"),
        ("S3cretQ9", "cannot be read"),
    ],
)
def test_an_address_whose_password_would_be_taken_for_something_else_is_refused_unquoted(
    address: str, said: str
) -> None:
    with pytest.raises(BooksError, match=said) as refused:
        read_url(address)
    assert "cretQ9" not in str(refused.value)
