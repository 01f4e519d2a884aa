"""The folder that a server runs in: one holder at a time, and what it remembers from run to run.

The holder has a lock on a file, and so has the server that it started, which inherits the open file: the data are free
again when both have ended, however they ended.
"""

import asyncio
import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedded.errors import DataInUse, DataUnusable, ServerDied
from services.paths import LOCK, RECORD, read_record

ORPHAN_ENDS_WITHIN = 12.0
"""Seconds in which a server whose parent was killed has ended (it is told to by the kernel, see `parent_death`)."""
LOOK_EVERY = 0.1


@dataclass(frozen=True)
class DataFolder:
    """A folder that is held.

    Attributes:
        path: Where it is.
        lock: The open file of its lock, for the server to inherit.
        in_memory: Whether it is a temporary one, without a database.
    """

    path: Path
    lock: int
    in_memory: bool

    def remembered(self) -> dict[str, Any]:
        """Return what the last run noted: its ports and its server's version; empty the first time."""
        return read_record(self.path)

    def note(self, **facts: Any) -> None:
        """Note facts of this run, for the next one and for whoever finds the folder in use."""
        content = {**self.remembered(), "pid": os.getpid(), **facts}
        (self.path / RECORD).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


@asynccontextmanager
async def held(data: Path | None) -> AsyncIterator[DataFolder]:
    """Hold a data folder; None: a temporary one, removed at the end unless the server failed.

    Raises:
        DataInUse: Another process holds it.
        DataUnusable: It cannot be made or written.
    """
    path = _place(data)
    lock = _opened_lock(path)
    try:
        await _take(lock, path)
        yield DataFolder(path, lock, in_memory=data is None)
    except ServerDied:
        data = path  # its log is named to the user, so it stays
        raise
    finally:
        os.close(lock)
        if data is None:
            shutil.rmtree(path, ignore_errors=True)


async def _take(lock: int, path: Path) -> None:
    """Lock, or say who has it. An orphan is waited for: its parent has ended, and it is about to."""
    deadline = time.monotonic() + ORPHAN_ENDS_WITHIN
    while not _locked(lock):
        holder = read_record(path)
        if _lives(holder.get("pid")) or time.monotonic() > deadline:
            raise DataInUse(path, holder)
        await asyncio.sleep(LOOK_EVERY)


def _place(data: Path | None) -> Path:
    if data is None:
        return Path(tempfile.mkdtemp(prefix="accredit-temporal-"))
    return data.expanduser().absolute()


def _opened_lock(path: Path) -> int:
    try:
        path.mkdir(parents=True, exist_ok=True)
        return os.open(path / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DataUnusable(path, error) from error


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lives(pid: object) -> bool:
    if not isinstance(pid, int):
        return False
    with suppress(PermissionError):  # it lives, and belongs to somebody else
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
    return True
