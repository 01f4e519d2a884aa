"""What a command costs before it does anything: CPU seconds and wall time from its start to its end."""

import asyncio
import os
import resource
import sys
import time
from statistics import median
from typing import NamedTuple

from bench.measuring.page import progress
from bench.measuring.processes import ROOT
from bench.measuring.setting import Setting
from bench.peers.staging import furnish, office_variables
from records.books import open_books
from services.security.children import environment_of_child

ACCREDIT = (sys.executable, "-m", "starter")
COMMANDS: dict[str, tuple[str, ...]] = {
    "python -c pass": (sys.executable, "-c", "pass"),
    "accredit --help": (*ACCREDIT, "--help"),
    "accredit check FILE": (*ACCREDIT, "check", "samples/ct-unit.json"),
    "accredit quote FILE": (*ACCREDIT, "quote", "samples/ct-unit.json"),
    "accredit show CASE": (*ACCREDIT, "show", "accreditation.OH-0417.ct.CT-1.1"),
    "accredit worklist": (*ACCREDIT, "worklist"),
    "accredit send --help": (*ACCREDIT, "send", "--help"),
    "accredit rehearse --help": (*ACCREDIT, "rehearse", "--help"),
}
IN_SMALL = ("python -c pass", "accredit --help", "accredit check FILE")
NO_SERVER = "127.0.0.1:1"
HOW = (
    "The smallest of the rounds, beside the middle. `show` and `worklist` find books without a case, and no server: "
    "what is measured is the start."
)


class Taken(NamedTuple):
    """CPU seconds, and seconds on the wall."""

    cpu: float
    wall: float


async def run(setting: Setting) -> None:
    """Run each command several times, in turn."""
    folder = setting.folder / "commands"
    folder.mkdir()
    await furnish(folder)
    variables = office_variables(NO_SERVER, "default", folder)
    open_books(variables["ACCREDIT_DATABASE_URL"]).close()
    names = IN_SMALL if setting.quick else tuple(COMMANDS)
    taken: dict[str, list[Taken]] = {name: [] for name in names}
    longest = 0.0
    for number in range(1 if setting.quick else 5):
        if number and not setting.budget.fits(longest, f"round {number + 1} of the commands and further ones"):
            break
        before = setting.budget.used
        for name in names:
            progress(f"commands, round {number + 1}: {name}")
            taken[name].append(await _take(COMMANDS[name], variables))
        longest = max(longest, setting.budget.used - before)
    setting.page.section("Commands", HOW)
    rows = [[name, *_row(of_command)] for name, of_command in taken.items()]
    setting.page.table(["", "CPU s", "middle", "wall s", "middle"], rows)


async def _take(command: tuple[str, ...], variables: dict[str, str]) -> Taken:
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env=environment_of_child() | variables | {"PYTHONPATH": os.fspath(ROOT)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    await process.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Taken(used, time.perf_counter() - begun)


def _row(taken: list[Taken]) -> list[str]:
    cpu, wall = ([getattr(one, name) for one in taken] for name in ("cpu", "wall"))
    return [f"{figure:.2f}" for figures in (cpu, wall) for figure in (min(figures), median(figures))]
