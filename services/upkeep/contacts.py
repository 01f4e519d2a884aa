"""Somebody leaves a facility or practice: every open case that lists the person hears of it, and the sign-in ends."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from policy.messages import Message, ReportContactLeft
from policy.names import folded
from records.facility.changes import end_sign_in, open_cases_of_facility, people_of
from records.facility.ids import as_known
from records.tables import CaseRecord, MessageRecord
from services.composition import compose
from services.errors import InputFault, Unusable
from services.people.audit import note_act


class Departure(NamedTuple):
    """Who leaves which organisation, and what hangs on the person.

    Attributes:
        org: The facility or practice.
        left: The person's name.
        cases: Open cases that list the person, each with the roles.
        addresses: The addresses under which they do.
        signs_in: The people of these addresses, or of that name, who may sign in for the organisation.
        before: How often each of the cases has taken before that the person left: whoever is listed again came back.
    """

    org: str
    left: str
    cases: Mapping[str, tuple[str, ...]]
    addresses: frozenset[str]
    signs_in: tuple[str, ...]
    before: Mapping[str, int] = {}


def departure(session: Session, org: str, left: str) -> Departure:
    """Return what hangs on somebody who leaves.

    Raises:
        Unusable: Neither a case nor the sign-in knows the person there.
    """
    org = as_known(session, org)
    cases: dict[str, tuple[str, ...]] = {}
    addresses: set[str] = set()
    for row in open_cases_of_facility(session, org):
        found = [one for one in contacts_of(row) if folded(one.get("name") or "") == folded(left)]
        if found:
            cases[row.case_id] = tuple(one.get("role") or "" for one in found)
            addresses |= {one["email"].lower() for one in found if one.get("email")}
    people = {
        person.email: person.name
        for person, _ in people_of(session, org)
        if person.email in addresses or folded(person.name) == folded(left)
    }
    if not cases and not people:
        expected = f"a contact of an open case of {org}, or somebody who signs in for it, by name"
        raise Unusable([InputFault("NAME", "", repr(left[:80]), expected)])
    before = {case_id: _times_left(session, case_id, org, left) for case_id in cases}
    return Departure(org, left, cases, frozenset(addresses | people.keys()), tuple(sorted(people.values())), before)


def messages_of(leaving: Departure, on: str | None, reason: str, user: str | None) -> dict[str, Message]:
    """Return what each case is told; the same departure entered again is the same message.

    Who came back and leaves once more is another departure, also where the day is not told.
    """
    fields: dict[str, Any] = {"left": leaving.left, "reason": reason} | ({"on": on} if on else {})
    name = _called(leaving.org, leaving.left)
    return {
        case_id: compose(
            ReportContactLeft,
            {**fields, "message_id": f"{name}-{times + 1}" if (times := leaving.before.get(case_id, 0)) else name},
            folder=Path.cwd(),
            user=user,
        )
        for case_id in leaving.cases
    }


def _called(org: str, left: str) -> str:
    said = "\n".join((org.lower(), folded(left)))
    return f"contact-left-{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def _times_left(session: Session, case_id: str, org: str, left: str) -> int:
    """Return how often a case has taken from here that somebody left, whoever entered it and why."""
    key = f"{ReportContactLeft.NAME}:{_called(org, left)}"
    taken = select(MessageRecord.key).where(
        col(MessageRecord.case_id) == case_id, col(MessageRecord.accepted), col(MessageRecord.key).startswith(key)
    )
    return len(session.exec(taken).all())


def shut_out(session: Session, leaving: Departure, *, by: str, at: datetime) -> list[str]:
    """End the person's sign-in for the organisation, also where no case lists the person; return whose ended."""
    ended = end_sign_in(session, leaving.org, leaving.addresses, at)
    for name in ended:
        note_act(session, at=at, name=by, org="office", act="ended every role of", about=f"{name} ({leaving.org})")
    return ended


def contacts_of(row: CaseRecord) -> list[dict[str, Any]]:
    """Return the contacts that a case's application lists, as the books hold it."""
    holder: dict[str, Any] = row.application.get("facility") or row.application.get("practice") or {}
    return holder.get("contacts") or []
