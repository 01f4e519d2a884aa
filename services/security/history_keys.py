"""The key ring of histories: files in a folder, one key each. The newest one encrypts, every one decrypts.

A key's id is the instant from which it encrypts, and eight signs by chance: `20261129T130000Z-1f3c9a2b`. A key whose
instant is still to come decrypts already, so that it can be carried to every machine before the first one uses it. The
folder is read anew as soon as it changes: no worker has to be restarted for a new key.

Keys lie in files and in no variable: a variable is handed on to every program that a program starts.
"""

import os
import re
import secrets
import stat
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.errors import InputFault, ServiceError, Unusable

SUFFIX = ".key"
KEY_BYTES = 32
"""AES-256."""
INSTANT = "%Y%m%dT%H%M%SZ"
ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}", re.ASCII)
SIGN_IN = "sign-in.secret"
"""The file, in the same folder, of the secret by which people sign in at the codec server."""
OTHERS = stat.S_IRWXO
SETTLED = 1_000_000_000
"""Nanoseconds after which a further change of a folder is sure to show in the time of its last one."""
MAKE = "`accredit codec new-key` makes one"


class KeyMissing(ServiceError):
    """What was read on the server, or is to be written there, needs a key that is not here; exit code 2.

    Args:
        key_id: Its id; empty: any that encrypts already.
        folder: Where it was looked for; None: the caller was given no keys at all.
    """

    def __init__(self, key_id: str, folder: Path | None) -> None:
        what = f"the key {key_id}" if key_id else "a key that encrypts by now"
        where = f"and it is not in {folder.absolute()}" if folder else "and this program was given no keys"
        text = f"What the Temporal server keeps of cases is encrypted: this needs {what}, {where}."
        step = (
            f"Copy {key_id}{SUFFIX} there from a machine that has it, or from the backup; [security] history_keys "
            "names the folder. Nothing is lost: cases go on as soon as it is there."
            if key_id
            else f"{MAKE}, and every worker and command needs the same ones."
        )
        super().__init__([text, step], {"problem": text, "next_step": step, "key": key_id or None})
        self.key_id = key_id


@dataclass(frozen=True)
class HistoryKey:
    """A key of the ring. What is secret in it shows in no log.

    Attributes:
        id: The name that stands, readable, beside everything that it has encrypted.
        begins: From when on it encrypts (UTC).
        cipher: AES-256-GCM with it.
    """

    id: str
    begins: datetime
    cipher: AESGCM = field(repr=False)


class HistoryKeyRing:
    """The keys of a folder. Safe to use from several threads: what was read is replaced whole."""

    def __init__(self, folder: Path | None) -> None:
        """Take the keys of a folder, which need not be there yet; None: of none."""
        self.folder = folder
        self._seen: tuple[int, int] | None = None
        self._keys: Mapping[str, HistoryKey] = {}

    def all(self) -> list[HistoryKey]:
        """Return the keys, the one that begins last first.

        Raises:
            Unusable: A file holds no key, or others than its owner's group may read it.
        """
        self._look()
        return sorted(self._keys.values(), key=lambda key: key.id, reverse=True)

    def newest(self) -> HistoryKey:
        """Return the key that encrypts now. Raises `KeyMissing` where there is none, and what `all` raises."""
        now = datetime.now(UTC)
        for key in self.all():
            if key.begins <= now:
                return key
        raise KeyMissing("", self.folder)

    def of(self, key_id: str) -> HistoryKey:
        """Return the key of an id. Raises `KeyMissing` where it is not there, and what `all` raises."""
        self._look()
        if key_id not in self._keys:
            self._look(anew=True)
        key = self._keys.get(key_id)
        if key is None:
            raise KeyMissing(key_id, self.folder)
        return key

    def _look(self, *, anew: bool = False) -> None:
        """Read the folder anew where it has changed; one that changed within the last second may do so unseen."""
        if self.folder is None:
            return
        try:
            found = self.folder.stat()
            state = (found.st_ino, found.st_mtime_ns)
            if state == self._seen and not anew:
                return
            files = sorted(file for file in self.folder.iterdir() if file.suffix == SUFFIX)
        except FileNotFoundError:
            self._keys, self._seen = {}, None
            return
        except OSError as error:
            expected = "a folder that can be read"
            raise Unusable([InputFault(str(self.folder), "", error.strerror or str(error), expected)]) from None
        self._keys = {key.id: key for key in map(read_key, files)}
        self._seen = state if time.time_ns() - found.st_mtime_ns > SETTLED else None


def read_key(file: Path) -> HistoryKey:
    """Read a key.

    Raises:
        Unusable: The file is none, or anybody on this machine may read it.
    """
    expected = f"{KEY_BYTES} bytes in base64, in a file named after the key ({MAKE})"
    begins = _begins(file.stem)
    if begins is None:
        raise Unusable([InputFault(str(file), "", "a name that is no key's", expected)])
    try:
        if file.stat().st_mode & OTHERS:
            found, expected = "a file that everybody on this machine may read", f"`chmod 600 {file}`"
            raise Unusable([InputFault(str(file), "", found, expected)])
        secret = b64decode(file.read_bytes().strip(), validate=True)
    except OSError as error:
        raise Unusable([InputFault(str(file), "", error.strerror or str(error), expected)]) from None
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise Unusable([InputFault(str(file), "", "something that is no key", expected)])
    return HistoryKey(file.stem, begins, AESGCM(secret))


def _begins(key_id: str) -> datetime | None:
    """Return from when on a key encrypts, as its id says; None: it is no key's."""
    if not ID.fullmatch(key_id):
        return None
    try:
        return datetime.strptime(key_id.partition("-")[0], INSTANT).replace(tzinfo=UTC)
    except ValueError:  # an instant that no calendar has
        return None


def new_key(folder: Path, begins: datetime) -> str:
    """Make a key, for its owner alone, and the secret of the codec server where there is none yet.

    Args:
        folder: Where the keys are; made, for the owner alone, where it is missing.
        begins: From when on it encrypts.

    Returns:
        Its id.

    Raises:
        OSError: The folder cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key_id = f"{begins.astimezone(UTC):{INSTANT}}-{secrets.token_hex(4)}"
    _write(folder / f"{key_id}{SUFFIX}", b64encode(AESGCM.generate_key(bit_length=8 * KEY_BYTES)))
    with suppress(FileExistsError):
        _write(folder / SIGN_IN, secrets.token_urlsafe(KEY_BYTES).encode())
    return key_id


def _write(file: Path, secret: bytes) -> None:
    """Write a file that is not there yet whole, before it has its name: a ring may look at any moment."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(secret + b"\n")
            opened.flush()
            os.fsync(opened.fileno())
        os.link(draft, file)  # never over one that is there
    finally:
        draft.unlink()


def sign_in_secret(folder: Path) -> bytes:
    """Return the secret of the codec server.

    Raises:
        Unusable: There is none, it is too short to be one, or anybody on this machine may read it.
    """
    file, expected = folder / SIGN_IN, f"the secret that `accredit codec new-key` makes, at least {KEY_BYTES} signs"
    try:
        if file.stat().st_mode & OTHERS:
            found = "a file that everybody on this machine may read"
            raise Unusable([InputFault(str(file), "", found, f"`chmod 600 {file}`")])
        secret = file.read_bytes().strip()
    except OSError as error:
        raise Unusable([InputFault(str(file), "", error.strerror or str(error), expected)]) from None
    if len(secret) < KEY_BYTES:
        raise Unusable([InputFault(str(file), "", "something shorter", expected)])
    return secret
