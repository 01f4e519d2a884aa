"""The portal as one ASGI application: every page, what each answer carries, and what is said where there is no page."""

from asyncio import gather
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.applications import PAGES as APPLICATION_PAGES
from portal.facility import PAGES as FACILITY_PAGES
from portal.office import PAGES as OFFICE_PAGES
from portal.page import Page, route_of
from portal.rendering import rendered, static_file
from portal.sign_in import PAGES as SIGN_IN_PAGES
from portal.world import World
from services.health import PATH

PAGES: tuple[Page, ...] = (*SIGN_IN_PAGES, *FACILITY_PAGES, *APPLICATION_PAGES, *OFFICE_PAGES)
"""Every page of the portal."""
ANSWERS_WITHIN = timedelta(seconds=3)
"""How long Temporal may take to say that it is there."""
MEGABYTE = 1024 * 1024
FORM_BEYOND_FILES = 4 * MEGABYTE
"""Bytes that a form with files may have beside the largest document."""
ALWAYS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
SAID = {
    403: ("This form cannot be taken", "It is older than your sign-in, or another site sent it. Load the page anew."),
    500: (
        "Something went wrong here",
        "It is the portal's fault, not yours; the office's log has it. Load the page anew; ask the office if it stays.",
    ),
    404: ("There is no such page", "The address is not right, or the page is not yours to see."),
    405: ("This address takes no form", "Go back and use the page's own buttons."),
    413: (
        "That is too large",
        "All documents of a form together have at most {limit} MB. Nothing was taken or sent.",
    ),
}
"""What a page without a page of its own says: a heading, and what to do."""


def make_app(world: World) -> Starlette:
    """Return the portal over a world."""
    routes = [*(route_of(page, world) for page in PAGES), Route("/static/{version}/{name}", _static)]
    app = Starlette(
        routes=[*routes, Route(PATH, _health(world))],
        middleware=[
            Middleware(_Headers, encrypted=world.encrypted),
            Middleware(_Bounded, world=world),
        ],
        exception_handlers={HTTPException: _said(world), Exception: _broken(world)},
    )
    app.router.redirect_slashes = False  # it would send browsers, with the secret of a link, to whatever Host they say
    return app


def headers_of(*, encrypted: bool) -> dict[str, str]:
    """Return what every answer carries. `encrypted`: whether browsers come by an encrypted connection alone."""
    return ALWAYS | ({"Strict-Transport-Security": "max-age=31536000"} if encrypted else {})


class _Headers:
    """Adds to every answer what keeps other sites, frames and caches away from it."""

    def __init__(self, app: ASGIApp, *, encrypted: bool) -> None:
        self._app = app
        self._always = headers_of(encrypted=encrypted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._always.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sent if scope["type"] == "http" else send)


class _Bounded:
    """Takes no more than a form may have: with files, or without. Answers in words to what announces more.

    Fields without files are read sign by sign, which takes its time.
    """

    def __init__(self, app: ASGIApp, *, world: World) -> None:
        self._app, self._world = app, world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        with_files = headers.get("content-type", "").lower().startswith("multipart/")
        most = largest_form(self._world) if with_files else FORM_BEYOND_FILES
        announced = headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > most:
            await _say(self._world, 413)(scope, receive, send)
        else:
            await RequestBodyLimitMiddleware(self._app, max_body_size=most)(scope, receive, send)


def largest_form(world: World) -> int:
    """Return the bytes that a form may have in all."""
    return world.settings.documents.largest * MEGABYTE + FORM_BEYOND_FILES


def _say(world: World, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Return what is said where a page has nothing to say itself."""
    title, text = SAID.get(status, ("That did not work", "Go back and try again."))
    told = {"title": title, "text": text.replace("{limit}", str(world.settings.documents.largest))}
    return HTMLResponse(rendered("said.html.j2", world.zone, told), status, headers=headers)


def _said(world: World) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return what answers where there is no page: in words, with the same for whatever the reason is."""

    async def said(request: Request, problem: Exception) -> Response:
        if not isinstance(problem, HTTPException):
            raise problem
        return _say(world, problem.status_code, problem.headers)

    return said


def _broken(world: World) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return what answers where the program is at fault: in words, without the fault, which the log has."""

    async def broken(request: Request, fault: Exception) -> Response:
        return _say(world, 500, headers_of(encrypted=world.encrypted))

    return broken


async def _static(request: Request) -> Response:
    """Serve a file of `portal/static`, for ever: its address changes with its content."""
    name = request.path_params["name"]
    content = static_file(name)
    if content is None:
        raise HTTPException(404)
    kind = TYPES.get(name.rpartition(".")[2], "application/octet-stream")
    return Response(content, media_type=kind, headers={"Cache-Control": "public, max-age=31536000, immutable"})


def _health(world: World) -> Callable[[Request], Awaitable[Response]]:
    """Return what says whether the portal can serve: the books answer; whether Temporal does is told beside."""

    def reads() -> bool:
        with world.books.reading() as session:
            return session.connection() is not None

    async def health(request: Request) -> Response:
        books, temporal = await gather(
            run_in_threadpool(reads),
            world.client.service_client.check_health(timeout=ANSWERS_WITHIN),
            return_exceptions=True,
        )
        told = {"books": books is True, "temporal": temporal is True}
        return JSONResponse(told, 200 if told["books"] else 503)

    return health
