"""Every page in a real browser: axe finds nothing, on a desk by day and a phone by night, and nothing goes wrong in it.

The pages come from `portal.app.PAGES`: one that is added is looked at too. What a browser's console tells of a page (a
style or a script that its security policy forbids, a script's fault) is something gone wrong.
"""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext
from playwright.async_api import Page as Window

from policy.messages.proofs import OFFICE_ORG
from portal.app import PAGES
from portal.page import Page, Who
from records.papers import papers
from services.people.links import make_link
from services.people.people import person_by_email
from tests.portal.conftest import LivingPortal, signed_in
from tests.portal.looks import by_day, is_for_everybody

pytestmark = [pytest.mark.server, pytest.mark.browser]
NO_PAGES = {
    "/calendar/{secret}.ics",
    "/invoices/statement.pdf",
    "/office/audit.csv",
    "/office/import/cases.xlsx",
    "/office/import/{number}/refused/{sheet}",
    "/office/papers/{number}",
    "/office/reports.csv",
    "/papers/{number}",
    "/passkeys/new",
    "/pay/{secret}/invoice.pdf",
    "/sign-in/passkey",
    "/sign-in/with/{provider}",
    "/sign-in/with/{provider}/back",
}
"""What is asked for by GET and is no page: files, and what browsers are told or sent on by."""
AFTER = {
    "/applications/{draft}",
    "/cases/{case}/committee-appeal",
    "/cases/{case}/certificate",
    "/cases/{case}/image-check",
    "/cases/{case}/locations",
    "/cases/{case}/pledge",
    "/cases/{case}/re-application",
    "/cases/{case}/received/{form}",
    "/cases/{case}/self-audit",
    "/cases/{case}/sent/{message}/{id}",
    "/office/cases/{case}/sent/{message}/{id}",
    "/office/import/{number}",
    "/pay/{secret}",
}
"""Pages that something must happen for first: the tests of what happens look at them."""
HEARD = ("error", "warning")
LOOKED_AT = [page for page in PAGES if page.get is not None and page.path not in NO_PAGES | AFTER]


class Eyes:
    """Windows in which a facility's person, somebody of the office, and nobody look at pages of one case.

    Attributes:
        told: What the console of the last window that was opened by `of` tells.
    """

    def __init__(self, portal: LivingPortal, case_id: str, windows: dict[bool | None, Window]) -> None:
        self.portal, self.case_id, self._windows = portal, case_id, windows
        self.told: list[str] = []
        for window in windows.values():
            window.on("console", lambda line: self.told.append(line.text) if line.type in HEARD else None)
            window.on("pageerror", lambda error: self.told.append(str(error)))

    async def of(self, page: Page) -> Window:
        """Return the window of somebody for whom a page is, on a desk by day: a new one costs as much as a page."""
        of_nobody = page.who is Who.ANYBODY and page.path != "/"
        window = self._windows[None if of_nobody else page.who is Who.OFFICE]
        await by_day(window)
        self.told.clear()
        return window

    def address(self, page: Page) -> str:
        """Return the page's address, with what stands in it for this case."""
        with self.portal.world.books.writing() as session:
            report = next(one.number for one in papers(session, self.case_id) if one.kind == "final_report")
            ann = person_by_email(session, "ann@example.org")
            assert ann is not None
            token = make_link(session, ann, self.portal.world.clock())
        number = "1" if "/letters/" in page.path else report
        values = {"case": self.case_id, "number": number, "message": "extend_due_date", "token": token}
        return re.sub(r"{(\w+)(?::\w+)?}", lambda found: values[found[1]], page.path)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def eyes(portal: LivingPortal, chromium: Browser) -> AsyncIterator[Eyes]:
    """A case with a final report, and whoever looks at it."""
    case_id = await portal.office.start()
    await portal.office.report(case_id)
    org = case_id.split(".")[1]
    ann = portal.sign_in(org, email="ann@example.org", manages=True)
    olga = portal.sign_in(OFFICE_ORG, name="Olga Sample", manages=True)
    contexts: dict[bool | None, BrowserContext] = {
        False: await signed_in(chromium, portal, ann),
        True: await signed_in(chromium, portal, olga),
        None: await chromium.new_context(base_url=portal.address),
    }
    yield Eyes(portal, case_id, {who: await context.new_page() for who, context in contexts.items()})
    for context in contexts.values():
        await context.close()


def test_what_is_left_out_is_there_to_be_left_out() -> None:
    assert {page.path for page in PAGES if page.get is not None} >= NO_PAGES | AFTER


@pytest.mark.parametrize("page", LOOKED_AT, ids=lambda page: page.path)
async def test_it_is_for_everybody_who_looks_listens_or_has_a_phone(eyes: Eyes, page: Page) -> None:
    window = await eyes.of(page)
    answer = await window.goto(eyes.address(page))
    assert answer is not None
    assert answer.status == 200, page.path
    assert await window.get_by_role("heading", level=1).count() == 1
    await is_for_everybody(window)
    assert eyes.told == []
