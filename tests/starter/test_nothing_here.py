"""A folder without an office stays as it is, whatever looks into it, and nobody's server is spoken to by mistake."""

import asyncio
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.data import held
from embedded.server import embedded_server
from services.errors import ExitCode
from services.paths import DEMONSTRATION, PROGRAM, SERVER
from starter.cli import COMMANDS
from tests.command import Command

CASE = "accreditation.OH-0417.ct.CT-1.1"
ROOT = Path(__file__).parents[2]
UNITS = ROOT / "samples" / "import-units.csv"
LOOKING = {
    "show": [CASE],
    "explain": [CASE],
    "timeline": [CASE],
    "worklist": [],
    "invoices": [],
    "statement": ["OH-0417"],
    "ledger": ["--from", "2028-01-01", "--until", "2028-12-31"],
    "report": [],
    "cases": [],
    "audit": [],
    "export": [CASE, "--to", "export"],
    "notices": [],
    "papers": [],
    "verify": ["AC2028-000003"],
    "people": ["list"],
    "impact": ["2021-03-08"],
    "validation-list": [],
    "doctor": [],
    "replay-check": [],
    "deploy": ["status"],
}
"""Commands that look at an office, each with what it needs to be told."""
WORKING = {
    "start": [str(ROOT / "samples" / "ct-unit.json")],
    "import": [str(UNITS)],
    "send": [CASE, "accept_application"],
    "option": [CASE, "withdraw", "--attest", "--for-name", "A. Sample", "--reason", "by telephone"],
    "pay": ["2026-000001", "due"],
    "refund": ["2026-000001", "excess", "--reason", "paid twice"],
    "write-off": ["2026-000001", "--reason", "insolvent"],
    "reconcile": [],
    "books": ["migrate"],
    "mail": ["bounced", CASE, "3"],
    "facility": ["rename", "OH-0417", "--name", "Sample Health", "--reason", "by letter"],
    "archive": ["--closed-before", "2024-01-01"],
    "portal": [],
}
"""Commands that change something in an office; without one they have nothing to do."""
WITHOUT = {
    "check", "quote", "template", "schema", "editions", "edition", "rehearse", "scenario", "demo", "sample-office",
    "up", "codec", "keys",
}  # fmt: skip
"""Commands that need no office, or make one."""


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command line, in this process and an empty folder. What `--demo` sets does not outlive the test."""
    for name in DEMONSTRATION:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return Command(monkeypatch, capsys, tmp_path)


@pytest.fixture
def stranger(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Somebody else's program on Temporal's usual port: whoever speaks to it is noticed."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", 7233))
        except OSError:
            pass  # somebody else's is there already: the commands must not find it either
        else:
            listening.listen()
        listening.settimeout(0)
        yield listening


def nobody_called(listening: socket.socket) -> bool:
    try:
        listening.accept()
    except OSError:  # nobody waits to be let in, or it never listened
        return True
    return False


def test_every_command_is_known_to_look_to_work_or_to_need_no_office() -> None:
    assert {name for _, name, _ in COMMANDS} == LOOKING.keys() | WORKING.keys() | WITHOUT


@pytest.mark.parametrize("name", [*LOOKING, *WORKING])
def test_in_a_folder_without_an_office_nothing_is_made_and_make_up_is_named(
    name: str, command: Command, stranger: socket.socket
) -> None:
    beside = {file.name for file in UNITS.parent.iterdir()}
    ran = command(name, *({**LOOKING, **WORKING}[name]))
    assert ran.code == ExitCode.NOT_REACHABLE
    told = ran.out + ran.err
    assert re.search(r"There is no office here|No Temporal server is known here", told), told
    assert f"`make up` is run in {PROGRAM}" in told or f"`make up` runs in {PROGRAM}" in told
    assert {file.name for file in UNITS.parent.iterdir()} == beside
    assert list(command.folder.iterdir()) == []
    assert nobody_called(stranger)


@pytest.mark.parametrize("name", [name for name in LOOKING if name not in ("doctor", "replay-check", "deploy")])
def test_where_there_was_no_demonstration_none_is_made_by_looking_for_it(name: str, command: Command) -> None:
    ran = command("--demo", name, *LOOKING[name])
    assert ran.code == ExitCode.NOT_REACHABLE
    assert "There is no demonstration here" in ran.err
    assert "make demo" in ran.err
    assert list(command.folder.iterdir()) == []


@pytest.mark.parametrize("name", ["doctor", "worklist"])
def test_a_script_reads_the_same(name: str, command: Command) -> None:
    ran = command(name, "--json")
    assert "make up" in str(ran.data)
    assert list(command.folder.iterdir()) == []


async def test_data_that_are_held_before_their_server_has_an_address_are_no_server_yet(command: Command) -> None:
    async with held(command.folder / SERVER):
        ran = await asyncio.to_thread(command, "replay-check")
    assert ran.code == ExitCode.NOT_REACHABLE
    assert "No Temporal server is known here" in ran.err


@pytest.mark.server
async def test_a_demonstration_that_is_under_way_is_no_office(command: Command) -> None:
    async with embedded_server(command.folder / SERVER, fast=True, use_configured=False):
        ran = await asyncio.to_thread(command, "replay-check")
    assert ran.code == ExitCode.NOT_REACHABLE
    assert "skips time, for a demonstration that is under way" in ran.err
