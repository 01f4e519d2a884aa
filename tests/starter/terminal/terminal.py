"""Runs the command in a process of its own on a terminal of some width, as a person at a screen does."""

import asyncio
import contextlib
import fcntl
import json
import os
import pty
import re
import signal
import struct
import termios
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from services.settings import SAMPLES
from tests.forked import Forked, forked
from tests.rehearsal.rehearsing import WITHIN
from tests.starter.terminal import several

ROWS = 40
NOTHING: Mapping[str, str] = {}
SEQUENCES = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
"""What moves the cursor, colours, or names a window."""


class Terminal:
    """A terminal on which a command runs.

    Attributes:
        process: The command.
    """

    def __init__(self, process: Forked, master: int) -> None:
        self.process = process
        self._master = master
        self._seen = bytearray()
        self._news = asyncio.Event()
        asyncio.get_running_loop().add_reader(master, self._read)

    def _read(self) -> None:
        try:
            data = os.read(self._master, 65536)
        except OSError:  # the command has let go of the terminal
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self._master)
        self._seen += data
        self._news.set()

    @property
    def text(self) -> str:
        """Everything that was written, without what moves the cursor or colours."""
        return SEQUENCES.sub("", self._seen.decode(errors="replace")).replace("\r\n", "\n").replace("\r", "\n")

    async def until(self, holds: Callable[[str], bool]) -> str:
        """Wait until something holds of what was written."""
        async with asyncio.timeout(WITHIN):
            while not holds(self.text):
                self._news.clear()
                await self._news.wait()
        return self.text

    async def end(self) -> int:
        """Return the exit code, once the command has ended."""
        async with asyncio.timeout(WITHIN):
            return await self.process.wait()

    def press_ctrl_c(self) -> None:
        """Press Ctrl-C: the terminal sends the signal to all that runs on it."""
        os.write(self._master, b"\x03")


@asynccontextmanager
async def a_terminal(
    folder: Path,
    *arguments: str | Path,
    columns: int = 80,
    environ: Mapping[str, str] = NOTHING,
    module: str = "starter",
) -> AsyncIterator[Terminal]:
    """Run `accredit`, or another module, in a folder on a terminal so many columns wide.

    What still runs at the end is killed.
    """
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
    own = {"PYTHONPATH": str(SAMPLES.parent), "TERM": "xterm-256color", **environ}
    inherited = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
    process = await forked(module, *map(str, arguments), folder=folder, environ=inherited | own, terminal=slave)
    os.close(slave)
    terminal = Terminal(process, master)
    try:
        yield terminal
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()  # where it had no group yet
        await process.wait()
        asyncio.get_running_loop().remove_reader(master)
        os.close(master)


async def shown(
    folder: Path, *arguments: str | Path, columns: int = 80, environ: Mapping[str, str] = NOTHING
) -> tuple[int, str]:
    """Run `accredit` on a terminal to its end; return its exit code and what was written."""
    async with a_terminal(folder, *arguments, columns=columns, environ=environ) as terminal:
        code = await terminal.end()
        await asyncio.sleep(0)
        return code, terminal.text


async def all_shown(
    folder: Path, *commands: Iterable[str | Path], columns: int, environ: Mapping[str, str] = NOTHING
) -> list[tuple[int, str]]:
    """Run `accredit` once for each of these arguments, in one process; return each exit code and what was written."""
    told = json.dumps([[str(one) for one in arguments] for arguments in commands])
    async with a_terminal(folder, told, columns=columns, environ=environ, module=several.__name__) as terminal:
        assert await terminal.end() == 0, terminal.text
        await asyncio.sleep(0)
        *outputs, rest = re.split(rf"(?m)^{several.END}(\d+)\n", terminal.text)
    assert rest == ""
    return [(int(code), text) for text, code in zip(outputs[::2], outputs[1::2], strict=True)]
