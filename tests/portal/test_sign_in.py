"""Signing in by a link that comes by mail: told to nobody else, used up by a button alone, and back where one was."""

import asyncio
import logging
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median

import httpx
import pytest
from sqlmodel import select

from activities.mail import SmtpMailer
from embedded.process import free_ports
from policy.messages import Role
from policy.messages.proofs import OFFICE_ORG
from policy.office import Mail
from portal.serving import listen, serving
from portal.sign_in.back_to import org_for, page_of_ours
from portal.visit import SESSION
from records.tables import AuditEntry, Person, SecretLink, SignInAttempt
from services.people.attempts import PER_ADDRESS, PER_NETWORK, WINDOW, of_network, try_now
from services.people.links import LASTS, make_link
from services.people.managing import end_role
from services.people.people import invite, person_by_email
from services.people.secret import digest_of
from services.people.sessions import IDLE, visitor_of
from services.people.sessions import LASTS as SESSION_LASTS
from tests.portal.conftest import LivingPortal, settings_of
from tests.portal.letters import letter_to, letters_to, link_in, post
from tests.portal.reading import beside_the_clock

pytestmark = pytest.mark.server
FORGED = ("//evil.example.org", "/\\evil.example.org", "https://evil.example.org", "javascript:alert(1)", "/a\nb",
          "/\t/evil.example.org", "///evil.example.org", "evil", "", "/" + "a" * 600, "/é")  # fmt: skip


def invited(portal: LivingPortal, name: str, org: str = "OH-0417", role: Role = Role.ADMINISTRATOR) -> Person:
    """Let somebody sign in, and return whom."""
    address = f"{name.lower().replace(' ', '.')}@example.org"
    at = datetime.now(UTC)
    with portal.world.books.writing() as session:
        return invite(session, email=address, name=name, org=org, role=role, manages=False, by="a test", at=at)


def a_link(portal: LivingPortal, person: Person, at: datetime | None = None, back_to: str = "") -> str:
    """Return the path of a new link."""
    with portal.world.books.writing() as session:
        return f"/sign-in/{make_link(session, person, at or datetime.now(UTC), back_to)}"


def forget_attempts(portal: LivingPortal) -> None:
    """Let tests ask for more links than a browser may."""
    with portal.world.books.writing() as session:
        for one in session.exec(select(SignInAttempt)):
            session.delete(one)


async def test_a_person_signs_in_by_a_link_and_goes_on_where_he_was_going(portal: LivingPortal) -> None:
    person = invited(portal, "Ann Sample")
    async with portal.browser_of() as browser:
        asked = await browser.get("/people?about=all")
        assert asked.headers["location"] == "/?next=%2Fpeople%3Fabout%3Dall"
        page = (await browser.get(asked.headers["location"])).text
        assert 'name="next" value="/people?about=all"' in page
        sent = await post(browser, "/sign-in", "/", email=" Ann.SAMPLE@example.org ", next="/people?about=all")
        assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in/sent")
        letter = await letter_to(portal.office.folder, person.email)
        link = link_in(letter)
        shown = await browser.get(link)
        assert "Ann Sample" in shown.text
        assert re.search(r"<button>Sign in</button>", shown.text)
        used = await post(browser, link)
        assert (used.status_code, used.headers["location"]) == (303, "/people?about=all")
        assert "Ann Sample, administrator of OH-0417" in (await browser.get("/")).text


async def test_a_program_that_opens_the_link_uses_nothing_up_and_signs_nobody_in(portal: LivingPortal) -> None:
    link = a_link(portal, invited(portal, "Bea Sample"))
    async with portal.browser_of() as scanner, portal.browser_of() as browser:
        for _ in range(3):
            assert SESSION not in (await scanner.get(link)).cookies
            await scanner.head(link)
        assert (await scanner.get("/office")).status_code == 303
        assert (await post(browser, link)).status_code == 303


async def test_a_used_an_old_and_an_unknown_link_get_the_same_page_with_a_form_for_a_new_one(
    portal: LivingPortal,
) -> None:
    person = invited(portal, "Cem Sample")
    used, old = a_link(portal, person), a_link(portal, person, datetime.now(UTC) - LASTS)
    async with portal.browser_of() as browser:
        assert (await post(browser, used)).status_code == 303
    async with portal.browser_of() as browser:
        pages = [await browser.get(link) for link in (used, old, "/sign-in/nobody-has-ever-made-this-link")]
        posted = [await post(browser, link, "/") for link in (used, old, "/sign-in/nobody-has-ever-made-this-link")]
    texts = {beside_the_clock(page.text) for page in (*pages, *posted)}
    assert len(texts) == 1
    assert {page.status_code for page in (*pages, *posted)} == {410}
    assert "does not work any more" in texts.pop()
    assert "Send sign-in link" in pages[0].text


async def test_of_two_browsers_that_press_at_once_one_is_let_in(portal: LivingPortal) -> None:
    link = a_link(portal, invited(portal, "Dan Sample"))
    browsers = [portal.browser_of() for _ in range(4)]
    answers = await asyncio.gather(*(post(browser, link) for browser in browsers))
    await asyncio.gather(*(browser.aclose() for browser in browsers))
    assert sorted(answer.status_code for answer in answers) == [303, 410, 410, 410]


async def test_whether_an_address_is_known_is_told_by_no_answer_and_no_time(portal: LivingPortal) -> None:
    known = invited(portal, "Eva Sample")
    took: dict[str, list[float]] = {known.email: [], "nobody@example.org": []}
    told: dict[str, set[tuple[int, str, str]]] = {address: set() for address in took}
    async with portal.browser_of() as browser:
        for _ in range(12):
            for address, times in took.items():
                forget_attempts(portal)
                sent = await post(browser, "/sign-in", "/", email=address)
                times.append(sent.elapsed.total_seconds())
                page = beside_the_clock((await browser.get(sent.headers["location"])).text)
                told[address].add((sent.status_code, sent.headers["location"], page))
    assert told[known.email] == told["nobody@example.org"]
    slow, quick = sorted(median(times) for times in took.values())[::-1]
    assert slow < 3 * quick + 0.05
    assert letters_to(portal.office.folder, "nobody@example.org") == []


async def test_the_books_hold_no_link_that_could_be_used(portal: LivingPortal) -> None:
    person = invited(portal, "Fay Sample")
    secret = a_link(portal, person).rpartition("/")[2]
    with portal.world.books.reading() as session:
        rows = [row.model_dump_json() for row in session.exec(select(SecretLink))]
        assert session.get(SecretLink, digest_of(secret)) is not None
    assert not [row for row in rows if secret in row]


async def test_more_links_than_an_address_may_have_are_not_sent_and_it_is_said_until_when(
    portal: LivingPortal,
) -> None:
    person = invited(portal, "Gil Sample")
    forget_attempts(portal)
    for address in (person.email, "nobody.either@example.org"):
        async with portal.browser_of() as browser:
            answers = [await post(browser, "/sign-in", "/", email=address) for _ in range(PER_ADDRESS + 1)]
        assert [answer.status_code for answer in answers] == [*[303] * PER_ADDRESS, 429]
        assert "Too many links were asked for" in answers[-1].text
    await letter_to(portal.office.folder, person.email, after=PER_ADDRESS - 1)
    assert len(letters_to(portal.office.folder, person.email)) == PER_ADDRESS


async def test_a_network_is_limited_too_and_attempts_are_forgotten(portal: LivingPortal) -> None:
    forget_attempts(portal)
    async with portal.browser_of() as browser:
        codes = [
            (await post(browser, "/sign-in", "/", email=f"somebody{number}@example.org")).status_code
            for number in range(PER_NETWORK + 1)
        ]
    assert codes == [*[303] * PER_NETWORK, 429]
    with portal.world.books.writing() as session:
        assert try_now(session, {"network 127.0.0.1": PER_NETWORK}, datetime.now(UTC) + WINDOW) is None
        assert len(session.exec(select(SignInAttempt)).all()) == 1
    forget_attempts(portal)


def test_a_network_of_ipv6_is_its_first_half() -> None:
    assert of_network("2001:db8::1") == of_network("2001:db8::ffff:2") != of_network("2001:db8:0:1::1")
    assert of_network("::ffff:192.0.2.1") == of_network("192.0.2.1") != of_network("192.0.2.2")
    assert of_network("somewhere") == "network somewhere"


@pytest.mark.parametrize("forged", FORGED)
async def test_no_address_of_another_site_is_where_one_goes_back_to(portal: LivingPortal, forged: str) -> None:
    assert page_of_ours(forged) == "/"
    link = a_link(portal, invited(portal, "Hal Sample"), back_to=forged)
    async with portal.browser_of() as browser:
        assert (await post(browser, link)).headers["location"] == "/"


def test_who_belongs_to_several_acts_for_the_one_whose_case_he_goes_to() -> None:
    mine = ("OH-0417", OFFICE_ORG, "OH-0500")
    assert page_of_ours("/cases/accreditation.OH-0500.ct.CT-1.1/option?x=1") != "/"
    assert org_for("/cases/accreditation.OH-0500.ct.CT-1.1/option?x=1", mine) == "OH-0500"
    assert org_for("/office/people", mine) == OFFICE_ORG
    assert org_for("/reports", mine) == org_for("/cases/accreditation.OH-9.ct.CT-1.1", mine) == "OH-0417"


def test_a_case_of_a_facility_that_has_become_part_of_another_one_is_that_ones() -> None:
    owners = {"accreditation.OH-0417.ct.CT-1.1": "OH-0500"}
    assert org_for("/cases/accreditation.OH-0417.ct.CT-1.1", ("OH-0417", "OH-0500"), owners.get) == "OH-0500"


@pytest.mark.parametrize(
    "typed", ["", "ann", "ann@example", "a@b.org, c@d.org", "ann@exa\nmple.org", "<x>@example.org"]
)
async def test_what_is_no_address_is_told_beside_its_field(portal: LivingPortal, typed: str) -> None:
    async with portal.browser_of() as browser:
        answer = await post(browser, "/sign-in", "/", email=typed)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


async def test_a_mail_server_that_is_away_is_told_to_everybody_alike(
    portal: LivingPortal, caplog: pytest.LogCaptureFixture
) -> None:
    person = invited(portal, "Ida Sample")
    forget_attempts(portal)
    mail = Mail(folder=str(portal.office.folder / "mail"), host="127.0.0.1", port=free_ports(1)[0], starttls=False)
    with listen("127.0.0.1", 0) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        world = replace(portal.world, mailer=SmtpMailer(mail), public_url=address)
        async with serving(world, listening), httpx.AsyncClient(base_url=address) as browser:
            with caplog.at_level(logging.ERROR, "accredit.portal"):
                answers = [
                    await post(browser, "/sign-in", "/", email=email) for email in (person.email, "no@example.org")
                ]
    assert {answer.status_code for answer in answers} == {503}
    assert all("No mail can be sent at present" in answer.text for answer in answers)
    assert "No sign-in link can be mailed" in caplog.text
    assert person.email not in caplog.text


async def test_over_an_encrypted_connection_cookies_are_kept_to_it(portal: LivingPortal) -> None:
    link = a_link(portal, invited(portal, "Jan Sample"))
    with listen("127.0.0.1", 0) as listening:
        world = replace(portal.world, public_url="https://portal.example.org")
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with serving(world, listening), httpx.AsyncClient(base_url=address) as browser:
            first = await browser.get(link)
            (cookie,) = first.headers.get_list("set-cookie")
            assert cookie.startswith("__Host-accredit-browser=")
            assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
            assert "Domain" not in cookie
            token = re.search(r'name="form_token" value="(\w+)"', first.text)
            assert token is not None
            kept = {"cookie": cookie.partition(";")[0]}
            entered = await browser.post(link, data={"form_token": token[1]}, headers=kept)
            (cookie,) = entered.headers.get_list("set-cookie")
            assert cookie.startswith("__Host-accredit-session=")
            assert {"Secure", "HttpOnly"} <= set(cookie.split("; "))
            bare = cookie.partition(";")[0].removeprefix("__Host-")
            assert (await browser.get("/passkeys", headers={"cookie": bare})).status_code == 303


async def test_signing_in_makes_a_new_session_and_ends_the_browsers_old_one(portal: LivingPortal) -> None:
    first = portal.sign_in("OH-0417", name="Kim Sample")
    link = a_link(portal, invited(portal, "Lea Sample"))
    async with portal.browser_of(first) as browser:
        assert (await post(browser, link)).cookies[SESSION] != first
    with portal.world.books.reading() as session:
        assert visitor_of(session, first, datetime.now(UTC)) is None


async def test_a_session_ends_when_its_browser_is_silent_and_after_a_working_day(portal: LivingPortal) -> None:
    secret, at = portal.sign_in("OH-0417", name="Max Sample"), datetime.now(UTC)
    with portal.world.books.reading() as session:
        assert visitor_of(session, secret, at + IDLE - timedelta(minutes=1)) is not None
        assert visitor_of(session, secret, at + IDLE) is None
        assert visitor_of(session, secret, at + SESSION_LASTS) is None


async def test_signing_out_everywhere_ends_every_browser(portal: LivingPortal) -> None:
    here, there = (portal.sign_in("OH-0417", name="Nia Sample") for _ in range(2))
    async with portal.browser_of(here) as one, portal.browser_of(there) as other:
        assert (await post(one, "/sign-out/everywhere", "/passkeys")).status_code == 303
        assert (await one.get("/passkeys")).status_code == (await other.get("/passkeys")).status_code == 303


async def test_who_is_disabled_or_has_no_role_gets_no_link(portal: LivingPortal) -> None:
    disabled, retired = invited(portal, "Ola Sample"), invited(portal, "Pia Sample")
    forget_attempts(portal)
    links = [a_link(portal, person) for person in (disabled, retired)]
    with portal.world.books.writing() as session:
        found = person_by_email(session, disabled.email)
        assert found is not None
        found.disabled_at = datetime.now(UTC)
        session.add(found)
        end_role(session, "OH-0417", retired.person_id, Role.ADMINISTRATOR, datetime.now(UTC))
    async with portal.browser_of() as browser:
        assert [(await browser.get(link)).status_code for link in links] == [410, 410]
        for person in (disabled, retired):
            assert (await post(browser, "/sign-in", "/", email=person.email)).status_code == 303
        other = invited(portal, "Quy Sample")
        await post(browser, "/sign-in", "/", email=other.email)
        await letter_to(portal.office.folder, other.email)
    assert [letters_to(portal.office.folder, person.email) for person in (disabled, retired)] == [[], []]


async def test_signing_in_is_remembered_for_the_audit(portal: LivingPortal) -> None:
    person = invited(portal, "Ray Sample", OFFICE_ORG, Role.ACR)
    async with portal.browser_of() as browser:
        used = await post(browser, a_link(portal, person))
        assert used.headers["location"] == "/"
        assert (await browser.get("/")).headers["location"] == "/office"
    with portal.world.books.reading() as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.person_id == person.person_id)).one()
    assert (entry.act, entry.about, entry.org) == ("signed in", "by a link", OFFICE_ORG)


def test_the_settings_of_tests_name_no_provider(portal: LivingPortal) -> None:
    assert settings_of(portal.office).portal.providers == {}
