"""A living office with its portal, and people who are signed in."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize

from activities.mail import MailFolder
from policy.messages import Role
from policy.messages.proofs import OFFICE_ORG
from policy.office import OfficeSettings
from portal.serving import listen, serving
from portal.visit import SESSION
from portal.world import World
from records.books import Session
from records.tables import Person
from records.words import SignInWay
from services.people.people import invite
from services.people.sessions import begin_session
from services.settings import SAMPLE, load_settings
from tests.office import LivingOffice

READ_ONCE = ssl.create_default_context()
"""Whom a browser trusts, of which nothing here makes use: each client would else read it anew, which takes 25 ms."""


@dataclass(frozen=True)
class LivingPortal:
    """A portal that is served, over a living office. `office` brings cases along, `world` is what the pages use."""

    office: LivingOffice
    world: World
    address: str

    def sign_in(self, org: str, *roles: Role, name: str = "Ann Sample", email: str = "", manages: bool = False) -> str:
        """Invite a person, sign him in, and return the secret of the session's cookie."""
        address = email or f"{name.split()[0].lower()}.{org.lower()}@example.org"
        at = datetime.now(UTC)
        first, *others = roles or ((Role.ACR,) if org == OFFICE_ORG else (Role.ADMINISTRATOR,))
        with self.world.books.writing() as session:
            person = self._invited(session, address, name, org, first, manages)
            for role in others:
                self._invited(session, address, name, org, role, manages)
            return begin_session(session, person, org, SignInWay.LINK, at)

    def _invited(self, session: Session, email: str, name: str, org: str, role: Role, manages: bool) -> Person:
        at = datetime.now(UTC)
        return invite(session, email=email, name=name, org=org, role=role, manages=manages, by="a test", at=at)

    def browser_of(self, secret: str = "") -> httpx.AsyncClient:
        """Return a client that asks as the browser of a session; without a secret, of nobody's. Follows no redirect."""
        cookies = {SESSION: secret} if secret else {}
        return httpx.AsyncClient(
            base_url=self.address,
            cookies=cookies,
            timeout=60,  # a busy machine is no fault
            verify=READ_ONCE,
        )


def settings_of(office: LivingOffice, **sections: dict[str, Any]) -> OfficeSettings:
    """Return the settings under which the portal of a test's office runs."""
    folder = office.folder
    environ = {
        "ACCREDIT_DATABASE_URL": f"sqlite:///{folder}/books.db",
        "ACCREDIT_PAPERS_FOLDER": str(folder / "papers"),
        "ACCREDIT_MAIL_FOLDER": str(folder / "mail"),
        "ACCREDIT_DOCUMENTS_UPLOADS": str(folder / "uploads"),
        "ACCREDIT_SECURITY_KEYS": office.security.keys,
    }
    settings = load_settings(SAMPLE, environ)
    return settings.model_copy(
        update={name: getattr(settings, name).model_copy(update=new) for name, new in sections.items()}
    )


@asynccontextmanager
async def a_living_portal(office: LivingOffice, **sections: dict[str, Any]) -> AsyncIterator[LivingPortal]:
    """Serve a portal over an office, on a free port. `sections`: other settings, by section."""
    settings = settings_of(office, **sections)
    with listen("127.0.0.1", 0) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        mail = MailFolder(office.folder / "mail")
        read: partial[OfficeSettings] = partial(_same, settings)
        world = World(office.books, office.client, read, mail, address, b"a secret of the tests")
        async with serving(world, listening):
            yield LivingPortal(office, world, address)


def _same(settings: OfficeSettings) -> OfficeSettings:
    return settings


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def portal(office: LivingOffice) -> AsyncIterator[LivingPortal]:
    """The portal of the file's office."""
    async with a_living_portal(office) as living:
        yield living


async def signed_in(chromium: Browser, portal: LivingPortal, secret: str, **options: Any) -> BrowserContext:
    """Return a context of the browser in which a session's person is signed in."""
    context = await chromium.new_context(base_url=portal.address, **options)
    await context.add_cookies([{"name": SESSION, "value": secret, "url": portal.address}])
    return context


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def window(chromium: Browser, portal: LivingPortal) -> AsyncIterator[Page]:
    """A window for whoever reads only, one after the other (`seen_by`): a new one costs as much as a page."""
    context = await chromium.new_context(base_url=portal.address)
    yield await context.new_page()
    await context.close()


async def seen_by(window: Page, portal: LivingPortal, secret: str, size: ViewportSize) -> Page:
    """Return the window, of a size, in which now a session's person is signed in and nobody else."""
    await window.context.clear_cookies()
    await window.context.add_cookies([{"name": SESSION, "value": secret, "url": portal.address}])
    await window.set_viewport_size(size)
    return window
