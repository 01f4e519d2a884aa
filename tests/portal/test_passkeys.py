"""Passkeys in a real browser with a virtual device: added, used, named, removed; and what lets nobody in."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect
from sqlmodel import select

from portal.serving import listen, serving
from portal.visit import SESSION
from records.tables import Passkey, Person
from services.people.managing import disable
from services.people.passkeys import NoPasskey, Site, let_in, name_of
from services.people.people import person_by_email
from services.people.sealed import LASTS, Seal
from tests.portal.conftest import LivingPortal
from tests.portal.letters import token_of

pytestmark = [pytest.mark.server, pytest.mark.browser]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def by_name(portal: LivingPortal) -> AsyncIterator[LivingPortal]:
    """The portal at an address with a name, as passkeys need one."""
    with listen("127.0.0.1", 0) as listening:
        address = f"http://localhost:{listening.getsockname()[1]}"
        world = replace(portal.world, public_url=address)
        async with serving(world, listening):
            yield LivingPortal(portal.office, world, address)


@asynccontextmanager
async def a_device(chromium: Browser, portal: LivingPortal, secret: str, **other: Any) -> AsyncIterator[Page]:
    """Open a browser with a device that makes passkeys, in which a session's person is signed in."""
    context: BrowserContext = await chromium.new_context(base_url=portal.address)
    await context.add_cookies([{"name": SESSION, "value": secret, "url": portal.address}])
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    await session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | other})
    yield page
    await context.close()


async def ask_for(page: Page, name: str) -> None:
    """Ask the device for a passkey. The page's own script does the rest: whoever asks waits for what comes of it."""
    await page.goto("/passkeys")
    await page.get_by_label("Name of this device").fill(name)
    await page.get_by_role("button", name="Add a passkey").click()


async def add(page: Page, name: str) -> None:
    """Add a passkey, until the page says that it is kept: what is clicked before that would cut it off."""
    await ask_for(page, name)
    await expect(page.get_by_role("status").first).to_contain_text("The passkey is kept")


async def sign_out(page: Page) -> None:
    """Sign out, until the page of whoever is not signed in is there."""
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await expect(page.get_by_role("button", name="Send sign-in link")).to_be_visible()


def kept(portal: LivingPortal, person: str) -> list[Passkey]:
    """Return the passkeys that the books have of somebody, removed ones too."""
    with portal.world.books.reading() as session:
        theirs = select(Passkey).join(Person).where(Person.name == person)
        return list(session.exec(theirs))


async def test_a_passkey_is_added_and_signs_its_person_in_where_he_was_going(
    chromium: Browser, by_name: LivingPortal
) -> None:
    secret = by_name.sign_in("OH-0417", name="Ann Sample")
    async with a_device(chromium, by_name, secret) as page:
        await add(page, "Laptop at work")
        await expect(page.get_by_role("textbox", name="Name of the passkey Laptop at work")).to_be_visible()
        await sign_out(page)
        await page.goto("/?next=/people")
        await page.get_by_role("button", name="Sign in with a passkey").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("People")
        assert "Ann Sample, administrator of OH-0417" in await page.inner_text("header")
        (key,) = kept(by_name, "Ann Sample")
        assert key.used_at is not None
        assert key.sign_count > 0


async def test_it_is_renamed_and_removed_and_then_lets_nobody_in(chromium: Browser, by_name: LivingPortal) -> None:
    async with a_device(chromium, by_name, by_name.sign_in("OH-0417", name="Bea Sample")) as page:
        await add(page, "Old name")
        await page.get_by_role("textbox", name="Name of the passkey Old name").fill("New name")
        await page.get_by_role("button", name="Rename Old name").click()
        await expect(page.get_by_role("button", name="Remove New name")).to_be_visible()
        await page.get_by_role("button", name="Remove New name").click()
        await expect(page.get_by_text("You have none yet.")).to_be_visible()
        await sign_out(page)
        await page.get_by_role("button", name="Sign in with a passkey").click()
        await expect(page.get_by_role("alert")).to_contain_text("does not let anybody in")
        assert "Send sign-in link" in await page.inner_text("main")
        assert [(key.name, key.removed_at is not None) for key in kept(by_name, "Bea Sample")] == [("New name", True)]


async def test_a_device_that_asks_nobody_who_holds_it_gives_no_passkey(
    chromium: Browser, by_name: LivingPortal
) -> None:
    secret = by_name.sign_in("OH-0417", name="Cem Sample")
    async with a_device(chromium, by_name, secret, hasUserVerification=False, isUserVerified=False) as page:
        await ask_for(page, "A key without a pin")
        await expect(page.get_by_text("This device gave no passkey")).to_be_visible()
    assert kept(by_name, "Cem Sample") == []


async def test_who_is_disabled_is_let_in_by_no_passkey(chromium: Browser, by_name: LivingPortal) -> None:
    async with a_device(chromium, by_name, by_name.sign_in("OH-0417", name="Dan Sample")) as page:
        await add(page, "Phone")
        with by_name.world.books.writing() as session:
            person = person_by_email(session, "dan.oh-0417@example.org")
            assert person is not None
            disable(session, person, datetime.now(UTC))
        await page.goto("/")
        await page.get_by_role("button", name="Sign in with a passkey").click()
        await expect(page.get_by_role("alert")).to_contain_text("does not let anybody in")


async def test_an_answer_counts_once_soon_and_in_its_own_browser(chromium: Browser, by_name: LivingPortal) -> None:
    async with a_device(chromium, by_name, by_name.sign_in("OH-0417", name="Eva Sample")) as page:
        await add(page, "Tablet")
        await sign_out(page)
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None)
        await page.get_by_role("button", name="Sign in with a passkey").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("What we owe")
    form = dict(httpx.QueryParams(sent[-1]))
    assert json.loads(form["answer"])["response"]["signature"]
    async with by_name.browser_of() as thief:
        stolen = form | {"form_token": await token_of(thief)}
        assert (await thief.post("/sign-in/passkey", data=stolen)).status_code == 403
        offered = (await thief.get("/sign-in/passkey")).json()["sealed"]
        assert (await thief.post("/sign-in/passkey", data=stolen | {"sealed": offered})).status_code == 403
        for nothing in ("", "[]", "{}", "null", '{"id": 7}', "x" * 30_000):
            sealed = (await thief.get("/sign-in/passkey")).json()["sealed"]
            answered = await thief.post("/sign-in/passkey", data=stolen | {"sealed": sealed, "answer": nothing})
            assert answered.status_code == 403


def test_what_is_sealed_is_good_for_ten_minutes_one_purpose_and_one_browser() -> None:
    at, seal = datetime.now(UTC), Seal(b"secret", "purpose", "browser")
    sealed = seal.close({"challenge": "c"}, at)
    opened = seal.open(sealed, at + LASTS / 2)
    assert opened is not None
    assert opened["challenge"] == "c"
    assert seal.open(sealed, at + LASTS) is None
    for other in (replace(seal, purpose="other"), replace(seal, browser="other"), replace(seal, secret=b"other")):
        assert other.open(sealed, at) is None
    for altered in (sealed[1:], sealed[:-1], sealed.replace(".", ""), "", ".", "é.é"):
        assert seal.open(altered, at) is None


async def test_only_its_person_renames_or_removes_a_passkey(chromium: Browser, by_name: LivingPortal) -> None:
    async with a_device(chromium, by_name, by_name.sign_in("OH-0417", name="Fay Sample")) as page:
        await add(page, "Fay's")
    (key,) = kept(by_name, "Fay Sample")
    async with by_name.browser_of(by_name.sign_in("OH-0417", name="Gil Sample")) as other:
        form = {"form_token": await token_of(other, "/passkeys"), "key": key.credential_id, "name": "mine"}
        for address in ("/passkeys/rename", "/passkeys/remove"):
            assert (await other.post(address, data=form)).status_code == 404
    assert kept(by_name, "Fay Sample") == [key]


def test_passkeys_need_a_host_with_a_name_and_an_encrypted_way(portal: LivingPortal) -> None:
    origins = {"https://portal.example.org": True, "http://localhost:8088": True, "http://portal.example.org": False,
               "http://127.0.0.1:8088": False, "https://[::1]": False}  # fmt: skip
    assert {origin: Site("Office", origin).possible for origin in origins} == origins
    assert name_of(" a \n b " + "x" * 100) == "a b " + "x" * 56
    with portal.world.books.writing() as session, pytest.raises(NoPasskey):
        let_in(session, Site("Office", "http://localhost"), '{"id": "unknown"}', "", datetime.now(UTC))


async def test_without_javascript_the_page_offers_the_link_alone(chromium: Browser, by_name: LivingPortal) -> None:
    context = await chromium.new_context(base_url=by_name.address, java_script_enabled=False)
    page = await context.new_page()
    await page.goto("/")
    await expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    await expect(page.get_by_role("button", name="Send sign-in link")).to_be_visible()
    await context.close()
