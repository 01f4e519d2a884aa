"""Signing in by an identity provider that runs here: whom it vouches for comes in, and nothing else that comes back."""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from oidc_provider_mock import run_server_in_thread  # type: ignore[import-untyped]
from oidc_provider_mock._app import OpenIDCode  # type: ignore[import-untyped]
from pydantic import SecretStr, ValidationError

from embedded.process import free_ports
from policy.messages import Role
from policy.messages.proofs import OFFICE_ORG
from policy.office import IdentityProvider, OfficeSettings, Portal
from portal.serving import listen, serving
from portal.visit import SESSION
from records.books import Session
from records.tables import Person
from services.people.people import invite, person_by_email
from tests.portal.conftest import LivingPortal
from tests.portal.letters import letter_to, letters_to, post, token_of

pytestmark = pytest.mark.server
NAME, CLIENT, SECRET = "hospital", "accredit", "S3cret-of-the-provider"


@contextmanager
def a_provider(**options: Any) -> Iterator[str]:
    """Run a provider, and return its issuer."""
    with run_server_in_thread(**options) as server:
        yield f"http://localhost:{server.server_port}"


def vouches(issuer: str, sub: str, email: str, *, verified: Any = True, **claims: Any) -> None:
    """Let a provider know somebody; what else its token says of the person stands over what it would say itself."""
    claims |= {"email": email, "email_verified": verified, "name": "Somebody"}
    httpx.put(f"{issuer}/users/{sub}", json=claims).raise_for_status()


@dataclass(frozen=True)
class Hospital:
    """A portal whose people sign in by a provider."""

    portal: LivingPortal
    issuer: str

    def invite(self, name: str, *orgs: str) -> str:
        """Let somebody sign in for organisations, and return the address."""
        address = f"{name.lower().replace(' ', '.')}@example.org"
        with self.portal.world.books.writing() as session:
            for org in orgs or ("OH-0417",):
                role = Role.ACR if org == OFFICE_ORG else Role.ADMINISTRATOR
                at = datetime.now(UTC)
                invite(session, email=address, name=name, org=org, role=role, manages=False, by="a test", at=at)
        return address

    def person(self, address: str) -> Person:
        """Return a person as the books have him."""
        with self.portal.world.books.reading() as session:
            found = person_by_email(session, address)
        assert found is not None
        return found


@asynccontextmanager
async def a_hospital(
    portal: LivingPortal, issuer: str, *, only: bool = False, orgs: tuple[str, ...] = ("OH-0417",)
) -> AsyncIterator[Hospital]:
    """Serve the portal with settings that name a provider."""
    one = IdentityProvider(
        issuer=issuer, client_id=CLIENT, client_secret=SecretStr(SECRET), orgs=orgs, only=only, title="Sample Hospital"
    )
    settings = portal.world.settings.model_copy(update={"portal": Portal(providers={NAME: one})})
    with listen("127.0.0.1", 0) as listening:
        address = f"http://localhost:{listening.getsockname()[1]}"
        world = replace(portal.world, public_url=address, read_settings=partial(_same, settings))
        async with serving(world, listening):
            yield Hospital(LivingPortal(portal.office, world, address), issuer)


def _same(settings: OfficeSettings) -> OfficeSettings:
    return settings


async def gone(browser: httpx.AsyncClient, page: str = "") -> str:
    """Go to the provider as the button does, and return the address there."""
    await browser.get("/")
    went = await browser.get(f"/sign-in/with/{NAME}", params={"next": page})
    assert went.status_code == 303, went.text
    return went.headers["location"]


async def came_back(at_provider: str, sub: str) -> str:
    """Let the provider know who one is, and return where it sends the browser."""
    async with httpx.AsyncClient() as browser:
        answer = await browser.post(at_provider, data={"sub": sub})
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def altered(address: str, **parts: str) -> str:
    """Return an address with other values in its query."""
    split = urlsplit(address)
    query = {name: values[0] for name, values in parse_qs(split.query).items()}
    return split._replace(query=urlencode(query | parts)).geturl()


async def test_a_person_is_known_by_the_address_at_first_and_by_the_providers_own_name_afterwards(
    portal: LivingPortal,
) -> None:
    with a_provider(require_nonce=True) as issuer:
        async with a_hospital(portal, issuer) as hospital:
            address = hospital.invite("Ann Sample")
            vouches(issuer, "u-1", address)
            async with hospital.portal.browser_of() as browser:
                assert (
                    f'href="/sign-in/with/{NAME}?next=/people">Sign in with Sample Hospital</a>'
                    in (await browser.get("/?next=/people")).text
                )
                there = await gone(browser, "/people")
                asked = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}
                assert (asked["code_challenge_method"], asked["scope"]) == ("S256", "openid email profile")
                entered = await browser.get(await came_back(there, "u-1"))
                assert (entered.status_code, entered.headers["location"]) == (303, "/people")
                assert "Ann Sample" in (await browser.get("/people")).text
            assert hospital.person(address).subject == f"{issuer}|u-1"
            vouches(issuer, "u-1", "married@example.org", verified=False)
            async with hospital.portal.browser_of() as browser:
                entered = await browser.get(await came_back(await gone(browser), "u-1"))
                assert SESSION in entered.cookies
                assert "Ann Sample" in (await browser.get("/people")).text


@pytest.mark.parametrize("verified", [False, "true", None])
async def test_an_address_that_the_provider_has_not_verified_lets_nobody_in(
    portal: LivingPortal, verified: Any
) -> None:
    with a_provider() as issuer:
        async with a_hospital(portal, issuer) as hospital, hospital.portal.browser_of() as browser:
            address = hospital.invite("Bea Sample")
            vouches(issuer, "u-2", address, verified=verified)
            refused = await browser.get(await came_back(await gone(browser), "u-2"))
            assert refused.status_code == 403
            assert "nobody is known here" in refused.text
            assert SESSION not in refused.cookies
            assert hospital.person(address).subject is None


async def test_the_same_subject_of_two_providers_is_two_people(portal: LivingPortal) -> None:
    """Whom one provider calls u-30 the other one does not let in by that name, nor by the address of who is known."""
    with a_provider() as first, a_provider() as second:
        async with a_hospital(portal, first) as hospital, hospital.portal.browser_of() as browser:
            mine = hospital.invite("Una Sample")
            vouches(first, "u-30", mine)
            assert SESSION in (await browser.get(await came_back(await gone(browser), "u-30"))).cookies
        async with a_hospital(portal, second) as other:
            theirs = other.invite("Vic Sample")
            for address in ("stranger@example.org", mine):
                vouches(second, "u-30", address)
                async with other.portal.browser_of() as browser:
                    refused = await browser.get(await came_back(await gone(browser), "u-30"))
                    assert (refused.status_code, SESSION in refused.cookies) == (403, False)
            vouches(second, "u-30", theirs)
            async with other.portal.browser_of() as browser:
                assert SESSION in (await browser.get(await came_back(await gone(browser), "u-30"))).cookies
            assert other.person(mine).subject == f"{first}|u-30"
            assert other.person(theirs).subject == f"{second}|u-30"


async def test_people_of_other_organisations_are_not_let_in_by_it(portal: LivingPortal) -> None:
    with a_provider() as issuer:
        async with a_hospital(portal, issuer) as hospital, hospital.portal.browser_of() as browser:
            vouches(issuer, "u-3", hospital.invite("Cem Sample", "OH-0500"))
            vouches(issuer, "u-4", hospital.invite("Dan Officer", OFFICE_ORG))
            for sub in ("u-3", "u-4", "nobody"):
                assert (await browser.get(await came_back(await gone(browser), sub))).status_code == 403


async def test_who_belongs_to_others_too_acts_for_the_providers_alone(portal: LivingPortal) -> None:
    with a_provider() as issuer:
        async with a_hospital(portal, issuer) as hospital, hospital.portal.browser_of() as browser:
            vouches(issuer, "u-5", hospital.invite("Eva Sample", "OH-0417", "OH-0500", OFFICE_ORG))
            await browser.get(await came_back(await gone(browser, "/office"), "u-5"))
            assert (await browser.get("/office")).status_code == 404
            page = (await browser.get("/people")).text
            assert "administrator of OH-0417" in page
            assert 'action="/switch"' not in page
            form = {"form_token": await token_of(browser, "/people"), "org": OFFICE_ORG}
            assert (await browser.post("/switch", data=form)).status_code == 404


async def test_a_state_counts_once_soon_and_in_its_own_browser(portal: LivingPortal) -> None:
    with a_provider() as issuer:
        async with a_hospital(portal, issuer) as hospital:
            vouches(issuer, "u-6", hospital.invite("Fay Sample"))
            async with hospital.portal.browser_of() as browser, hospital.portal.browser_of() as thief:
                back = await came_back(await gone(browser), "u-6")
                await thief.get("/")
                for refused in (back, altered(back, state="another"), altered(back, state=""), altered(back, code="")):
                    assert (await thief.get(refused)).status_code == 403
                assert (
                    await browser.get(altered(back, state="x" + parse_qs(urlsplit(back).query)["state"][0]))
                ).status_code == 403
                assert (await browser.get(back)).status_code == 303
                again = await browser.get(back)
                assert again.status_code == 403


async def test_a_token_of_another_attempt_does_not_count(
    portal: LivingPortal, caplog: pytest.LogCaptureFixture
) -> None:
    with a_provider() as issuer:
        async with a_hospital(portal, issuer) as hospital, hospital.portal.browser_of() as browser:
            address = hospital.invite("Gil Sample")
            vouches(issuer, "u-7", address)
            there = altered(await gone(browser), nonce="of-another-attempt")
            with caplog.at_level(logging.WARNING, "accredit.portal"):
                assert (await browser.get(await came_back(there, "u-7"))).status_code == 403
            assert "InvalidClaimError nonce" in caplog.text
            assert address not in caplog.text


WORTHLESS: list[tuple[dict[str, Any], str]] = [
    ({"aud": "another-portal"}, "InvalidClaimError aud"),
    ({"aud": [CLIENT, "another-portal"]}, "MissingClaimError azp"),
    ({"azp": "another-portal"}, "InvalidClaimError azp"),
    ({"iss": "https://another.example.org"}, "InvalidClaimError iss"),
    ({"exp": 1_700_000_000}, "ExpiredTokenError"),
    ({"iat": 4_000_000_000}, "Its token does not count"),
    ({"at_hash": "of-another-token"}, "InvalidClaimError at_hash"),
]
"""What a token may not say, and what the log then tells."""


@pytest.mark.parametrize(("said", "told"), WORTHLESS)
async def test_a_token_for_others_by_others_or_of_another_time_does_not_count(
    portal: LivingPortal, caplog: pytest.LogCaptureFixture, said: dict[str, Any], told: str
) -> None:
    with a_provider() as issuer:
        async with a_hospital(portal, issuer) as hospital, hospital.portal.browser_of() as browser:
            vouches(issuer, "u-8", hospital.invite("Hal Sample"), **said)
            with caplog.at_level(logging.WARNING, "accredit.portal"):
                refused = await browser.get(await came_back(await gone(browser), "u-8"))
            assert (refused.status_code, SESSION in refused.cookies) == (403, False)
    assert told in caplog.text


async def test_a_token_that_is_signed_by_a_shared_secret_does_not_count(
    portal: LivingPortal, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = OpenIDCode.get_jwt_config
    forged = {"key": "a secret that is no key of the provider", "alg": "HS256"}
    monkeypatch.setattr(OpenIDCode, "get_jwt_config", lambda self, grant: whole(self, grant) | forged)
    with a_provider() as issuer:
        async with a_hospital(portal, issuer) as hospital, hospital.portal.browser_of() as browser:
            vouches(issuer, "u-10", hospital.invite("Jan Sample"))
            with caplog.at_level(logging.WARNING, "accredit.portal"):
                assert (await browser.get(await came_back(await gone(browser), "u-10"))).status_code == 403
    assert "Its token does not count" in caplog.text


async def test_a_provider_that_is_away_is_told_as_such(portal: LivingPortal, caplog: pytest.LogCaptureFixture) -> None:
    nobody = f"http://localhost:{free_ports(1)[0]}"
    async with a_hospital(portal, nobody) as hospital, hospital.portal.browser_of() as browser:
        with caplog.at_level(logging.ERROR, "accredit.portal"):
            answer = await browser.get(f"/sign-in/with/{NAME}")
        assert answer.status_code == 503
        assert "does not answer" in answer.text
        assert SECRET not in caplog.text
        assert (await browser.get("/sign-in/with/another")).status_code == 404


async def test_a_provider_that_calls_itself_otherwise_is_not_used(portal: LivingPortal) -> None:
    with a_provider() as issuer:
        async with a_hospital(portal, f"{issuer}/") as hospital, hospital.portal.browser_of() as browser:
            assert (await browser.get(f"/sign-in/with/{NAME}")).status_code == 503


async def test_where_it_is_the_only_way_no_link_is_sent_and_other_sessions_end(portal: LivingPortal) -> None:
    with a_provider() as issuer:
        async with a_hospital(portal, issuer, only=True, orgs=("OH-0417", "OH-0600")) as hospital:
            mine, free = hospital.invite("Kim Sample"), hospital.invite("Lea Sample", "OH-0500")
            async with hospital.portal.browser_of() as browser:
                for address in (mine, free):
                    assert (await post(browser, "/sign-in", "/", email=address)).status_code == 303
                await letter_to(portal.office.folder, free)
            assert letters_to(portal.office.folder, mine) == []
            by_link = portal.sign_in("OH-0417", name="Kim Sample", email=mine)
            async with hospital.portal.browser_of(by_link) as browser:
                assert (await browser.get("/people")).status_code == 303
            async with portal.browser_of(by_link) as browser:
                assert (await browser.get("/people")).status_code == 200
            vouches(issuer, "u-11", mine)
            async with hospital.portal.browser_of() as browser:
                await browser.get(await came_back(await gone(browser), "u-11"))
                assert "Kim Sample" in (await browser.get("/people")).text


async def test_an_address_that_passed_to_somebody_else_does_not_carry_the_account_along(portal: LivingPortal) -> None:
    with a_provider() as issuer:
        async with a_hospital(portal, issuer) as hospital:
            address = hospital.invite("Max Sample")
            with hospital.portal.world.books.writing() as session:
                _known_as(session, address, f"{issuer}|first")
            vouches(issuer, "second", address)
            async with hospital.portal.browser_of() as browser:
                assert (await browser.get(await came_back(await gone(browser), "second"))).status_code == 403


def _known_as(session: Session, address: str, subject: str) -> None:
    person = person_by_email(session, address)
    assert person is not None
    person.subject = subject
    session.add(person)


async def test_in_chromium_the_whole_way_goes_through_the_pages_own_rules(portal: LivingPortal, chromium: Any) -> None:
    with a_provider() as issuer:
        async with a_hospital(portal, issuer) as hospital:
            vouches(issuer, "u-12", hospital.invite("Nia Sample"))
            context = await chromium.new_context(base_url=hospital.portal.address)
            page = await context.new_page()
            await page.goto("/")
            await page.get_by_role("link", name="Sign in with Sample Hospital").click()
            await page.get_by_placeholder("sub").fill("u-12")
            await page.get_by_role("button", name="Authorize").click()
            await page.get_by_role("heading", name="What we owe").wait_for()
            await context.close()


WRONG: list[dict[str, Any]] = [
    {"issuer": "http://login.example.org"},
    {"issuer": "login.example.org"},
    {"issuer": "https://login.example.org?x=1"},
    {"client_id": ""},
    {"orgs": ()},
    {"orgs": ("a/b",)},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_settings_of_a_provider_that_are_wrong_are_refused(wrong: dict[str, Any]) -> None:
    good = {"issuer": "https://login.example.org", "client_id": "x", "orgs": ("OH-0417",)}
    assert IdentityProvider.model_validate(good).only is False
    with pytest.raises(ValidationError):
        IdentityProvider.model_validate(good | wrong)
