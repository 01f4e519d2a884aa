"""The worker's side of reading: processes that read for it, each used again until a document brings it down.

One that has had nothing to read for a while is ended: it holds fifty megabytes, and most days bring few documents. For
the same reason a document waits a moment for a process that reads another one, before a further one is started; and
never are two started at a time, which would take both of them longer.

A process of its own, because a document may be made to take all memory, to never end, or to crash a parser; and kept,
because starting one takes half a second and reading a letter some milliseconds. A file is handed over open, through a
socket: it needs no name on a disk.
"""

import atexit
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from activities.documents.kinds import COMES, DocumentFault, Order, Reading, Sort

CODE = Path(__file__).parents[2]
AT_ONCE = 4
"""Documents that are read at the same time; each may take the memory that the office's settings grant one."""
LONGEST_ANSWER = 256 * 1024
TRIES = 2
"""Somebody else (a system short of memory) may have ended a process: twice in a row, and it is the document."""
IDLE = 10.0
"""Seconds after which a process that has nothing to read is ended; starting another one takes half a second."""
SOON = 1.0
"""Seconds in which a process that reads is likely to be free: longer than it takes to start another one."""
START_WITHIN = 60
"""Seconds in which the reading process must be up, on the slowest machine."""


class ReaderNotStarted(OSError):
    """The reading process does not come up: a fault of this machine, not of the document."""


class Readers:
    """Reading processes, started when they are first needed and handed to one thread at a time."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._idle: list[tuple[float, _Reader]] = []
        self._rest: threading.Timer | None = None
        self._lock = threading.Condition()
        self._reading = 0
        self._starts = False
        self._room = threading.BoundedSemaphore(AT_ONCE)

    def read(self, file: IO[bytes], order: Order) -> Reading:
        """Have a file read, within the time and memory of the order.

        Raises:
            ReaderNotStarted: No reading process can be started; trying again may help.
        """
        reading = Reading(sort=Sort.UNKNOWN, trouble=DocumentFault.CRASH)
        with self._room:
            for _ in range(TRIES):
                with self._one() as reader:
                    reading = reader.read(file, order)
                if reading.trouble is not DocumentFault.CRASH:
                    break
        return reading

    def close(self) -> None:
        """End the processes that are idle. Those that read end with their document, or with this process."""
        self._close_idle(0)

    @contextmanager
    def _one(self) -> Iterator["_Reader"]:
        with self._lock:
            self._wait_for_one()
            free = self._idle.pop()[1] if self._idle else None
            self._reading += 1
            self._starts = self._starts or free is None
        reader: _Reader | None = None
        try:
            reader = free or self._started()
            yield reader
        finally:
            self._give_back(reader)

    def _wait_for_one(self) -> None:
        """Wait until a process is free, or a further one may be started: none starts yet, and none is free soon."""

        def may_go_on() -> bool:
            return bool(self._idle) or not self._reading

        while not may_go_on():
            if self._starts:
                self._lock.wait_for(lambda: may_go_on() or not self._starts)
            elif not self._lock.wait_for(lambda: may_go_on() or self._starts, SOON):
                return

    def _started(self) -> "_Reader":
        """Return a new process. Raises `ReaderNotStarted` where it does not come up, within a minute."""
        try:
            return _Reader()
        finally:
            with self._lock:
                self._starts = False
                self._lock.notify_all()

    def _give_back(self, reader: "_Reader | None") -> None:
        """Keep a process for the next document, or end it where it cannot be used again; none: it has not started."""
        with self._lock:
            self._reading -= 1
            if reader is not None and reader.alive:
                self._idle.append((time.monotonic(), reader))
                self._look_later()
            self._lock.notify_all()
        if reader is not None and not reader.alive:
            reader.close()

    def _look_later(self) -> None:
        """Have the idle processes looked at, once, when the oldest of them may have been idle for long enough."""
        if self._rest is None and self._idle:
            wait = max(self._idle[0][0] + IDLE - time.monotonic(), 0)
            self._rest = threading.Timer(wait, self._close_idle, (IDLE,))
            self._rest.daemon = True
            self._rest.start()

    def _close_idle(self, after: float) -> None:
        """End the processes that have been idle for so many seconds. The one used last is the next to be used."""
        with self._lock:
            last = time.monotonic() - after
            idle = [reader for since, reader in self._idle if since <= last]
            self._idle = [(since, reader) for since, reader in self._idle if since > last]
            self._rest = None
            self._look_later()
        for reader in idle:
            reader.close()


class _Reader:
    """One reading process."""

    def __init__(self) -> None:
        self._line, other = socket.socketpair()
        with other:
            # No settings, no secrets: the process that opens what strangers sent knows nothing of the worker's.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "activities.documents.child"],
                stdin=other.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=CODE,
                env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"},
                start_new_session=True,
            )
        self.alive = False
        try:
            self._answer(START_WITHIN)
        except (TimeoutError, EOFError):
            self.close()
            raise ReaderNotStarted("the process that reads documents does not start") from None
        self.alive = True

    def read(self, file: IO[bytes], order: Order) -> Reading:
        """Have a file read. Only a process that has answered is used again: an answer that comes late is nobody's."""
        self.alive = False
        try:
            socket.send_fds(self._line, [order.model_dump_json().encode()], [file.fileno()])
            reading = Reading.model_validate_json(self._answer(order.within))
        except TimeoutError:
            return Reading(sort=Sort.UNKNOWN, trouble=DocumentFault.TIME)
        except (OSError, EOFError, ValidationError):
            return Reading(sort=Sort.UNKNOWN, trouble=DocumentFault.CRASH)
        self.alive = reading.trouble is not DocumentFault.MEMORY
        return reading

    def close(self) -> None:
        """End the process and wait until it has gone."""
        self.alive = False
        self._line.close()
        self._process.kill()
        self._process.wait()

    def _answer(self, within: float) -> bytes:
        """Return the next line; its time begins anew when a parser has come for it, once.

        Raises:
            TimeoutError: None came in time.
            EOFError: The process has gone, or says more than it may.
        """
        deadline = time.monotonic() + within
        answer = b""
        while not answer.endswith(b"\n"):
            self._line.settimeout(max(deadline - time.monotonic(), 0.001))
            piece = self._line.recv(64 * 1024)
            if piece == COMES and not answer:
                deadline = time.monotonic() + within
            answer += piece
            if not piece or len(answer) > LONGEST_ANSWER:
                raise EOFError
        return answer


@cache
def readers() -> Readers:
    """Return the reading processes of this program, which end with it."""
    started = Readers()
    atexit.register(started.close)
    return started
