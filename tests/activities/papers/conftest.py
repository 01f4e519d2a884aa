"""Fixtures of the tests of papers."""

from pathlib import Path

import pytest

from policy.office import OfficeSettings
from records.books import Books
from tests.activities.papers.desk import PaperDesk


@pytest.fixture
def desk(books: Books, office: OfficeSettings, tmp_path: Path) -> PaperDesk:
    """Where papers are issued."""
    return PaperDesk(books, office, tmp_path / "papers")
