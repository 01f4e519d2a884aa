"""A disk that can be full: a small file system in memory (tmpfs), which root may mount; a file takes up the rest."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

MEGABYTE, LEAST = 1024 * 1024, 512
FILLER = "taken-up"


class Disk:
    """A folder, and whether it is a disk of its own that can be full.

    Attributes:
        folder: The folder.
        can_be_full: Whether it is one.
    """

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder, self._megabytes = folder, megabytes
        self.can_be_full = False

    @contextmanager
    def mounted(self) -> Iterator["Disk"]:
        """Have it for as long as a block lasts; where nothing may be mounted it is a folder like any other."""
        self.folder.mkdir(parents=True)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={self._megabytes}m,mode=0755", "tmpfs", str(self.folder)]
        try:
            done = subprocess.run(mount, capture_output=True, check=False) if os.geteuid() == 0 else None
        except FileNotFoundError:
            done = None
        self.can_be_full = done is not None and done.returncode == 0
        try:
            yield self
        finally:
            if self.can_be_full:
                unmount(self.folder)

    async def be_full(self, seconds: float) -> None:
        """Have no room at all for so long, whoever asks for some."""
        filler = _Filler(self.folder / FILLER)
        end = asyncio.get_running_loop().time() + seconds
        try:
            while asyncio.get_running_loop().time() < end:
                await asyncio.to_thread(filler.take_all)  # again: whoever deletes something makes room
                await asyncio.sleep(0.2)
        finally:
            filler.give_back()


def unmount(folder: Path) -> None:
    """Take a disk away; a folder that is none stays as it is."""
    if os.path.ismount(folder):
        subprocess.run(["umount", "--lazy", str(folder)], capture_output=True, check=False)


class _Filler:
    """Takes up all the room of a disk, until it gives it back for good."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._over, self._turn = False, Lock()

    def take_all(self) -> None:
        """Take up what there is, to the last piece."""
        with self._turn:
            for piece in (MEGABYTE, LEAST):
                with suppress(OSError):
                    self._take(piece)

    def _take(self, piece: int) -> None:
        if self._over:
            return
        with self._file.open("ab", buffering=0) as out:
            while out.write(b"\0" * piece):
                pass

    def give_back(self) -> None:
        """Give everything back; a thread that is still at it takes nothing more."""
        self._over = True
        with self._turn:
            self._file.unlink(missing_ok=True)
