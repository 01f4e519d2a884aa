"""The `accredit` command in a living office, run within the test's own process."""

import asyncio
import json
import sys
from datetime import timedelta
from typing import Any

import pytest

from starter.cli import command
from tests.command import Ran
from tests.office import LivingOffice
from tests.patience import WITHIN


class OfficeTerminal:
    """The command line in a living office. Commands run in a thread, because the worker needs the test's loop."""

    def __init__(
        self, office: LivingOffice, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.office, self._monkeypatch, self._capsys = office, monkeypatch, capsys
        monkeypatch.chdir(office.folder)
        for name, value in office.environ.items():
            monkeypatch.setenv(name, value)
        if office.at_work:  # then there is an answer, however much else this machine has to do
            monkeypatch.setattr("services.case_snapshot.LIVE_WITHIN", timedelta(seconds=WITHIN))

    async def __call__(self, *arguments: str) -> Ran:
        """Run `accredit` with these arguments."""
        self._monkeypatch.setattr(sys, "argv", ["accredit", *arguments])
        self._capsys.readouterr()
        code = await asyncio.to_thread(command)
        captured = self._capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    def setenv(self, name: str, value: str) -> None:
        """Change the environment for this test."""
        self._monkeypatch.setenv(name, value)

    def file(self, name: str, content: Any) -> str:
        """Write a file into the office's folder (text as it is, other data as JSON) and return its name."""
        text = content if isinstance(content, str) else json.dumps(content)
        (self.office.folder / name).write_text(text, "utf-8")
        return name
