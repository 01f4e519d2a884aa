"""Counts the statements that a page puts to the books: a page with a query per row is slow on the day that counts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from records.books import Books


@contextmanager
def statements_to(books: Books) -> Iterator[list[str]]:
    """Take down every statement that is put to some books in a block."""
    taken: list[str] = []

    def take(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            taken.append(statement)

    event.listen(books.engine, "before_cursor_execute", take)
    try:
        yield taken
    finally:
        event.remove(books.engine, "before_cursor_execute", take)
