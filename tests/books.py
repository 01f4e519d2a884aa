"""Books for tests: every test that asks for them runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from records.books import Books, open_books
from tests.postgres import fresh_database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that does not hold anything yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/books.db"
    else:
        with fresh_database() as address:
            yield address


@pytest.fixture
def books(url: str) -> Iterator[Books]:
    """New books of an office."""
    opened = open_books(url)
    yield opened
    opened.close()
