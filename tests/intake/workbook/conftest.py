"""The command line that the tests of workbooks share."""

from pathlib import Path

import pytest

from tests.command import Command


@pytest.fixture
def accredit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command line in a folder of its own, with the sample settings."""
    return Command(monkeypatch, capsys, tmp_path)
