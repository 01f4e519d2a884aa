"""An office on all that it stands on, each part of which can be taken away."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from temporalio.client import Client

from chaos.place.disk import Disk
from chaos.place.postbox import Postbox
from chaos.place.postgres import Postgres
from chaos.place.program import Program, running
from chaos.place.server import Obtained, TemporalServer, temporal_on_postgres
from chaos.place.wire import Wire
from chaos.place.worker import WorkerProgram
from embedded.process import HOST, free_ports
from policy.office import Security
from records.books import Books, open_books
from services.clock import now
from services.connect import connect
from services.namespace import prepare_namespace
from services.security.keys import KeyRing
from services.security.signing import Sign, office_signs
from services.settings import SAMPLE

Kept = Literal["postgresql", "sqlite"]
"""Where an office keeps its books."""
NAMESPACE, BOOKS = "chaos", "books"
WORKERS = 2
MEGABYTES = {"server": 700, "books": 300, "papers": 900}
"""The size of each disk. It takes as much of the machine's memory as lies on it."""


class Wires(NamedTuple):
    """Between the workers and what they need; `books`: null where these are a file."""

    temporal: Wire
    mail: Wire
    books: Wire | None


@dataclass
class Office:
    """An office, and what can be done to it.

    Attributes:
        kept: Where its books are.
        client: A client of the server that no wire lies before: that of whoever drives the lives.
        books: Its books, likewise.
        folder: Where its files are.
        server: The Temporal server.
        server_database: The PostgreSQL that the server keeps its cases in; null: they are in a file.
        books_database: The one of the books, where they are in one.
        postbox: The mail server.
        workers: Its workers.
        wires: What lies between the workers and all that.
        disks: What can be full: `server`, `books`, `papers`.
        sign: Proves who sends a message.
        rehearsal: Whether time is skipped, and a signal is believed that nobody has signed.
    """

    kept: Kept
    client: Client
    books: Books
    folder: Path
    server: TemporalServer
    server_database: Postgres | None
    books_database: Postgres | None
    postbox: Postbox
    wires: Wires
    disks: dict[str, Disk]
    sign: Sign | None
    rehearsal: bool = True
    workers: list[WorkerProgram] = field(default_factory=list)

    @property
    def papers(self) -> Path:
        """The folder of its papers."""
        return self.disks["papers"].folder / "papers"

    @property
    def uploads(self) -> Path:
        """Where the documents are noted that its senders name."""
        return self.folder / "uploads"

    @property
    def variables(self) -> dict[str, str]:
        """The settings of its workers."""
        wires, at = self.wires, f"sqlite:///{self.disks['books'].folder / 'books.db'}"
        if self.books_database is not None and wires.books is not None:
            at = self.books_database.url(BOOKS, wires.books.port)
        return {
            "TEMPORAL_ADDRESS": f"{HOST}:{wires.temporal.port}",
            "TEMPORAL_NAMESPACE": NAMESPACE,
            "TEMPORAL_CONFIG_FILE": os.devnull,
            "ACCREDIT_OFFICE": str(SAMPLE),
            "ACCREDIT_DATABASE_URL": at,
            "ACCREDIT_MAIL_HOST": HOST,
            "ACCREDIT_MAIL_PORT": str(wires.mail.port),
            "ACCREDIT_MAIL_STARTTLS": "false",
            "ACCREDIT_MAIL_FOLDER": str(self.disks["papers"].folder / "mail"),
            "ACCREDIT_PAPERS_FOLDER": str(self.papers),
            "ACCREDIT_SECURITY_KEYS": str(self.folder / "keys"),
            "ACCREDIT_SECURITY_SENDERS": "claimed" if self.rehearsal else "verified",
            "ACCREDIT_DOCUMENTS_UPLOADS": str(self.uploads),
            "ACCREDIT_USER": "chaos",
        }

    @property
    def programs(self) -> list[Program]:
        """Everything that can be killed, without the workers."""
        parts: list[Program | None] = [self.server, self.server_database, self.books_database, self.postbox]
        return [part for part in parts if part is not None]


@asynccontextmanager
async def an_office(folder: Path, kept: Kept, found: Obtained, *, rehearsal: bool = True) -> AsyncIterator[Office]:
    """Have an office for as long as a block lasts; all of it is gone at its end.

    Args:
        folder: Where it is; empty, and on a short path that other users may pass.
        kept: Where its books are.
        found: The Temporal server.
        rehearsal: Whether lives are rehearsed in it; `accredit doctor` holds such a one for no office.

    Raises:
        NotReady: A part of it does not come up.
        NoPostgres: PostgreSQL is not installed.
    """
    async with AsyncExitStack() as stack:
        disks = {name: stack.enter_context(Disk(folder / name, size).mounted()) for name, size in MEGABYTES.items()}
        server, server_database = await _server(folder, found, disks, stack)
        office = await _founded(folder, kept, server, server_database, disks, stack, rehearsal=rehearsal)
        office.uploads.mkdir()
        office.workers += [
            WorkerProgram(f"worker-{number}", folder / "workers", office.variables) for number in range(1, WORKERS + 1)
        ]
        for worker in office.workers:
            stack.push_async_callback(worker.close)
        await asyncio.gather(*(worker.start() for worker in office.workers))
        yield office


async def _server(
    folder: Path, found: Obtained, disks: dict[str, Disk], stack: AsyncExitStack
) -> tuple[TemporalServer, Postgres | None]:
    """Start the server, on PostgreSQL where it can be."""
    if found.schema is None:
        server = TemporalServer(found.program, disks["server"].folder, None)
        return await stack.enter_async_context(running(server)), None
    data = disks["server"].folder
    return await stack.enter_async_context(temporal_on_postgres(found, folder / "temporal", data))


async def _founded(
    folder: Path,
    kept: Kept,
    server: TemporalServer,
    server_database: Postgres | None,
    disks: dict[str, Disk],
    stack: AsyncExitStack,
    *,
    rehearsal: bool,
) -> Office:
    """Start everything else but the workers."""
    postbox_port, books_port = free_ports(2)
    postbox = await stack.enter_async_context(running(Postbox(folder / "postbox", postbox_port)))
    books_database = None
    if kept == "postgresql":
        books_database = Postgres("books-database", disks["books"].folder, books_port)
        stack.push_async_callback(books_database.close)
        await books_database.make(BOOKS)
    url = books_database.url(BOOKS) if books_database else f"sqlite:///{disks['books'].folder / 'books.db'}"
    books = stack.enter_context(closing(await asyncio.to_thread(open_books, url)))
    await prepare_namespace(server.address, NAMESPACE, rehearsal=rehearsal)
    client = await connect(server.address, NAMESPACE)
    wires = Wires(
        Wire(int(server.address.rpartition(":")[2])), Wire(postbox_port), Wire(books_port) if books_database else None
    )
    for wire in filter(None, wires):
        await stack.enter_async_context(wire.laid())
    keys = folder / "keys"
    KeyRing(keys).first(now())
    sign = office_signs(Security(keys=str(keys)))
    return Office(
        kept, client, books, folder, server, server_database, books_database, postbox, wires, disks, sign, rehearsal
    )
