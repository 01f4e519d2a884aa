"""A program that can be killed outright and started again on what it left behind."""

import asyncio
import os
import signal
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TypeVar

from embedded.process import Started, start, stop

READY_WITHIN = 600.0
"""Seconds in which a program must work again, on a machine that does much else."""
LOOK_EVERY = 0.05
CLOSE_WITHIN = 3.0
TRIES = 8
"""Starts of a program that ends at once: what was killed before it may not have let go of everything yet."""


class NotReady(RuntimeError):
    """A program did not come up; the message is the end of its log."""


class Program(ABC):
    """A program, running or not.

    Attributes:
        name: What it is called.
        folder: Where it runs and keeps its log.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        self._started: Started | None = None

    @abstractmethod
    def command(self) -> list[str | Path]:
        """Return the program's file and its arguments."""

    @abstractmethod
    async def works(self) -> bool:
        """Whether it does its work now."""

    def variables(self) -> Mapping[str, str]:
        """Return what it gets of the environment beside paths and language."""
        return {}

    @property
    def log(self) -> Path:
        """The file of its output; the one of the run before lies beside it."""
        return self.folder / "log" / f"{self.name}.log"

    @property
    def running(self) -> bool:
        """Whether its process has not ended."""
        return self._started is not None and self._started.running

    async def start(self) -> None:
        """Start it, and wait until it works.

        Raises:
            NotReady: It does not.
        """
        end = asyncio.get_running_loop().time() + READY_WITHIN
        for left in reversed(range(TRIES)):
            self._started = start(
                self.name, self.command(), log=self.log, folder=self.folder, variables=self.variables()
            )
            while self.running and asyncio.get_running_loop().time() < end:
                if await self.works():
                    return
                await asyncio.sleep(LOOK_EVERY)
            if self.running or not left or asyncio.get_running_loop().time() > end:
                break
            await asyncio.sleep(0.5)
        said = " / ".join(self._started.last_lines()) if self._started else ""
        raise NotReady(f"{self.name} does not come up: {said or 'it says nothing'}")

    async def kill(self) -> None:
        """Kill it outright."""
        if self._started is not None and self._started.running:
            with suppress(ProcessLookupError):
                os.kill(self._started.process.pid, signal.SIGKILL)
            await asyncio.to_thread(self._started.process.wait)

    async def close(self) -> None:
        """End it, at the end of everything."""
        if self._started is not None:
            await stop([self._started], within=CLOSE_WITHIN)


ProgramT = TypeVar("ProgramT", bound=Program)


@asynccontextmanager
async def running(program: ProgramT) -> AsyncIterator[ProgramT]:
    """Have a program run for as long as a block lasts. Raises `NotReady`."""
    try:
        await program.start()
        yield program
    finally:
        await program.close()
