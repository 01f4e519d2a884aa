"""Runs the `accredit` command inside the test's own process, as `python -m starter` would."""

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from starter.cli import command


class Ran(NamedTuple):
    """What a command left behind: its exit code, what it printed, and what it said beside it."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)


class Command:
    """The command line in a folder and an environment of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self.folder = folder
        monkeypatch.chdir(folder)
        monkeypatch.delenv("ACCREDIT_OFFICE", raising=False)

    def __call__(self, *arguments: str) -> Ran:
        """Run `accredit` with these arguments."""
        self._monkeypatch.setattr(sys, "argv", ["accredit", *arguments])
        self._capsys.readouterr()
        code = command()
        captured = self._capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    def file(self, name: str, data: Any) -> str:
        """Write a file (text as it is, other data as JSON) and return its name."""
        text = data if isinstance(data, str) else json.dumps(data)
        (self.folder / name).write_text(text, "utf-8")
        return name
