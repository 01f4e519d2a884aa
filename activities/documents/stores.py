"""Which files of this machine are opened as documents: those in the office's folders, and those that its command named.

Whoever reaches the Temporal server can name any path in a message. So a path is held against the folders before the
disk is asked anything, and again when links are followed, and is then opened from the root down, following no link.

A document that the office's own command sends may lie anywhere. The command, which reads it for its digest, notes place
and digest in the folder of uploads: an empty file, whose name is a digest of both. A message that names another place,
or the same place with another digest, is not helped by it.
"""

import errno
import hashlib
import os
import stat
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from policy.office import Documents

NAMED = "named"
"""Where the notes lie, in the folder of uploads."""
NEVER = tuple(map(Path, ("/proc", "/sys", "/dev")))
"""What no setting opens: the system's own, which is no document and tells of the worker."""
_SEARCH = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
"""Not waiting: opening a pipe that nobody writes to would never come back."""
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.EACCES, errno.EPERM, errno.ENXIO)


class NotOpened(Exception):
    """A file is not opened. Never says why: what is there is nobody's business who does not have it."""


def path_of(uri: str) -> Path:
    """Return the path that the address of a file names.

    Raises:
        NotOpened: It is on another machine, or not whole.
    """
    place = urlsplit(uri)
    path = url2pathname(place.path) if place.scheme else uri
    if place.netloc not in ("", "localhost") or not os.path.isabs(path) or "\x00" in path:
        raise NotOpened
    return Path(os.path.normpath(path))


def note_named(path: Path, sha256: str, settings: Documents) -> None:
    """Note that the office's own command names a file. The path is whole, and no link.

    Raises:
        OSError: The folder of uploads cannot be written.
    """
    note = _note(path, sha256, settings)
    for folder in (note.parent.parent, note.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))


def open_file(uri: str, sha256: str, settings: Documents) -> int:
    """Open a document that lies on this machine, and return its file descriptor.

    Raises:
        NotOpened: It may not be opened, is not there, or is no file.
        OSError: The disk does not answer; trying again may help.
    """
    path = path_of(uri)
    named = _is_named(path, sha256, settings)
    if not named and not lies_open(path, settings):
        raise NotOpened
    try:
        whole = path.resolve()
        if (named and whole != path) or not (named or lies_open(whole, settings)) or _is_never(whole):
            raise NotOpened
        number = _open(whole)
    except (RuntimeError, ValueError):
        raise NotOpened from None
    except OSError as error:
        if error.errno in _NOT_THERE:
            raise NotOpened from None
        raise
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise NotOpened
    return number


def _open(whole: Path) -> int:
    """Open a file from the root down: whatever has become a link since it was looked at is not followed."""
    at = os.open("/", _SEARCH)
    try:
        for part in whole.parts[1:-1]:
            inner = os.open(part, _SEARCH, dir_fd=at)
            os.close(at)
            at = inner
        return os.open(whole.name or ".", _READ, dir_fd=at)
    finally:
        os.close(at)


def lies_open(path: Path, settings: Documents) -> bool:
    """Return whether a path lies in a folder that the office opens, as that is called or where it really is."""
    if _is_never(path) or path.is_relative_to(Path(os.path.abspath(settings.uploads)) / NAMED):
        return False
    folders = [Path(os.path.abspath(folder)) for folder in (settings.uploads, *settings.folders)]
    return any(path.is_relative_to(known) for folder in folders for known in (folder, folder.resolve()))


def _is_never(path: Path) -> bool:
    return any(path.is_relative_to(one) for one in NEVER)


def _is_named(path: Path, sha256: str, settings: Documents) -> bool:
    return not _is_never(path) and _note(path, sha256, settings).is_file()


def _note(path: Path, sha256: str, settings: Documents) -> Path:
    said = f"{path}\x00{sha256.lower()}".encode("utf-8", "surrogateescape")
    return Path(os.path.abspath(settings.uploads)) / NAMED / hashlib.sha256(said).hexdigest()
