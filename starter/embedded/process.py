"""The server's programs as processes: started on a leash, with a log, and stopped so that nothing is left behind."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from starter.embedded import leash

STOP_WITHIN = 10.0
"""Seconds that a program has to end by itself before it is killed. Measured: 1.4 s."""
SHOWN_LINES = 12
OWN_VARIABLES = "TEMPORAL_"
"""Variables that begin so configure clients, and some of them the server as well: what is started here gets none."""


@dataclass(frozen=True)
class Started:
    """A program that was started: what it is called for people, its process, its log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def last_lines(self) -> list[str]:
        """Return the end of its log."""
        with suppress(OSError):
            return self.log.read_text(errors="replace").splitlines()[-SHOWN_LINES:]
        return []


def start(name: str, command: Sequence[str | Path], *, log: Path, folder: Path, hold: Sequence[int] = ()) -> Started:
    """Start a program in a process group of its own, so that a Ctrl-C meets its parent only, which then stops it.

    It ends with the thread that starts it (see `leash`): start it from one that stays, such as the main one.

    Args:
        name: What it is called when something has to be said about it.
        command: The program's file and its arguments.
        log: Where its output goes; the log of the run before is kept beside it.
        folder: The folder it runs in.
        hold: Open files that it keeps open as long as it lives (a lock).
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists():
        log.replace(log.with_suffix(".previous.log"))
    leashed = [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), *map(str, command)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OWN_VARIABLES)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            leashed,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment,
            pass_fds=hold,
            start_new_session=True,
        )
    return Started(name, process, log)


async def stop(programs: Sequence[Started], *, within: float = STOP_WITHIN) -> None:
    """Ask the programs to end, wait until they have, and kill what has not.

    All are asked before the first is waited for, so that a second Ctrl-C in between finds nothing unasked. What has
    nothing to lose (data in memory, a start that failed) may be given no time.
    """
    for program in programs:
        _signal(program, signal.SIGTERM)
    try:
        waiting = (asyncio.to_thread(_wait, program, within) for program in programs)
        await asyncio.gather(*waiting)
    finally:
        for program in programs:
            _signal(program, signal.SIGKILL)
            program.process.wait()


def _wait(program: Started, seconds: float) -> None:
    with suppress(subprocess.TimeoutExpired):
        program.process.wait(seconds)


def _signal(program: Started, number: signal.Signals) -> None:
    if program.running:
        with suppress(ProcessLookupError):
            os.killpg(program.process.pid, number)
