"""Every page, asked for by everybody: another facility's person, one who was disabled, one without roles, nobody.

The rows come from `portal.app.PAGES` itself, so a page that is added is asked for too. What stands open to everybody is
listed here by hand; a page that is added to it has to be added here.
"""

import re
from datetime import UTC, datetime

import httpx
import pytest
import pytest_asyncio

from policy.messages import Role
from policy.messages.proofs import OFFICE_ORG
from portal.app import PAGES
from portal.page import Page, Who
from records.tables import Person
from services.people.people import person_by_email, set_disabled
from tests.portal.conftest import LivingPortal
from tests.portal.reading import beside_the_clock

pytestmark = pytest.mark.server
OPEN = {
    "/",
    "/sign-in",
    "/sign-in/sent",
    "/sign-in/passkey",
    "/sign-in/with/{provider}",
    "/sign-in/with/{provider}/back",
    "/sign-in/{token}",
    "/pay/{secret}",
    "/pay/{secret}/invoice.pdf",
    "/calendar/{secret}.ics",
}
"""What everybody may ask for. Behind the secrets in their addresses lies what those were made for."""
STANDS_FOR = {
    "message": "issue_final_report",
    "number": "1",
    "draft": "0" * 32,
    "token": "no-such-secret",
    "secret": "no-such-secret",
    "upload": "0" * 32,
    "provider": "nobody",
    "form": "0" * 32,
    "id": "0" * 32,
    "sheet": "Messages",
}
"""What is put into an address, beside the case."""
TOKEN = re.compile(r'name="form_token" value="(\w+)"')
ROWS = [(page, method) for page in PAGES for method in page.methods]
CLOSED = [(page, method) for page, method in ROWS if page.who is not Who.ANYBODY]


def address_of(page: Page, case_id: str) -> str:
    """Return the address of a page, about a case."""
    names = re.findall(r"{(\w+)(?::\w+)?}", page.path)
    values = STANDS_FOR | {"case": case_id}
    assert not (unknown := set(names) - values.keys()), f"{page.path}: say in STANDS_FOR what stands for {unknown}"
    return re.sub(r"{(\w+)(?::\w+)?}", lambda found: values[found[1]], page.path)


def named(row: tuple[Page, str]) -> str:
    return f"{row[1]} {row[0].path}"


async def asked(portal: LivingPortal, secret: str, page: Page, method: str, case_id: str) -> httpx.Response:
    """Ask for a page as a browser would that has a form of the portal before it."""
    async with portal.browser_of(secret) as browser:
        token = TOKEN.search((await browser.get("/", follow_redirects=True)).text)
        form = {"form_token": token[1] if token else ""}
        address = address_of(page, case_id)
        return await browser.get(address) if method == "GET" else await browser.post(address, data=form)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def case_id(portal: LivingPortal) -> str:
    """A case of a facility with a final report."""
    case_id = await portal.office.start()
    await portal.office.report(case_id)
    return case_id


def test_what_everybody_may_ask_for_is_this_and_nothing_else() -> None:
    assert {page.path for page in PAGES if page.who is Who.ANYBODY} == OPEN


def test_an_address_is_one_page() -> None:
    paths = [page.path for page in PAGES]
    assert sorted(set(paths)) == sorted(paths)


@pytest.mark.parametrize("row", CLOSED, ids=named)
async def test_nobody_who_is_not_signed_in_gets_it(portal: LivingPortal, case_id: str, row: tuple[Page, str]) -> None:
    answer = await asked(portal, "", *row, case_id)
    assert answer.status_code == 303
    assert answer.headers["location"].partition("?")[0] == "/"


@pytest.mark.parametrize("row", CLOSED, ids=named)
async def test_nobody_who_was_disabled_a_moment_ago_gets_it(
    portal: LivingPortal, case_id: str, row: tuple[Page, str]
) -> None:
    org = OFFICE_ORG if row[0].who is Who.OFFICE else case_id.split(".")[1]
    secret = portal.sign_in(org, name="Dora Sample", email="dora@example.org", manages=True)
    with portal.world.books.writing() as session:
        dora = person_by_email(session, "dora@example.org")
        assert isinstance(dora, Person)
        set_disabled(session, dora, datetime.now(UTC))
    try:
        answer = await asked(portal, secret, *row, case_id)
    finally:
        with portal.world.books.writing() as session:
            set_disabled(session, dora, None)
    assert answer.status_code == 303
    assert answer.headers["location"].partition("?")[0] == "/"


@pytest.mark.parametrize("row", CLOSED, ids=named)
async def test_another_facilitys_person_gets_nothing_of_it(
    portal: LivingPortal, case_id: str, row: tuple[Page, str]
) -> None:
    page, method = row
    secret = portal.sign_in("XX-9999", Role.ADMINISTRATOR, name="Bea Sample", email="bea@example.org", manages=True)
    answer = await asked(portal, secret, page, method, case_id)
    if page.who is Who.OFFICE or "{" in page.path:
        assert answer.status_code == 404
    facility = portal.office.row(case_id)
    for told in (facility.facility_id, facility.case_id, str(facility.application_id)):
        assert told not in answer.text


@pytest.mark.parametrize("row", [row for row in CLOSED if row[0].who is Who.OFFICE], ids=named)
async def test_a_facilitys_own_person_gets_no_page_of_the_office(
    portal: LivingPortal, case_id: str, row: tuple[Page, str]
) -> None:
    secret = portal.sign_in(case_id.split(".")[1], name="Cara Sample", email="cara@example.org", manages=True)
    answer = await asked(portal, secret, *row, case_id)
    async with portal.browser_of(secret) as browser:
        missing = await browser.get("/no-such-page")
    assert beside_the_clock(answer.text) == beside_the_clock(missing.text)


@pytest.mark.parametrize("row", [row for row in ROWS if row[1] == "POST"], ids=named)
async def test_a_form_of_another_site_is_not_taken(portal: LivingPortal, case_id: str, row: tuple[Page, str]) -> None:
    page, _ = row
    org = OFFICE_ORG if page.who is Who.OFFICE else case_id.split(".")[1]
    secret = portal.sign_in(org, name="Eva Sample", email=f"eva.{org.lower()}@example.org", manages=True)
    address = address_of(page, case_id)
    async with portal.browser_of(secret) as browser:
        token = TOKEN.search((await browser.get("/", follow_redirects=True)).text)
        assert token is not None
        good = {"form_token": token[1]}
        for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example.org"}):
            assert (await browser.post(address, data=good, headers=headers)).status_code == 403
        for form in ({}, {"form_token": ""}, {"form_token": token[1][:-1]}, {"form_token": "ÿ"}):
            assert (await browser.post(address, data=form)).status_code == 403
        assert (await browser.get("/", follow_redirects=True)).status_code == 200
