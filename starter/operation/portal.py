"""`accredit portal`: serves the portal, where facilities and the office sign in, until Ctrl-C."""

import asyncio
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from policy.office import OfficeSettings
from portal.opening import PORT, portal_of
from records.books import open_books
from services.connect import connect
from services.security.logs import show_all
from services.settings import load_settings
from starter.operation.stopping import told_to_stop
from starter.terminal.context import named_file, office_of
from starter.terminal.output import note, say


def portal(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(help="The address of this machine on which browsers come in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0: a free one.")] = PORT,
    public_url: Annotated[
        str, typer.Option(metavar="URL", help="By which address browsers reach it (else [portal] public_url).")
    ] = "",
) -> None:
    """Serve the portal, where facilities and the office sign in and act for themselves, until Ctrl-C.

    It needs the office's books, its Temporal server, and a worker beside it. Put a proxy before it that ends TLS, and
    name the address that browsers see: cookies are then kept to encrypted connections.

    For example:

        accredit portal
        accredit portal --port 0
        accredit portal --host 0.0.0.0 --public-url https://accreditation.example.org
    """
    asyncio.run(_serve(named_file(ctx), office_of(ctx), host, port, public_url))


async def _serve(office: Path | None, settings: OfficeSettings, host: str, port: int, public_url: str) -> None:
    show_all("%(asctime)s %(levelname)s %(name)s: %(message)s")
    stop = told_to_stop()
    client = await connect(security=settings.security)
    with closing(await asyncio.to_thread(open_books, settings.database.url, new=False)) as books:
        read = partial(load_settings, office)
        async with portal_of(read, books, client, host=host, port=port, public_url=public_url) as world:
            say(f"Portal: {world.public_url}")
            say("`accredit people invite EMAIL --name NAME --role acr --print-link` lets somebody of the office in.")
            say("Ctrl-C stops it; whoever is signed in stays signed in.")
            await stop.wait()
            note("Stopping: answers that are under way are finished.")
    note("Stopped.")
