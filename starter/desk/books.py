"""The office's books, opened for one command."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from sqlmodel import Session

from records.books import Books, open_books
from records.queries import case_by_id
from records.tables import Case
from starter.front import office_of
from starter.problems import NoSuchCase


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
def reading(ctx: typer.Context) -> Iterator[Session]:
    """Read in the office's books."""
    with books_of(ctx) as books, books.reading() as session:
        yield session


def known_case(session: Session, case_id: str) -> Case:
    """Return a case of the books.

    Raises:
        NoSuchCase: They hold none of that id.
    """
    case = case_by_id(session, case_id)
    if case is None:
        raise NoSuchCase("case", case_id, "`accredit worklist` lists the open cases.")
    return case
