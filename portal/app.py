"""The portal as one ASGI application: every page, what each answer carries, and what is said where there is no page."""

from asyncio import gather
from collections.abc import Awaitable, Callable
from datetime import timedelta

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.facility import PAGES as FACILITY_PAGES
from portal.office import PAGES as OFFICE_PAGES
from portal.page import Page, route_of
from portal.rendering import rendered, static_file
from portal.sign_in import PAGES as SIGN_IN_PAGES
from portal.world import World
from services.health import PATH

PAGES: tuple[Page, ...] = (*SIGN_IN_PAGES, *FACILITY_PAGES, *OFFICE_PAGES)
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
}
TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
SAID = {
    403: ("This form cannot be taken", "It is older than your sign-in, or another site sent it. Load the page anew."),
    404: ("There is no such page", "The address is not right, or the page is not yours to see."),
    405: ("This address takes no form", "Go back and use the page's own buttons."),
    413: ("That is too large", "A document may be as large as the page says beside its field."),
}
"""What a page without a page of its own says: a heading, and what to do."""


def make_app(world: World) -> Starlette:
    """Return the portal over a world."""
    routes = [*(route_of(page, world) for page in PAGES), Route("/static/{version}/{name}", _static)]
    return Starlette(
        routes=[*routes, Route(PATH, _health(world))],
        middleware=[Middleware(_Headers, encrypted=world.encrypted)],
        exception_handlers={HTTPException: _said(world)},
        max_body_size=world.settings.documents.largest * MEGABYTE + FORM_BEYOND_FILES,
    )


class _Headers:
    """Adds to every answer what keeps other sites, frames and caches away from it."""

    def __init__(self, app: ASGIApp, *, encrypted: bool) -> None:
        self._app = app
        self._always = ALWAYS | ({"Strict-Transport-Security": "max-age=31536000"} if encrypted else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._always.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, sent if scope["type"] == "http" else send)


def _said(world: World) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return what answers where there is no page: in words, with the same for whatever the reason is."""

    async def said(request: Request, problem: Exception) -> Response:
        if not isinstance(problem, HTTPException):
            raise problem
        title, text = SAID.get(problem.status_code, ("That did not work", "Go back and try again."))
        page = rendered("said.html.j2", world.zone, {"title": title, "text": text})
        answer = HTMLResponse(page, problem.status_code, headers=problem.headers)
        if problem.status_code == 413:
            answer.headers["Connection"] = "close"  # else the rest of it would still be taken, and thrown away
        return answer

    return said


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
