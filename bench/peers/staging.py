"""Puts the peers on a stage: one Temporal server for all, a worker process for each, a driver process for each."""

import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bench.measuring.machine import cpu, machine_busy, memory
from bench.measuring.processes import READY, ROOT, Child, module, running
from bench.peers.postgres import postgres
from bench.peers.sample import LETTER_FILE
from embedded.postgres import programs
from embedded.server import EmbeddedServer, embedded_server
from services.clock import now
from services.namespace import prepare_namespace
from services.security.keys import KeyRing
from services.settings import SAMPLE

WORKS = "works in namespace"
"""What the product's worker says when it can begin."""


class Actors(NamedTuple):
    """The processes of a peer. `server`: the Temporal server, or PostgreSQL under DBOS."""

    server: int
    worker: Child
    driver: Child


class Round(NamedTuple):
    """What one round of lives took: CPU seconds of each process per 100 lives, and what the driver told.

    Attributes:
        others: Cores that were busy with something else meanwhile.
        worker_memory: MiB of the worker with its children.
        told: The driver's answer.
    """

    server: float
    worker: float
    driver: float
    others: float
    worker_memory: float
    told: Mapping[str, Any]

    @property
    def cpu(self) -> float:
        """CPU seconds of all per 100 lives."""
        return self.server + self.worker + self.driver

    @property
    def rate(self) -> float:
        """Lives per second."""
        return float(self.told["lives"] / self.told["seconds"])


@asynccontextmanager
async def server_in(folder: Path, *, fast: bool = True) -> AsyncIterator[EmbeddedServer]:
    """Run a Temporal server on a file in a folder, as `make up` does; `fast`: as rehearsals have it, skipping time."""
    async with embedded_server(folder / "server", fast=fast, use_configured=False) as server:
        yield server


def office_variables(address: str, namespace: str, folder: Path) -> dict[str, str]:
    """Return the environment of an office in a folder: its worker and its commands find everything there."""
    return {
        "TEMPORAL_ADDRESS": address,
        "TEMPORAL_NAMESPACE": namespace,
        "ACCREDIT_OFFICE": str(SAMPLE),
        "ACCREDIT_DATABASE_URL": f"sqlite:///{folder / 'books.db'}",
        "ACCREDIT_MAIL_FOLDER": str(folder / "mail"),
        "ACCREDIT_PAPERS_FOLDER": str(folder / "papers"),
        "ACCREDIT_SECURITY_KEYS": str(folder / "keys"),
        "ACCREDIT_DOCUMENTS_UPLOADS": str(folder / "uploads"),
        "ACCREDIT_USER": "bench",
    }


async def furnish(folder: Path) -> Path:
    """Make what an office needs in a folder, and return the appeal letter in it."""
    KeyRing(folder / "keys").first(now())
    (folder / "uploads").mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(LETTER_FILE, folder / "uploads"))


@asynccontextmanager
async def office_worker(address: str, namespace: str, folder: Path, name: str = "worker") -> AsyncIterator[Child]:
    """Run the worker as an office runs it: its books, its letters, its papers, senders verified."""
    await furnish(folder)
    async with running(name, module("worker"), folder, office_variables(address, namespace, folder)) as worker:
        await worker.says(WORKS)
        yield worker


class Stage:
    """Peers that are ready to live.

    Attributes:
        actors: The processes of each peer.
        not_run: Peers that could not be made ready, and why.
    """

    def __init__(self, server: EmbeddedServer, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.actors: dict[str, Actors] = {}
        self.not_run: dict[str, str] = {}

    async def enter(self, peer: str, stack: AsyncExitStack) -> None:
        """Make a peer ready; it stays until the stack is left."""
        folder = self.folder / peer
        folder.mkdir(parents=True, exist_ok=True)
        if peer.startswith("dbos"):
            await self._enter_dbos(peer, folder, stack)
            return
        await prepare_namespace(self.server.address, peer, rehearsal=peer != "real")
        place = ["--address", self.server.address, "--namespace", peer]
        if peer == "real":
            worker = await stack.enter_async_context(office_worker(self.server.address, peer, folder))
            file, letter = folder / "books.db", folder / "uploads" / LETTER_FILE.name
            place += ["--keys", str(folder / "keys"), "--letter", str(letter)]
        else:
            file = folder / "ledger.db"
            command = module("bench.peers.worker", peer, *place, "--ledger", str(file))
            worker = await stack.enter_async_context(running("worker", command, folder))
            await worker.says(READY)
        await self._add(peer, self.server.pids["server"], worker, [*place, "--file", str(file)], stack)

    async def _enter_dbos(self, peer: str, folder: Path, stack: AsyncExitStack) -> None:
        found = programs()
        if found is None:
            self.not_run[peer] = "PostgreSQL is not installed here"
            return
        cluster = await stack.enter_async_context(postgres(found))
        ledger = str(folder / "ledger.db")
        command = module("bench.peers.dbos_worker", "--url", cluster.url, "--ledger", ledger)
        worker = await stack.enter_async_context(running("worker", command, folder))
        await worker.says(READY)
        await self._add(peer, cluster.process.pid, worker, ["--url", cluster.url, "--file", ledger], stack)

    async def _add(self, peer: str, server: int, worker: Child, told: list[str], stack: AsyncExitStack) -> None:
        driver = await stack.enter_async_context(
            running("driver", module("bench.peers.driver", peer, *told), self.folder / peer)
        )
        await driver.says(READY)
        self.actors[peer] = Actors(server, worker, driver)

    async def live(self, peer: str, prefix: str, lives: int, at_once: int, stop_at: str = "") -> Round:
        """Have a peer live so many lives, so many at once, and return what they cost."""
        server, worker, driver = self.actors[peer]
        before = cpu(server), cpu(worker.pid), machine_busy()
        told = await driver.ask(f"{prefix} {lives} {at_once} {stop_at}")
        after = cpu(server), cpu(worker.pid), machine_busy()
        of_server, of_worker, busy = (late - early for early, late in zip(before, after, strict=True))
        own = told["driver_cpu"]
        others = (busy - of_server - of_worker - own) / told["seconds"]
        each = 100 / lives
        return Round(of_server * each, of_worker * each, own * each, others, memory(worker.pid), told)


@asynccontextmanager
async def staged(folder: Path, peers: list[str]) -> AsyncIterator[Stage]:
    """Run a server, and make peers ready, for as long as a block lasts."""
    async with server_in(folder) as server, AsyncExitStack() as stack:
        stage = Stage(server, folder)
        for peer in peers:
            await stage.enter(peer, stack)
        yield stage


__all__ = ["ROOT", "Actors", "Round", "Stage", "furnish", "office_variables", "office_worker", "server_in", "staged"]
