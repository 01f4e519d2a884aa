"""Signs a message as its sender, and verifies the proof of one: a compact JWS, by Ed25519 alone.

What its claims are worth for a message and a case, `policy.messages.proofs` judges; here it is known who signed them.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jws import JWSRegistry
from pydantic import ValidationError

from policy.bounds import PROOF
from policy.messages import Message
from policy.messages.proofs import LIFE, OFFICE_ORG, PORTAL_ISSUER, Claims, claims_for, not_verified
from services.security.keys import PrivateKey, PublicKey

ALGORITHM = "EdDSA"
"""As JOSE names it for an Ed25519 key (RFC 8037); no other name and no other key is taken."""
HEADER = {"alg", "kid", "typ"}
"""What the header of a proof may say. What it does not know (`crit`, `b64`, `jwk`, `jku`) it does not take."""
MessageT = TypeVar("MessageT", bound=Message)


class OneAlgorithm(JWSRegistry):
    """Takes proofs by that algorithm alone, and none that is larger than a message may carry."""

    max_header_length = 512
    max_payload_length = PROOF
    max_signature_length = 128

    def get_alg(self, name: str) -> Any:
        """Return the algorithm. Raises `UnsupportedAlgorithmError` for `none`, for HS256 and for every other name."""
        if name != ALGORITHM:
            raise UnsupportedAlgorithmError(f"{name} is not taken")
        return self.algorithms[ALGORITHM]


REGISTRY = OneAlgorithm()


def sign(
    message: MessageT,
    key: PrivateKey,
    *,
    case_id: str,
    namespace: str,
    at: datetime,
    life: timedelta = LIFE,
    org: str | None = None,
) -> MessageT:
    """Return a message with the proof of who sends it.

    Args:
        message: The message.
        key: The sender's key, or the office's, which vouches for what it enters.
        case_id: To which case it goes.
        namespace: In which Temporal namespace.
        at: Now (UTC).
        life: How long the proof is good for.
        org: To which organisation the person belongs, where the key speaks for people of several.
    """
    claims = claims_for(message, issuer=key.org, case_id=case_id, namespace=namespace, at=at, life=life, org=org)
    return message.model_copy(update={"proof": token_of(claims, key)})


def token_of(claims: Claims, key: PrivateKey) -> str:
    """Return claims as a compact JWS."""
    said = claims.model_dump(mode="json") | {"iat": int(claims.iat), "exp": int(claims.exp)}
    payload = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return jws.serialize_compact({"alg": ALGORITHM, "kid": key.kid}, payload, key.jwk, registry=REGISTRY)


def verify(token: str, keys: Mapping[str, PublicKey], at: datetime) -> tuple[PublicKey, Claims]:
    """Return by whose key a proof was signed, and what it claims.

    Args:
        token: The proof.
        keys: The keys that are known, by their ids.
        at: Now (UTC).

    Raises:
        Refused: `actor.not_verified`: it is no proof, its key is unknown, revoked or replaced, the signature is not
            that of the key, or the key speaks for somebody else.
    """
    if len(token) > PROOF:
        raise not_verified("The proof is too long.")
    try:
        proof = jws.extract_compact(token.encode("ascii"), registry=REGISTRY)
        header = proof.headers()
        key = keys.get(str(header.get("kid"))) if header.keys() <= HEADER else None
        if key is None:
            raise not_verified("The proof is signed by no key that the office knows.")
        good = jws.validate_compact(proof, key.jwk, registry=REGISTRY)
        claims = Claims.model_validate(json.loads(proof.payload)) if good else None
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError, ValidationError):
        raise not_verified("It is no proof that can be read.") from None
    if claims is None:
        raise not_verified("The proof is not signed by the key that it names.")
    if not key.believed(at):
        raise not_verified("The proof is signed by a key that is not believed any more.")
    if claims.iss != key.org or (key.org not in (OFFICE_ORG, PORTAL_ISSUER, claims.org)):
        raise not_verified("The key does not speak for the organisation that the proof names.")
    if key.org == PORTAL_ISSUER and claims.exp - claims.iat > LIFE.total_seconds():
        raise not_verified(f"The portal's key proves for {LIFE.total_seconds() / 60:.0f} minutes at most.")
    return key, claims
