"""Many windows that are due at one instant: how fast cases and letters follow, and what it costs."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from temporalio.client import Client
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from bench.measuring.machine import cpu, memory
from bench.measuring.page import percentile, progress
from bench.measuring.processes import READY, Child, module, running
from bench.measuring.setting import Setting
from bench.parts.lives import NAMES
from bench.peers.lean import LEAN_QUEUE, LeanCycle
from bench.peers.ledger import BOOKS_QUERY, LEDGER_QUERY, Tail
from bench.peers.null import INVOICE
from bench.peers.product import Office, open_one
from bench.peers.staging import furnish, office_worker, server_in
from bench.peers.stepwise import SKIPS
from intake.batch.starting import AT_ONCE, at_once
from policy.office import Security
from records.books import open_books
from services.clock import now
from services.connect import connect
from services.namespace import prepare_namespace
from services.queries import ask
from services.security.signing import office_signs
from services.settings import SAMPLE, load_settings

PEERS = ("lean", "real")
WINDOWS, SMALL = 2_000, 6
SHARE = {"lean": 0.15, "real": 0.45}
"""Of the budget, for opening the cases of each."""
LEAN_WINDOW = timedelta(days=30)
FIRST, MARGIN = timedelta(seconds=4), 1.5
"""How long before the common instant the last clock should stand there, and how much longer than tried all may take."""
TRIED, A_STEP = 16, timedelta(minutes=1)
"""Cases whose clocks are led a step ahead, to see how long that takes on this machine."""
ANSWER_WITHIN = timedelta(seconds=60)
LETTER = "waiting"
"""What the product sends when nobody has paid: the case says that it waits."""
HOW = (
    "Cases of one kind are opened, then each one's clock is led to shortly before its window ends, so that all end at "
    "one and the same instant. From then on the clocks run as in an office. Product: the facility has not paid; "
    "the case notes it and writes a letter. Lean: a timer, then a row. Behind the instant: until the row can be read.",
)


class Waiting(NamedTuple):
    """Cases that wait for one instant.

    Attributes:
        server: The server's process.
        worker: The worker.
        tail: Sees what they write.
        what: What each writes when its window ends.
        cases: The cases.
        due: When a case's window ends, on its own clock.
        lead: Leads a case's clock ahead.
    """

    server: int
    worker: Child
    tail: Tail
    what: str
    cases: list[str]
    due: Callable[[str], datetime]
    lead: Callable[[str, timedelta], Awaitable[None]]


async def run(setting: Setting) -> None:
    """Open cases, have their windows end together, and watch."""
    want = max(setting.options.cases or [SMALL if setting.quick else WINDOWS])
    folder = setting.folder / "windows"
    rows = []
    async with server_in(folder) as server:
        for peer in PEERS:
            await prepare_namespace(server.address, peer, rehearsal=peer != "real")
            client = await connect(server.address, peer)
            of_server = server.pids["server"]
            place = folder / peer
            place.mkdir()
            do = _lean if peer == "lean" else _real
            rows.append([NAMES[peer], *await do(setting, client, of_server, place, want)])
    setting.page.section("Windows due in one minute", *HOW)
    setting.page.table(
        [
            "", "windows", "per second", "behind the instant p50 s", "p95", "last", "CPU ms a window: server", "worker",
            "worker MiB",
        ],
        rows,
    )  # fmt: skip


async def _lean(setting: Setting, client: Client, server: int, folder: Path, want: int) -> list[str]:
    ledger, begun = folder / "ledger.db", dict[str, datetime]()
    place = ["--address", client.service_client.config.target_host, "--namespace", client.namespace]
    command = module("bench.peers.worker", "lean", *place, "--ledger", str(ledger))
    async with running("worker", command, folder) as worker:
        await worker.says(READY)
        tail = Tail(str(ledger), LEDGER_QUERY)

        async def open_it(number: int) -> str:
            name = f"window-{number}"
            await client.start_workflow(LeanCycle.run, "window", id=name, task_queue=LEAN_QUEUE)
            await tail.seen(name, "opened")
            begun[name] = now()
            return name

        def due(name: str) -> datetime:
            return begun[name] + LEAN_WINDOW

        async with _watched(tail):
            cases = await _opened(setting, "lean", want, open_it)
            waiting = Waiting(server, worker, tail, "window passed", cases, due, _leading(client))
            return await _end_together(waiting)


async def _real(setting: Setting, client: Client, server: int, folder: Path, want: int) -> list[str]:
    letter, settings = await furnish(folder), load_settings(SAMPLE, {})
    address, books_file = client.service_client.config.target_host, folder / "books.db"
    async with office_worker(address, client.namespace, folder) as worker:
        with closing(open_books(f"sqlite:///{books_file}")) as books:
            tail, sign = Tail(str(books_file), BOOKS_QUERY), office_signs(Security(keys=str(folder / "keys")))
            office = Office(client, settings, tail, books, sign, letter)

            async def open_it(number: int) -> str:
                case_id = await open_one(office, f"OH-{number:06}")
                await tail.seen(case_id, INVOICE)
                return case_id

            async with _watched(tail):
                cases = await _opened(setting, "real", want, open_it)
                due = await _first_due(client, cases[-1])
                waiting = Waiting(server, worker, tail, LETTER, cases, lambda case: due, _leading(client))
                return await _end_together(waiting)


def _leading(client: Client) -> Callable[[str, timedelta], Awaitable[None]]:
    """Return what leads a case's clock ahead."""
    skipper = TimeSkipper(client, config=TimeSkippingConfig(max_session_skip_count=SKIPS))

    async def lead(case: str, by: timedelta) -> None:
        await skipper.fast_forward(client.get_workflow_handle(case), by)

    return lead


class _watched:
    """Has a tail watch for as long as a block lasts."""

    def __init__(self, tail: Tail) -> None:
        self._tail = tail

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._tail.watch())

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()


async def _first_due(client: Client, case_id: str) -> datetime:
    """Return the next instant at which a case does something by itself."""
    agenda = None
    while not agenda:  # it stands once the case has heard of its invoice
        agenda = await ask(client, case_id, "agenda", within=ANSWER_WITHIN)
    return min(datetime.fromisoformat(mark["at"]) for mark in agenda)


async def _opened(setting: Setting, peer: str, want: int, open_it: Callable[[int], Awaitable[str]]) -> list[str]:
    """Open cases, as many as are wanted and as there is time for."""
    end = time.monotonic() + setting.budget.seconds * SHARE[peer]
    cases: list[str] = []

    def numbers() -> Iterator[int]:
        for number in range(want):
            if number and time.monotonic() > end:
                return
            yield number

    async def one(number: int) -> None:
        cases.append(await open_it(number))
        if len(cases) % max(1, want // 10) == 0:
            progress(f"windows, {NAMES[peer]}: {len(cases):,} of {want:,} cases are open")

    await at_once(one, numbers(), AT_ONCE)
    if len(cases) < want:
        setting.budget.left_out.append(f"windows, {NAMES[peer]}: {want - len(cases):,} of {want:,} cases")
    return cases


async def _end_together(waiting: Waiting) -> list[str]:
    """Lead all clocks to one instant, and return the row of what followed."""
    ahead = dict.fromkeys(waiting.cases[:TRIED], A_STEP)
    begun = time.perf_counter()
    await at_once(lambda case: waiting.lead(case, A_STEP), ahead, AT_ONCE)
    each = (time.perf_counter() - begun) / len(ahead)
    instant = now() + FIRST + timedelta(seconds=each * len(waiting.cases) * MARGIN)
    progress(f"{len(waiting.cases):,} windows end together at {instant:%H:%M:%S} UTC")

    async def lead(case: str) -> None:
        if now() > instant:
            raise RuntimeError("the clocks could not be led there in time: this machine is too busy")
        await waiting.lead(case, waiting.due(case) - instant - ahead.get(case, timedelta(0)))

    await at_once(lead, waiting.cases, AT_ONCE)
    due = time.perf_counter() + (instant - now()).total_seconds()
    await asyncio.sleep(max(0.0, due - time.perf_counter()))
    before = cpu(waiting.server), cpu(waiting.worker.pid)
    seen = await asyncio.gather(*(waiting.tail.seen(case, waiting.what) for case in waiting.cases))
    used = cpu(waiting.server) - before[0], cpu(waiting.worker.pid) - before[1]
    behind, number = [at - due for at in seen], len(seen)
    return [
        f"{number:,}",
        f"{number / max(behind):.0f}",
        *(f"{figure:.1f}" for figure in (percentile(behind, 0.5), percentile(behind, 0.95), max(behind))),
        *(f"{seconds / number * 1000:.0f}" for seconds in used),
        f"{memory(waiting.worker.pid):.0f}",
    ]
