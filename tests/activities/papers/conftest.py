"""Fixtures of the tests of papers."""

from pathlib import Path

import pytest

from policy.office import OfficeSettings
from records.books import Books
from tests.activities.papers.office import PaperDesk


@pytest.fixture
def terminal(books: Books, office: OfficeSettings, tmp_path: Path) -> PaperDesk:
    """Where papers are issued."""
    return PaperDesk(books, office, tmp_path / "papers")
