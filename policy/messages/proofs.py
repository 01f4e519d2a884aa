"""The proof of who sends a message: what it claims, and whether that fits the message and the case.

A proof is a compact JWS in the message's field `proof` (interface, section 6). Whether its signature is that of a key
which may speak so is looked at outside (`services.security`); what its claims are worth is judged here.
"""

import base64
import binascii
import json
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from policy.identity import holder_of
from policy.messages import Message, Role
from policy.names import folded
from policy.rules import refuse
from policy.verdict import Refused

OFFICE_ORG = "office"
"""The organisation of whoever speaks for the office."""
PORTAL_ISSUER = "portal"
"""For whom the portal's key speaks: for the people who are signed in there, each in his own organisation."""
LIFE = timedelta(minutes=5)
"""How long a proof is good for: an update is answered at once, or sent again with another proof."""
LONGEST_LIFE = timedelta(days=3)
"""How long the proof of a signal is good for, and none for longer: a signal waits in the history until a worker is
there, and a stamp is believed for as long."""
LEEWAY = timedelta(minutes=1)
"""What the clocks of two machines may be apart."""


Seconds = Annotated[float, Field(ge=0, le=2**40, allow_inf_nan=False)]
"""Since 1970, as JOSE counts."""


class Claims(BaseModel):
    """What a proof says, and whoever signed it vouches for.

    Attributes:
        iss: For whom the key speaks that signed it: `office`, or a facility's or practice's id.
        sub: The person who sends the message.
        roles: The roles that the person has.
        org: In which organisation: `office`, or a facility's or practice's id.
        ns: The Temporal namespace.
        case: The case.
        message: The message's name.
        message_id: Its id.
        digest: The digest of its content.
        iat: Since when it is good (seconds since 1970).
        exp: Until when.
        received_at: The message's stamp, which its digest leaves out; a proof that does not name it vouches for any.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    iss: str
    sub: str
    roles: list[str]
    org: str
    ns: str
    case: str
    message: str
    message_id: str
    digest: str
    iat: Seconds
    exp: Seconds
    received_at: str | None = None


class Sender(BaseModel):
    """Who was verified to have sent a message: the person, in which role and organisation, and by which key."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    person: str
    role: Role
    org: str
    key: str


def claims_for(
    message: Message,
    *,
    issuer: str,
    case_id: str,
    namespace: str,
    at: datetime,
    life: timedelta = LIFE,
    org: str | None = None,
) -> Claims:
    """Return what a proof of a message has to say.

    Args:
        message: The message.
        issuer: For whom the key speaks that will sign. The office's also vouches for what it enters for a facility.
        case_id: To which case it goes.
        namespace: In which Temporal namespace.
        at: Now (UTC).
        life: How long it is good for.
        org: To which organisation the person belongs; left out: to that of the key, or, where the office enters
            something for a facility, to the case's.
    """
    of_facility = message.by.role is not Role.ACR
    entered = (holder_of(case_id) or issuer) if issuer == OFFICE_ORG and of_facility else issuer
    return Claims(
        iss=issuer,
        sub=message.by.name,
        roles=[message.by.role.value],
        org=org or entered,
        ns=namespace,
        case=case_id,
        message=message.NAME,
        message_id=message.message_id,
        digest=message.digest(),
        iat=int(at.timestamp()),
        exp=int((at + life).timestamp()),
        received_at=_stamp(message),
    )


def judge_claims(claims: Claims, message: Message, *, case_id: str, namespace: str, at: datetime) -> None:
    """Judge whether a proof, whose signature is good, lets its sender send this message to this case.

    Args:
        claims: What the proof says.
        message: The message that it came with.
        case_id: The case that it came to.
        namespace: The case's namespace.
        at: When it came (UTC, by the clock of whoever looks).

    Raises:
        Refused: `actor.not_verified` where it is the proof of something else, `actor.not_allowed` where the person has
            not that role, `actor.other_facility` where the person belongs to another facility or practice.
    """
    _judge_time(claims, at)
    _judge_subject(claims, message, case_id, namespace)
    _judge_person(claims, message)
    _judge_organisation(claims, message, case_id)


def read_proof(token: str) -> tuple[str, Claims] | None:
    """Return the key's id and the claims of a proof, of which nothing is verified; None where it is none.

    For whoever knows that it was verified before: an update's validator did it, and does not run in a replay.
    """
    try:
        header, payload, _ = token.split(".")
        return str(_part(header)["kid"]), Claims.model_validate(_part(payload))
    except (ValueError, KeyError, TypeError, RecursionError, ValidationError):
        return None


def sender_of(message: Message) -> Sender | None:
    """Return who sent a message whose proof was verified before; None where it carries none."""
    read = read_proof(message.proof) if message.proof is not None else None
    return verified_sender(message, read[1], read[0]) if read else None


def verified_sender(message: Message, claims: Claims, key: str) -> Sender:
    """Return who sent a message, by a proof that was verified."""
    return Sender(person=message.by.name, role=message.by.role, org=claims.org, key=key)


def not_verified(reason: str) -> Refused:
    """Return the refusal of a message whose sender has not proved who he is."""
    return refuse(
        "actor.not_verified", reason, "Send it with a proof of its own, signed by a key that the office knows."
    )


def _part(segment: str) -> Any:
    try:
        return json.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    except binascii.Error as error:
        raise ValueError(str(error)) from None


def _stamp(message: Message) -> str | None:
    stamp: str | None = message.model_dump(mode="json", include={"received_at"})["received_at"]
    return stamp


def _judge_time(claims: Claims, at: datetime) -> None:
    now, leeway = at.timestamp(), LEEWAY.total_seconds()
    if claims.exp + leeway < now:
        raise not_verified("The proof has expired.")
    if claims.iat - leeway > now:
        raise not_verified("The proof is from the future.")
    if not 0 <= claims.exp - claims.iat <= LONGEST_LIFE.total_seconds():
        raise not_verified(f"A proof is good for {LONGEST_LIFE.days} days at most.")


def _judge_subject(claims: Claims, message: Message, case_id: str, namespace: str) -> None:
    meant = {
        "namespace": (claims.ns, namespace),
        "case": (claims.case, case_id),
        "message": (claims.message, message.NAME),
        "message id": (claims.message_id, message.message_id),
        "content": (claims.digest, message.digest()),
    }
    if "received_at" in claims.model_fields_set:
        meant["stamp"] = (claims.received_at or "", _stamp(message) or "")
    for what, (claimed, found) in meant.items():
        if claimed != found:
            raise not_verified(f"The proof is that of another {what}.")


def _judge_person(claims: Claims, message: Message) -> None:
    if folded(claims.sub) != folded(message.by.name):
        raise refuse(
            "actor.not_allowed",
            f"The proof is that of another person than {message.by.name}.",
            "Let each person send what is theirs; the office may enter it with `on_behalf_of` and a `reason`.",
        )
    if message.by.role.value not in claims.roles:
        raise refuse(
            "actor.not_allowed",
            f"{message.by.name} has not the role {message.by.role.value}.",
            "Send it in a role that the person has, or let somebody send it who has the role.",
        )


def _judge_organisation(claims: Claims, message: Message, case_id: str) -> None:
    for_office = message.by.role is Role.ACR or message.on_behalf_of is not None
    if for_office and claims.org != OFFICE_ORG:
        raise refuse("actor.not_allowed", "Nobody but the office speaks for the office, or on somebody's behalf.")
    if message.by.role is not Role.ACR and claims.org != holder_of(case_id):
        raise refuse(
            "actor.other_facility",
            f"{message.by.name} does not belong to the facility or practice of the case {case_id}.",
            "Send it to a case of your own facility or practice.",
        )
