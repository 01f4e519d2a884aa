"""Open the books, read in them, write in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col, select

from records.engine import WAIT_FOR_LOCK, WRITES, address_of, foreign_keys, is_missing, make_engine, read_url
from records.migrate import empty_books, migrate, migrate_back, newest_revision, note, revision_of
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
        self._writes = engine.execution_options(**WRITES)
        self._turn = Lock() if engine.dialect.name == "sqlite" else None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one state of the books. What it returns can be read after it has ended."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session whose changes are kept together when the block ends, and dropped together if it raises."""
        with self._in_turn(), Session(self._writes, expire_on_commit=False) as session, session.begin():
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


def open_books(url: str, purpose: str = BooksPurpose.OFFICE, *, new: bool = True, migrates: bool = False) -> Books:
    """Open books, after making them where there are none.

    Args:
        url: `sqlite:///FILE` or `postgresql://…`.
        purpose: `office` or `rehearsal`. New books are marked with it for ever.
        new: Whether books are made where there are none; not for whoever only looks.
        migrates: Whether books of an earlier version are brought up to date: by the current worker, and by whoever asks
            for just that. A rehearsal's always are.

    Raises:
        BooksError: The address is none.
        NoBooks: There are none, and none were to be made. No file and no folder is.
        BooksUnreachable: The database does not answer, or its file cannot be written.
        WrongPurpose: The database holds lives of the other kind; nothing was changed.
        BooksTooNew: A newer version of this program has migrated it.
        BooksTooOld: It is of an earlier version, and `migrates` is not said.
    """
    wanted = BooksPurpose(purpose)
    address = read_url(url)
    hidden = address_of(address)
    if not new and is_missing(address):
        raise NoBooks(f"there are no books at {hidden}.")
    with _reachable(hidden):
        engine = make_engine(address, empty_books)
        with engine.execution_options(**WRITES).connect() as connection:
            foreign_keys(connection, enforced=False)
            with connection.begin():
                _prepare(connection, wanted, hidden, new=new, may=migrates or wanted == BooksPurpose.REHEARSAL)
            foreign_keys(connection, enforced=True)
    return Books(engine, wanted)


def revisions(url: str) -> tuple[str | None, str]:
    """Return the revision that books are at, and the one that this code needs.

    Raises:
        BooksError: The address is none, there are no books, or the database does not answer.
    """
    with _connected(url) as connection, connection.begin():
        return revision_of(connection), newest_revision()


def migrate_books(url: str, back_to: str) -> str:
    """Take migrations of an office's books back, and return the books' address without a password.

    Raises:
        NoWayBack: Something would be lost, or there is no such revision: what is said. Nothing was changed.
        BooksError: As in `revisions`.
    """
    with _connected(url, writes=True) as connection:
        foreign_keys(connection, enforced=False)
        with connection.begin():
            _lock_migrations(connection)
            migrate_back(connection, back_to)
        foreign_keys(connection, enforced=True)
    return address_of(read_url(url))


@contextmanager
def _connected(url: str, *, writes: bool = False) -> Iterator[Connection]:
    address = read_url(url)
    if is_missing(address):
        raise NoBooks(f"there are no books at {address_of(address)}.")
    with _reachable(address_of(address)):
        engine = make_engine(address)
        with engine.execution_options(accredit_writes=writes).connect() as connection:
            yield connection
        engine.dispose()


@contextmanager
def _reachable(address: str) -> Iterator[None]:
    """Say of a database that cannot be used which one it is. Raises `BooksUnreachable`."""
    try:
        yield
    except (DatabaseError, OSError) as error:
        reason = str(error.orig if isinstance(error, DatabaseError) else error).partition("\n")[0]
        raise BooksUnreachable(
            f"The database {address} cannot be used: {reason}. Is it running, and may this program write there? "
            "Its address is [database] url in office.toml."
        ) from error


def _lock_migrations(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})


def _prepare(connection: Connection, wanted: BooksPurpose, address: str, *, new: bool, may: bool) -> None:
    """Refuse books of the other kind before anything is changed in them, then migrate and mark new ones."""
    _lock_migrations(connection)
    found = _purpose(connection)
    if found is None and not new:
        raise NoBooks(f"there are no books at {address}: the database holds none.")
    if found is not None and found != wanted:
        raise WrongPurpose(
            f"The database {address} holds {_whose(found)}, and was to be opened for {_whose(wanted)}. "
            "Name another database: the two are never mixed."
        )
    migrate(connection, may=may)
    if found is None:
        with Session(connection) as session:
            session.add(Book(purpose=wanted.value))
            session.flush()
        note(connection)


def _purpose(connection: Connection) -> str | None:
    if not connection.dialect.has_table(connection, Book.__tablename__):
        return None
    return connection.execute(select(col(Book.purpose))).scalar_one_or_none()


def _whose(purpose: str) -> str:
    return "an office's cases" if purpose == BooksPurpose.OFFICE else "rehearsals"
