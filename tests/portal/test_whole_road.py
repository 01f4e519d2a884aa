"""S1's whole road in real browsers, by two people at two facilities and one of the office, each in one of their own.

After each step `accredit show`, the portal's pages for the facility and for the office, and at the end the Temporal UI
tell the same. Facility 1 appeals and wins; facility 2 repeats, pays, is tested again, and passes.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from embedded.server import EmbeddedServer, embedded_server
from policy.messages import Role
from policy.messages.proofs import OFFICE_ORG
from policy.status import CaseStatus
from policy.words import due_in_words
from services.case_snapshot import due_of_view
from services.words import party, stage_words
from tests.activities.documents import files as made
from tests.office import AREAS, LivingOffice, a_living_office
from tests.office_terminal import OfficeTerminal
from tests.patience import WITHIN
from tests.portal.conftest import LivingPortal
from tests.portal.forms import org_of
from tests.portal.letters import letter_to, link_in
from tests.portal.roads import FAILED, SOMEBODY, exams_of

pytestmark = [pytest.mark.server, pytest.mark.browser]
PATIENCE = 20_000
"""Milliseconds in which a page must show what is looked for."""
LOOK_EVERY = 0.5
"""Seconds between two looks at a page that does not show it yet."""
WAITS = timedelta(seconds=60)
"""How long the form of the first report still is closed when the report goes out."""
SIGNER = "Sample Supervising Physician, supervising physician"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[EmbeddedServer]:
    """A Temporal server with its UI: at the end it is looked at."""
    async with embedded_server(ui=True, fast=True, use_configured=False) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LivingOffice]:
    """An office whose cases live on that server."""
    async with a_living_office(server.address, tmp_path_factory.mktemp("office")) as living:
        yield living


@dataclass(frozen=True)
class Road:
    """Who goes it, each at a page of a browser of his own, and what they look at. `server`: whose UI is looked at."""

    office: LivingOffice
    portal: LivingPortal
    server: EmbeddedServer
    terminal: OfficeTerminal
    clerk: Page

    async def agrees(self, case_id: str, facility: Page) -> CaseStatus:
        """Assert that the terminal and the pages of both sides tell the same of a case, and return what that is."""
        ran = await self.terminal("show", case_id, "--json")
        assert ran.code == 0, ran.err
        told = CaseStatus.model_validate({**json.loads(ran.out), "case": case_id})
        stage, due = stage_words(told.stage), due_of_view(told)
        by = due_in_words(due.at, self.portal.world.zone) if due else ""
        await self.office.until_books(case_id, told.stage)
        await shows(self.clerk, f"/office/cases/{case_id}", "Stage", stage)
        if told.awaited_party:
            await expect(fact(self.clerk, "Awaited")).to_have_text(f"{party(told.awaited_party)}: {told.awaited}")
        if by:
            await expect(fact(self.clerk, "Due")).to_contain_text(by)
        await shows(facility, f"/cases/{case_id}", "Stage", stage)
        if by and told.awaited_party == "facility":
            await expect(facility.get_by_role("main")).to_contain_text(by)
        return told

    async def sends(self, case_id: str, message: str) -> None:
        """Open the office's form of a message from the case's page."""
        await self.clerk.goto(f"/office/cases/{case_id}")
        await self.clerk.locator(f'a[href="/office/cases/{case_id}/send/{message}"]').first.click()
        await expect(self.clerk.get_by_role("button", name="Send", exact=True)).to_be_visible()

    async def done(self) -> None:
        """Send the form that is open; it must be accepted."""
        await self.clerk.get_by_role("button", name="Send", exact=True).click()
        await expect(self.clerk.get_by_role("heading", name="Done")).to_be_visible()


def fact(page: Page, name: str) -> Locator:
    """Return what a page says of something in its list of facts."""
    return page.locator("dl.facts div").filter(has=page.get_by_text(name, exact=True)).locator("dd").first


async def shows(page: Page, path: str, name: str, text: str) -> None:
    """Load a page until its list of facts says so: the books follow the case within moments."""
    stop = asyncio.get_running_loop().time() + WITHIN
    while True:
        await page.goto(path)
        said = await fact(page, name).inner_text()
        if said.startswith(text):
            return
        assert asyncio.get_running_loop().time() < stop, f"{path} says {name}: {said}, never {text}"
        await asyncio.sleep(LOOK_EVERY)


async def until_there(page: Page, path: str, wanted: Locator) -> None:
    """Load a page until something stands on it: anew once it says something else, for which no browser is needed."""
    stop = asyncio.get_running_loop().time() + WAITS.total_seconds() + WITHIN
    seen = ""
    while not await wanted.count():
        assert asyncio.get_running_loop().time() < stop, f"{path} never shows it"
        said = (await (await page.context.request.get(path)).text()).partition("<main")[2]
        if said == seen:
            await asyncio.sleep(LOOK_EVERY)
            continue
        seen = said
        await page.goto(path)


async def arrives(chromium: Browser, portal: LivingPortal, terminal: OfficeTerminal, name: str, org: str) -> Page:
    """Invite a person from the terminal; he asks for a link on the sign-in page, and uses what comes by mail."""
    email, role = f"{name.split()[0].lower()}@example.org", Role.ACR if org == OFFICE_ORG else Role.ADMINISTRATOR
    to = () if org == OFFICE_ORG else ("--org", org)
    ran = await terminal("people", "invite", email, "--name", name, "--role", role, *to)
    assert ran.code == 0, ran.err
    context = await chromium.new_context(base_url=portal.address, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    await page.goto("/")
    await page.get_by_label("E-mail address").fill(email)
    await page.get_by_role("button", name="Send sign-in link").click()
    await expect(page.get_by_role("button", name="Send sign-in link")).to_have_count(0)
    await page.goto(link_in(await letter_to(portal.office.folder, email)))
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return page


async def under_review(office: LivingOffice) -> str:
    """Return a case whose first testing package is with the reviewers."""
    case_id = await office.start()
    await office.pay_and_accept(case_id)
    package = {"medium": "upload", "exams": exams_of(AREAS)}
    await office.tell(case_id, "submit_testing_package", days_ago=2.7, **SOMEBODY, **package)
    return case_id


async def report(road: Road, case_id: str, at: datetime | None, areas: tuple[str, ...], deficient: str = "") -> None:
    """Issue a final report by the office's form, dated back where an instant is named."""
    clerk = road.clerk
    await road.sends(case_id, "issue_final_report")
    await clerk.get_by_label("Reviewer 1").fill("Reviewer One" if deficient else "Reviewer Four")
    await found(clerk, areas, deficient)
    if at is not None:
        local = at.astimezone(road.portal.world.zone)
        await clerk.get_by_text("Dated back").first.click()
        await clerk.get_by_label("Received by the office on", exact=False).first.fill(local.date().isoformat())
        await (
            clerk.get_by_label("Received by the office on: time", exact=False)
            .or_(clerk.locator('input[name="received_at.time"]'))
            .first.fill(f"{local:%H:%M:%S}")
        )
        await clerk.get_by_label("Reason").fill("signed on paper")
    await road.done()


async def found(clerk: Page, areas: tuple[str, ...], deficient: str = "") -> None:
    """Fill in what was found in each area."""
    for area in areas:
        row = clerk.get_by_role("group", name=re.compile(f"^{area} "))
        await row.get_by_role("radio", name="No" if area == deficient else "Yes").check()
        if area == deficient:
            await row.get_by_label("Comments").fill("Rescan with a thinner slice.")


@pytest.mark.timeout(300)
async def test_two_facilities_and_the_office_go_the_whole_road_and_every_view_tells_the_same(
    office: LivingOffice,
    portal: LivingPortal,
    chromium: Browser,
    server: EmbeddedServer,
    terminal: OfficeTerminal,
    tmp_path: Path,
) -> None:
    expect.set_options(timeout=PATIENCE)
    one, two = await under_review(office), await under_review(office)
    ann = await arrives(chromium, portal, terminal, "Ann Sample", org_of(one))
    ben = await arrives(chromium, portal, terminal, "Ben Sample", org_of(two))
    clerk = await arrives(chromium, portal, terminal, "Olga Sample", OFFICE_ORG)
    road = Road(office, portal, server, terminal, clerk)

    await report(road, one, datetime.now(UTC) - timedelta(hours=48) + WAITS, AREAS, FAILED)
    await views_and_waits(ann)
    await road.agrees(one, ann)
    await report(road, two, datetime.now(UTC) - timedelta(hours=60), AREAS, FAILED)
    await views_and_repeats(ben)
    assert (await road.agrees(two, ben)).stage == "application"
    await each_sees_their_own(ann, one, ben, two)

    letter = tmp_path / "letter.pdf"
    letter.write_bytes(made.pdf(["To the office.", "We appeal: the wrong images were selected.", "Sample Physician"]))
    await appeals(ann, letter)
    assert (await road.agrees(one, ann)).awaited == "the appeal's result"
    await wins(road, one, ann)

    await pays_and_submits(road, two, ben)
    await report(road, two, None, (FAILED,))
    await has_certificate(road, two, ben)
    await in_the_temporal_ui(road, chromium, (one, two))


async def views_and_waits(ann: Page) -> None:
    """My Final Reports says that the report is to be viewed first, and then when the form opens."""
    row = ann.get_by_role("row").filter(has_text="Not acceptable")
    await until_there(ann, "/reports", row)
    await expect(row).to_contain_text("View the report first")
    await row.get_by_role("link", name="View").click()
    await expect(ann.get_by_role("heading", name="Final Report")).to_be_visible()
    await expect(ann.get_by_role("cell", name="Rescan with a thinner slice.")).to_be_visible()
    await until_there(ann, "/reports", ann.get_by_role("cell", name=re.compile("^Opens ")))
    await expect(row.get_by_role("link", name="Select Option")).to_have_count(0)


async def views_and_repeats(ben: Page) -> None:
    """The form of the second facility is open as soon as the report was viewed; it chooses Repeat and has a receipt."""
    await until_there(ben, "/reports", ben.get_by_role("link", name="View"))
    await ben.get_by_role("link", name="View").click()
    await expect(ben.get_by_role("heading", name="Final Report")).to_be_visible()
    await until_there(ben, "/reports", ben.get_by_role("link", name="Select Option"))
    await ben.get_by_role("link", name="Select Option").click()
    await ben.get_by_role("button", name="Other Options").click()
    await expect(ben.get_by_role("radio", name="Reinstate with corrective action")).to_be_disabled()
    await ben.get_by_role("radio", name="Repeat").check()
    await ben.get_by_role("checkbox", name="I attest").check()
    await ben.get_by_role("button", name="Submit").click()
    await expect(ben.get_by_role("heading", name="Option form received")).to_be_visible()
    await expect(fact(ben, "Chosen")).to_have_text("Repeat")


async def each_sees_their_own(ann: Page, one: str, ben: Page, two: str) -> None:
    """No list of a facility names the other one's case, and its pages are not there for them."""
    for page, own, other in ((ann, one, two), (ben, two, one)):
        for path in ("/", "/cases", "/reports", "/invoices", "/letters", "/people", "/calendar"):
            answer = await page.context.request.get(path)
            assert answer.status == 200
            assert org_of(other) not in await answer.text(), f"{path} of {own} shows {other}"
        for path in ("", "/option", "/testing-package"):
            answer = await page.context.request.get(f"/cases/{other}{path}")
            assert answer.status == 404
            page_itself = (await answer.text()).partition("<main")[2]
            assert page_itself
            assert other not in page_itself


async def appeals(ann: Page, letter: Path) -> None:
    """Once the form has opened before one's eyes, an appeal with a signed letter is sent, and a receipt comes."""
    link = ann.get_by_role("link", name="Select Option")
    await until_there(ann, "/reports", link)
    await link.click()
    await ann.get_by_role("button", name="Other Options").click()
    await ann.get_by_role("radio", name="Appeal").check()
    await ann.get_by_label("Appeal letter").set_input_files(letter)
    await ann.get_by_label("Letter signed by").select_option(label=SIGNER)
    await ann.get_by_role("radio", name="Additional images: no").check()
    await ann.get_by_role("checkbox", name="I attest").check()
    await ann.get_by_role("button", name="Submit").click()
    await expect(ann.get_by_role("heading", name="Option form received")).to_be_visible()
    await expect(fact(ann, "Chosen")).to_have_text("Appeal")
    await expect(fact(ann, "Documents")).to_contain_text("letter.pdf")


async def wins(road: Road, case_id: str, ann: Page) -> None:
    """The office sees the letter that will go out, issues the result, and the facility is accredited."""
    await road.sends(case_id, "issue_appeal_result")
    await road.clerk.get_by_label("Arbitrator").fill("Reviewer Three")
    await found(road.clerk, (FAILED,))
    await road.clerk.get_by_role("button", name="Preview", exact=True).locator("visible=true").click()
    await expect(road.clerk.get_by_role("heading", name="Preview: nothing has been sent")).to_be_visible()
    await expect(road.clerk.locator("pre.letter").first).not_to_contain_text("Reviewer Three")
    await road.done()
    await has_certificate(road, case_id, ann)
    row = ann.get_by_role("row").filter(has_text="Appeal: acceptable")
    await until_there(ann, "/reports", row)
    await expect(row).to_contain_text("None needed")


async def pays_and_submits(road: Road, case_id: str, ben: Page) -> None:
    """The invoice of the repeat stands there; paid and accepted, the package of the one area is handed in."""
    await until_there(ben, "/invoices", ben.get_by_text(re.compile("Open, .* to be paid by")))
    await road.sends(case_id, "record_payment")
    await road.done()
    await road.sends(case_id, "accept_application")
    await road.done()
    assert (await road.agrees(case_id, ben)).awaited == "the testing package"
    await ben.goto(f"/cases/{case_id}/testing-package")
    box = ben.get_by_role("group", name=FAILED)
    await box.get_by_label("Subject").fill("subject-repeat")
    await box.get_by_label("Done").check()
    await ben.get_by_role("button", name="Submit").click()
    await expect(ben.get_by_role("heading", name="Testing package received")).to_be_visible()
    assert (await road.agrees(case_id, ben)).stage == "review"


async def has_certificate(road: Road, case_id: str, facility: Page) -> None:
    """The certificate lies among Letters and Papers, and is a PDF."""
    link = facility.get_by_role("row").filter(has_text=re.compile("certificate", re.IGNORECASE)).get_by_role("link")
    await until_there(facility, "/letters", link)
    await expect(facility.get_by_role("heading", name="Letters and Papers")).to_be_visible()
    address = await link.first.get_attribute("href")
    answer = await facility.context.request.get(str(address))
    assert (answer.status, (await answer.body())[:5]) == (200, b"%PDF-")
    told = await road.agrees(case_id, facility)
    assert told.certificate is not None
    assert {area.state for area in told.areas} == {"acceptable"}


async def in_the_temporal_ui(road: Road, chromium: Browser, cases: tuple[str, ...]) -> None:
    """The UI shows the stage that the portal shows."""
    page = await chromium.new_page()
    client = road.office.client
    for case_id in cases:
        run = (await client.get_workflow_handle(case_id).describe()).run_id
        await page.goto(f"{road.server.ui_url}/namespaces/{client.namespace}/workflows/{case_id}/{run}/user-metadata")
        await road.clerk.goto(f"/office/cases/{case_id}")
        stage = await fact(road.clerk, "Stage").inner_text()
        shown = page.locator("iframe").last.content_frame.get_by_text(stage, exact=False).first
        await expect(shown).to_be_visible()
    await page.close()
