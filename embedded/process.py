"""The server's programs as processes: on free ports of loopback, with a log, ended with their parent.

They are looked for below the range from which systems hand out ports by themselves (32768 on Linux, 49152 elsewhere):
one from inside that range can be taken by any outgoing connection between the look and the server's start.
"""

import asyncio
import itertools
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from embedded import parent_death
from services.security.children import environment_of_child

STOP_WITHIN = 10.0
"""Seconds that a program has to end by itself before it is killed. Measured: 1.4 s."""
SHOWN_LINES = 12


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


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    folder: Path,
    hold: Sequence[int] = (),
    variables: Mapping[str, str] | None = None,
) -> Started:
    """Start a program in a process group of its own, so that a Ctrl-C meets its parent only, which then stops it.

    It ends with the thread that starts it (see `parent_death`): start it from one that stays, such as the main one.

    Args:
        name: What it is called when something has to be said about it.
        command: The program's file and its arguments.
        log: Where its output goes; the log of the run before is kept beside it.
        folder: The folder it runs in.
        hold: Open files that it keeps open as long as it lives (a lock).
        variables: What it gets of the environment beside paths and language.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists():
        log.replace(log.with_suffix(".previous.log"))
    bound = [sys.executable, "-I", "-S", parent_death.__file__, str(os.getpid()), *map(str, command)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            bound,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment_of_child() | dict(variables or {}),
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


HOST = "127.0.0.1"
UNSEEN = (2049, 3659, 4045, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6697, 10080)
"""Ports that browsers do not connect to, whatever a page asks for (https://fetch.spec.whatwg.org/#port-blocking), and
that need no root."""
FIRST, LAST = 12_000, 32_000
LOOKED_AT = 500


def is_free(port: int) -> bool:
    """Tell whether a server could listen on a port of this machine's loopback now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_ports(count: int, *, beside: Iterable[int] = ()) -> list[int]:
    """Return so many different free ports, none of them one of `beside`."""
    taken = set(beside)
    candidates = (port for port in random.sample(range(FIRST, LAST), LOOKED_AT) if port not in taken and is_free(port))
    return list(itertools.islice(candidates, count))


def unseen_port() -> int | None:
    """Return a free port that no browser connects to, if there is one."""
    return next(filter(is_free, random.sample(UNSEEN, len(UNSEEN))), None)
