"""The list of commands: each is read when it is called, and all of them where somebody looks at the whole."""

import subprocess
import sys

import pytest
import typer
from typer.main import get_group

from services.errors import ExitCode
from services.settings import SAMPLES
from starter.cli import COMMANDS, app, command, whole

NAMES = [name for _, name, _ in COMMANDS]


def test_the_help_lists_every_command_once() -> None:
    assert [*whole().list_commands(typer.Context(whole()))] == NAMES
    assert len({*NAMES}) == len(NAMES)


def test_a_command_that_is_named_is_read_alone() -> None:
    group = get_group(app)
    found = group.get_command(typer.Context(group), "worklist")
    assert found is not None
    assert [*group.commands] == ["worklist"]


def test_of_a_command_that_is_none_a_like_one_is_suggested(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["accredit", "worklst"])
    assert command() == ExitCode.UNUSABLE
    assert "Did you mean 'worklist'?" in " ".join(capsys.readouterr().err.split())


def test_one_command_does_not_read_what_only_others_need() -> None:
    others = [
        "starter.rehearsals.demo",
        "starter.operation.doctor",
        "starter.applications.template",
        "intake.batch",
    ]
    called = "import sys; sys.argv = ['accredit', 'schema', 'nothing']; from starter.cli import command; command()"
    script = f"{called}; print([name for name in {others} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", script], cwd=SAMPLES.parent, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]", ran.stderr
