"""The office's books, opened for one command."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from sqlmodel import Session

from records.books import Books, open_books
from records.problems import WrongPurpose
from records.words import BooksPurpose
from services import case_snapshot
from services.case_snapshot import CaseSnapshot
from starter.terminal.context import office_of
from starter.terminal.output import note, under_way


@contextmanager
def books_of(ctx: typer.Context) -> Iterator[Books]:
    """Open the books that the settings in force name, and close them when the block ends.

    Raises:
        BooksError: The database does not answer, or holds something else than an office's cases.
    """
    books = open_books(office_of(ctx, amounts=False).database.url)
    try:
        yield books
    finally:
        books.close()


@contextmanager
def books_to_read(ctx: typer.Context) -> Iterator[Books]:
    """Open the books that the settings in force name, to read in them; a rehearsal's too, which is said loudly.

    Raises:
        BooksError: The database does not answer.
    """
    url = office_of(ctx, amounts=False).database.url
    try:
        books = open_books(url)
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


def snapshot_of(ctx: typer.Context, case_id: str) -> CaseSnapshot:
    """Find out how a case stands; on a terminal it is said that this takes its time.

    Raises:
        NoSuchCase: Neither the server nor the books know it.
        NotReachable: The database does not answer, or the server does not and the books do not know the case.
    """
    zone = office_of(ctx, amounts=False).zone
    with books_to_read(ctx) as books, under_way(f"Asking {case_id}"):
        return asyncio.run(case_snapshot.snapshot_of(books, case_id, zone))
