"""An office for a drill: a folder as `make up` lays it out, with a server, books and a worker, and cases that go on."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from temporalio.client import Client

from activities.case_activities import CaseActivities
from activities.mail import MailFolder
from chaos.place.postgres import Postgres
from chaos.place.program import running
from chaos.place.server import Obtained, TemporalServer
from chaos.shell import run, with_programs
from embedded.server import embedded_server
from policy.office import Security
from records.books import Books, open_books
from services.connect import connect
from services.namespace import prepare_namespace
from services.security.senders import senders_of
from services.settings import SAMPLE, load_settings
from services.workers import working
from tests.office import LivingOffice

SQLITE = "sqlite:///var/accredit.db"
FOLDERS = {
    "ACCREDIT_MAIL_FOLDER": "var/mail",
    "ACCREDIT_PAPERS_FOLDER": "var/papers",
    "ACCREDIT_DOCUMENTS_UPLOADS": "var/uploads",
    "ACCREDIT_SECURITY_KEYS": "var/keys",
    "ACCREDIT_HISTORIES": "var/histories",
}


class DrillOffice(LivingOffice):
    """A living office whose files lie in `var`, and whose commands are those of a shell in its folder."""

    @property
    def security(self) -> Security:
        """Its senders are verified, by keys of its own."""
        return Security(keys=str(self.folder / "var" / "keys"))


class Drilled:
    """The place of a drill: its folder, and the address of its books."""

    def __init__(self, folder: Path, url: str = SQLITE) -> None:
        """Lay out a folder; nothing is started yet."""
        self.folder, self.url = folder, url
        (folder / "var").mkdir(parents=True, exist_ok=True)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its shell: `accredit` is on the path, nothing else of this machine's office is known."""
        kept = {name: os.environ[name] for name in ("ACCREDIT_CACHE",) if name in os.environ}
        set_up = {"ACCREDIT_DATABASE_URL": self.url, "ACCREDIT_OFFICE": str(SAMPLE), "TEMPORAL_CONFIG_FILE": os.devnull}
        return with_programs(kept | FOLDERS | set_up)

    def run(self, command: str, *, codes: tuple[int, ...] = (0,)) -> str:
        """Run a command of the page in the office's folder and return what it printed.

        Raises:
            CommandFailed: It ended with another exit code than those.
        """
        typed = run(command, self.folder, self.environment, codes)
        return typed.out + typed.err

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Client]:
        """Have the office's server run, as `make up` does; no worker."""
        async with embedded_server(self.folder / "var" / "temporal", use_configured=False) as server:
            await prepare_namespace(server.address)
            yield await connect(server.address, "default")

    @asynccontextmanager
    async def at_work(self, client: Client) -> AsyncIterator[LivingOffice]:
        """Have the office's worker work, and its cases be spoken to."""
        with closing(self.books()) as books:
            office = DrillOffice(client, books, self.folder)
            senders = senders_of(office.security)
            settings = load_settings(
                SAMPLE, {name: str(self.folder / place) for name, place in FOLDERS.items() if name.count("_") > 1}
            )
            mail = MailFolder(self.folder / "var" / "mail")
            activities = CaseActivities(books, lambda: settings, mail, client, announced_only=True)
            async with working(client, activities=activities, senders=senders):
                yield office

    def books(self) -> Books:
        """Open the office's books."""
        return open_books(self.url.replace("sqlite:///", f"sqlite:///{self.folder}/"))


class DrilledOnPostgres(Drilled):
    """A place whose server keeps its cases in PostgreSQL; its books are in SQLite."""

    def __init__(self, folder: Path, found: Obtained, database: Postgres) -> None:
        """Lay out a folder; the cluster runs, and has the tables of a server."""
        super().__init__(folder)
        self._database = database
        self._server = TemporalServer(found.program, folder / "var" / "temporal", database)

    @property
    def environment(self) -> dict[str, str]:
        """Its shell knows where the server is reached, and where its databases are."""
        reached = {"TEMPORAL_ADDRESS": self._server.address, "TEMPORAL_POSTGRES": self._database.url("").rstrip("/")}
        return super().environment | reached

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Client]:
        """Have the server run on its databases; no worker."""
        async with running(self._server) as server:
            await prepare_namespace(server.address)
            yield await connect(server.address, "default")
