"""Fetches a document: from a folder of this machine, or from a store by fsspec. Holds it against its SHA-256.

What is fetched lies in a file without a name, which is gone as soon as it is closed, also when this program is killed.
"""

import errno
import hashlib
import os
import re
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import fsspec  # type: ignore[import-untyped]

from activities.documents.contract import DocumentRef
from policy.office import Documents
from policy.words import listed

UNREADABLE, DIFFERS = "document.unreadable", "document.digest_differs"
PIECE = 1024 * 1024
MEGABYTE = 1024 * 1024
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_PATIENCE = 60
"""Seconds that a store may take for a document; one that takes longer is asked again later."""
_LATER = (408, 425, 429)
"""A web server's answers that mean: ask again."""
_OPENING: dict[str, dict[str, Any]] = {"http": {"block_size": 0}, "https": {"block_size": 0}}
"""What fsspec needs to hand a document over as it comes (a web server need not know parts of a file)."""
_SETTINGS: dict[str, dict[str, Any]] = {
    "s3": {"config_kwargs": {"connect_timeout": 10, "read_timeout": 20, "retries": {"max_attempts": 2}}}
}


class Unfetched(Exception):
    """A document cannot be had as it is: the rule that it breaks, and why in words.

    `elsewhere`: its address is of a kind that this office does not open, so that nothing is known of it.
    """

    def __init__(self, rule: str, reason: str, *, elsewhere: bool = False) -> None:
        super().__init__(reason)
        self.rule = rule
        self.reason = reason
        self.elsewhere = elsewhere


@contextmanager
def fetched(document: DocumentRef, settings: Documents) -> Iterator[IO[bytes]]:
    """Yield a document's content as an open file without a name.

    Args:
        document: Where it is, and its SHA-256.
        settings: Which addresses are opened, and how much is fetched.

    Raises:
        Unfetched: It is not there, may not be opened, is too large, or is another one than its sender vouched for.
        OSError: The store does not answer; trying again may help.
    """
    with tempfile.TemporaryFile() as kept:
        with _opened(document.uri, settings) as source:
            digest = _copy(source, kept, settings.largest * MEGABYTE)
        if digest != document.sha256.lower():
            raise Unfetched(DIFFERS, f"Its SHA-256 is {digest}, the message says {document.sha256.lower()}.")
        kept.flush()
        kept.seek(0)
        yield kept


def _opened(uri: str, settings: Documents) -> AbstractContextManager[IO[bytes]]:
    match = _SCHEME.match(uri)
    scheme = match[1].lower() if match else "file"
    if scheme not in settings.schemes:
        opened = f"Its address begins with {scheme}:, and this office opens {listed(settings.schemes)} only."
        raise Unfetched(UNREADABLE, opened, elsewhere=True)
    return _local(uri, settings.folders) if scheme == "file" else _remote(uri, scheme, settings)


@contextmanager
def _local(uri: str, folders: tuple[str, ...]) -> Iterator[IO[bytes]]:
    place = urlsplit(uri)
    if place.netloc not in ("", "localhost"):
        raise Unfetched(UNREADABLE, "It lies on another machine.")
    path = Path(url2pathname(place.path) if _SCHEME.match(uri) else uri)
    try:
        whole = path.resolve()
        if not path.is_absolute():
            raise Unfetched(UNREADABLE, "Its address is not whole: it must begin at the root of the disk.")
        if folders and not any(whole.is_relative_to(Path(folder).resolve()) for folder in folders):
            raise Unfetched(UNREADABLE, "It lies outside the folders that this office opens.")
        # Not waiting: opening a pipe that nobody writes to would never come back.
        number = os.open(whole, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise Unfetched(UNREADABLE, "There is no such file.") from None
    except PermissionError:
        raise Unfetched(UNREADABLE, "The worker may not read it.") from None
    except (OSError, RuntimeError) as error:
        if isinstance(error, OSError) and error.errno not in (errno.ELOOP, errno.ENAMETOOLONG):
            raise
        raise Unfetched(UNREADABLE, "Its address cannot be followed.") from None
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise Unfetched(UNREADABLE, "It is no file.")
    with os.fdopen(number, "rb") as file:
        yield file


@contextmanager
def _remote(uri: str, scheme: str, settings: Documents) -> Iterator[IO[bytes]]:
    if "::" in uri:
        raise Unfetched(UNREADABLE, "Its address leads through another one.")
    try:
        with _store(uri, scheme, settings).open(uri, "rb", **_OPENING.get(scheme, {})) as file:
            yield file
    except Unfetched:
        raise
    except (FileNotFoundError, IsADirectoryError) as error:
        if _is_away(error):
            raise OSError(f"the store of {scheme}: addresses does not answer") from None
        raise Unfetched(UNREADABLE, "There is no such file in the store.") from None
    except PermissionError:
        raise Unfetched(UNREADABLE, "The store does not let this office read it.") from None
    except Exception as error:
        # What a store says may quote addresses and names: its kind is enough. It is asked again.
        if 400 <= (status := getattr(error, "status", 0)) < 500 and status not in _LATER:
            raise Unfetched(UNREADABLE, "The store does not give it out.") from None
        raise OSError(
            f"the store of {scheme}: addresses does not answer as it should: {type(error).__name__}"
        ) from None


def _is_away(error: BaseException) -> bool:
    """Return whether a file "is not there" only because its store did not answer, as fsspec has it for web servers."""
    cause = error.__cause__
    while cause is not None:
        away = isinstance(cause, OSError) and not isinstance(cause, FileNotFoundError)
        status = getattr(cause, "status", 0)
        if away or status >= 500 or status in _LATER:
            return True
        cause = cause.__cause__
    return False


def _store(uri: str, scheme: str, settings: Documents) -> Any:
    try:
        options = {**_SETTINGS.get(scheme, {}), **settings.storage.get(scheme, {})}
        return fsspec.filesystem(scheme, **options)
    except ImportError:
        extra = "Install accredit[s3]." if scheme == "s3" else f"Install what fsspec needs for {scheme}."
        raise Unfetched(UNREADABLE, f"This worker cannot open {scheme}: addresses. {extra}") from None
    except ValueError:
        raise Unfetched(UNREADABLE, f"Nothing is known that opens {scheme}: addresses.") from None


def _copy(source: IO[bytes], kept: IO[bytes], largest: int) -> str:
    """Copy a document piece by piece, never more of it than it may have, and return its SHA-256."""
    digest, size, begin = hashlib.sha256(), 0, time.monotonic()
    while piece := source.read(PIECE):
        size += len(piece)
        if size > largest:
            raise Unfetched(UNREADABLE, f"It has more than {largest // MEGABYTE} megabytes.")
        if time.monotonic() - begin > _PATIENCE:
            raise TimeoutError("the store of a document is too slow")
        digest.update(piece)
        kept.write(piece)
    return digest.hexdigest()
