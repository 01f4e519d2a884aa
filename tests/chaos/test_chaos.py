"""Ten lives at once, twelve kills: `make chaos` in small. Nothing is lost, and nothing happens twice."""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import pytest

from chaos.__main__ import read_arguments, wishes
from tests.bare_server import needs_postgres
from tests.patience import WITHIN

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.server, pytest.mark.postgres, pytest.mark.kills, pytest.mark.timeout(900)]
CHAOS = (sys.executable, "-m", "chaos", "--brief", "--any-server")


@pytest.mark.drill
async def test_ten_lives_come_out_as_if_nobody_had_killed_anything() -> None:
    needs_postgres()
    process = await asyncio.create_subprocess_exec(
        *CHAOS, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, trouble = await process.communicate()
    lines = said.decode().splitlines()
    assert process.returncode == 0, said.decode() + trouble.decode()
    assert lines[-1] == "lost 0, twice 0 of 10 lives, 12 kills"
    rows = [re.split(r" *\| *", line)[1:-1] for line in lines if line.startswith("| ")][1:]
    assert sum(int(kills) for _, _, _, kills, _ in rows) == 12
    assert any(re.match(r"Letters: [1-9]\d* sent, \d+ of them taken", line) for line in lines)


@pytest.mark.drill
async def test_an_interrupted_run_leaves_nothing_running() -> None:
    needs_postgres()
    process = await asyncio.create_subprocess_exec(
        *CHAOS, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(WITHIN):
        while len(children := descendants(process.pid)) < 8:  # noqa: ASYNC110 (another process starts them)
            await asyncio.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = await process.communicate()
    assert (process.returncode, b"Nothing is left running" in said) == (130, True), said.decode()
    async with asyncio.timeout(WITHIN):
        while any(is_alive(pid) for pid in children):  # noqa: ASYNC110 (another process ends them)
            await asyncio.sleep(0.05)


def descendants(pid: int) -> set[int]:
    """Return the processes that a process has started, and those that they have."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # it has ended meanwhile
    found: set[int] = set()
    ahead = {pid}
    while ahead:
        ahead = {child for child, parent in parents.items() if parent in ahead} - found
        found |= ahead
    return found


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_both_kinds_of_books_share_what_is_asked_for() -> None:
    asked = wishes(read_arguments(["--lives", "200", "--kills", "300"]))
    assert [(wish.kept, wish.lives, wish.kills) for wish in asked] == [("postgresql", 150, 225), ("sqlite", 50, 75)]


@pytest.mark.parametrize("wrong", [["--lives", "0"], ["--kills", "many"], ["--only", "no-such-life"]])
def test_what_cannot_be_asked_for_is_named(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_arguments(wrong)
    assert wrong[1] in capsys.readouterr().err
