"""An office's portal on this machine: its books, its server, its key and its secret put together, and served."""

import fcntl
import os
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.client import Client

from activities.mail import mailer_of
from policy.office import OfficeSettings
from portal.serving import listen, serving
from portal.world import World
from records.books import Books
from services.clock import now
from services.errors import InputFault, Unusable
from services.paths import note_portal
from services.security.keys import KeyRing

PORT = 8088
SECRET, SECRET_BYTES = "portal.secret", 32
"""What the tokens of forms are made of lies beside the keys, and is read by their owner alone."""


@asynccontextmanager
async def portal_of(
    office: Callable[[], OfficeSettings],
    books: Books,
    client: Client,
    *,
    host: str = "127.0.0.1",
    port: int = PORT,
    public_url: str = "",
) -> AsyncIterator[World]:
    """Serve an office's portal for as long as a block lasts.

    Args:
        office: Returns the office's settings as they are now.
        books: Its books.
        client: A client of the server that holds its cases.
        host: The address of this machine on which browsers come in.
        port: The port; 0: a free one.
        public_url: By which address browsers reach it; empty: as the settings say, else this machine's.

    Raises:
        PortTaken: The port belongs to another program.
        Unusable: The secret of the forms cannot be read or made, or `public_url` is none.
    """
    settings = office()
    keys = Path(settings.security.keys)
    if settings.security.senders == "verified":
        KeyRing(keys).portal_key(now())
    secret = secret_of(keys)
    with listen(host, port) as listening:
        here = f"http://{'localhost' if host == '127.0.0.1' else host}:{listening.getsockname()[1]}"
        address = _address(public_url or settings.portal.public_url) or here
        world = World(books, client, office, mailer_of(settings.mail), address, secret)
        async with serving(world, listening):
            with note_portal(address):
                yield world


def _address(public_url: str) -> str:
    """Return an address without a slash at its end. Raises `Unusable` where it is none, or leads below another one."""
    address = public_url.strip().rstrip("/")
    scheme, _, host = address.partition("://")
    if address and (scheme not in ("http", "https") or not host or set(host) & set("/?#@ \\")):
        expected = "scheme and host alone, for example https://accreditation.example.org"
        raise Unusable([InputFault("[portal] public_url", "", repr(public_url[:100]), expected)])
    return address


def secret_of(folder: Path) -> bytes:
    """Return the secret of the forms; made where there is none, for its owner alone.

    Raises:
        Unusable: It cannot be read or made.
    """
    file = folder / SECRET
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as opened:
            fcntl.flock(opened, fcntl.LOCK_EX)  # of two that start at once, one makes it
            if not (known := opened.read()):
                known = secrets.token_bytes(SECRET_BYTES)
                opened.write(known)
                opened.flush()
                os.fsync(opened.fileno())
    except OSError as error:
        expected = "a file that this program can make and read"
        raise Unusable([InputFault(str(file), "", error.strerror or str(error), expected)]) from None
    if len(known) < SECRET_BYTES:
        raise Unusable(
            [InputFault(str(file), "", "something shorter", f"{SECRET_BYTES} bytes; remove it to make it anew")]
        )
    return known
