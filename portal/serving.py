"""Serves the portal on a port of this machine, beside whatever else the process does."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from portal.app import make_app
from portal.world import World
from services.errors import PortTaken

log = logging.getLogger("accredit.portal")
STOPS_WITHIN = 5
"""Seconds for answers that are under way when it is told to stop."""


class _Server(uvicorn.Server):
    """Leaves signals to the process that it is part of."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


@asynccontextmanager
async def serving(world: World, listening: socket.socket) -> AsyncIterator[None]:
    """Serve the portal for as long as a block lasts.

    Args:
        world: What the pages need.
        listening: Where browsers come in (`listen`).
    """
    config = uvicorn.Config(
        make_app(world),
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        lifespan="off",
        timeout_graceful_shutdown=STOPS_WITHIN,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        await task


def listen(host: str, port: int) -> socket.socket:
    """Return a socket on which browsers can come in; port 0: a free one.

    Raises:
        PortTaken: The port belongs to another program.
    """
    try:
        return socket.create_server((host, port))
    except OSError:
        raise PortTaken(port, "portal's") from None
