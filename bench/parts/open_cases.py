"""What open cases take while nothing happens to them: on the server, in the worker, in the books, and for the lists."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from sqlmodel import Session, col, func, select
from temporalio.client import Client

from bench.measuring.machine import cpu, memory, size_of
from bench.measuring.page import progress
from bench.measuring.processes import Child
from bench.measuring.setting import Setting
from bench.peers.ledger import BOOKS_QUERY, Tail
from bench.peers.null import INVOICE
from bench.peers.product import Office, open_one
from bench.peers.staging import furnish, office_worker, server_in
from embedded.server import EmbeddedServer
from intake.batch.starting import AT_ONCE, at_once
from policy.office import Security
from records.books import Books, open_books
from records.invoices import UNSETTLED
from records.tables import CaseRecord, Invoice
from records.words import NoticeStatus
from records.worklist import worklist
from services.clock import now
from services.connect import connect
from services.namespace import prepare_namespace
from services.security.signing import office_signs
from services.settings import SAMPLE, load_settings

NAMESPACE = "open"
SIZES = (1_000,)
SMALL = (10,)
SHARE = 0.8
"""Of what is left of the budget, for opening cases; the rest is for letting them settle and for the lists."""
LOOK_EVERY = 0.1
WEEK = timedelta(days=7)
TIMES = 5
HOW = (
    "Each case is opened as `accredit start` opens it, by one client, 8 at once, and comes to rest at its fee: "
    "announced in the books, invoiced, written to. CPU and bytes are those of the cases of the row alone. The server "
    "is that of `make up` (SQLite in a file); its bytes are those of its database, visibility and indexes included.",
    "Board: cases by stage, due within a week, overdue, needing attention, money open, as an office's first page asks "
    "for them; the middle of five, from the books. Count: the server's own answer to a filter by search attributes.",
)


class Held(NamedTuple):
    """What has been used and is held at a moment: CPU seconds, MiB, bytes."""

    server_cpu: float
    worker_cpu: float
    own_cpu: float
    server_memory: float
    worker_memory: float
    server_bytes: int
    books_bytes: int
    cases: int


class Place(NamedTuple):
    """An office with its server, as it is measured."""

    server: EmbeddedServer
    worker: Child
    office: Office
    books: Books
    folder: Path


async def run(setting: Setting) -> None:
    """Open cases up to one number after the other, and look at what they take."""
    sizes = sorted(setting.options.cases or (SMALL if setting.quick else SIZES))
    folder = setting.folder / "open"
    letter = await furnish(folder)
    async with server_in(folder, fast=False) as server:
        await prepare_namespace(server.address, NAMESPACE)
        client, settings = await connect(server.address, NAMESPACE), load_settings(SAMPLE, {})
        async with office_worker(server.address, NAMESPACE, folder) as worker:
            with closing(open_books(f"sqlite:///{folder / 'books.db'}")) as books:
                tail = Tail(str(folder / "books.db"), BOOKS_QUERY)
                sign = office_signs(Security(keys=str(folder / "keys")))
                office = Office(client, settings, tail, books, sign, letter)
                await _grow(setting, Place(server, worker, office, books, folder), sizes)


async def _grow(setting: Setting, place: Place, sizes: list[int]) -> None:
    rows: list[list[str]] = []
    lists: list[list[str]] = []
    before = _held(place, 0)
    idle = before
    for size in sizes:
        begun = time.perf_counter()
        opened = await _open(setting, place, before.cases, size)
        started = time.perf_counter() - begun
        if opened < size:
            setting.budget.left_out.append(f"{size:,} open cases: {opened:,} were opened in the time")
        if opened == before.cases:
            break
        await settled(setting, place, opened)
        after = _held(place, opened)
        rows.append(_row(before, after, started, time.perf_counter() - begun))
        lists.append(await _lists(place, opened))
        before = after
        if opened < size:
            break
    setting.page.section("Open cases", *HOW)
    setting.page.tell(
        f"Before the first case: server {idle.server_memory:.0f} MiB, worker {idle.worker_memory:.0f} MiB."
    )
    setting.page.table(
        [
            "open cases", "starts/s", "settled/s", "CPU ms a case: server", "worker", "client", "server MiB",
            "worker MiB", "bytes a case: server", "books",
        ],
        rows,
    )  # fmt: skip
    setting.page.table(["open cases", "worklist CPU s", "board CPU s", "count on the server s"], lists)


async def _open(setting: Setting, place: Place, have: int, want: int) -> int:
    """Open cases until there are as many as wanted, or the time is over; return how many there are."""
    end = time.monotonic() + setting.budget.left * SHARE
    opened = have

    def numbers() -> Iterator[int]:
        for number in range(have, want):
            if time.monotonic() > end:
                return
            yield number

    async def one(number: int) -> None:
        nonlocal opened
        await open_one(place.office, f"OH-{number:06}")
        opened += 1
        if opened % max(1, want // 10) == 0:
            progress(f"open cases: {opened:,} of {want:,}")

    await at_once(one, numbers(), AT_ONCE)
    return opened


async def settled(setting: Setting, place: Place, cases: int) -> None:
    """Wait until each case has its invoice's letter out: then it rests."""
    query = f"SELECT count(*) FROM notices WHERE kind = '{INVOICE}' AND status = '{NoticeStatus.SENT}'"
    while (sent := int(str((place.office.tail.ask(query) or (0,))[0]))) < cases:
        if not setting.budget.left:
            setting.budget.left_out.append(f"the settling of {cases - sent:,} cases whose letters were not out in time")
            return
        await asyncio.sleep(LOOK_EVERY)


def _held(place: Place, cases: int) -> Held:
    server, worker = place.server.pids["server"], place.worker.pid
    books = sum(file.stat().st_size for file in place.folder.glob("books.db*"))
    return Held(
        cpu(server), cpu(worker), time.process_time(), memory(server), memory(worker),
        size_of(place.folder / "server"), books, cases,
    )  # fmt: skip


def _row(before: Held, after: Held, started: float, settled: float) -> list[str]:
    new = after.cases - before.cases

    def each(name: str) -> float:
        return float(getattr(after, name) - getattr(before, name)) / new

    return [
        f"{after.cases:,}",
        f"{new / started:.1f}",
        f"{new / settled:.1f}",
        *(f"{each(name) * 1000:.0f}" for name in ("server_cpu", "worker_cpu", "own_cpu")),
        f"{after.server_memory:.0f}",
        f"{after.worker_memory:.0f}",
        f"{each('server_bytes'):,.0f}",
        f"{each('books_bytes'):,.0f}",
    ]


async def _lists(place: Place, cases: int) -> list[str]:
    """Return CPU seconds of the lists of an office, and seconds of the server's count."""
    with place.books.reading() as session:
        listed = _middle(lambda: len(worklist(session)))
        board = _middle(lambda: _board(session))
    counted = await _count(place.office.client)
    return [f"{cases:,}", *(f"{seconds:.3f}" for seconds in (listed, board, counted))]


def _middle(do: Callable[[], int]) -> float:
    """Return the CPU seconds that something takes in this process, where SQLite works too."""
    taken = []
    for _ in range(TIMES):
        begun = time.process_time()
        do()
        taken.append(time.process_time() - begun)
    return sorted(taken)[TIMES // 2]


def _board(session: Session) -> int:
    """Ask for what stands on an office's first page."""
    at = now()
    open_ones = col(CaseRecord.closed_at).is_(None)
    stages = session.exec(select(CaseRecord.stage, func.count()).where(open_ones).group_by(col(CaseRecord.stage))).all()
    troubled = session.exec(select(func.count()).where(open_ones, col(CaseRecord.needs_attention))).one()
    owed = session.exec(select(func.sum(Invoice.total)).where(col(Invoice.status).in_(UNSETTLED))).one()
    due, late = worklist(session, due_by=at + WEEK), worklist(session, overdue_at=at)
    return len(stages) + troubled + bool(owed) + len(due) + len(late)


async def _count(client: Client) -> float:
    taken = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        await client.count_workflows("ExecutionStatus = 'Running' AND AwaitedParty = 'facility'")
        taken.append(time.perf_counter() - begun)
    return sorted(taken)[TIMES // 2]
