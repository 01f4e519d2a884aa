"""Links by which a person signs in: each works once, soon, and is kept as the SHA-256 of its secret alone."""

from datetime import datetime, timedelta

from sqlalchemy import CursorResult
from sqlmodel import Session, col, delete, update

from records.tables import Person, SecretLink
from records.words import LinkKind
from services.people.secret import digest_of, new_secret

LASTS = timedelta(minutes=15)
"""How long a link works."""
KEPT = timedelta(days=1)
"""How long a link that is over stays in the books."""
LONGEST = 200
"""Characters of what can be a link's secret."""
PATH = "/sign-in/"
"""Where links lead, on the portal."""


def make_link(session: Session, person: Person, at: datetime, back_to: str = "") -> str:
    """Return the secret of a new link by which a person signs in.

    Args:
        session: Of the books, writing.
        person: Whom it lets in.
        at: Now (UTC).
        back_to: The page of the portal that is opened then; empty: the first one.
    """
    over = delete(SecretLink).where(col(SecretLink.kind) == LinkKind.SIGN_IN, col(SecretLink.expires_at) < at - KEPT)
    session.execute(over)
    secret = new_secret()
    session.add(
        SecretLink(
            digest=digest_of(secret),
            kind=LinkKind.SIGN_IN,
            person_id=person.person_id,
            about=back_to,
            made_at=at,
            expires_at=at + LASTS,
        )
    )
    session.flush()
    return secret


def look_at_link(session: Session, secret: str, at: datetime) -> tuple[Person, SecretLink] | None:
    """Return whom a link lets in, and the link; None: nobody, because it is used, over, unknown, or he is disabled."""
    link = session.get(SecretLink, digest_of(secret)) if len(secret) <= LONGEST else None
    if link is None or link.kind != LinkKind.SIGN_IN or link.used_at or link.revoked_at:
        return None
    person = session.get(Person, link.person_id)
    if person is None or person.disabled_at is not None or link.expires_at is None or at >= link.expires_at:
        return None
    return person, link


def use_link(session: Session, secret: str, at: datetime) -> tuple[Person, str] | None:
    """Use a link up, and return whom it lets in and what is opened then; None as `look_at_link`, or used meanwhile."""
    found = look_at_link(session, secret, at)
    if found is None:
        return None
    person, link = found
    unused = col(SecretLink.digest) == link.digest, col(SecretLink.used_at).is_(None)
    used = session.execute(update(SecretLink).where(*unused).values(used_at=at))
    once = isinstance(used, CursorResult) and used.rowcount == 1
    return (person, link.about) if once else None


def revoke_links(session: Session, person_id: str, at: datetime) -> None:
    """Let none of a person's links that are not used yet let anybody in."""
    waiting = (
        col(SecretLink.person_id) == person_id,
        col(SecretLink.kind) == LinkKind.SIGN_IN,
        col(SecretLink.used_at).is_(None),
    )
    session.execute(update(SecretLink).where(*waiting).values(revoked_at=at))
