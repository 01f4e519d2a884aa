"""Processes of a measurement: started with a log of their own, asked by lines, gone when their block ends.

Each ends with its parent, too: whatever ends a measurement, Ctrl-C included, leaves nothing running.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from embedded import parent_death
from services.security.children import environment_of_child

ROOT = Path(__file__).resolve().parents[2]
READY = "ready"
"""What a process of a measurement says when it can begin."""
READY_WITHIN = 90.0
STOP_WITHIN = 15.0
LOOK_EVERY = 0.05
LAST = 2_000
"""Characters of a log that are shown where a process has failed."""


class ProcessFailed(RuntimeError):
    """A process ended, or was not ready in time; the message is the end of its log."""


class Child:
    """A process that was started.

    Attributes:
        name: What it is called.
        pid: Its number.
    """

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path) -> None:
        self.name, self.pid = name, process.pid
        self._process, self._log = process, log

    async def says(self, text: str) -> None:
        """Wait until its log holds a text.

        Raises:
            ProcessFailed: It ended before, or took too long.
        """
        end = asyncio.get_running_loop().time() + READY_WITHIN
        while text not in self._log.read_text(errors="replace"):
            if self._process.returncode is not None or asyncio.get_running_loop().time() > end:
                raise self._failed()
            await asyncio.sleep(LOOK_EVERY)

    async def line_with(self, beginning: str) -> str:
        """Return the rest of the first line of its output that begins so.

        Raises:
            ProcessFailed: It ended without one.
        """
        assert self._process.stdout
        async with asyncio.timeout(READY_WITHIN):
            while line := (await self._process.stdout.readline()).decode():
                if line.startswith(beginning):
                    return line.removeprefix(beginning).strip()
        raise self._failed()

    async def ask(self, line: str) -> dict[str, Any]:
        """Give it a line and return its answer, a JSON object on a line of its own.

        Raises:
            ProcessFailed: It ended without one.
        """
        assert self._process.stdin
        assert self._process.stdout
        if self._process.returncode is not None:
            raise self._failed()
        self._process.stdin.write(f"{line}\n".encode())
        await self._process.stdin.drain()
        answer = await self._process.stdout.readline()
        if not answer:
            raise self._failed()
        return dict(json.loads(answer))

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Ask it to end, and kill it if it does not."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)
        try:
            async with asyncio.timeout(STOP_WITHIN):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    def _failed(self) -> ProcessFailed:
        return ProcessFailed(f"{self.name}: {self._log.read_text(errors='replace')[-LAST:].strip() or 'said nothing'}")


@asynccontextmanager
async def running(
    name: str,
    command: Sequence[str | Path],
    folder: Path,
    variables: Mapping[str, str] | None = None,
    *,
    stop_by: signal.Signals = signal.SIGTERM,
) -> AsyncIterator[Child]:
    """Have a process run for as long as a block lasts. Its answers come by its output, the rest goes to its log.

    Args:
        name: What it is called; its log lies in the folder under this name.
        command: Its file and arguments.
        folder: Where its log is kept.
        variables: What it gets of the environment beside paths and language.
        stop_by: What asks it to end.
    """
    log = folder / f"{name}.log"
    bound = [sys.executable, "-I", "-S", parent_death.__file__, str(os.getpid()), *map(str, command)]
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *bound,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=output,
            cwd=ROOT,
            env=environment_of_child() | dict(variables or {}),
            start_new_session=True,
        )
    child = Child(name, process, log)
    try:
        yield child
    finally:
        await child.stop(stop_by)


def module(name: str, *arguments: str) -> list[str]:
    """Return the command that runs one of our modules."""
    return [sys.executable, "-m", name, *arguments]
