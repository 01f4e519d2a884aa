"""Links whose secret is the right to what they lead to: one invoice, or a calendar. The books keep digests alone.

A secret is made of the form that asked for it, so that a form that is sent twice gives the same link.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from records.tables import Membership, Person, SecretLink
from records.words import LinkKind
from services.people.secret import digest_of, new_secret

INVOICE_LASTS = timedelta(days=30)
"""How long somebody may pay by a link."""


def secret_for(key: bytes, session_digest: str, message_id: str, about: str = "") -> str:
    """Return the secret of a link that a form asks for.

    Args:
        key: The portal's own.
        session_digest: In which session it was asked for.
        message_id: The form's; empty: it has none, and every sending makes another secret.
        about: What the link is to lead to.
    """
    if not message_id:
        return new_secret()
    made = hmac.new(
        key, f"link\0{session_digest}\0{message_id}\0{about}".encode("utf-8", "replace"), hashlib.sha256
    ).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def make_link(
    session: Session,
    secret: str,
    kind: LinkKind,
    *,
    person_id: str,
    org: str,
    at: datetime,
    about: str = "",
    lasts: timedelta | None = None,
) -> SecretLink:
    """Return the link with a secret, made now unless it is there already.

    Args:
        session: Of the books, writing.
        secret: Its secret.
        kind: What it opens.
        person_id: Who makes it.
        org: For which facility or practice.
        at: Now (UTC).
        about: What it leads to, for example an invoice's number.
        lasts: How long; None: until it is revoked.
    """
    known = session.get(SecretLink, digest_of(secret))
    if known is not None:
        return known
    expires_at = at + lasts if lasts else None
    link = SecretLink(
        digest=digest_of(secret),
        kind=kind.value,
        person_id=person_id,
        org=org,
        about=about,
        made_at=at,
        expires_at=expires_at,
    )
    session.add(link)
    session.flush()
    return link


def link_by_secret(session: Session, secret: str, kind: LinkKind, at: datetime) -> SecretLink | None:
    """Return what a secret opens at an instant (UTC); None: nothing, or nothing any more.

    It ends with the person who made it: who is disabled, or has no role in the organisation any more, opens nothing.
    """
    link = session.get(SecretLink, digest_of(secret))
    if link is None or link.kind != kind or not _is_open(link, at):
        return None
    person = session.get(Person, link.person_id)
    if person is None or person.disabled_at is not None:
        return None
    held = select(Membership.org).where(
        col(Membership.person_id) == link.person_id, col(Membership.org) == link.org, col(Membership.ended_at).is_(None)
    )
    return link if session.exec(held.limit(1)).first() else None


def open_links(
    session: Session, kind: LinkKind, org: str, at: datetime, *, about: str | None = None, person_id: str | None = None
) -> list[SecretLink]:
    """Return the links of an organisation that still open something, the newest first."""
    query = select(SecretLink).where(col(SecretLink.kind) == kind.value, col(SecretLink.org) == org)
    query = query.where(col(SecretLink.revoked_at).is_(None))
    if about is not None:
        query = query.where(col(SecretLink.about) == about)
    if person_id is not None:
        query = query.where(col(SecretLink.person_id) == person_id)
    found = session.exec(query.order_by(col(SecretLink.made_at).desc()))
    return [one for one in found if _is_open(one, at)]


def revoke(session: Session, links: list[SecretLink], at: datetime) -> None:
    """End links."""
    for link in links:
        link.revoked_at = at
        session.add(link)


def _is_open(link: SecretLink, at: datetime) -> bool:
    return link.revoked_at is None and (link.expires_at is None or at < link.expires_at)
