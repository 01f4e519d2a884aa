"""A contact has left the facility: its administrator says so once, and every open case that lists the person hears."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.responses import Response

from policy.identity import holder_of
from policy.messages import ReportContactLeft, Role
from policy.names import folded
from policy.words import spoken
from portal.page import Page, Who
from portal.sending import composed, send_composed
from portal.visit import Visit
from records.books import Session
from records.facility.changes import open_cases_of_facility
from services.errors import InputFault, Unusable
from services.upkeep.contacts import contacts_of, departure

Listed = Mapping[str, tuple[str, ...]]
"""The cases that list each contact, by name."""


def listed_contacts(session: Session, org: str) -> Listed:
    """Return who is listed as a contact in the open cases of an organisation, each with the cases that do."""
    found: dict[str, list[str]] = {}
    for row in open_cases_of_facility(session, org):
        for name in dict.fromkeys(one.get("name") or "" for one in contacts_of(row)):
            if name:
                found.setdefault(name, []).append(row.case_id)
    return {name: tuple(cases) for name, cases in sorted(found.items())}


async def has_left(visit: Visit) -> Response:
    """Tell every open case that lists the person; whoever was told before counts once."""
    if Role.ADMINISTRATOR not in visit.who.roles:
        raise HTTPException(404)
    name, org = visit.text("left"), visit.who.org
    known = await visit.read(lambda session: listed_contacts(session, org))
    cases = next((cases for one, cases in known.items() if folded(one) == folded(name)), ())
    if not cases:
        raise Unusable([InputFault("contact", "", repr(name[:80]), "somebody whom one of your open cases lists")])
    leaving = await visit.read(lambda session: departure(session, org, name))
    if leaving.signs_in and not visit.who.manages:
        expected = "that somebody who manages your people says it: the sign-in ends with it"
        raise Unusable([InputFault("contact", "", f"{name[:80]}, who signs in here", expected)])
    message = composed(visit, ReportContactLeft, {"left": name})
    for case_id in cases:
        verdict = await send_composed(visit, case_id, message, speaks_as=holder_of(case_id))
        if not verdict.accepted and verdict.rule not in ("contact.unknown_person", "case.closed"):
            raise Unusable([InputFault(case_id, "", spoken(verdict.rule or "refused"), verdict.reason or "")])
    await visit.note("reported that a contact has left:", name)
    return visit.go("/people?done=left")


PAGES: tuple[Page, ...] = (Page("/people/left", Who.FACILITY, post=has_left),)
