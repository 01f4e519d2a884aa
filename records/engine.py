"""Connections: SQLite in a file (the default) and PostgreSQL, made to behave alike.

SQLite runs in WAL mode, so that readers never wait, and a writer takes the write lock when its transaction begins: two
writers that both began as readers would otherwise end in a deadlock that no waiting resolves. PostgreSQL takes row and
advisory locks instead (`records.locks`).
"""

import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from records.problems import BooksError

WAIT_FOR_LOCK = 30
"""Seconds that a writer waits for another one (SQLite), or for a connection of the pool."""
POOL_SIZE = 5
"""Connections that are kept open; as many again are made at times of need."""
NO_ANSWER = {
    "connect_timeout": 10,
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""When a PostgreSQL that says nothing is given up: one that is being called after 10 seconds; one whose connection was
cut without a word after a minute (the last in milliseconds; libpq leaves those of TCP out on a local socket). Without
them a step would hang until the system gives up, for hours. What the address says behind its question mark goes first.
"""
QUIETLY: dict[str, Any] = {"hide_parameters": True}
"""An error of the database is told in histories and logs: what was to be written stays out of them."""
WRITES = {"accredit_writes": True}
"""The execution option of a transaction that writes."""


def read_url(url: str) -> URL:
    """Return a database's address, with the driver that this program uses.

    Raises:
        BooksError: It is no address of an SQLite file or of a PostgreSQL database, or its password stands where it
            would not be known for one. What is wrong is said without quoting it.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # the latter: a port that is no number
        raise BooksError(
            "The database's address cannot be read: expected sqlite:///FILE or postgresql://USER@HOST/NAME. "
            "Set [database] url in office.toml."
        ) from None
    if parsed.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        _refuse_misplaced_password(parsed)
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise BooksError(f"The books are kept in SQLite or PostgreSQL, found {parsed.drivername!r} in the address.")
    if not parsed.database or parsed.database == ":memory:":
        raise BooksError("SQLite in memory forgets everything: name a file, for example sqlite:///var/accredit.db.")
    return parsed


def _refuse_misplaced_password(url: URL) -> None:
    if any("password" in name.lower() for name in url.query):
        raise BooksError(
            "The database's address has a password behind its question mark, where it would be shown. Write it before "
            "the host: postgresql://USER:PASSWORD@HOST/NAME ([database] url, or ACCREDIT_DATABASE_URL)."
        )
    if "@" in f"{url.host}{url.database}{''.join(url.query)}":
        raise BooksError(
            "The database's address has more than one @: part of the password would be taken for the host, and shown. "
            "Write an @ in a password as %40 ([database] url, or ACCREDIT_DATABASE_URL)."
        )


def address_of(url: URL) -> str:
    """Return an address as it may be shown: without its password, and without what stands behind its question mark."""
    where = {name: value for name, value in url.query.items() if name in ("host", "port")}
    return url.set(query=where).render_as_string(hide_password=True)


def files_of(url: URL) -> tuple[Path, ...]:
    """Return the files of an SQLite database, the further ones that it makes for itself included."""
    if url.get_backend_name() != "sqlite":
        return ()
    return tuple(Path(f"{url.database}{ending}") for ending in ("", "-wal", "-shm"))


def is_missing(url: URL) -> bool:
    """Whether an address, that `read_url` returned, is of an SQLite file that is not there."""
    return url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists()


def make_engine(url: URL, new_file: Callable[[], bytes] | None = None) -> Engine:
    """Return an engine for an address that `read_url` returned. Nothing is connected yet.

    Args:
        url: The address.
        new_file: Returns what an SQLite file begins with that is not there yet; left out: nothing.
    """
    if url.get_backend_name() == "postgresql":
        given_up = {name: value for name, value in NO_ANSWER.items() if name not in url.query}
        return create_engine(
            url,
            pool_size=POOL_SIZE,
            max_overflow=POOL_SIZE,
            pool_timeout=WAIT_FOR_LOCK,
            pool_pre_ping=True,
            connect_args=given_up,
            **QUIETLY,
        )
    _lay_out(Path(str(url.database)), new_file)
    engine = create_engine(
        url,
        **QUIETLY,
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        pool_timeout=WAIT_FOR_LOCK,
        connect_args={"timeout": WAIT_FOR_LOCK},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _lay_out(path: Path, new_file: Callable[[], bytes] | None) -> None:
    """Make a new database file that is in WAL mode from the first moment.

    SQLite switches an existing file only while nobody else has it open, and does not wait for that: of several programs
    that open new books at once some would fail. So the file is made aside and put in its place whole.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return
    with tempfile.TemporaryDirectory(prefix=f"{path.name}.", dir=path.parent) as aside:
        new = Path(aside) / path.name
        new.write_bytes(new_file() if new_file else b"")
        with closing(sqlite3.connect(new)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        with suppress(FileExistsError):
            os.link(new, path)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Set up a new SQLite connection; transactions are begun by `_begin_sqlite`, not by the driver."""
    connection.isolation_level = None
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("accredit_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def foreign_keys(connection: Connection, *, enforced: bool) -> None:
    """Switch SQLite's foreign keys off for a migration, and on again; to be called outside a transaction.

    SQLite changes a table by copying it, and would take the children of the dropped original for orphans.
    """
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA foreign_keys = {'ON' if enforced else 'OFF'}")
