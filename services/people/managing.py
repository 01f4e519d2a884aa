"""Who ends whose roles, and lets whom in again: people of an organisation among themselves, and the office for all.

What somebody who manages an organisation's people ends, is that organisation's: a person's roles in it. What the office
disables is shut out everywhere, and only the office lets it in again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from records.tables import Membership, Person
from services.errors import InputFault, Unusable
from services.people.links import revoke_links
from services.people.people import memberships_of, set_disabled
from services.people.sessions import end_sessions


class Member(NamedTuple):
    """A person as one of an organisation.

    Attributes:
        person: Who.
        roles: The roles that the person has in it now.
        ended: Those that ended together, last; empty where the person has one.
        ended_at: When they did.
    """

    person: Person
    roles: tuple[Membership, ...]
    ended: tuple[Membership, ...] = ()
    ended_at: datetime | None = None

    @property
    def manages(self) -> bool:
        """Whether the person manages the organisation's people now."""
        return any(one.manages for one in self.roles)


def by_person(rows: Sequence[tuple[Person, Membership]]) -> list[Member]:
    """Return an organisation's rows (`people.members_of`) person by person, in their order."""
    people = {person.person_id: person for person, _ in rows}
    return [_member(person, [one for who, one in rows if who.person_id == key]) for key, person in people.items()]


def end_role(session: Session, org: str, person_id: str, role: str, at: datetime, *, by_office: bool = False) -> Person:
    """End a person's role in an organisation.

    `by_office`: whether the office does it, which can invite somebody else who manages the organisation's people.

    Raises:
        Unusable: The person has not that role there, or nobody would manage the organisation's people any more.
    """
    member = _known(session, org, person_id)
    ending = [one for one in member.roles if one.role == role]
    if not ending:
        raise _fault(f"{member.person.name} has not that role", "a role that the person has now")
    _end(session, org, member, ending, at, managed=not by_office)
    return member.person


def shut_out(session: Session, org: str, person_id: str, at: datetime) -> Person:
    """End all of a person's roles in an organisation. In others the person keeps them.

    Raises:
        Unusable: The person has none there, or nobody would manage the organisation's people any more.
    """
    member = _known(session, org, person_id)
    if not member.roles:
        raise _fault(f"{member.person.name}, who is shut out already", "somebody who has a role")
    _end(session, org, member, member.roles, at)
    return member.person


def let_in_again(session: Session, org: str, person_id: str, by: str, at: datetime) -> Person:
    """Give a person the roles again that ended last in an organisation.

    Raises:
        Unusable: The person never had one there, or has one now; or the office has disabled the person.
    """
    member = _known(session, org, person_id)
    if member.person.disabled_at is not None:
        raise _fault(f"{member.person.name}, whom the office has disabled", "somebody whom the office lets in")
    if not member.ended:
        raise _fault(f"{member.person.name}, who has a role", "somebody who was shut out")
    for one in member.ended:
        one.ended_at, one.since, one.by = None, at, by
        session.add(one)
    return member.person


def disable(session: Session, person: Person, at: datetime) -> None:
    """Shut a person out everywhere: no page, no session, no link lets him in from now on."""
    set_disabled(session, person, person.disabled_at or at)
    end_sessions(session, person.person_id, at)
    revoke_links(session, person.person_id, at)


def enable(session: Session, person: Person) -> None:
    """Let a person in again whom the office has shut out, with the roles that he has."""
    set_disabled(session, person, None)


def _member(person: Person, rows: Sequence[Membership]) -> Member:
    current = tuple(one for one in rows if one.ended_at is None)
    last = max((one.ended_at for one in rows if one.ended_at is not None), default=None)
    ended = () if current else tuple(one for one in rows if one.ended_at == last)
    return Member(person, current, ended, None if current else last)


def _known(session: Session, org: str, person_id: str) -> Member:
    rows = select(Membership).where(Membership.org == org, Membership.person_id == person_id)
    found = list(session.exec(rows.with_for_update()))
    person = session.get(Person, person_id)
    if person is None or not found:
        raise _fault("nobody of this organisation", "one of its people")
    return _member(person, found)


def _end(
    session: Session, org: str, member: Member, ending: Sequence[Membership], at: datetime, *, managed: bool = True
) -> None:
    if managed and any(one.manages for one in ending) and not _managed_without(session, org, ending):
        found = f"{member.person.name}, whom nobody else could let in again"
        raise _fault(found, "that somebody else manages this organisation's people too: let another one first")
    for one in ending:
        one.ended_at = at
        session.add(one)
    session.flush()
    if not memberships_of(session, member.person.person_id):
        end_sessions(session, member.person.person_id, at)
        revoke_links(session, member.person.person_id, at)


def _managed_without(session: Session, org: str, ending: Sequence[Membership]) -> bool:
    """Whether somebody who is not disabled manages an organisation's people, some roles left out."""
    managing = (
        select(Membership)
        .join(Person)
        .where(
            Membership.org == org,
            col(Membership.manages),
            col(Membership.ended_at).is_(None),
            col(Person.disabled_at).is_(None),
        )
    )
    left_out = {(one.person_id, one.role) for one in ending}
    return any((one.person_id, one.role) not in left_out for one in session.exec(managing))


def _fault(found: str, expected: str) -> Unusable:
    return Unusable([InputFault("person", "", found, expected)])
