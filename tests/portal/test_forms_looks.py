"""Forms and the case page in a browser: the accessibility checker finds nothing, and they work without JavaScript."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, expect

from policy.messages import Role
from policy.messages.proofs import OFFICE_ORG
from tests.office import LivingOffice
from tests.portal.conftest import LivingPortal, signed_in
from tests.portal.looks import is_for_everybody
from tests.portal.test_office_send import reviewed

pytestmark = [pytest.mark.browser, pytest.mark.server]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(chromium: Browser, portal: LivingPortal) -> AsyncIterator[BrowserContext]:
    """A browser at the office."""
    context = await signed_in(chromium, portal, portal.sign_in(OFFICE_ORG, name="Olga Sample"))
    yield context
    await context.close()


async def test_the_offices_pages_are_for_everybody(office: LivingOffice, desk: BrowserContext) -> None:
    """The case, a form, its preview, what is wrong with it, and what came of it."""
    case_id = await reviewed(office)
    page = await desk.new_page()
    await page.goto(f"/office/cases/{case_id}")
    await is_for_everybody(page)
    await page.get_by_role("link", name="Issue final report").click()
    await expect(page.get_by_label("Reviewer 1")).to_be_visible()
    await is_for_everybody(page)
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("alert")).to_have_count(1)
    await is_for_everybody(page)
    await page.get_by_label("Reviewer 1").fill("Reviewer One")
    for area in ("chest-adult", "head-neck-adult", "abdomen-adult", "phantom"):
        await page.get_by_role("group", name=area).get_by_label("Yes").check()
    await page.get_by_role("button", name="Preview").click()
    await page.get_by_role("heading", name="Preview: nothing has been sent").wait_for()
    await is_for_everybody(page)
    await page.get_by_role("button", name="Send").click()
    await page.get_by_role("heading", name="Done").wait_for()
    await is_for_everybody(page)
    await page.close()


async def test_a_facilitys_small_forms_are_for_everybody(
    office: LivingOffice, portal: LivingPortal, chromium: Browser
) -> None:
    """Withdrawal and renewal of a unit; locations and pledge of a practice."""
    unit, practice = await office.start(), await office.start_designation()
    for case_id, forms in ((unit, ("withdraw", "renewal")), (practice, ("locations", "pledge", "withdraw"))):
        secret = portal.sign_in(case_id.split(".")[1], Role.ADMINISTRATOR)
        context = await signed_in(chromium, portal, secret)
        page = await context.new_page()
        for form in forms:
            await page.goto(f"/cases/{case_id}/{form}")
            await is_for_everybody(page)
        await context.close()


async def test_a_payment_is_recorded_without_javascript(
    office: LivingOffice, portal: LivingPortal, chromium: Browser
) -> None:
    """Filled in already; Enter in a field shows the preview and sends nothing; the button sends."""
    case_id = await office.start()
    secret = portal.sign_in(OFFICE_ORG, name="Olga Sample")
    context = await signed_in(chromium, portal, secret, java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"/office/cases/{case_id}/send/record_payment")
    await page.get_by_label("Reference").press("Enter")
    await page.get_by_role("heading", name="Preview: nothing has been sent").wait_for()
    assert (await office.status(case_id))["invoices"][0]["paid"] == "0.00"
    await page.get_by_role("button", name="Send").click()
    await page.get_by_role("heading", name="Done").wait_for()
    assert (await office.status(case_id))["invoices"][0]["status"] == "paid"
    await context.close()
