"""Files for their owner alone: the books, letters, papers, histories, logs and the server's data.

Every process begins by asking for that (`keep_private`); its children inherit it, SQLite's further files and the
server's own as well. What a person names (`-o`, a template, an export) is the person's: it is written as every other
program would, by the umask that the person has, for it is made to be passed on.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

OWNER_ALONE = 0o077
"""What the umask takes away: everything from group and others."""
THROUGH = 0o011
"""The right of either to pass through a folder."""


@cache
def keep_private() -> int:
    """From now on let whatever this process makes be for its owner alone; return the umask that was there before."""
    return os.umask(OWNER_ALONE)


@contextmanager
def as_the_person_would() -> Iterator[None]:
    """Let what is made in the block be as open as the person's umask lets it be."""
    asked_for = keep_private.cache_info().currsize
    now = os.umask(keep_private()) if asked_for else None
    try:
        yield
    finally:
        if now is not None:
            os.umask(now)


def tighten(folder: Path) -> None:
    """Take from group and others what they may do in a folder and everything in it, made by an earlier version.

    What belongs to somebody else is left as it is, and links are not followed.
    """
    if os.name != "posix" or not folder.is_dir():
        return
    for path in (folder.resolve(), *_within(folder)):
        with suppress(OSError):  # somebody else's, or gone meanwhile
            mode = stat.S_IMODE(path.lstat().st_mode)
            if mode & OWNER_ALONE and not path.is_symlink():
                path.chmod(mode & ~OWNER_ALONE)


def open_to_others(places: Iterable[Path]) -> list[Path]:
    """Return which of some files and folders others of this machine can get at."""
    return [place for place in places if os.name == "posix" and place.exists() and _is_open(place.absolute())]


def _is_open(place: Path) -> bool:
    """Whether others have a right to a place, and to pass through every folder above it."""
    rights = place.stat().st_mode & OWNER_ALONE
    return bool(rights) and all(parent.stat().st_mode & THROUGH for parent in place.parents)


def _within(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        yield from (Path(root) / name for name in (*folders, *files))
