"""Fixtures of the tests of documents: processes that read, ended with the run, and a folder of documents."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from activities.documents.reader import Readers
from tests.activities.documents.asked import Folder


@pytest.fixture(scope="session")
def reading() -> Iterator[Readers]:
    """Reading processes of the run's own."""
    readers = Readers()
    yield readers
    readers.close()


@pytest.fixture
def folder(tmp_path: Path, reading: Readers) -> Folder:
    """A folder of documents that can be asked about."""
    return Folder(tmp_path / "documents", reading)
