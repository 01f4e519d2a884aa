"""Signs what the office sends, with the newest key of its ring."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

from policy.messages import Message
from policy.messages.proofs import LIFE, PORTAL_ISSUER
from policy.office import Security
from services.clock import now
from services.errors import InputFault, Unusable
from services.security.keys import KeyRing, PrivateKey
from services.security.proofs import sign

Sign: TypeAlias = Callable[[Message, str, str, timedelta], Message]
"""Returns a message with the proof of who sends it: to that case, in that namespace, good for so long."""


def signed_by(key: PrivateKey) -> Sign:
    """Return what signs with a key."""
    return lambda message, case_id, namespace, life: sign(
        message, key, case_id=case_id, namespace=namespace, at=now(), life=life
    )


def office_signs(security: Security) -> Sign | None:
    """Return what signs for the office; None where its settings ask for no proof.

    The key is read for each message, so that one that was replaced meanwhile is used no more. Raises `Unusable`, when
    it is to sign, where there is none.
    """
    if security.senders == "claimed":
        return None
    ring = KeyRing(security.keys)

    def signed(message: Message, case_id: str, namespace: str, life: timedelta) -> Message:
        key = ring.signing_key(now())
        if key is None:
            raise no_key(ring.folder)
        return signed_by(key)(message, case_id, namespace, life)

    return signed


def portal_signs(security: Security, org: str) -> Sign | None:
    """Return what signs for a person of an organisation who is signed in at the portal; None where nobody asks for it.

    Its proofs live for minutes alone, whatever life is asked for: a person who was disabled is heard no longer.

    Raises `Unusable`, when it is to sign, where there is no key of the portal.
    """
    if security.senders == "claimed":
        return None
    ring = KeyRing(security.keys)

    def signed(message: Message, case_id: str, namespace: str, life: timedelta) -> Message:
        key = ring.signing_key(now(), PORTAL_ISSUER)
        if key is None:
            raise no_portal_key(ring.folder)
        return sign(message, key, case_id=case_id, namespace=namespace, at=now(), life=min(life, LIFE), org=org)

    return signed


def no_portal_key(folder: Path) -> Unusable:
    """Return the problem that the portal has no key to sign with: it was revoked since it started."""
    trouble = InputFault(str(folder), "", "no key of the portal", "one, by which it proves who is signed in")
    return Unusable([trouble], next_step="The portal makes another one when it is started again.")


def no_key(folder: Path) -> Unusable:
    """Return the problem that the office has no key to sign with."""
    trouble = InputFault(str(folder), "", "no key of the office", "one, by which it proves who sends a message")
    step = "`accredit keys new` makes one, in the folder that the worker reads too ([security] keys in office.toml)."
    return Unusable([trouble], next_step=step)
