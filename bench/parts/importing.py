"""A file of applications: rows per second, with a worker that lives the cases meanwhile and without one."""

import asyncio
import csv
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path

from bench.measuring.machine import cpu, memory
from bench.measuring.page import progress
from bench.measuring.processes import ROOT
from bench.measuring.setting import Setting
from bench.peers.staging import furnish, office_variables, office_worker, server_in
from embedded.server import EmbeddedServer
from services.namespace import prepare_namespace
from services.security.children import environment_of_child
from services.settings import SAMPLES

ROWS, SMALL = 300, 4
LOOK_EVERY = 0.25
WAYS = ("with a worker", "without a worker")
HOW = (
    "`accredit import FILE`, a process of its own, one application with one unit a row; a server in a file for each. "
    "CPU of a row, in ms. Memory: the most that the command held, seen four times a second."
)


async def run(setting: Setting) -> None:
    """Import a file twice, each time into an office of its own."""
    rows = max(setting.options.cases or [SMALL if setting.quick else ROWS])
    told = []
    for way in WAYS:
        folder = setting.folder / f"import-{WAYS.index(way)}"
        folder.mkdir()
        file = folder / "units.csv"
        _write(file, rows)
        progress(f"import of {rows:,} rows, {way}")
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(server_in(folder, fast=False))
            await prepare_namespace(server.address, "import")
            worker = None
            if way == WAYS[0]:
                worker = (await stack.enter_async_context(office_worker(server.address, "import", folder))).pid
            else:
                await furnish(folder)
            told.append([way, f"{rows:,}", *await _import(setting, server, worker, folder, file, rows)])
    setting.page.section("Import", HOW)
    setting.page.table(["", "rows", "rows/s", "CPU ms a row: command", "server", "worker", "most MiB"], told)


def _write(file: Path, rows: int) -> None:
    """Write a file of so many applications, after the first row of the sample."""
    with (SAMPLES / "import-units.csv").open(encoding="utf-8", newline="") as sample:
        first = next(reader := csv.DictReader(sample))
        headings = reader.fieldnames or ()
    with file.open("w", encoding="utf-8", newline="") as output:
        writer = csv.DictWriter(output, headings)
        writer.writeheader()
        for number in range(rows):
            own = {"application_id": f"APP-{number:06}", "facility_id": f"OH-{number:06}"}
            writer.writerow({**first, **own})


async def _import(
    setting: Setting, server: EmbeddedServer, worker: int | None, folder: Path, file: Path, rows: int
) -> list[str]:
    of_server = server.pids["server"]
    before = cpu(of_server), cpu(worker) if worker else 0.0
    begun = time.perf_counter()
    with (folder / "import.log").open("wb") as log:
        command = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "starter", "import", str(file)),
            cwd=ROOT,
            env=environment_of_child() | office_variables(server.address, "import", folder),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    own, most = 0.0, 0.0
    ended = asyncio.create_task(command.wait())
    try:
        while not ended.done():
            own, most = max(own, cpu(command.pid)), max(most, memory(command.pid))
            if not setting.budget.left:
                raise TimeoutError(f"the import of {rows:,} rows takes longer than it may")
            await asyncio.wait([ended], timeout=LOOK_EVERY)
    finally:
        if not ended.done():
            command.kill()
        await ended
    seconds = time.perf_counter() - begun
    if command.returncode:
        raise RuntimeError((folder / "import.log").read_text("utf-8")[-1000:])
    of_worker = cpu(worker) - before[1] if worker else 0.0
    return [
        f"{rows / seconds:.1f}",
        *(f"{used / rows * 1000:.0f}" for used in (own, cpu(of_server) - before[0])),
        f"{of_worker / rows * 1000:.0f}" if worker else "-",
        f"{most:.0f}",
    ]
