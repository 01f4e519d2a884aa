"""A way to a Temporal server that breaks after the first answer: the server is away just when a command needs it."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

HEADERS, END_STREAM, HEAD = 1, 1, 9
"""HTTP/2: the kind of frame that ends an answer of gRPC, its flag, and the length of what stands before each frame."""


class Relay:
    """Passes on what a client and a server say to each other, until so many answers have been given."""

    def __init__(self, server: str, answers: int) -> None:
        self._host, _, self._port = server.rpartition(":")
        self._left = answers
        self.cut = asyncio.Event()

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take a connection, if any more is taken."""
        if self.cut.is_set():
            writer.close()
            return
        from_server, to_server = await asyncio.open_connection(self._host, int(self._port))
        ways = [
            asyncio.create_task(self._pass_on(reader, to_server)),
            asyncio.create_task(self._count(from_server, writer)),
            asyncio.create_task(self.cut.wait()),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        for end in (writer, to_server):
            end.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while said := await reader.read(1 << 16):
            writer.write(said)
            await writer.drain()

    async def _count(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            while True:
                head = await reader.readexactly(HEAD)
                length = struct.unpack(">I", b"\0" + head[:3])[0]
                writer.write(head + await reader.readexactly(length))
                await writer.drain()
                if head[3] == HEADERS and head[4] & END_STREAM:
                    self._left -= 1
                    if not self._left:
                        self.cut.set()
                        return


@asynccontextmanager
async def breaking(server: str, answers: int) -> AsyncIterator[str]:
    """Listen on a port whose connections break after so many answers; gives the address."""
    relay = Relay(server, answers)
    listening = await asyncio.start_server(relay.meet, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        relay.cut.set()
        listening.close()
