"""One browser asking for one page: who it is, what the page may use, and how an answer is made."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from policy.messages import Role
from portal.rendering import rendered
from portal.world import World
from records.books import Session
from records.tables import CaseRecord
from services.people.audit import note_act
from services.people.sessions import Visitor

T = TypeVar("T")
SESSION, BROWSER = "accredit-session", "accredit-browser"
"""Cookies: who is signed in, and (for the forms of who is not) which browser it is."""
TOKEN, MESSAGE_ID = "form_token", "message_id"
"""Hidden fields: what shows that a form is ours, and the id under which its message counts once."""


@dataclass(frozen=True)
class Visit:
    """One request.

    Attributes:
        request: As Starlette has it.
        world: What the page may use.
        visitor: Who is signed in; None: nobody.
        browser: What the tokens of this browser's forms are made for.
        case: The case in the page's address, which the visitor may see; None where it has none.
        form: What was posted; empty where nothing was.
    """

    request: Request
    world: World
    visitor: Visitor | None
    browser: str
    case: CaseRecord | None = None
    form: FormData = field(default_factory=FormData)

    @property
    def who(self) -> Visitor:
        """Who is signed in, on a page that only such visitors get."""
        if self.visitor is None:
            raise LookupError("this page is for everybody: nobody need be signed in")
        return self.visitor

    @property
    def its_case(self) -> CaseRecord:
        """The case in the page's address, on a page that has one."""
        if self.case is None:
            raise LookupError("this page's address names no case")
        return self.case

    @property
    def now(self) -> datetime:
        """Now (UTC)."""
        return self.world.clock()

    @property
    def token(self) -> str:
        """What a form of this browser carries, so that no other site can send it."""
        return token_for(self.world.secret, self.browser)

    def with_form(self, form: FormData) -> "Visit":
        """Return the visit with what was posted."""
        return replace(self, form=form)

    def text(self, name: str) -> str:
        """Return what was typed into a field; empty where nothing was."""
        value = self.form.get(name)
        return value.strip() if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """Return what was chosen of several."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    async def read(self, look: Callable[[Session], T]) -> T:
        """Look into the books, in a thread apart, and return what was found."""

        def reading() -> T:
            with self.world.books.reading() as session:
                return look(session)

        return await run_in_threadpool(reading)

    async def write(self, change: Callable[[Session], T]) -> T:
        """Change the books, in a thread apart, and return what the change returns."""

        def writing() -> T:
            with self.world.books.writing() as session:
                return change(session)

        return await run_in_threadpool(writing)

    async def note(self, act: str, about: str = "") -> None:
        """Remember what the visitor has done, for the audit page."""
        who, at = self.who, self.now
        await self.write(
            lambda session: note_act(
                session, at=at, name=who.name, org=who.org, act=act, about=about, person_id=who.person_id
            )
        )

    def role_for(self, senders: frozenset[Role]) -> Role | None:
        """Return in which role a message goes out: the one chosen, else the visitor's first that may send it."""
        able = sorted(self.who.roles & senders)
        chosen = self.text("as_role")
        return next((role for role in able if role.value == chosen), able[0] if able else None)

    def page(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """Return a page made of a template. What every template has: `portal.rendering`."""
        always: Mapping[str, Any] = {
            "visitor": self.visitor,
            "token": self.token,
            "path": self.request.url.path,
            "case": self.case,
            "new_message_id": uuid4().hex,
            "settings": self.world.settings,
            "now": self.now,
        }
        return HTMLResponse(rendered(template, self.world.zone, {**always, **values}), status)

    def go(self, path: str) -> Response:
        """Send the browser to another page, by GET."""
        return RedirectResponse(path, 303)


def token_for(secret: bytes, browser: str) -> str:
    """Return the token of one browser's forms."""
    return hmac.new(secret, f"form\0{browser}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()
