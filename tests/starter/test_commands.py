"""The list of commands: each is read when it is called, and all of them where somebody looks at the whole."""

import subprocess
import sys

import pytest

from services.settings import SAMPLES
from starter.cli import COMMANDS, application, named_command

NAMES = [name for _, name, _ in COMMANDS]


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["show", "CASE"], "show"),
        (["--office", "show", "worklist"], "worklist"),
        (["--office=office.toml", "pay", "2026-000001"], "pay"),
        (["--demo", "timeline", "--help"], "timeline"),
        (["--office"], None),
        (["--help"], None),
        (["--help", "show"], None),
        (["shwo"], None),
        ([], None),
    ],
)
def test_the_command_is_found_among_the_arguments(arguments: list[str], name: str | None) -> None:
    assert named_command(arguments) == name


def test_where_one_command_is_named_it_alone_is_there() -> None:
    (only,) = application("worklist").registered_commands
    assert only.name == "worklist"


def test_the_whole_has_every_command_once() -> None:
    whole = application()
    there = [command.name for command in whole.registered_commands] + [group.name for group in whole.registered_groups]
    assert sorted(map(str, there)) == sorted(NAMES)
    assert len({*NAMES}) == len(NAMES)


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
