"""The first page, signing out, and acting for another organisation."""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from portal.page import Page, Who, drop_cookie
from portal.sign_in.links import sign_in_page
from portal.visit import SESSION, Visit
from records.books import Session
from services.people.sessions import act_for, end_session, end_sessions


async def home(visit: Visit) -> Response:
    """Show the sign-in page, or, to who is signed in, what is owed."""
    if visit.visitor is None:
        return sign_in_page(visit)
    if visit.visitor.of_office:
        return visit.go("/office")
    return await _owed(visit)


async def _owed(visit: Visit) -> Response:
    from portal.facility.home import what_we_owe

    return await what_we_owe(visit)


async def sign_out(visit: Visit) -> Response:
    """End the session of this browser."""
    digest, at = visit.who.session, visit.now
    await visit.write(lambda session: end_session(session, digest, at))
    return _out(visit)


async def sign_out_everywhere(visit: Visit) -> Response:
    """End all of the person's sessions, in every browser."""
    who, at = visit.who, visit.now
    await visit.write(lambda session: end_sessions(session, who.person_id, at))
    await visit.note("signed out everywhere")
    return _out(visit)


async def switch(visit: Visit) -> Response:
    """Act for another organisation of one's own from now on."""
    who, org = visit.who, visit.text("org")
    if org not in who.orgs:
        raise HTTPException(404)

    def change(session: Session) -> None:
        act_for(session, who.session, org)

    await visit.write(change)
    return visit.go("/")


def _out(visit: Visit) -> Response:
    answer = visit.go("/")
    drop_cookie(answer, visit.world, SESSION)
    return answer


PAGES = (
    Page("/", Who.ANYBODY, home),
    Page("/sign-out", Who.SIGNED_IN, post=sign_out),
    Page("/sign-out/everywhere", Who.SIGNED_IN, post=sign_out_everywhere),
    Page("/switch", Who.SIGNED_IN, post=switch),
)
