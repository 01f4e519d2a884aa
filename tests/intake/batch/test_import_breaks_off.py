"""An import that breaks off goes on where it stopped: after kill -9, after Ctrl-C, after the server went away."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from services.settings import SAMPLES
from tests.command import Command
from tests.intake.batch.sheets import unit, write_csv
from tests.office_terminal import OfficeTerminal
from tests.patience import WITHIN

ROWS = 120


async def begun(terminal: OfficeTerminal, file: Path) -> asyncio.subprocess.Process:
    """Import a file in a process of its own, and return once a tenth of it is in."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "starter", "import", str(file)),
        env=os.environ | terminal.office.environ | {"PYTHONPATH": str(SAMPLES.parent)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    async with asyncio.timeout(WITHIN):
        while f"Starting applications: {ROWS // 10} of" not in (line := (await process.stderr.readline()).decode()):
            assert line, "the import ended before it began"
    return process


async def rest_of(process: asyncio.subprocess.Process) -> str:
    """Return what a process still says until it ends."""
    async with asyncio.timeout(WITHIN):
        _, err = await process.communicate()
    return err.decode()


@pytest.mark.server
async def test_after_kill_9_the_same_command_starts_what_is_missing_and_nothing_twice(at_night: OfficeTerminal) -> None:
    name = f"K{uuid4().hex[:8]}"
    rows = [unit(n, application_id=f"{name}-{n}", facility_id=f"{name}-{n}") for n in range(ROWS)]
    file = write_csv(at_night.office.folder / "killed.csv", rows)
    process = await begun(at_night, file)
    process.kill()
    await rest_of(process)
    assert process.returncode == -signal.SIGKILL

    ran = await at_night("import", str(file), "--json")
    assert ran.code == 0
    before = ran.data["started_before"]
    assert ROWS // 10 <= before < ROWS, "it was killed in the middle"
    assert ran.data["started"] == ROWS - before
    assert len({case["case"] for case in ran.data["cases"]}) == ROWS
    again = await at_night("import", str(file), "--json")
    assert (again.data["started"], again.data["started_before"]) == (0, ROWS)


@pytest.mark.server
async def test_ctrl_c_says_how_far_it_came_and_that_the_same_command_goes_on(at_night: OfficeTerminal) -> None:
    name = f"L{uuid4().hex[:8]}"
    rows = [unit(n, application_id=f"{name}-{n}", facility_id=f"{name}-{n}") for n in range(ROWS)]
    process = await begun(at_night, write_csv(at_night.office.folder / "interrupted.csv", rows))
    process.send_signal(signal.SIGINT)
    said = await rest_of(process)
    assert process.returncode == 130
    assert f"of {ROWS} applications. The same command again goes on from there." in said
    assert "Traceback" not in said


def test_a_server_that_is_not_there_is_named_with_the_next_step(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    file = write_csv(tmp_path / "cases.csv", [unit(1)])
    ran = Command(monkeypatch, capsys, tmp_path)("import", str(file))
    assert ran.code == 5
    assert "127.0.0.1:1" in ran.err
    assert "make up" in ran.err
    assert "Traceback" not in ran.err
