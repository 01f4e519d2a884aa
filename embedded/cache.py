"""Where obtained programs are kept for the user, whole or not at all.

A program has a folder whose name says what it is, which version and for which machine. It is made in a folder of its
own beside it and renamed when it is complete, so that what stands under its name is always whole. Whoever makes one
holds a lock: two set-ups at once build once.
"""

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from filelock import AsyncFileLock, Timeout
from platformdirs import user_cache_path

from embedded.progress import Progress

CACHE_VARIABLE = "ACCREDIT_CACHE"
UNFINISHED = ".unfinished-"
MACHINE = f"{sys.platform}-{platform.machine().lower()}"
LOCK_POLL = 0.2
"""Seconds between two looks at a lock that another process holds."""


def cache_folder() -> Path:
    """Return the folder of obtained programs: `ACCREDIT_CACHE`, else the user's own place for caches."""
    named = os.environ.get(CACHE_VARIABLE)
    return Path(named).expanduser().absolute() if named else user_cache_path("accredit")


def is_program(path: Path) -> bool:
    """Tell whether there is a file that may be run."""
    return path.is_file() and os.access(path, os.X_OK)


@contextmanager
def unfinished(home: Path) -> Iterator[Path]:
    """Give a folder to make a program in; when the block ends well it takes the name `home`.

    To be used under `sole_maker`. What an interrupted set-up left behind is cleared away first.
    """
    home.parent.mkdir(parents=True, exist_ok=True)
    for left in home.parent.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)
    making = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=home.parent))
    try:
        yield making
        shutil.rmtree(home, ignore_errors=True)
        making.chmod(0o755)
        making.rename(home)
    finally:
        shutil.rmtree(making, ignore_errors=True)


@asynccontextmanager
async def sole_maker(cache: Path, progress: Progress) -> AsyncIterator[None]:
    """Hold the cache's lock, waiting while another process makes a program. The lock ends with its process."""
    lock = AsyncFileLock(_lock_file(cache), poll_interval=LOCK_POLL)
    try:
        await lock.acquire(timeout=0)
    except Timeout:
        with progress.task("Another set-up is at work; waiting for it"):
            await lock.acquire(timeout=-1)
    try:
        yield
    finally:
        await lock.release()


def _lock_file(cache: Path) -> Path:
    cache.mkdir(parents=True, exist_ok=True)
    return cache / "set-up.lock"
