"""People as the office looks through them: by name, address or organisation, with their roles."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from records.finding import ESCAPE, WORDS, like
from records.tables import Membership, Person, PortalSession


def find_people(session: Session, text: str = "", *, most: int, after: int = 0) -> list[Person]:
    """Return people by name.

    Args:
        session: Of the books.
        text: Words that must each be part of a name, an address or an organisation's id, whatever the case of their
            letters; empty: everybody.
        most: How many at most.
        after: How many are passed over before.
    """
    found = select(Person).where(*(_is_called(word) for word in text.replace("\x00", "").split()[:WORDS]))
    ordered = found.order_by(func.lower(Person.name), col(Person.person_id))
    return list(session.exec(ordered.offset(after).limit(most)))


def _is_called(word: str) -> ColumnElement[bool]:
    """Return that a person is found by a word. A database may know no capitals beyond A to Z: as typed counts too."""
    small = like(word.lower())
    theirs = select(Membership.person_id).where(func.lower(Membership.org).like(small, escape=ESCAPE))
    return or_(
        func.lower(Person.name).like(small, escape=ESCAPE),
        col(Person.name).like(like(word), escape=ESCAPE),
        col(Person.email).like(small, escape=ESCAPE),
        col(Person.person_id).in_(theirs),
    )


def roles_of(session: Session, people: Sequence[Person]) -> dict[str, list[Membership]]:
    """Return the roles that people have and had, by the person's id, in the order of organisations."""
    roles: dict[str, list[Membership]] = {person.person_id: [] for person in people}
    theirs = select(Membership).where(col(Membership.person_id).in_(list(roles)))
    for one in session.exec(theirs.order_by(col(Membership.org), col(Membership.role))):
        roles[one.person_id].append(one)
    return roles


def signed_in_now(session: Session, people: Sequence[Person], at: datetime, seen_since: datetime) -> dict[str, int]:
    """Return in how many browsers people are signed in at an instant, by the person's id.

    `seen_since`: a browser that was silent for longer is signed out.
    """
    running = (
        select(PortalSession.person_id, func.count())
        .where(
            col(PortalSession.person_id).in_([person.person_id for person in people]),
            col(PortalSession.ended_at).is_(None),
            PortalSession.expires_at > at,
            PortalSession.seen_at > seen_since,
        )
        .group_by(col(PortalSession.person_id))
    )
    return dict(session.exec(running).all())
