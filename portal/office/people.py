"""Everybody who may sign in, as the office sees them: found, invited, shut out everywhere and let in again."""

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import Response

from policy.messages import Role
from policy.messages.proofs import OFFICE_ORG
from policy.words import role_in_words
from portal.inviting import DONE, invited
from portal.page import Page, Who
from portal.visit import Visit
from records.books import Session
from records.people import Listed, find_listed, find_people, roles_of, signed_in_now
from records.tables import Membership, Person
from services.errors import InputFault, Unusable
from services.people import managing
from services.people.audit import note_act
from services.people.letters import address_of_link
from services.people.links import make_link
from services.people.people import memberships_of
from services.people.sessions import IDLE, end_sessions

A_PAGE = 50
"""People shown at once."""
ROLES = [
    (role.value, "Office (acr)" if role is Role.ACR else role_in_words(role).capitalize())
    for role in sorted(Role, key=lambda role: role is Role.ACR)
]


class Row(NamedTuple):
    """Somebody in the table: the person, roles, and in how many browsers he is signed in."""

    person: Person
    roles: list[Membership]
    browsers: int


async def people(visit: Visit) -> Response:
    """Show people, those who are searched for first."""
    return await _shown(visit)


async def invite_somebody(visit: Visit) -> Response:
    """Let somebody sign in: the first administrator of a facility, or a colleague of the office."""
    org = visit.text("org") or (OFFICE_ORG if visit.text("role") == Role.ACR else "")
    told = await invited(visit, org)
    return await _shown(visit, told.faults) if told.faults else _back(visit, told.done)


async def end(visit: Visit) -> Response:
    """End a role of somebody."""
    org, role = visit.text("org"), visit.text("role")

    def ended(session: Session, person: Person) -> None:
        if person.person_id == visit.who.person_id:
            raise Unusable([InputFault("person", "", "yourself", "somebody else")])
        managing.end_role(session, org, person.person_id, role, visit.now, by_office=True)

    return await _changed(visit, "ended", f"ended the role {role[:40]} at {org[:64]} of", ended)


async def disable(visit: Visit) -> Response:
    """Shut somebody out everywhere."""

    def disabled(session: Session, person: Person) -> None:
        if person.person_id == visit.who.person_id:
            raise Unusable([InputFault("person", "", "yourself", "a colleague: let somebody else shut you out")])
        managing.disable(session, person, visit.now)

    return await _changed(visit, "disabled", "disabled", disabled)


async def enable(visit: Visit) -> Response:
    """Let somebody in again whom the office has shut out."""
    return await _changed(visit, "enabled", "enabled", managing.enable)


async def end_all_sessions(visit: Visit) -> Response:
    """Sign somebody out in every browser."""
    at = visit.now
    return await _changed(
        visit, "sessions", "ended the sessions of", lambda session, who: end_sessions(session, who.person_id, at)
    )


async def print_link(visit: Visit) -> Response:
    """Show a link by which somebody signs in once, to hand over: whoever has it acts in that person's name."""
    who, at = visit.who, visit.now

    def made(session: Session) -> tuple[Person, str]:
        person = _person(session, visit)
        of_office = any(one.org == OFFICE_ORG for one in memberships_of(session, person.person_id))
        if of_office and person.person_id != who.person_id:
            expected = "somebody of a facility or practice; `accredit people link` prints one for a colleague"
            raise Unusable([InputFault("person", "", f"{person.name}, of the office", expected)])
        if person.disabled_at is not None:
            raise Unusable([InputFault("person", "", f"{person.name}, who is disabled", "somebody who may sign in")])
        _note(session, visit, "printed a link for", person)
        return person, make_link(session, person, at)

    person, secret = await visit.write(made)
    link = address_of_link(visit.world.public_url, secret)
    return visit.page("office/person_link.html.j2", title="A link to sign in once", person=person, link=link)


async def _shown(visit: Visit, faults: dict[str, str] | None = None) -> Response:
    asked = visit.request.query_params
    text, after, at = asked.get("search", "").strip()[:200], _number(asked.get("after", "")), visit.now

    def look(session: Session) -> tuple[list[Row], list[Listed]]:
        found = find_people(session, text, most=A_PAGE + 1, after=after)
        roles, browsers = roles_of(session, found), signed_in_now(session, found, at, at - IDLE)
        listed = [] if after else find_listed(session, text, most=A_PAGE + 1)
        return [Row(one, roles[one.person_id], browsers.get(one.person_id, 0)) for one in found], listed

    rows, listed = await visit.read(look)
    more = urlencode({"search": text, "after": after + A_PAGE}) if len(rows) > A_PAGE else ""
    return visit.page(
        "office/people.html.j2",
        status=422 if faults else 200,
        title="People",
        rows=rows[:A_PAGE],
        more=more,
        listed=listed,
        most_listed=A_PAGE,
        search=text,
        roles=ROLES,
        typed={name: visit.text(name) for name in ("email", "name", "org", "role", "manages")},
        faults=faults or {},
        done=DONE.get(asked.get("done", ""), ""),
    )


async def _changed(visit: Visit, done: str, act: str, change: Callable[[Session, Person], Any]) -> Response:
    """Change something about the person whom the form names, and remember who did it."""

    def changed(session: Session) -> None:
        person = _person(session, visit)
        change(session, person)
        _note(session, visit, act, person)

    await visit.write(changed)
    return _back(visit, done)


def _person(session: Session, visit: Visit) -> Person:
    found = session.get(Person, visit.text("person"))
    if found is None:
        raise HTTPException(404)
    return found


def _note(session: Session, visit: Visit, act: str, person: Person) -> None:
    who = visit.who
    about = f"{person.name} ({person.email})"
    note_act(session, at=visit.now, name=who.name, org=who.org, act=act, about=about, person_id=who.person_id)


def _back(visit: Visit, done: str) -> Response:
    search = visit.text("search")
    return visit.go(f"/office/people?{urlencode({'done': done} | ({'search': search} if search else {}))}")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


PAGES: tuple[Page, ...] = (
    Page("/office/people", Who.OFFICE, people),
    Page("/office/people/invite", Who.OFFICE, post=invite_somebody),
    Page("/office/people/end", Who.OFFICE, post=end),
    Page("/office/people/disable", Who.OFFICE, post=disable),
    Page("/office/people/enable", Who.OFFICE, post=enable),
    Page("/office/people/sessions", Who.OFFICE, post=end_all_sessions),
    Page("/office/people/link", Who.OFFICE, post=print_link),
)
