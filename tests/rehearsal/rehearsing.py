"""Rehearses scenarios on the run's own server, and runs the commands that start one, in processes of their own."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from embedded.server import EmbeddedServer
from rehearsal.preparation import make_plans
from rehearsal.reading import read_scenarios
from rehearsal.runner import rehearse_in
from rehearsal.scenario import Scenario
from rehearsal.world import world
from services.settings import SAMPLE, SAMPLES, load_settings
from tests.command import Ran
from tests.forked import Forked, forked

WITHIN = 240
"""Seconds that a command may take on a machine with much else to do."""


async def lived(server: EmbeddedServer, folder: Path, *files: Path) -> list[dict[str, Any]]:
    """Rehearse scenarios in one world, each about a unit of its own, and return their reports."""
    settings = load_settings(SAMPLE)
    plans = make_plans([in_a_quiet_summer(one) for one in read_scenarios(files)], settings, datetime.now(UTC))
    async with world(server.address, f"rehearsal-{uuid4()}", settings, folder / "world") as place:
        return await rehearse_in(place, plans, lambda plan, text: None)


def in_a_quiet_summer(scenario: Scenario) -> Scenario:
    """Return a scenario that opens, where it names no day of its own, on next year's first of June.

    For five months no clock changes: what is told in days is the same on whatever day the tests run.
    """
    return replace(scenario, opens=scenario.opens or date(datetime.now(UTC).year + 1, 6, 1))


def next_january() -> date:
    """Return a day to open on whose next two months know no change of the clocks."""
    return date(datetime.now(UTC).year + 1, 1, 11)


def texts(report: dict[str, Any], kind: str) -> list[tuple[float, str]]:
    """Return day and text of the entries of one kind."""
    return [(entry["day"], entry["text"]) for entry in report["timeline"] if entry["kind"] == kind]


def notices(report: dict[str, Any]) -> list[tuple[float, str]]:
    """Return day and kind of every notice."""
    return [(notice["day"], notice["kind"]) for notice in report["notices"]]


async def begin(folder: Path, *arguments: str | Path, **environ: str | Path) -> Forked:
    """Start `accredit` in a process of its own, in a folder."""
    return await forked("starter", *map(str, arguments), folder=folder, environ=_environment(environ))


async def begin_anew(
    folder: Path, *arguments: str | Path, module: str = "starter", **environ: str | Path
) -> asyncio.subprocess.Process:
    """Start `accredit` (or another command, by its module) as a shell does: nothing of it was read before."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *map(str, arguments)),
        cwd=folder,
        env=_environment(environ),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


def _environment(environ: Mapping[str, str | Path]) -> dict[str, str]:
    own = {"PYTHONPATH": SAMPLES.parent, "PYTHONUNBUFFERED": "1", **environ}
    return os.environ | {name: str(value) for name, value in own.items()}


async def ended(process: Forked | asyncio.subprocess.Process, within: float = WITHIN) -> Ran:
    """Return what a process left behind, once it has ended: within so many seconds."""
    out, err = await asyncio.wait_for(process.communicate(), within)
    return Ran(process.returncode or 0, out.decode(), err.decode())


async def accredit(folder: Path, *arguments: str | Path) -> Ran:
    """Run `accredit` in a process of its own, in a folder, to its end."""
    return await ended(await begin(folder, *arguments))
