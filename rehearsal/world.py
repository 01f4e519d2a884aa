"""Everything that a rehearsed case needs around it, kept away from whatever holds an office's cases."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client

from activities.mail import MailFolder
from embedded.time_skipping import supports_time_skipping
from policy.office import Mail, OfficeSettings, Papers
from records.books import Books, open_books
from records.words import BooksPurpose
from rehearsal.scenes import Tell, WatchedActivities
from services.connect import connect
from services.errors import NotReachable
from services.namespace import prepare_namespace
from services.paths import BOOKS, MAIL, PAPERS, UPLOADS
from services.security.signing import Sign
from services.workers import working


@dataclass(frozen=True)
class World:
    """A world to rehearse in.

    Attributes:
        client: A client of its namespace.
        books: Its books, a rehearsal's.
        settings: The office's settings in it.
        folder: Where books and mail lie.
        tell: Who is told what happens in it, scene by scene; null: nobody.
        sign: Proves who sends what is sent; null, as in every rehearsal: who sends it is what he says.
    """

    client: Client
    books: Books
    settings: OfficeSettings
    folder: Path
    tell: Tell | None = None
    sign: Sign | None = None


@asynccontextmanager
async def world(
    address: str, namespace: str, settings: OfficeSettings, folder: Path, tell: Tell | None = None
) -> AsyncIterator[World]:
    """Make a world to rehearse in, for as long as the block lasts.

    Args:
        address: The server.
        namespace: The namespace, which is registered and marked as a rehearsal's.
        settings: The office's settings; their database and mail are never used.
        folder: Where books and mail are kept instead.
        tell: Who is told what happens in it.

    Raises:
        NotReachable: The server does not answer, or does not skip time.
        NamespaceUnfit: The namespace is an office's.
        BooksError: The books in the folder cannot be used, or are an office's.
    """
    client = await connect(address, namespace)
    await prepare_namespace(client, namespace, rehearsal=True)
    if not await supports_time_skipping(client):
        next_step = "Leave --address out: a server that does is then started for the rehearsal."
        raise NotReachable("Temporal server that skips time", address, next_step, "this one keeps to the wall clock")
    async with furnished(client, settings, folder, tell) as place:
        yield place


@asynccontextmanager
async def furnished(
    client: Client, settings: OfficeSettings, folder: Path, tell: Tell | None = None
) -> AsyncIterator[World]:
    """Open a rehearsal's books and put a worker to work in the client's namespace. Raises `BooksError`."""
    private = private_settings(settings, folder)
    with closing(open_books(f"sqlite:///{folder / BOOKS}", BooksPurpose.REHEARSAL)) as books:
        activities = WatchedActivities(books, lambda: private, MailFolder(folder / MAIL), client)
        activities.tell = tell
        async with working(client, activities=activities, versioned=False):
            yield World(client, books, private, folder, tell)


def private_settings(settings: OfficeSettings, folder: Path) -> OfficeSettings:
    """Return an office's settings as they hold in a rehearsal: everything stays in its folder, no mail goes.

    Documents are opened that its scenarios name, wherever they lie, and those in its folder.
    """
    mail = Mail(folder=str(folder / MAIL), sender=settings.mail.sender)
    opened = {"uploads": str(folder / UPLOADS), "folders": (*settings.documents.folders, str(folder))}
    own = {
        "mail": mail,
        "papers": Papers(folder=str(folder / PAPERS)),
        "documents": settings.documents.model_copy(update=opened),
    }
    return settings.model_copy(update=own)
