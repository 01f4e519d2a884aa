"""Passkeys: keys in people's own devices by which they sign in (WebAuthn). Verified by the library `webauthn`.

The key alone lets somebody in, so the device must have asked for a finger, a face or a number each time.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session, col, select
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from records.tables import Passkey, Person

LARGEST = 20_000
"""Characters of what a device can answer."""
LONGEST_NAME = 60
MOST = 20
"""Passkeys of one person."""
NEEDED = UserVerificationRequirement.REQUIRED


class NoPasskey(Exception):
    """What a device answered lets nobody in, or is no new passkey. Why is told to nobody but the log."""


@dataclass(frozen=True)
class Site:
    """The portal as browsers see it.

    Attributes:
        name: What devices call it.
        origin: By which address browsers reach it.
    """

    name: str
    origin: str

    @property
    def host(self) -> str:
        """Its host, for which passkeys are made."""
        return urlsplit(self.origin).hostname or ""

    @property
    def possible(self) -> bool:
        """Whether devices make passkeys for it: its host has a name, and the way is encrypted or within a machine."""
        try:
            ip_address(self.host)
        except ValueError:
            return self.origin.startswith("https://") or self.host == "localhost"
        return False


def passkeys_of(session: Session, person_id: str) -> list[Passkey]:
    """Return a person's passkeys that are not removed, the oldest first."""
    theirs = select(Passkey).where(Passkey.person_id == person_id, col(Passkey.removed_at).is_(None))
    return list(session.exec(theirs.order_by(col(Passkey.created_at))))


def to_add(site: Site, person: Person, known: list[Passkey]) -> tuple[dict[str, Any], str]:
    """Return what a browser asks a device for a new passkey with, and its challenge."""
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=person.person_id.encode(),
        user_name=person.email,
        user_display_name=person.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=NEEDED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential_id)) for one in known],
    )
    return json.loads(options_to_json(options)), bytes_to_base64url(options.challenge)


def to_sign_in(site: Site) -> tuple[dict[str, Any], str]:
    """Return what a browser asks a device with who it lets in, and its challenge."""
    options = generate_authentication_options(rp_id=site.host, user_verification=NEEDED)
    return json.loads(options_to_json(options)), bytes_to_base64url(options.challenge)


def add(session: Session, site: Site, person: Person, answer: str, challenge: str, name: str, at: datetime) -> Passkey:
    """Keep a new passkey.

    Args:
        session: Of the books, writing.
        site: For which portal.
        person: Whose.
        answer: What the device answered, as JSON.
        challenge: To which challenge.
        name: As the person calls the device.
        at: Now (UTC).

    Raises:
        NoPasskey: It is none, or known already, or the person has too many.
    """
    try:
        verified = verify_registration_response(
            credential=_read(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise NoPasskey(type(error).__name__) from None
    credential = bytes_to_base64url(verified.credential_id)
    if session.get(Passkey, credential) is not None or len(passkeys_of(session, person.person_id)) >= MOST:
        raise NoPasskey("known already, or one too many")
    kept = Passkey(
        credential_id=credential,
        person_id=person.person_id,
        public_key=bytes_to_base64url(verified.credential_public_key),
        sign_count=verified.sign_count,
        name=name_of(name),
        created_at=at,
    )
    session.add(kept)
    return kept


def let_in(session: Session, site: Site, answer: str, challenge: str, at: datetime) -> Person:
    """Return whom a passkey lets in.

    Args:
        session: Of the books, writing.
        site: Into which portal.
        answer: What the device answered, as JSON.
        challenge: To which challenge.
        at: Now (UTC).

    Raises:
        NoPasskey: Nobody: it is unknown, removed, a copy, or the device did not ask who holds it.
    """
    told = _read(answer)
    known = session.get(Passkey, str(told.get("id", ""))[:LARGEST])
    if known is None or known.removed_at is not None:
        raise NoPasskey("an unknown one")
    try:
        verified = verify_authentication_response(
            credential=told,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(known.public_key),
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise NoPasskey(type(error).__name__) from None
    known.sign_count, known.used_at = verified.new_sign_count, at
    session.add(known)
    person = session.get(Person, known.person_id)
    if person is None or person.disabled_at is not None:
        raise NoPasskey("nobody who may sign in")
    return person


def name_of(text: str) -> str:
    """Return what a passkey is called: as its person says it, in one line and not too long."""
    return " ".join(text.split())[:LONGEST_NAME] or "Passkey"


def _read(answer: str) -> dict[str, Any]:
    try:
        told = json.loads(answer) if len(answer) <= LARGEST else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise NoPasskey("no answer of a device")
    return told
