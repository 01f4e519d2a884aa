"""The ring of keys by which senders prove who they are: a folder, readable for its owner alone.

A key's public half lies there as `KID.json`: a JWK (Ed25519) with for whom it may speak, since when, and until when.
Its private half lies beside it as `KID.key` where this office signs with it, else wherever its owner keeps it. Whoever
verifies needs the public halves alone. Whoever may write into the folder decides who is heard.
"""

import fcntl
import hashlib
import json
import os
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from policy.application import Identifier
from policy.messages.proofs import LONGEST_LIFE, OFFICE_ORG, PORTAL_ISSUER
from services.errors import InputFault, Unusable

PUBLIC, PRIVATE, LOCK = ".json", ".key", ".lock"
LARGEST = 10_000
"""Bytes of a file that can be a key."""
KeyT = TypeVar("KeyT", bound="Key")


def at_once() -> None:
    """Wait for nobody."""


class Key(BaseModel):
    """One half of a key, as its file says it.

    Attributes:
        kid: Its id: for whom it speaks, and the beginning of the SHA-256 of its public half.
        org: For whom it may speak: `office`, or one facility's or practice's id.
        created: When it was made.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kty: Literal["OKP"] = "OKP"
    crv: Literal["Ed25519"] = "Ed25519"
    kid: str = Field(pattern=r"^[A-Za-z0-9_-]{1,100}$")
    org: Identifier
    created: AwareDatetime
    x: str

    @cached_property
    def jwk(self) -> OKPKey:
        """The key itself."""
        return OKPKey.import_key(self.model_dump(include={"kty", "crv", "kid", "x", "d"}))


class PublicKey(Key):
    """The half by which a proof is verified.

    Attributes:
        ends: Until when it is believed; another one was made in its place.
        revoked: Since when it is not believed any more.
    """

    ends: AwareDatetime | None = None
    revoked: AwareDatetime | None = None

    def believed(self, at: datetime) -> bool:
        """Return whether what it signed is believed at an instant."""
        return self.revoked is None and (self.ends is None or at <= self.ends)


class PrivateKey(Key):
    """The half that signs."""

    d: str = Field(repr=False)


class Ring(NamedTuple):
    """The public keys of a folder, and what in it could not be read.

    Attributes:
        keys: By their ids.
        faults: A line for each file that is no key.
    """

    keys: Mapping[str, PublicKey] = {}
    faults: tuple[str, ...] = ()


class KeyRing:
    """The keys in a folder."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def read(self) -> Ring:
        """Read the public keys; a folder that is not there holds none."""
        keys: dict[str, PublicKey] = {}
        faults: list[str] = []
        for file in sorted(self.folder.glob(f"*{PUBLIC}")):
            try:
                key = _read(file, PublicKey)
            except Unusable as unusable:
                faults.append(unusable.lines[0])
            else:
                keys[key.kid] = key
        return Ring(keys, tuple(faults))

    def speaking_for(self, org: str, at: datetime) -> list[str]:
        """Return the ids of the keys with which somebody can speak for a facility or practice at an instant."""
        return [key.kid for key in self.read().keys.values() if key.org.lower() == org.lower() and key.believed(at)]

    def state(self) -> tuple[tuple[str, int, int], ...]:
        """Return what changes whenever a public key does, without reading any."""
        found = ((file.name, file.stat()) for file in sorted(self.folder.glob(f"*{PUBLIC}")))
        return tuple((name, status.st_mtime_ns, status.st_size) for name, status in found)

    def signing_key(self, at: datetime, org: str = OFFICE_ORG) -> PrivateKey | None:
        """Return the newest key with which this office, or its portal, can sign; None where there is none.

        Raises:
            Unusable: Its file cannot be read.
        """
        ours = [key for key in self.read().keys.values() if key.org == org and key.ends is None]
        for key in sorted(ours, key=lambda one: one.created, reverse=True):
            if key.believed(at) and self._private(key.kid).exists():
                return read_private(self._private(key.kid))
        return None

    def first(self, at: datetime) -> PublicKey | None:
        """Make the office's key where the folder has never held one of it; return it where it was made now.

        Where a file cannot be read none is made: it may be the office's.
        """
        with self._alone():
            ring = self.read()
            held = bool(ring.faults) or any(key.org == OFFICE_ORG for key in ring.keys.values())
            return None if held else self._make(OFFICE_ORG, at, None, at_once)

    def portal_key(self, at: datetime) -> None:
        """Make the key of the portal where there is none to sign with."""
        with self._alone():
            if self.signing_key(at, PORTAL_ISSUER) is None:
                self._make(PORTAL_ISSUER, at, None, at_once)

    def new(self, org: str, at: datetime, out: Path | None = None, known: Callable[[], None] = at_once) -> PublicKey:
        """Make a key.

        Args:
            org: For whom it may speak.
            at: Now (UTC).
            out: Where its private half is left, for its owner; left out: in the ring.
            known: Called when the public half is there, before anybody signs: waits until every worker knows it.

        Raises:
            Unusable: There is something at `out` already, or it cannot be written.
        """
        with self._alone():
            return self._make(org, at, out, known)

    def rotate(self, kid: str, at: datetime, out: Path | None = None, known: Callable[[], None] = at_once) -> PublicKey:
        """Make a key in the place of another one, which is believed for as long as a proof that it signed may live.

        Takes what `new` takes.

        Raises:
            Unusable: There is no such key, it is revoked or has been replaced before; or `out` as in `new`.
        """
        with self._alone():
            old = self._known(kid)
            if old.revoked or old.ends:
                raise Unusable([InputFault("KEY", "", f"{kid}, which is used no more", "a key that is in use")])
            new = self._make(old.org, at, out, known)
            self._keep(old.model_copy(update={"ends": at + LONGEST_LIFE}))
            self._private(kid).unlink(missing_ok=True)
            return new

    def revoke(self, kid: str, at: datetime) -> PublicKey:
        """Believe a key no more, from now on. Raises `Unusable` where there is no such key."""
        with self._alone():
            known = self._known(kid)
            revoked = known if known.revoked else known.model_copy(update={"revoked": at})
            self._keep(revoked)
            self._private(kid).unlink(missing_ok=True)
            return revoked

    def holds(self, kid: str) -> bool:
        """Return whether the private half of a key lies here."""
        return self._private(kid).exists()

    def _private(self, kid: str) -> Path:
        return self.folder / f"{kid}{PRIVATE}"

    def _known(self, kid: str) -> PublicKey:
        known = self.read().keys
        if kid not in known:
            expected = f"one of {', '.join(known)}" if known else f"a key, of which {self.folder} holds none"
            raise Unusable([InputFault("KEY", "", kid, expected)], next_step="`accredit keys list` tells them.")
        return known[kid]

    def _make(self, org: str, at: datetime, out: Path | None, known: Callable[[], None]) -> PublicKey:
        made: Any = OKPKey.generate_key("Ed25519").as_dict(private=True)
        kid = f"{org}-{hashlib.sha256(urlsafe_b64decode(made['x'] + '=')).hexdigest()[:12]}"
        private = PrivateKey(kid=kid, org=org, created=at, x=made["x"], d=made["d"])
        coming = out or self.folder / f".{kid}{PRIVATE}"
        try:
            _write_new(coming, private)
        except OSError as error:
            found = error.strerror or str(error)
            raise Unusable([InputFault(str(coming), "", found, "a place where a new file can be made")]) from None
        public = PublicKey(kid=kid, org=org, created=at, x=made["x"])
        self._keep(public)
        if out is None:
            known()
            coming.replace(self._private(kid))
        return public

    def _keep(self, key: PublicKey) -> None:
        """Write a public key at once as a whole: whoever reads meanwhile finds the old or the new one."""
        beside = self.folder / f".{key.kid}.new"
        beside.unlink(missing_ok=True)
        _write_new(beside, key)
        beside.replace(self.folder / f"{key.kid}{PUBLIC}")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let nobody else change the ring meanwhile; the folder is made where there is none."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            found = f"{error.strerror or error}"
            raise Unusable([InputFault(str(self.folder), "", found, "a folder that this user can write")]) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def read_private(file: Path) -> PrivateKey:
    """Read the private half of a key. Raises `Unusable` where the file is none; what is in it is never told."""
    return _read(file, PrivateKey)


def _read(file: Path, kind: type[KeyT]) -> KeyT:
    expected = "an Ed25519 key that `accredit keys new` made"
    try:
        with file.open("rb") as opened:
            key = kind.model_validate(json.loads(opened.read(LARGEST)))
        key.jwk.check_use("sig")
    except OSError as error:
        raise Unusable([InputFault(str(file), "", error.strerror or str(error), expected)]) from None
    except (ValueError, TypeError, RecursionError, ValidationError, JoseError):
        raise Unusable([InputFault(str(file), "", "something else", expected)]) from None
    return key


def _write_new(file: Path, key: Key) -> None:
    """Write a key into a file that is not there yet, readable for its owner alone from its first byte on."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(f"{key.model_dump_json(exclude_none=True)}\n")
        opened.flush()
        os.fsync(opened.fileno())
