"""The door of the UI: what a browser asks goes through it only where it names this machine.

The UI answers whoever reaches its port, under any name. A web page anywhere may give its own name the address
127.0.0.1 (DNS rebinding); to the browser it is then the same site, and it reads cases and ends them. The UI cannot be
told to look at the name. So it listens on a port that no browser connects to, and in front of it, at the address that
people open, this door looks at `Host` and `Origin`.

A request is passed on as it is, but for its connection, which ends with the answer: each request is looked at.
"""

import asyncio
import re
import socket
import threading
from contextlib import closing, suppress
from http import HTTPStatus
from types import TracebackType
from typing import Self

from embedded.process import HOST

LARGEST_HEAD = 64 * 1024
"""Bytes of a request before its body."""
HEAD_WITHIN = 30.0
"""Seconds in which they must have come."""
PIECE = 64 * 1024
THIS_MACHINE = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?", re.ASCII | re.IGNORECASE)
"""Names that are this machine's wherever they are looked up; any port, because it may be forwarded (`ssh -L`)."""
_FIRST_LINE = re.compile(rb"[A-Z]{1,16} /[\x21-\x7e]* HTTP/1\.[01]")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00\r\n]*?)[ \t]*")
_OF_THE_CONNECTION = (b"connection", b"keep-alive", b"proxy-connection", b"upgrade")


class Refused(Exception):
    """A request that is not passed on: the status of the answer, and why."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def looked_at(head: bytes) -> bytes:
    """Return the head of a request, to be passed on.

    Raises:
        Refused: It names another host than this machine, comes from a page of one, or is no plain HTTP/1.1.
    """
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    fields = [_FIELD.fullmatch(line) for line in lines]
    if not _FIRST_LINE.fullmatch(first) or None in fields:
        raise Refused(HTTPStatus.BAD_REQUEST, "This is no request that a browser makes.")
    named = [(field[1].lower(), field[2].decode("latin-1")) for field in fields if field]
    hosts = [value for name, value in named if name == b"host"]
    if len(hosts) != 1 or not THIS_MACHINE.fullmatch(hosts[0]):
        raise Refused(HTTPStatus.FORBIDDEN, "The UI is opened as localhost or 127.0.0.1, by no other name.")
    for origin in (value for name, value in named if name == b"origin"):
        if re.sub(r"^https?://", "", origin).lower() != hosts[0].lower():
            raise Refused(HTTPStatus.FORBIDDEN, "A page of another site may not use the UI.")
    kept = [line for line, (name, _) in zip(lines, named, strict=True) if name not in _OF_THE_CONNECTION]
    return b"\r\n".join((first, *kept, b"Connection: close", b"", b""))


class Door:
    """A door, open from when it is made until it is closed.

    It has a thread and a loop of its own, so that it answers however busy the program around it is.
    """

    def __init__(self, port: int, behind: int) -> None:
        """Listen on a port of loopback, for what listens on the port `behind`.

        Raises:
            OSError: The port is taken.
        """
        self._behind = behind
        listening = socket.create_server((HOST, port))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="door of the UI", daemon=True)
        self._thread.start()
        serving = asyncio.start_server(self._serve, sock=listening, limit=LARGEST_HEAD)
        self._server = asyncio.run_coroutine_threadsafe(serving, self._loop).result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close it, and break off what is still answered."""
        if not self._thread.is_alive():
            return
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _shut(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer), suppress(OSError, EOFError, asyncio.CancelledError):
            try:
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), HEAD_WITHIN)
                passed = looked_at(head)
                ui_reader, ui_writer = await self._to_the_ui()
            except (asyncio.LimitOverrunError, TimeoutError):
                _refuse(writer, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The request has no end.")
            except Refused as refused:
                _refuse(writer, refused.status, str(refused))
            else:
                with closing(ui_writer):
                    ui_writer.write(passed)
                    await _between(reader, ui_writer, ui_reader, writer)
            await writer.drain()

    async def _to_the_ui(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        try:
            return await asyncio.open_connection(HOST, self._behind)
        except OSError:
            raise Refused(HTTPStatus.BAD_GATEWAY, "The UI does not answer.") from None


async def _between(
    asked: asyncio.StreamReader,
    to_the_ui: asyncio.StreamWriter,
    answered: asyncio.StreamReader,
    to_the_browser: asyncio.StreamWriter,
) -> None:
    """Pass the rest of the request on, and the answer back, until that ends."""
    request = asyncio.ensure_future(_pass_on(asked, to_the_ui))
    try:
        await _pass_on(answered, to_the_browser)
    finally:
        request.cancel()
        with suppress(asyncio.CancelledError, OSError):
            await request


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(PIECE):
        writer.write(piece)
        await writer.drain()
    writer.write_eof()


def _refuse(writer: asyncio.StreamWriter, status: HTTPStatus, reason: str) -> None:
    body = f"{reason}\n".encode()
    head = f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n"
    writer.write(head.encode() + b"Connection: close\r\n\r\n" + body)
