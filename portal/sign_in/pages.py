"""Signing in by a link, and signing out."""

from starlette.responses import Response

from portal.page import Page, Who
from portal.visit import SESSION, Visit
from services.people.sessions import end_session


async def home(visit: Visit) -> Response:
    """Show the sign-in page, or, to who is signed in, what is owed."""
    if visit.visitor is None:
        return visit.page("sign_in/sign_in.html.j2", title="Sign in", next=visit.request.query_params.get("next", ""))
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
    answer = visit.go("/")
    answer.delete_cookie(SESSION, path="/")
    return answer


PAGES = (
    Page("/", Who.ANYBODY, home),
    Page("/sign-out", Who.SIGNED_IN, post=sign_out),
)
