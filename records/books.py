"""Open the books, read in them, write in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col, select

from records.engine import WAIT_FOR_LOCK, WRITES, address_of, foreign_keys, is_missing, make_engine, read_url
from records.migrate import empty_books, migrate
from records.problems import BooksUnreachable, NoBooks, WrongPurpose
from records.tables import Book
from records.words import BooksPurpose

__all__ = ["Books", "Session", "open_books"]

_MIGRATION_LOCK = 4_317_001
"""The number of the PostgreSQL advisory lock under which a database is migrated: one process at a time."""


class Books:
    """The books of an office or of a rehearsal, open.

    Attributes:
        engine: The connections.
        purpose: Whose lives they hold.
        address: Where they are, without the password.
    """

    def __init__(self, engine: Engine, purpose: BooksPurpose) -> None:
        """Take an engine whose database is migrated; `open_books` makes one."""
        self.engine = engine
        self.purpose = purpose
        self.address = address_of(engine.url)
        self._turn = Lock() if engine.dialect.name == "sqlite" else None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one state of the books. What it returns can be read after it has ended."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session whose changes are kept together when the block ends, and dropped together if it raises."""
        writes = self.engine.execution_options(**WRITES)
        with self._in_turn(), Session(writes, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Let one thread of this process write into SQLite after the other.

        SQLite would let one of them write just so; but whoever finds it taken sleeps, longer each time, and the books
        lie idle meanwhile. It still decides between processes, and wherever a turn does not come.
        """
        taken = self._turn is not None and self._turn.acquire(timeout=WAIT_FOR_LOCK)
        try:
            yield
        finally:
            if taken and self._turn is not None:
                self._turn.release()

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()


def open_books(url: str, purpose: str = BooksPurpose.OFFICE, *, new: bool = True) -> Books:
    """Open books, after creating or migrating them where that is needed.

    Args:
        url: `sqlite:///FILE` or `postgresql://…`.
        purpose: `office` or `rehearsal`. New books are marked with it for ever.
        new: Whether books are made where there are none; not for whoever only looks.

    Raises:
        BooksError: The address is none.
        NoBooks: There are none, and none were to be made. No file and no folder is.
        BooksUnreachable: The database does not answer, or its file cannot be written.
        WrongPurpose: The database holds lives of the other kind; nothing was changed.
        BooksTooNew: A newer version of this program has migrated it.
    """
    wanted = BooksPurpose(purpose)
    address = read_url(url)
    hidden = address_of(address)
    if not new and is_missing(address):
        raise NoBooks(f"there are no books at {hidden}.")
    try:
        engine = make_engine(address, empty_books)
        with engine.execution_options(**WRITES).connect() as connection:
            foreign_keys(connection, enforced=False)
            with connection.begin():
                _prepare(connection, wanted, hidden, new=new)
            foreign_keys(connection, enforced=True)
    except (DatabaseError, OSError) as error:
        reason = str(error.orig if isinstance(error, DatabaseError) else error).partition("\n")[0]
        raise BooksUnreachable(
            f"The database {hidden} cannot be used: {reason}. Is it running, and may this program write there? "
            "Its address is [database] url in office.toml."
        ) from error
    return Books(engine, wanted)


def _prepare(connection: Connection, wanted: BooksPurpose, address: str, *, new: bool) -> None:
    """Refuse books of the other kind before anything is changed in them, then migrate and mark new ones."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
    found = _purpose(connection)
    if found is None and not new:
        raise NoBooks(f"there are no books at {address}: the database holds none.")
    if found is not None and found != wanted:
        raise WrongPurpose(
            f"The database {address} holds {_whose(found)}, and was to be opened for {_whose(wanted)}. "
            "Name another database: the two are never mixed."
        )
    migrate(connection)
    if found is None:
        with Session(connection) as session:
            session.add(Book(purpose=wanted.value))
            session.flush()


def _purpose(connection: Connection) -> str | None:
    if not connection.dialect.has_table(connection, Book.__tablename__):
        return None
    return connection.execute(select(col(Book.purpose))).scalar_one_or_none()


def _whose(purpose: str) -> str:
    return "an office's cases" if purpose == BooksPurpose.OFFICE else "rehearsals"
