"""The people of a facility or practice: who manages them invites colleagues, ends their roles and shuts them out."""

from collections.abc import Callable
from datetime import datetime

from starlette.responses import Response

from policy.messages import FACILITY_ROLES, Role
from policy.words import role_in_words
from portal.facility.leaving import listed_contacts
from portal.inviting import DONE, invited
from portal.page import Page, Who
from portal.visit import Visit
from records.books import Session
from records.tables import Person
from services.errors import InputFault, Unusable
from services.people.audit import note_act
from services.people.managing import by_person, end_role, let_in_again, shut_out
from services.people.people import members_of

ROLES = [(role.value, role_in_words(role).capitalize()) for role in Role if role in FACILITY_ROLES]


async def people(visit: Visit) -> Response:
    """Show who of the organisation may sign in, and in which roles."""
    return await _shown(visit)


async def invite_colleague(visit: Visit) -> Response:
    """Let a colleague sign in, in a role."""
    told = await invited(visit, visit.who.org)
    return await _shown(visit, told.faults) if told.faults else visit.go(f"/people?done={told.done}")


async def end(visit: Visit) -> Response:
    """End a colleague's role."""
    role = visit.text("role")

    def ended(session: Session, org: str, person_id: str, at: datetime) -> Person:
        return end_role(session, org, person_id, role, at)

    return await _changed(visit, "ended", f"ended the role {role[:40]} of", ended)


async def disable(visit: Visit) -> Response:
    """Shut a colleague out of this organisation."""
    if visit.text("person") == visit.who.person_id:
        raise Unusable([InputFault("person", "", "yourself", "a colleague: let somebody else shut you out")])
    return await _changed(visit, "disabled", "disabled", shut_out)


async def enable(visit: Visit) -> Response:
    """Let a colleague in again who was shut out."""
    by = f"{visit.who.name} of {visit.who.org}"

    def enabled(session: Session, org: str, person_id: str, at: datetime) -> Person:
        return let_in_again(session, org, person_id, by, at)

    return await _changed(visit, "enabled", "enabled", enabled)


async def _shown(visit: Visit, faults: dict[str, str] | None = None) -> Response:
    org = visit.who.org
    members = by_person(await visit.read(lambda session: members_of(session, org)))
    administers = Role.ADMINISTRATOR in visit.who.roles
    contacts = await visit.read(lambda session: listed_contacts(session, org)) if administers else {}
    typed = {name: visit.text(name) for name in ("email", "name", "role", "manages")}
    return visit.page(
        "facility/people.html.j2",
        status=422 if faults else 200,
        title="People",
        members=members,
        roles=ROLES,
        contacts=[(name, name) for name in contacts],
        typed=typed,
        faults=faults or {},
        done=DONE.get(visit.request.query_params.get("done", ""), ""),
    )


async def _changed(
    visit: Visit, done: str, act: str, change: Callable[[Session, str, str, datetime], Person]
) -> Response:
    """Change something about the person whom the form names, and remember who did it."""
    who, at = visit.who, visit.now

    def changed(session: Session) -> None:
        person = change(session, who.org, visit.text("person"), at)
        about = f"{person.name} ({who.org})"
        note_act(session, at=at, name=who.name, org=who.org, act=act, about=about, person_id=who.person_id)

    await visit.write(changed)
    return visit.go(f"/people?done={done}")


PAGES: tuple[Page, ...] = (
    Page("/people", Who.FACILITY, people),
    Page("/people/invite", Who.MANAGER, post=invite_colleague),
    Page("/people/end", Who.MANAGER, post=end),
    Page("/people/disable", Who.MANAGER, post=disable),
    Page("/people/enable", Who.MANAGER, post=enable),
)
