"""An office for the pictures: its server, its books, its terminal in a folder of its own, and a worker at work."""

import asyncio
import getpass
import os
import re
import shutil
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import typst
from temporalio.client import Client

from activities.case_activities import CaseActivities
from activities.mail import mailer_of
from embedded.home import OFFICE_NAMESPACE
from policy.office import OfficeSettings
from records.books import Books, open_books
from records.money_queries import bills
from services.clock import now
from services.connect import connect
from services.errors import ExitCode, ServiceError
from services.namespace import prepare_namespace
from services.security.keys import KeyRing
from services.security.senders import senders_of
from services.settings import SAMPLES, load_settings
from services.workers import working
from starter.rehearsals.demo import SCENARIOS
from tools.screenshots.script import Line, put_papers
from tools.screenshots.terminal import Shown, drawn, run

CLERK = "Sample Clerk"
INVOICE = re.compile(r"@(\S+)")
"""Where a line names a case whose newest invoice it means."""
WITHIN, LOOK_EVERY = 60, 0.2
"""Seconds in which a case must have issued its invoice, and between two looks."""
LETTER = b"We appeal the final report.\n\n#v(2cm)\nSample Supervising Physician"


class OfficeTerminal:
    """The terminal of an office: a folder in which commands are typed."""

    def __init__(self, folder: Path, books: Books, client: Client, settings: OfficeSettings) -> None:
        self.folder, self.books, self.client, self.settings = folder, books, client, settings
        self._environ = {
            "TEMPORAL_ADDRESS": client.service_client.config.target_host,
            "TEMPORAL_NAMESPACE": client.namespace,
            "TEMPORAL_CONFIG_FILE": os.devnull,
            "ACCREDIT_USER": CLERK,
        }

    async def type(self, line: Line) -> Shown:
        """Type a line and return what it shows.

        Raises:
            ServiceError: It ends otherwise than it should, or shows something of this machine.
        """
        words = line.words
        if named := INVOICE.search(words):
            words = words.replace(named[0], await self._invoice(named[1]))
        shown = await asyncio.to_thread(run, words, self.folder, self._environ)
        if shown.code != line.code:
            raise _otherwise(line, shown, f"It was to end with exit code {line.code} and ended with {shown.code}.")
        if line.picture and (found := private_in(shown.plain, self.folder)):
            raise _otherwise(line, shown, f"No picture may show {', '.join(found)}.")
        return shown

    async def _invoice(self, case_id: str) -> str:
        """Return the number of a case's newest invoice, once the books have one."""
        async with asyncio.timeout(WITHIN):
            while True:
                with self.books.reading() as session:
                    found = bills(session, now(), case_id)
                if found and found[-1].invoice.number:
                    return found[-1].invoice.number
                await asyncio.sleep(LOOK_EVERY)


def private_in(text: str, folder: Path) -> list[str]:
    """Return what a text tells of this machine and of its user: places, the host's name, the user's.

    Args:
        text: What a picture would show.
        folder: Where commands are typed.
    """
    places = {str(folder), str(Path.home()), str(SAMPLES.parent)} - {"/"}
    names = {socket.gethostname(), getpass.getuser()} - {"localhost"}
    named = [name for name in names if re.search(rf"\b{re.escape(name)}\b", text)]
    return sorted([place for place in places if place in text] + named)


def _otherwise(line: Line, shown: Shown, text: str) -> ServiceError:
    lines = [f"accredit {line.words}", text, shown.plain]
    return ServiceError(lines, {"problem": text, "command": line.words}, ExitCode.NOT_AS_EXPECTED)


@asynccontextmanager
async def an_office(
    address: str, folder: Path, namespace: str = OFFICE_NAMESPACE, *, portal: bool = False
) -> AsyncIterator[OfficeTerminal]:
    """Found an office with the shipped sample settings, whose books, mail and papers lie under a folder.

    Args:
        address: The server.
        folder: Where commands are typed; samples and scenarios are put there.
        namespace: Where its cases live.
        portal: Whether its portal will be served: its worker knows the portal's key before the first message comes.
    """
    _furnish(folder)
    client = await connect(address, namespace)
    await prepare_namespace(client, namespace)
    settings = _placed(load_settings(SAMPLES / "office.toml", {}), folder)
    with closing(open_books(settings.database.url)) as books:
        activities = CaseActivities(books, lambda: settings, mailer_of(settings.mail), client)
        senders = senders_of(settings.security)
        if portal:
            KeyRing(settings.security.keys).portal_key(now())
            senders.read_again()  # else it looks for new keys every two seconds, and turns a message away meanwhile
        async with working(client, activities=activities, senders=senders):
            yield OfficeTerminal(folder, books, client, settings)


def _furnish(folder: Path) -> None:
    """Make the folder in which commands are typed, with all that they name."""
    folder.mkdir(parents=True)
    put_papers(folder)
    for source in (SAMPLES, SCENARIOS):
        shutil.copytree(source, folder / source.name)
    shutil.copy(SAMPLES / "office.toml", folder)
    (folder / "letter.pdf").write_bytes(typst.compile(LETTER, format="pdf"))


def _placed(settings: OfficeSettings, folder: Path) -> OfficeSettings:
    """Return the settings with the places that they have for a command that is typed in a folder."""
    places = {
        "mail": settings.mail.model_copy(update={"folder": str(folder / settings.mail.folder)}),
        "documents": settings.documents.model_copy(update={"uploads": str(folder / settings.documents.uploads)}),
        "papers": settings.papers.model_copy(update={"folder": str(folder / settings.papers.folder)}),
        "security": settings.security.model_copy(update={"keys": str(folder / settings.security.keys)}),
        "database": settings.database.model_copy(
            update={"url": settings.database.url.replace("sqlite:///", f"sqlite:///{folder}/")}
        ),
    }
    return settings.model_copy(update=places)


async def take_terminals(office: OfficeTerminal, lines: Iterable[Line], to: Path) -> list[Path]:
    """Type lines, one after the other, and keep the pictures of those that have a name.

    Raises:
        ServiceError: What `OfficeTerminal.type` raises.
    """
    taken = []
    for line in lines:
        shown = await office.type(line)
        if line.picture:
            taken.append(to / f"{line.picture}.svg")
            taken[-1].write_text(drawn(line.words, shown), "utf-8")
    return taken
