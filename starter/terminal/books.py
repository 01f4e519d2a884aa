"""The office's books, opened for one command."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from sqlmodel import Session

from records.books import Books, open_books
from records.problems import NoBooks, WrongPurpose
from records.words import BooksPurpose
from services import case_snapshot
from services.case_snapshot import CaseSnapshot
from services.errors import ExitCode, ServiceError
from services.paths import DEMONSTRATION
from starter.terminal.context import office_of
from starter.terminal.output import note, under_way


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


def snapshot_of(ctx: typer.Context, case_id: str) -> CaseSnapshot:
    """Find out how a case stands; on a terminal it is said that this takes its time.

    Raises:
        NoSuchCase: Neither the server nor the books know it.
        NoBooks: There is no office here: neither books nor a server that answers.
        NotReachable: The database does not answer, or the server does not and the books do not know the case.
    """
    office = office_of(ctx, amounts=False)
    try:
        with books_to_read(ctx) as books, under_way(f"Asking {case_id}"):
            found = case_snapshot.snapshot_of(books, case_id, office.zone, security=office.security)
            return asyncio.run(found)
    except NoBooks as none:
        with under_way(f"Asking {case_id}"):
            return asyncio.run(case_snapshot.snapshot_without_books(case_id, none, office.security))
