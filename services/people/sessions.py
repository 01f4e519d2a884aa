"""Sessions: in which browser who is signed in, for which organisation, in which roles.

What a person may do is read anew for each page, so that a role that ended, or a person who was disabled, is over at
once in every browser.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlmodel import Session, col, select, update

from policy.messages import Role
from policy.messages.proofs import OFFICE_ORG
from records.tables import Person, PortalSession
from records.words import SignInWay
from services.people.people import memberships_of
from services.people.secret import digest_of, new_secret
from services.people.ways import Providers, open_orgs

LASTS = timedelta(hours=12)
"""How long a session lasts at most: a working day."""
IDLE = timedelta(hours=2)
"""How long a browser may be silent."""
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Visitor:
    """Somebody who is signed in, as what he looks at a page.

    Attributes:
        person_id: Who.
        name: The person's name, as messages say it.
        email: The person's address.
        org: For which organisation the person acts now.
        roles: The roles that the person has in it.
        manages: Whether the person invites others of it.
        orgs: All organisations that the person can act for, signed in as he is.
        session: The digest of the session's secret.
        way: How the person signed in.
    """

    person_id: str
    name: str
    email: str
    org: str
    roles: frozenset[Role]
    manages: bool
    orgs: tuple[str, ...]
    session: str
    way: str

    @property
    def of_office(self) -> bool:
        """Whether the person acts for the office."""
        return self.org == OFFICE_ORG


def begin_session(session: Session, person: Person, org: str, way: SignInWay, at: datetime) -> str:
    """Begin a session and return its secret, for the browser's cookie.

    Args:
        session: Of the books, writing.
        person: Who has signed in.
        org: For which organisation.
        way: How.
        at: Now (UTC).
    """
    secret = new_secret()
    session.add(
        PortalSession(
            digest=digest_of(secret),
            person_id=person.person_id,
            org=org,
            way=way,
            created_at=at,
            seen_at=at,
            expires_at=at + LASTS,
        )
    )
    session.flush()
    return secret


def visitor_of(
    session: Session, secret: str, at: datetime, providers: Providers = MappingProxyType({})
) -> Visitor | None:
    """Return who is signed in by a session's secret; None: nobody, or nobody any more.

    Args:
        session: Of the books.
        secret: What the browser's cookie holds.
        at: Now (UTC).
        providers: The identity providers that the office's settings name.
    """
    found = session.get(PortalSession, digest_of(secret))
    if found is None or found.ended_at is not None or at >= min(found.expires_at, found.seen_at + IDLE):
        return None
    person = session.get(Person, found.person_id)
    if person is None or person.disabled_at is not None:
        return None
    held = sorted(memberships_of(session, person.person_id), key=lambda one: one.since)
    orgs = open_orgs(person, found.way, dict.fromkeys(one.org for one in held), providers)
    if not orgs:
        return None
    org = found.org if found.org in orgs else orgs[0]
    return Visitor(
        person_id=person.person_id,
        name=person.name,
        email=person.email,
        org=org,
        roles=frozenset(Role(one.role) for one in held if one.org == org),
        manages=any(one.manages for one in held if one.org == org),
        orgs=orgs,
        session=found.digest,
        way=found.way,
    )


def needs_mark(session: Session, digest: str, at: datetime) -> bool:
    """Whether it is time to note that a session's browser asked for something."""
    found = session.get(PortalSession, digest)
    return found is not None and at - found.seen_at >= SEEN_EVERY


def mark_seen(session: Session, digest: str, at: datetime) -> None:
    """Note that a session's browser asked for something."""
    found = session.get(PortalSession, digest)
    if found is not None and found.seen_at < at:
        found.seen_at = at
        session.add(found)


def end_session(session: Session, digest: str, at: datetime) -> None:
    """End one session: the browser is signed out."""
    found = session.get(PortalSession, digest)
    if found is not None and found.ended_at is None:
        found.ended_at = at
        session.add(found)


def end_sessions(session: Session, person_id: str, at: datetime) -> int:
    """End all sessions of a person, in every browser; return how many there were."""
    running = sessions_of(session, person_id, at)
    mine = col(PortalSession.person_id) == person_id, col(PortalSession.ended_at).is_(None)
    session.execute(update(PortalSession).where(*mine).values(ended_at=at))
    return len(running)


def act_for(session: Session, digest: str, org: str) -> None:
    """Let the person of a session act for another one of his organisations; which those are, each page looks at."""
    found = session.get(PortalSession, digest)
    if found is not None:
        found.org = org
        session.add(found)


def sessions_of(session: Session, person_id: str, at: datetime) -> list[PortalSession]:
    """Return a person's sessions that are not over, the newest first."""
    running = select(PortalSession).where(
        PortalSession.person_id == person_id,
        col(PortalSession.ended_at).is_(None),
        PortalSession.expires_at > at,
        PortalSession.seen_at > at - IDLE,
    )
    return list(session.exec(running.order_by(col(PortalSession.created_at).desc())))
