"""A wire between two programs, that can be cut, or go silent: a port of loopback from which everything is handed on.

Cut: every connection is broken off at once, and nobody is let through. Silent: nothing breaks, and nothing arrives, as
where a cable is pulled; after that the connections are broken off, as a firewall does that has forgotten them.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from embedded.process import HOST, free_ports

PIECE = 65_536


class Wire:
    """A wire to a port.

    Attributes:
        port: Where one end of it is.
        to: The port at its other end.
    """

    def __init__(self, to: int) -> None:
        self.to = to
        (self.port,) = free_ports(1)
        self._joined: set[asyncio.StreamWriter] = set()
        self._whole, self._speaks = True, asyncio.Event()
        self._speaks.set()

    @asynccontextmanager
    async def laid(self) -> AsyncIterator["Wire"]:
        """Lay it, for as long as a block lasts."""
        server = await asyncio.start_server(self._join, HOST, self.port)
        try:
            yield self
        finally:
            server.close()
            self._break()

    async def cut(self, seconds: float) -> None:
        """Let nobody through for so long."""
        self._whole = False
        self._break()
        await asyncio.sleep(seconds)
        self._whole = True

    async def be_silent(self, seconds: float) -> None:
        """Let nothing arrive for so long, then break off what was connected."""
        self._speaks.clear()
        await asyncio.sleep(seconds)
        self._break()
        self._speaks.set()

    def _break(self) -> None:
        for writer in list(self._joined):
            with suppress(OSError):
                if end := writer.get_extra_info("socket"):
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # at once, as a reset
            writer.transport.abort()
        self._joined.clear()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._whole:
            writer.transport.abort()
            return
        try:
            there_reader, there_writer = await asyncio.open_connection(HOST, self.to)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, there_writer}
        self._joined |= ends
        try:
            await asyncio.gather(self._hand_on(reader, there_writer), self._hand_on(there_reader, writer))
        finally:
            self._joined -= ends
            for end in ends:
                end.transport.abort()

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(PIECE):
                await self._speaks.wait()
                writer.write(piece)
                await writer.drain()
        with suppress(OSError, RuntimeError):
            if writer.can_write_eof():
                writer.write_eof()
