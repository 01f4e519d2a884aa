"""Books for tests: every test that asks for them runs on SQLite and on PostgreSQL.

Books are made once in a run, by the migrations, and copied for each test; on PostgreSQL the next test is given the same
copy, emptied (`tests/postgres.py`).
"""

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from records.books import Books, open_books
from tests.postgres import copied_books, fresh_database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database; it does not hold anything yet, unless the test asks for books as well."""
    made = "books" in request.fixturenames
    if request.param == "sqlite":
        if made:
            (tmp_path / "books.db").write_bytes(bytes_of_new_books())
        yield f"sqlite:///{tmp_path}/books.db"
    else:
        with copied_books() if made else fresh_database() as address:
            yield address


@cache
def bytes_of_new_books() -> bytes:
    """Return what is in the file of new books."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "books.db"
        open_books(f"sqlite:///{file}").close()
        return file.read_bytes()


@pytest.fixture
def books(url: str) -> Iterator[Books]:
    """New books of an office."""
    opened = open_books(url)
    yield opened
    opened.close()
