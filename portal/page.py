"""What a page is, and who gets it. Every page is a row of a table (`portal.app.PAGES`), so that none is forgotten.

Before a page's own code runs it is known who is signed in, that the page is for such visitors, that the case in its
address is theirs, and that a form comes from the portal itself. Whoever may not see a page gets 404, as if there were
none. Not signed in: to `/`, and back afterwards.
"""

import hmac
import json
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from time import perf_counter
from typing import TypeAlias
from urllib.parse import quote

from python_multipart.multipart import parse_options_header
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from temporalio.service import RPCError

from policy.identity import NoCaseId, parse_case_id
from policy.verdict import Refused
from portal.visit import BROWSER, SESSION, TOKEN, Visit, token_for
from portal.world import World
from records.books import Session
from records.queries import case_by_id
from services.errors import RefusedByRule, ServiceError
from services.exits import problem_of
from services.people.sessions import Visitor, mark_seen, needs_mark, visitor_of

log = logging.getLogger("accredit.portal")
Handler: TypeAlias = Callable[[Visit], Awaitable[Response]]
MOST_FIELDS, MOST_FILES, LARGEST_FIELD = 2_000, 20, 100_000
"""Of one form; a field in bytes, as large as a whole message may be."""
LARGEST_OF_ANYBODY = 100_000
"""Bytes of a form that is open to everybody: it has an address, or what a device has answered, and no file."""


class Who(StrEnum):
    """For whom a page is."""

    ANYBODY = "anybody"
    SIGNED_IN = "whoever is signed in"
    FACILITY = "people of a facility or practice"
    MANAGER = "people who manage their facility's or practice's people"
    OFFICE = "the office"


@dataclass(frozen=True)
class Page:
    """A page.

    Attributes:
        path: Its address; `{case}` in it is the id of a case, which must be one of the visitor's organisation.
        who: Who gets it.
        get: Shows it. It changes nothing, but for the first viewing of a report.
        post: Does what its form says; None: it has none.
    """

    path: str
    who: Who
    get: Handler | None = None
    post: Handler | None = None

    @property
    def methods(self) -> list[str]:
        """What it answers to."""
        return [name for name, handler in (("GET", self.get), ("POST", self.post)) if handler]


def route_of(page: Page, world: World) -> Route:
    """Return a page as Starlette serves it."""

    async def served(request: Request) -> Response:
        began, status = perf_counter(), 500
        try:
            answer = await _serve(page, world, request)
            status = answer.status_code
        except HTTPException as said:
            status = said.status_code
            raise
        finally:
            _log(page, request.method, status, perf_counter() - began)
        return answer

    small = [Middleware(RequestBodyLimitMiddleware, max_body_size=LARGEST_OF_ANYBODY)]
    return Route(page.path, served, methods=page.methods, middleware=small if page.who is Who.ANYBODY else None)


def _log(page: Page, method: str, status: int, seconds: float) -> None:
    """Write a line for a program: which page, not of which case, for nobody by name, no secret of an address."""
    line = {"page": page.path, "method": method, "status": status, "ms": round(seconds * 1000, 1)}
    log.log(logging.ERROR if status >= 500 else logging.INFO, "%s", json.dumps(line))


async def _serve(page: Page, world: World, request: Request) -> Response:
    visit = await _arrived(world, request)
    if (turned_away := _turned_away(page, visit)) is not None:
        return turned_away
    visit = await _with_case(page, visit)
    try:
        if request.method == "POST":
            visit = visit.with_form(await _read_form(visit))
            answer = await _handler(page.post)(visit)
        else:
            answer = await _handler(page.get)(visit)
    except (ServiceError, Refused) as problem:
        answer = problem_page(visit, problem)
    except (RPCError, SQLAlchemyError) as fault:
        if (away := problem_of(fault)) is None:
            raise
        answer = problem_page(visit, away)
    if request.cookies.get(cookie_name(world, BROWSER)) is None and visit.visitor is None:
        set_cookie(answer, world, BROWSER, visit.browser)
    return answer


def _handler(handler: Handler | None) -> Handler:
    if handler is None:
        raise HTTPException(405)
    return handler


async def _arrived(world: World, request: Request) -> Visit:
    """Find out who asks."""
    secret = request.cookies.get(cookie_name(world, SESSION), "")
    nobody = Visit(request, world, None, request.cookies.get(cookie_name(world, BROWSER)) or secrets.token_urlsafe(24))
    if not secret:
        return nobody
    at, providers = nobody.now, world.settings.portal.providers

    def look(session: Session) -> tuple[Visitor | None, bool]:
        found = visitor_of(session, secret, at, providers)
        return found, found is not None and needs_mark(session, found.session, at)

    visitor, stale = await nobody.read(look)
    if visitor is None:
        return nobody
    if stale:
        digest = visitor.session
        await nobody.write(lambda session: mark_seen(session, digest, at))
    return replace(nobody, visitor=visitor, browser=visitor.session)


def _turned_away(page: Page, visit: Visit) -> Response | None:
    """Return where a visitor is sent who is not signed in; raise 404 for whom the page is none."""
    if page.who is Who.ANYBODY:
        return None
    if visit.visitor is None:
        asked = visit.request.url.path + (f"?{visit.request.url.query}" if visit.request.url.query else "")
        return visit.go("/" if asked == "/" else f"/?next={quote(asked, safe='')}")
    if not _is_for(page.who, visit.visitor):
        raise HTTPException(404)
    return None


def _is_for(who: Who, visitor: Visitor) -> bool:
    if who is Who.OFFICE:
        return visitor.of_office
    if who is Who.FACILITY:
        return not visitor.of_office
    return visitor.manages and not visitor.of_office if who is Who.MANAGER else True


async def _with_case(page: Page, visit: Visit) -> Visit:
    """Return the visit with the case in its address; 404 where there is none, or it is another facility's."""
    case_id = visit.request.path_params.get("case")
    if case_id is None:
        return visit
    try:
        parse_case_id(case_id)
    except NoCaseId:
        raise HTTPException(404) from None
    found = await visit.read(lambda session: case_by_id(session, case_id))
    if found is None or (page.who is not Who.OFFICE and found.facility_id != visit.who.org):
        raise HTTPException(404)
    return replace(visit, case=found)


async def _read_form(visit: Visit) -> FormData:
    """Read what was posted, and hold it against where it comes from.

    Raises:
        HTTPException: 403 where another site sent it, or its token is not this browser's.
    """
    request = visit.request
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403)
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        raise HTTPException(403)
    _in_utf_8(request)
    files = MOST_FILES if visit.visitor else 0
    form = await request.form(max_fields=MOST_FIELDS, max_files=files, max_part_size=LARGEST_FIELD)
    given = form.get(TOKEN)
    if not isinstance(given, str) or not hmac.compare_digest(
        given.encode("utf-8", "replace"), token_for(visit.world.secret, visit.browser).encode()
    ):
        raise HTTPException(403)
    return form


def _in_utf_8(request: Request) -> None:
    """Take forms in the one encoding that browsers send ours in: others fail when read, or take ever longer.

    Raises:
        HTTPException: 400.
    """
    _, said = parse_options_header(request.headers.get("content-type"))
    if said.get(b"charset", b"utf-8").lower() != b"utf-8":
        raise HTTPException(400)


def cookie_name(world: World, name: str) -> str:
    """Return what a cookie is called: over an encrypted connection so that no other host can set it (`__Host-`)."""
    return f"__Host-{name}" if world.encrypted else name


def set_cookie(answer: Response, world: World, name: str, value: str, lasts: int | None = None) -> None:
    """Set a cookie that no script reads and no other site's form sends. `lasts`: seconds; None: while it is open."""
    answer.set_cookie(
        cookie_name(world, name), value, max_age=lasts, path="/", httponly=True, samesite="lax", secure=world.encrypted
    )


def drop_cookie(answer: Response, world: World, name: str) -> None:
    """Take a cookie back."""
    answer.delete_cookie(cookie_name(world, name), path="/", httponly=True, samesite="lax", secure=world.encrypted)


def problem_page(visit: Visit, problem: ServiceError | Refused) -> Response:
    """Return the page that says why something could not be done, and what to do instead."""
    told = RefusedByRule.of(problem) if isinstance(problem, Refused) else problem
    status = {2: 422, 3: 422, 4: 404}.get(int(told.code), 503)
    return visit.page(
        "problem.html.j2", status=status, title="That could not be done", lines=told.lines, wrong=told.wrong
    )
