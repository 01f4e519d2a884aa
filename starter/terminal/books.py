"""The office's books, opened for one command."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from difflib import get_close_matches
from pathlib import Path

import typer
from sqlmodel import Session, select

from records.books import Books, open_books
from records.problems import BooksError, NoBooks, WrongPurpose
from records.queries import case_by_id
from records.tables import CaseRecord
from records.words import BooksPurpose
from services.errors import ExitCode, NoSuchCase, ServiceError
from services.paths import DEMO_BOOKS, DEMONSTRATION
from starter.terminal.context import office_of
from starter.terminal.output import note

LIKE = 0.9
"""How like an unknown case's id another one must be to be offered in its place: a slip, not another unit."""


@contextmanager
def books_of(ctx: typer.Context) -> Iterator[Books]:
    """Open the books that the settings in force name, to work in them, and close them when the block ends.

    Raises:
        NoBooks: There are none: what is to be worked on is not there.
        BooksError: The database does not answer, or holds something else than an office's cases.
    """
    books = open_books(office_of(ctx, amounts=False).database.url, new=False)
    try:
        yield books
    finally:
        books.close()


@contextmanager
def books_to_read(ctx: typer.Context) -> Iterator[Books]:
    """Open the books that the settings in force name, to read in them; a rehearsal's too, which is said loudly.

    Raises:
        NoBooks: There are none. Nothing is made.
        ServiceError: They are the demonstration's, and there has been none here.
        BooksError: The database does not answer.
    """
    url = office_of(ctx, amounts=False).database.url
    try:
        books = open_books(url, new=False)
    except NoBooks:
        if url == DEMONSTRATION["ACCREDIT_DATABASE_URL"]:
            raise _no_demonstration() from None
        raise
    except WrongPurpose:
        books = open_books(url, BooksPurpose.REHEARSAL)
        note(f"REHEARSAL: {books.address} holds rehearsed lives, and no office's cases.", style="bold yellow")
    try:
        yield books
    finally:
        books.close()


@contextmanager
def reading(ctx: typer.Context) -> Iterator[Session]:
    """Read in the books that the settings in force name; see `books_to_read`."""
    with books_to_read(ctx) as books, books.reading() as session:
        yield session


def _no_demonstration() -> ServiceError:
    text, step = (
        f"There is no demonstration here ({Path.cwd()}).",
        "`make demo` lives some cases through, and shows them.",
    )
    return ServiceError([text, step], {"problem": text, "next_step": step}, ExitCode.NOT_REACHABLE)


def known_case(session: Session, case_id: str) -> CaseRecord:
    """Return a case of the books.

    Raises:
        NoSuchCase: They hold none of that id.
    """
    case = case_by_id(session, case_id)
    if case is None:
        raise no_such_case(case_id, near_case(session, case_id))
    return case


def near_case(session: Session, case_id: str) -> str | None:
    """Return the case of the books whose id looks most like one that nobody knows, if any does."""
    known = session.exec(select(CaseRecord.case_id)).all()
    return next(iter(get_close_matches(case_id, known, n=1, cutoff=LIKE)), None)


def no_such_case(case_id: str, near: str | None = None) -> NoSuchCase:
    """Return the problem that nobody knows a case, with the next step; the demonstration may have it.

    Args:
        case_id: The id.
        near: The case that may have been meant.
    """
    if not is_demonstrated(case_id):
        meant = f"Did you mean {near}? " if near else ""
        return NoSuchCase("case", case_id, f"{meant}`accredit worklist` lists the open cases.")
    return NoSuchCase("case", case_id, f"The demonstration has one: accredit --demo show {case_id}")


def is_demonstrated(case_id: str) -> bool:
    """Whether the books of the demonstration, in this folder, have a case."""
    if not DEMO_BOOKS.exists():
        return False
    try:
        books = open_books(f"sqlite:///{DEMO_BOOKS}", BooksPurpose.REHEARSAL, new=False)
        with closing(books), books.reading() as session:
            return case_by_id(session, case_id) is not None
    except BooksError:
        return False
