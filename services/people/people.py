"""People and their roles: who is invited, who may do what for which organisation, who is disabled. Nobody is deleted.

An organisation is `office`, or the id of a facility or practice. Its first administrator is invited by the office and
`manages` it: invites colleagues, ends their roles.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session, col, select

from policy.application import Identifier
from policy.identity import is_reserved
from policy.messages import FACILITY_ROLES, OFFICE, Role
from policy.messages.proofs import OFFICE_ORG
from records.tables import Membership, Person
from services.errors import InputFault, Unusable

ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\\\"']{1,64}@[^\s@,;:<>()\[\]\\\"'/]{1,190}\.[^\s@.,;:<>()\[\]\\\"'/]{2,63}")
LONGEST_NAME = 200
"""Characters, as a message's sender may have."""
_IDENTIFIER: TypeAdapter[str] = TypeAdapter(Identifier)


def address_of(email: str) -> str:
    """Return an e-mail address as the books keep it: without blanks around it, in lower case."""
    return email.strip().lower()


def person_by_email(session: Session, email: str) -> Person | None:
    """Return whose address it is; None: nobody's who is known."""
    return session.exec(select(Person).where(Person.email == address_of(email))).first()


def memberships_of(session: Session, person_id: str) -> list[Membership]:
    """Return the roles that a person has now, by organisation."""
    mine = select(Membership).where(Membership.person_id == person_id, col(Membership.ended_at).is_(None))
    return list(session.exec(mine.order_by(col(Membership.org), col(Membership.role))))


def members_of(session: Session, org: str) -> Sequence[tuple[Person, Membership]]:
    """Return everybody who has, or had, a role in an organisation, by name."""
    wanted = select(Person, Membership).join(Membership).where(Membership.org == org)
    return list(session.exec(wanted.order_by(col(Person.name), col(Membership.role))))


def invite(
    session: Session, *, email: str, name: str, org: str, role: Role, manages: bool, by: str, at: datetime
) -> Person:
    """Let somebody sign in for an organisation, in a role. Who is known already gets the role as well.

    Args:
        session: Of the books, writing.
        email: Where sign-in links go.
        name: The person's name, as messages will say it.
        org: `office`, or a facility's or practice's id.
        role: One of a facility's five roles, or `acr` for the office.
        manages: Whether the person may invite others of that organisation.
        by: Who invites, in words.
        at: Now (UTC).

    Raises:
        Unusable: It is no address, no name, no organisation's id, or a role that this organisation has not.
    """
    troubles = _troubles(email, name, org, role)
    if troubles:
        raise Unusable(troubles)
    person = person_by_email(session, email)
    if person is None:
        person = Person(person_id=uuid4().hex, email=address_of(email), name=name.strip(), created_at=at, created_by=by)
        session.add(person)
        session.flush()
    held = session.get(Membership, (person.person_id, org, role.value))
    if held is None:
        held = Membership(person_id=person.person_id, org=org, role=role.value, since=at, by=by)
    elif held.ended_at is not None:  # what the role could do before it ended is given anew or not at all
        held.ended_at, held.since, held.by, held.manages = None, at, by, False
    held.manages = manages or held.manages
    session.add(held)
    session.flush()
    return person


def set_disabled(session: Session, person: Person, at: datetime | None) -> None:
    """Keep a person from signing in from an instant on (UTC); None: let the person in again.

    Sessions need no end of their own: nobody who is disabled is the visitor of one (`services.people.sessions`).
    """
    person.disabled_at = at
    session.add(person)


def _troubles(email: str, name: str, org: str, role: Role) -> list[InputFault]:
    troubles = []
    if not ADDRESS.fullmatch(address_of(email)):
        troubles.append(InputFault("e-mail address", "", repr(email[:80]), "one address, for example ann@example.org"))
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        troubles.append(InputFault("name", "", repr(name[:80]), f"a person's name, {LONGEST_NAME} characters at most"))
    allowed = OFFICE if org == OFFICE_ORG else FACILITY_ROLES
    if role not in allowed:
        listed = ", ".join(sorted(allowed))
        troubles.append(InputFault("role", "", role.value, f"one of those that {org} has: {listed}"))
    if org != OFFICE_ORG and not _can_be_called(org):
        expected = "office, or the id of a facility or practice, for example OH-0417"
        troubles.append(InputFault("organisation", "", repr(org[:80]), expected))
    return troubles


def _can_be_called(org: str) -> bool:
    """Whether a facility or practice can be called so."""
    try:
        return not is_reserved(_IDENTIFIER.validate_python(org))
    except ValidationError:
        return False
