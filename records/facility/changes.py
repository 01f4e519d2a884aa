"""What becomes of facilities in the books: which cases hear of a change, who follows, where an id leads."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast
from sqlmodel import Session, col, func, or_, select, update

from policy.names import same_token
from records.finding import LONGEST
from records.tables import (
    CaseRecord,
    Draft,
    FacilityChange,
    Membership,
    Person,
    PortalSession,
    SecretLink,
    Upload,
)
from records.words import Program

MOST_STEPS = 50
"""Changes of an id that are followed: each leads to one that it is not, and nobody goes in circles."""


def changes_of(session: Session, facility: str = "") -> Sequence[FacilityChange]:
    """Return what has become of facilities, or of one of them, oldest first; under an old id and a new one."""
    found = select(FacilityChange).order_by(col(FacilityChange.at), col(FacilityChange.change_id))
    if facility:
        is_it = (func.lower(col(one)) == facility.lower() for one in (FacilityChange.facility, FacilityChange.new_id))
        found = found.where(or_(*is_it))
    return session.exec(found).all()


def present_id(session: Session, facility: str) -> str:
    """Return the id that a facility or practice has now: where it has become part of another one, that one's."""
    found, seen = facility, {facility.lower()}
    for _ in range(MOST_STEPS):
        joined = select(FacilityChange.new_id).where(
            func.lower(col(FacilityChange.facility)) == found.lower(), col(FacilityChange.new_id).is_not(None)
        )
        after = session.exec(joined.order_by(col(FacilityChange.at).desc())).first()
        if after is None or after.lower() in seen:
            return found
        found = after
        seen.add(after.lower())
    return found


def former_ids(session: Session, facility: str) -> list[str]:
    """Return the ids of those that have become part of a facility or practice, whether directly or by another one."""
    joined = session.exec(select(FacilityChange).where(col(FacilityChange.new_id).is_not(None))).all()
    found: dict[str, str] = {facility.lower(): facility}
    while more := {
        one.facility.lower(): one.facility
        for one in joined
        if (one.new_id or "").lower() in found and one.facility.lower() not in found
    }:
        found |= more
    return sorted(name for key, name in found.items() if key != facility.lower())


def cases_to_tell(session: Session, facility: str) -> list[CaseRecord]:
    """Return the open cases that a facility's change concerns: its own, and designations of which it is a location.

    The id is looked for in the text of the applications first, so that few of them need to be read.
    """
    named = func.lower(cast(col(CaseRecord.application), String)).contains(f'"{facility.lower()}"', autoescape=True)
    found = select(CaseRecord).where(
        col(CaseRecord.closed_at).is_(None),
        or_(
            func.lower(col(CaseRecord.facility_id)) == facility.lower(),
            (col(CaseRecord.program) == Program.DICOE.value) & named,
        ),
    )
    rows = session.exec(found.order_by(col(CaseRecord.case_id))).all()
    return [row for row in rows if same_token(row.facility_id, facility) or _has_location(row.application, facility)]


def open_cases_of_facility(session: Session, facility: str) -> list[CaseRecord]:
    """Return the open cases of a facility or practice."""
    found = select(CaseRecord).where(
        col(CaseRecord.closed_at).is_(None), func.lower(col(CaseRecord.facility_id)) == facility.lower()
    )
    return list(session.exec(found.order_by(col(CaseRecord.case_id))))


def closed_cases(session: Session, facility: str) -> list[CaseRecord]:
    """Return the closed cases of a facility or practice."""
    found = select(CaseRecord).where(
        col(CaseRecord.closed_at).is_not(None), func.lower(col(CaseRecord.facility_id)) == facility.lower()
    )
    return list(session.exec(found.order_by(col(CaseRecord.case_id))))


def people_of(session: Session, org: str) -> list[tuple[Person, Membership]]:
    """Return who may sign in for a facility or practice now, however its id is written there."""
    found = select(Person, Membership).join(Membership)
    found = found.where(func.lower(col(Membership.org)) == org.lower(), col(Membership.ended_at).is_(None))
    return list(session.exec(found.order_by(col(Person.name), col(Membership.role))))


def following(session: Session, facility: str, new_id: str) -> list[tuple[Person, Membership]]:
    """Return who may sign in for a facility and can for the one that it becomes part of: who was not shut out there."""
    return [(person, held) for person, held in people_of(session, facility) if not _is_shut_out(session, held, new_id)]


def follow(session: Session, facility: str, new_id: str, *, by: str, at: datetime) -> None:
    """Let everything that hangs on a facility's id hang on that of the one that it has become part of. May be repeated.

    Closed cases are found under the new id too, and what they say keeps the old name. Whoever could sign in for the old
    one can for the new one, in the same roles; a role that was ended there stays ended. What people have begun to
    write, uploaded and subscribed to goes along.

    Args:
        session: Of the books, writing.
        facility: The id that it had.
        new_id: The id of the one that it has become part of.
        by: Who entered it, in words.
        at: Now (UTC).
    """
    for row in closed_cases(session, facility):
        row.facility_id = new_id
        row.found_by = f"{new_id.casefold()} {row.found_by}"[:LONGEST]
    for _, held in people_of(session, facility):
        _give_role(session, held, new_id, by=by, at=at)
    for table in (Draft, Upload, SecretLink):
        session.execute(update(table).where(func.lower(col(table.org)) == facility.lower()).values(org=new_id))
    running = func.lower(col(PortalSession.org)) == facility.lower(), col(PortalSession.ended_at).is_(None)
    session.execute(update(PortalSession).where(*running).values(org=new_id))


def _give_role(session: Session, held: Membership, org: str, *, by: str, at: datetime) -> None:
    """Give somebody the role that he had in an organisation in the one that it has become part of."""
    known = session.get(Membership, (held.person_id, org, held.role))
    if known is None:
        session.add(
            Membership(person_id=held.person_id, org=org, role=held.role, manages=held.manages, since=at, by=by)
        )
    elif _is_shut_out(session, held, org):
        pass
    elif known.ended_at is not None:
        known.ended_at, known.since, known.by, known.manages = None, at, by, held.manages
    else:
        known.manages = known.manages or held.manages
    held.ended_at = at


def _is_shut_out(session: Session, held: Membership, org: str) -> bool:
    """Whether somebody ended in an organisation the role that a person brings along.

    A role that ended because that organisation itself became part of another one, in the same moment, ended by nobody.
    """
    known = session.get(Membership, (held.person_id, org, held.role))
    if known is None or known.ended_at is None:
        return False
    left_with = select(FacilityChange.change_id).where(
        func.lower(col(FacilityChange.facility)) == org.lower(),
        col(FacilityChange.new_id).is_not(None),
        col(FacilityChange.finished_at) == known.ended_at,
    )
    return session.exec(left_with.limit(1)).first() is None


def end_sign_in(session: Session, org: str, addresses: Iterable[str], at: datetime) -> list[str]:
    """End the roles that people of these addresses have in a facility or practice; return their names."""
    wanted = {address.strip().lower() for address in addresses}
    ended = []
    for person, held in people_of(session, org):
        if person.email in wanted:
            held.ended_at = at
            ended.append(person.name)
    return sorted(dict.fromkeys(ended))


def end_sign_in_but_of_last_managers(session: Session, org: str, addresses: Iterable[str], at: datetime) -> list[str]:
    """End the same where nobody of the office says it; return the names of those who stay in.

    Whoever manages the organisation's people stays in with that role as long as nobody else does: otherwise an
    administrator could lock all of them out, and nobody there could let anybody in again.
    """
    wanted = {address.strip().lower() for address in addresses}
    rows = people_of(session, org)
    managing = {person.email for person, held in rows if held.manages and person.disabled_at is None}
    all_leave = managing <= wanted
    kept = []
    for person, held in rows:
        if person.email in wanted and person.email in managing and held.manages and all_leave:
            kept.append(person.name)
        elif person.email in wanted:
            held.ended_at = at
    return sorted(dict.fromkeys(kept))


def _has_location(application: dict[str, Any], facility: str) -> bool:
    locations: list[dict[str, Any]] = application.get("locations") or []
    return any(same_token(place.get("id") or "", facility) for place in locations)
