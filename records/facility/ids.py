"""How the books write the id of a facility, practice or location, and what they hold under it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlmodel import Session, col, func, or_, select

from records.facility.changes import cases_to_tell, people_of
from records.tables import CaseRecord, FacilityChange, Membership


class Held(NamedTuple):
    """What hangs on an id: the name of its newest case, how many cases it has, and how many people sign in for it."""

    name: str
    cases: int
    people: int


def as_known(session: Session, typed: str) -> str:
    """Return an id as the books write it: ids are typed freely, and those that differ in case alone are one.

    Cases say it first, then designations of which it is a location, then what has become of facilities, then people.
    An id that the books do not know stays as it is.
    """
    by_cases = select(CaseRecord.facility_id).where(func.lower(col(CaseRecord.facility_id)) == typed.lower())
    changes = select(FacilityChange.facility, FacilityChange.new_id).where(
        or_(*(func.lower(col(one)) == typed.lower() for one in (FacilityChange.facility, FacilityChange.new_id)))
    )
    by_people = select(Membership.org).where(func.lower(col(Membership.org)) == typed.lower())
    return (
        _spelling(typed, session.exec(by_cases.distinct()))
        or _spelling(typed, (place for row in cases_to_tell(session, typed) for place in _locations(row.application)))
        or _spelling(typed, (one for pair in session.exec(changes) for one in pair if one))
        or _spelling(typed, session.exec(by_people.distinct()))
        or typed
    )


def held_under(session: Session, facility: str) -> Held | None:
    """Return what hangs on an id, to tell it from another one; None: nothing does."""
    mine = func.lower(col(CaseRecord.facility_id)) == facility.lower()
    names = session.exec(select(CaseRecord.facility_name).where(mine).order_by(col(CaseRecord.opened_at).desc())).all()
    people = {person.person_id for person, _ in people_of(session, facility)}
    return Held(names[0] if names else "", len(names), len(people)) if names or people else None


def _spelling(typed: str, known: Iterable[str]) -> str | None:
    found = sorted({one for one in known if one.lower() == typed.lower()})
    return typed if typed in found else next(iter(found), None)


def _locations(application: dict[str, Any]) -> list[str]:
    locations: list[dict[str, Any]] = application.get("locations") or []
    return [place.get("id") or "" for place in locations]
