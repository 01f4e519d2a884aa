"""Files of applications: rows per second, with a worker that lives the cases meanwhile and without one.

Also of cases that are adopted with their past: each row one unit, whose messages stand in a second file.

While a worker lives them, somebody sends a message to another case every other second: how long the answers take says
whether the import leaves the worker room.
"""

import asyncio
import csv
import json
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from bench.measuring.machine import cpu, memory
from bench.measuring.page import percentile, progress
from bench.measuring.processes import ROOT
from bench.measuring.setting import Setting
from bench.peers.sample import OFFICE, an_application, exams, findings
from bench.peers.staging import furnish, office_variables, office_worker, server_in
from embedded.server import EmbeddedServer
from records.books import open_books
from services.clock import now
from services.composition import message_named
from services.connect import connect
from services.namespace import prepare_namespace
from services.opening import judge_application, open_cases
from services.security.children import environment_of_child
from services.security.signing import office_signs
from services.sending import send_update
from services.settings import SAMPLE, SAMPLES, load_settings

ROWS, SMALL = 300, 4
LOOK_EVERY = 0.25
WITH, WITHOUT, ADOPTED = "with a worker", "without a worker", "adopted"
SITES = ("chest-adult", "head-adult", "phantom")
"""The areas of the sample's first row."""
PAST = (
    ("record_payment", 98, "invoice=$invoice; amount=$due; method=check", ""),
    ("accept_application", 96, "", ""),
    ("submit_testing_package", 70, json.dumps({"medium": "upload", "exams": exams(SITES, "S")}), "Ann Sample"),
    ("issue_final_report", 60, json.dumps({"reviewers": ["Reader"], "findings": findings(SITES, acceptable=True)}), ""),
)
"""What happened in an adopted case: the message, how many days ago, its fields, and who of the facility said it."""
OPENED = timedelta(days=100)
"""How long ago it opened."""
ASK_EVERY = 2.0
"""Seconds between an answer and the next message of whoever works beside an import."""
WITHIN = timedelta(seconds=60)
HOW = (
    "`accredit import FILE`, a process of its own, one application with one unit a row; a server in a file for each. "
    "CPU of a row, in ms: of the server and the worker with what they did for cases that have begun by the end. "
    "Memory: the most that the command held, seen four times a second. Answers: to a message of somebody who works "
    "beside the import, in ms. Adopted: by `accredit import FILE --messages FILE`, four messages a row."
)
HEADINGS = ["", "rows", "rows/s", "CPU ms a row: command", "server", "worker", "most MiB", "answers p50", "longest"]


async def run(setting: Setting) -> None:
    """Import files, each twice, each time into an office of its own."""
    told = []
    ways = [ADOPTED] if setting.options.adopted else [WITH, WITHOUT]
    for rows in setting.options.cases or [SMALL if setting.quick else ROWS]:
        for way in ways:
            folder = setting.folder / f"import-{rows}-{ways.index(way)}"
            folder.mkdir()
            files = _files(folder, rows, way)
            progress(f"import of {rows:,} rows, {way}")
            async with AsyncExitStack() as stack:
                server = await stack.enter_async_context(server_in(folder, fast=False))
                await prepare_namespace(server.address, "import")
                worker, answers = None, list[float]()
                if way != WITHOUT:
                    worker = (await stack.enter_async_context(office_worker(server.address, "import", folder))).pid
                    answers = await stack.enter_async_context(_somebody_at_work(server, folder))
                else:
                    await furnish(folder)
                figures = await _import(setting, server, worker, folder, files, rows)
            told.append([way, f"{rows:,}", *figures, *_of_answers(answers)])
    setting.page.section("Import", HOW)
    setting.page.table(HEADINGS, told)


@asynccontextmanager
async def _somebody_at_work(server: EmbeddedServer, folder: Path) -> AsyncIterator[list[float]]:
    """Have somebody send notes to a case for as long as a block lasts; gives the seconds that each answer took."""
    settings = load_settings(SAMPLE, office_variables(server.address, "import", folder))
    client, sign = await connect(server.address, "import", security=settings.security), office_signs(settings.security)
    note, answers = message_named("note"), list[float]()
    with closing(open_books(settings.database.url)) as books:
        (case,) = await open_cases(judge_application(an_application(), settings, now()), client, books)

    async def ask() -> None:
        fields = {"message_id": uuid4().hex, "by": OFFICE, "text": "The bench was here."}
        begun = time.perf_counter()
        await send_update(client, case.case_id, note.model_validate(fields), WITHIN, sign)
        answers.append(time.perf_counter() - begun)

    async def work() -> None:
        while True:
            await ask()
            await asyncio.sleep(ASK_EVERY)

    await ask()  # the first one waits until the case has begun
    answers.clear()
    working = asyncio.create_task(work())
    try:
        yield answers
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


def _of_answers(answers: list[float]) -> list[str]:
    if not answers:
        return ["-", "-"]
    return [f"{percentile(answers, 0.5) * 1000:.0f}", f"{max(answers) * 1000:.0f}"]


def _files(folder: Path, rows: int, way: str) -> list[str]:
    """Write what is imported, and return how the command is told of it."""
    file, past = folder / "units.csv", folder / "past.csv"
    began = (now() - OPENED).date().isoformat() if way == ADOPTED else ""
    _write(file, rows, began)
    if way != ADOPTED:
        return [str(file)]
    _write_past(past, rows)
    return [str(file), "--messages", str(past)]


def _write(file: Path, rows: int, opened_at: str = "") -> None:
    """Write a file of so many applications, after the first row of the sample."""
    with (SAMPLES / "import-units.csv").open(encoding="utf-8", newline="") as sample:
        first = next(reader := csv.DictReader(sample))
        headings = reader.fieldnames or ()
    with file.open("w", encoding="utf-8", newline="") as output:
        writer = csv.DictWriter(output, headings)
        writer.writeheader()
        for number in range(rows):
            own = {"application_id": f"APP-{number:06}", "facility_id": f"OH-{number:06}", "opened_at": opened_at}
            writer.writerow({**first, **own})


def _write_past(file: Path, rows: int) -> None:
    """Write what happened in the cases of a file."""
    today = now()
    with file.open("w", encoding="utf-8", newline="") as output:
        writer = csv.writer(output)
        writer.writerow(["case", "message", "received_at", "fields", "for_name"])
        for number in range(rows):
            for message, ago, fields, by in PAST:
                on = (today - timedelta(days=ago)).date().isoformat()
                writer.writerow([f"accreditation.OH-{number:06}.ct.CT-1.1", message, on, fields, by])


async def _import(
    setting: Setting, server: EmbeddedServer, worker: int | None, folder: Path, files: Sequence[str], rows: int
) -> list[str]:
    of_server = server.pids["server"]
    before = cpu(of_server), cpu(worker) if worker else 0.0
    begun = time.perf_counter()
    with (folder / "import.log").open("wb") as log:
        command = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "starter", "import", *files),
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
