"""Where the server of `accredit demo` and `accredit up` lives: one set of data, so that links stay good.

Both start the same embedded server on the same data and ports. The demonstration has a namespace, books and a mail
folder of its own; an office's own cases live in the namespace `default` and in the office's books.
"""

from contextlib import AbstractAsyncContextManager
from shutil import rmtree

from embedded.configuration import DATABASE
from embedded.process import is_free
from embedded.server import EmbeddedServer, embedded_server
from services.paths import BOOKS, DEMO, RECORD, SERVER, VAR
from services.rehearsal_check import refuse_office_books, refuse_office_server
from services.security.private import tighten

OFFICE_NAMESPACE = "default"
PORT = 7233
"""Temporal's usual port, where clients look for a server; another one where it is taken."""
UI_PORT = 8233
"""The usual port of its UI."""


def home_server(*, fast: bool, codec: str | None = None) -> AbstractAsyncContextManager[EmbeddedServer]:
    """Start the server on its data, with its UI, at the addresses that it had before (at first the usual ones).

    Everything under `var` is first made its owner's alone, whatever an earlier version has left.

    Args:
        fast: Whether it skips time, for the demonstration.
        codec: Where its UI has payloads decoded; None: nowhere.
    """
    tighten(VAR)
    known = (SERVER / RECORD).exists()
    port, ui_port = (None if known or not is_free(usual) else usual for usual in (PORT, UI_PORT))
    return embedded_server(SERVER, ui=True, fast=fast, port=port, ui_port=ui_port, codec=codec, use_configured=False)


async def clear_demo() -> None:
    """Remove what an earlier demonstration left, the server's data included; the ports are kept.

    Raises:
        RefusedByRule: `rehearsal.office_server`: the data hold cases of an office. Nothing is removed.
        DataInUse: The server runs.
    """
    if (DEMO / BOOKS).exists():
        refuse_office_books(DEMO / BOOKS)
    if (SERVER / DATABASE).exists():
        async with embedded_server(SERVER, use_configured=False) as server:
            await refuse_office_server(server.address, str(SERVER))
        for file in SERVER.glob(f"{DATABASE}*"):
            file.unlink()
    rmtree(DEMO, ignore_errors=True)
