"""Fetches a document: from a folder of this machine, or from a store by fsspec. Holds it against its SHA-256.

What is fetched lies in a file without a name, which is gone as soon as it is closed, also when this program is killed.

Whoever sends a message names the address, and may know nothing of what lies there. So one sentence answers for whatever
is not opened (missing, elsewhere, no file, not to be read, too large), and a digest that differs is told to nobody.
"""

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import IO, Any, Protocol

import fsspec  # type: ignore[import-untyped]

from activities.documents import web
from activities.documents.contract import DocumentRef
from activities.documents.stores import NotOpened, open_file
from policy.documents import is_chained
from policy.office import Documents
from policy.words import listed

UNREADABLE, DIFFERS = "document.unreadable", "document.digest_differs"
PIECE = 1024 * 1024
MEGABYTE = 1024 * 1024
NOT_OPENED = (
    "This office does not open it: it must be a file that lies in one of the office's folders, may be read there, "
    "and has {} megabytes at most."
)
NOT_GIVEN = "The store does not give it out, or it has more than {} megabytes."
ANOTHER = "It is not the file whose SHA-256 the message says."
CHAINED = "Its address leads through another one."
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_PATIENCE = 60
"""Seconds that a store may take for a document; one that takes longer is asked again later."""
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


class Source(Protocol):
    """What a document comes from, piece by piece."""

    def read(self, size: int, /) -> bytes:
        """Return the next piece, nothing at the end."""


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
        with _opened(document, settings) as source:
            digest = _copy(source, kept, settings.largest * MEGABYTE)
        if digest != document.sha256.lower():
            raise Unfetched(DIFFERS, ANOTHER)
        kept.flush()
        kept.seek(0)
        yield kept


def _opened(document: DocumentRef, settings: Documents) -> AbstractContextManager[Source]:
    match = _SCHEME.match(document.uri)
    scheme = match[1].lower() if match else "file"
    if is_chained(document.uri):
        raise Unfetched(UNREADABLE, CHAINED)
    if scheme not in settings.schemes:
        opened = f"Its address begins with {scheme}:, and this office opens {listed(settings.schemes)} only."
        raise Unfetched(UNREADABLE, opened, elsewhere=True)
    return _local(document, settings) if scheme == "file" else _remote(document.uri, scheme, settings)


@contextmanager
def _local(document: DocumentRef, settings: Documents) -> Iterator[Source]:
    try:
        with os.fdopen(open_file(document.uri, document.sha256, settings), "rb") as file:
            yield file
    except (NotOpened, _TooLarge):
        raise Unfetched(UNREADABLE, NOT_OPENED.format(settings.largest)) from None


@contextmanager
def _remote(uri: str, scheme: str, settings: Documents) -> Iterator[Source]:
    not_given = Unfetched(UNREADABLE, NOT_GIVEN.format(settings.largest))
    try:
        if scheme in web.PORTS:
            with web.asked(uri, private=settings.private_addresses) as body:
                yield body
        else:
            with _store(scheme, settings).open(uri, "rb") as file:
                yield file
    except Unfetched:
        raise
    except (FileNotFoundError, IsADirectoryError, PermissionError, web.NotGiven, _TooLarge):
        raise not_given from None
    except Exception as error:
        # What a store says may quote addresses and names: its kind is enough. It is asked again.
        raise OSError(
            f"the store of {scheme}: addresses does not answer as it should: {type(error).__name__}"
        ) from None


def _store(scheme: str, settings: Documents) -> Any:
    try:
        options = {**_SETTINGS.get(scheme, {}), **settings.storage.get(scheme, {})}
        return fsspec.filesystem(scheme, **options)
    except ImportError:
        extra = "Install accredit[s3]." if scheme == "s3" else f"Install what fsspec needs for {scheme}."
        raise Unfetched(UNREADABLE, f"This worker cannot open {scheme}: addresses. {extra}") from None
    except ValueError:
        raise Unfetched(UNREADABLE, f"Nothing is known that opens {scheme}: addresses.") from None


class _TooLarge(Exception):
    """A document has more than it may."""


def _copy(source: Source, kept: IO[bytes], largest: int) -> str:
    """Copy a document piece by piece, never more of it than it may have, and return its SHA-256."""
    digest, size, begin = hashlib.sha256(), 0, time.monotonic()
    while piece := source.read(PIECE):
        size += len(piece)
        if size > largest:
            raise _TooLarge
        if time.monotonic() - begin > _PATIENCE:
            raise TimeoutError("the store of a document is too slow")
        digest.update(piece)
        kept.write(piece)
    return digest.hexdigest()
