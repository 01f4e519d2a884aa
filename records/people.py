"""People as the office looks through them: who may sign in, with their roles, and whom applications list."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from policy.names import folded
from records.finding import ESCAPE, WORDS, like, words_of
from records.tables import CaseRecord, Membership, Person, PortalSession

READ = 5_000
"""Different lists of contacts that a search reads at most, by facility: some 80 ms of processor time."""


class Listed(NamedTuple):
    """Somebody whom applications of a facility or practice list as a contact, in these roles."""

    name: str
    email: str
    facility_id: str
    facility_name: str
    roles: list[str]


def find_people(session: Session, text: str = "", *, most: int, after: int = 0) -> list[Person]:
    """Return people by name.

    Args:
        session: Of the books.
        text: Words that must each be part of a name, an address or an organisation's id, whatever the case of their
            letters; empty: everybody.
        most: How many at most.
        after: How many are passed over before.
    """
    found = select(Person).where(*_are_called(text))
    ordered = found.order_by(func.lower(Person.name), col(Person.person_id))
    return list(session.exec(ordered.offset(after).limit(most)))


def find_listed(session: Session, text: str, *, most: int) -> list[Listed]:
    """Return contacts whom applications list, by facility, but for those whom `find_people` finds by their address.

    Args:
        session: Of the books.
        text: Words that must each be part of a name or an address; empty: nobody.
        most: How many at most.
    """
    words, found = words_of(text), dict[tuple[str, str, str], Listed]()
    if not words:
        return []
    known = {*session.exec(select(Person.email).where(*_are_called(text)))}
    for facility_id, facility_name, told in _applications_with(session, words):
        for one in json.loads(told):
            name, email, role = (str(one.get(key) or "") for key in ("name", "email", "role"))
            if email.lower() in known or not all(word in f"{name} {email}".casefold() for word in words):
                continue
            key = facility_id, folded(name), email.lower()
            listed = found.setdefault(key, Listed(name, email, facility_id, facility_name, []))
            listed.roles.extend({role} - {*listed.roles, ""})
        if len(found) > most:
            break
    return [*found.values()][:most]


def _applications_with(session: Session, words: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield whose applications list contacts in which the words stand somewhere, and these as JSON: `READ` at most.

    A database knows capitals from A to Z alone, and JSON writes some signs otherwise than people type them: words with
    other signs leave nothing out here.
    """
    of_facility = col(CaseRecord.application)["facility", "contacts"].as_string()
    told = func.coalesce(of_facility, col(CaseRecord.application)["practice", "contacts"].as_string()).label("told")
    plain = [word for word in words if word.isascii() and word.isprintable() and not {*word} & {*'"\\'}]
    wanted = [func.lower(told).like(like(word), escape=ESCAPE) for word in plain]
    query: Any = select(col(CaseRecord.facility_id), col(CaseRecord.facility_name), told).distinct()
    order = col(CaseRecord.facility_name), col(CaseRecord.facility_id)
    yield from session.exec(query.where(told.is_not(None), *wanted).order_by(*order).limit(READ)).yield_per(200)


def _are_called(text: str) -> list[ColumnElement[bool]]:
    """Return that people are found by the words of a search."""
    return [_is_called(word) for word in text.replace("\x00", "").split()[:WORDS]]


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
