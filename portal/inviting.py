"""Inviting somebody, for both sides: the role is given, and a letter with a link goes out at once."""

import logging
from datetime import datetime
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool

from policy.messages import Role
from policy.words import instant_in_words
from portal.visit import Visit
from records.books import Session
from records.tables import Person
from services.errors import InputFault, Unusable
from services.people.attempts import try_now
from services.people.audit import note_act
from services.people.letters import hand_over, invitation
from services.people.links import make_link
from services.people.people import invite

log = logging.getLogger("accredit.portal")
MOST_INVITED = 30
"""Of one organisation in a quarter of an hour: the office's mail server writes to whomever a form names."""
FIELDS = {"e-mail address": "email", "name": "name", "role": "role", "organisation": "org"}
"""The field of the form by what `invite` calls it."""
DONE = {
    "invited": "The invitation is on its way by mail. Its link works once, within 15 minutes; later the person types "
    "the same address on the sign-in page, and gets another.",
    "unmailed": "The role is given, but the invitation could not be mailed. The person can ask for a link on the "
    "sign-in page, or the office prints one.",
    "ended": "The role has ended. It counts from the next page that the person opens.",
    "disabled": "The person is shut out, from the next page on that is opened anywhere. What was sent before stands.",
    "enabled": "The person may sign in again, with the roles of before.",
    "left": "Your open cases know it. Letters go to whoever is left, and the person no longer signs in for you.",
    "sessions": "The person is signed out in every browser, and may sign in again.",
}
"""What is said after something was done."""


class Invited(NamedTuple):
    """What became of an invitation: what is said, or what is wrong with its fields."""

    done: str = ""
    faults: dict[str, str] = {}


async def invited(visit: Visit, org: str) -> Invited:
    """Invite whom the form names, for an organisation, and mail the invitation."""
    try:
        role = Role(visit.text("role"))
    except ValueError:
        return Invited(faults={"role": "Choose one of the roles."})
    who, at, office = visit.who, visit.now, visit.world.settings
    by = f"{who.name} of {'the office' if who.of_office else who.org}"

    def let_in(session: Session) -> tuple[Person, str] | datetime:
        if (again := try_now(session, {f"invitations of {org}": MOST_INVITED}, at)) is not None:
            return again
        person = invite(
            session,
            email=visit.text("email"),
            name=visit.text("name"),
            org=org,
            role=role,
            manages=bool(visit.text("manages")),
            by=by,
            at=at,
        )
        about = f"{person.name}, {role.value} of {org}"
        note_act(session, at=at, name=who.name, org=who.org, act="invited", about=about, person_id=who.person_id)
        return person, make_link(session, person, at)

    try:
        found = await visit.write(let_in)
    except Unusable as unusable:
        return Invited(faults=_faults(unusable.troubles))
    if isinstance(found, datetime):
        when = instant_in_words(found, visit.world.zone)
        return Invited(faults={"email": f"{MOST_INVITED} people were invited just now. Go on after {when}."})
    person, secret = found
    letter = invitation(person, org, by, visit.world.public_url, secret, office, at)
    if fault := await run_in_threadpool(hand_over, visit.world.mailer, letter):
        log.error("An invitation could not be mailed: %s", fault)
    return Invited("unmailed" if fault else "invited")


def _faults(troubles: tuple[InputFault, ...]) -> dict[str, str]:
    return {FIELDS.get(one.file, one.file): f"Expected is {one.expected}." for one in troubles}
