"""S1's road in a real browser, by a person of the facility: with JavaScript, without it, and by keyboard alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from policy.messages import Role
from tests.activities.documents import files as made
from tests.office import AREAS, LivingOffice
from tests.portal.conftest import LivingPortal, signed_in
from tests.portal.forms import org_of
from tests.portal.looks import DESK, is_for_everybody
from tests.portal.roads import FAILED, findings_of, in_repeat, lost_appeal, reported_now

pytestmark = [pytest.mark.server, pytest.mark.browser]
FURTHEST = 120
"""Presses of the Tab key after which a field is held not to be reachable."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def letter(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Path]:
    """A letter of appeal, on the disk of whoever uploads it."""
    file = tmp_path_factory.mktemp("letters") / "letter.pdf"
    file.write_bytes(made.pdf(["To the office.", "We appeal: the wrong images were selected.", "Sample Physician"]))
    yield file


async def browser_at(chromium: Browser, portal: LivingPortal, case_id: str, *, script: bool = True) -> BrowserContext:
    """Return the browser of a person of the case's facility."""
    secret = portal.sign_in(org_of(case_id), Role.ADMINISTRATOR)
    return await signed_in(chromium, portal, secret, viewport=DESK, java_script_enabled=script)


async def is_accessible(page: Page) -> None:
    """Hold a page against what it must be for everybody, and go on at the desk."""
    await is_for_everybody(page)
    await page.set_viewport_size(DESK)  # type: ignore[arg-type]


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
async def test_a_facility_waits_for_the_form_appeals_with_a_letter_and_gets_a_receipt(
    office: LivingOffice, portal: LivingPortal, chromium: Browser, letter: Path, script: bool
) -> None:
    waits, case_id = await reported_now(office), await office.start()
    await office.report(case_id)
    context = await browser_at(chromium, portal, waits, script=script)
    page = await context.new_page()
    await page.goto(f"/cases/{waits}/option")
    await expect(page.get_by_role("heading", name="Select Option")).to_be_visible()
    await expect(page.get_by_text("option_form.report_not_viewed")).to_be_visible()
    await office.tell(waits, "view_final_report", on_behalf_of={"name": "Ann Sample"}, reason="by telephone")
    await page.reload()
    await expect(page.get_by_text("option_form.not_yet_open")).to_be_visible()
    if script:
        await is_accessible(page)
    await context.close()

    context = await browser_at(chromium, portal, case_id, script=script)
    page = await context.new_page()
    await page.goto(f"/cases/{case_id}/option")
    await page.get_by_role("button", name="Other Options").click()
    await expect(page.get_by_role("radio", name="Reinstate with corrective action")).to_be_disabled()
    await page.get_by_role("radio", name="Appeal").check()
    await page.get_by_label("Appeal letter").set_input_files(letter)
    await page.get_by_role("button", name="Submit").click()
    alert = page.get_by_role("alert")
    await expect(alert).to_contain_text("The attestation box is not checked.")
    await expect(page.get_by_role("radio", name="Appeal")).to_be_checked()
    await expect(page.get_by_text("Kept: letter.pdf")).to_be_visible()
    if script:
        await is_accessible(page)
    await page.get_by_label("Letter signed by").select_option(
        label="Sample Supervising Physician, supervising physician"
    )
    await page.get_by_role("radio", name="Additional images: no").check()
    await page.get_by_role("checkbox", name="I attest").check()
    if script:
        await expect(page.get_by_text("You choose: Appeal.")).to_be_visible()
    await page.get_by_role("button", name="Submit").click()
    await expect(page.get_by_role("heading", name="Option form received")).to_be_visible()
    if script:
        await is_accessible(page)

    await office.until(case_id, "its result", lambda told: told["awaited"] == "the appeal's result")
    lost = findings_of((FAILED,), (FAILED,))
    await office.tell(case_id, "issue_appeal_result", arbitrator="Reviewer Three", findings=lost)
    await page.goto(f"/cases/{case_id}/option")
    await expect(page.get_by_text("The appeal result had not been viewed")).to_be_visible()
    await context.close()


async def test_after_a_lost_appeal_the_repeat_passes_and_the_unit_is_accredited(
    office: LivingOffice, portal: LivingPortal, chromium: Browser
) -> None:
    case_id = await lost_appeal(office)
    context = await browser_at(chromium, portal, case_id)
    page = await context.new_page()
    await page.goto(f"/cases/{case_id}/option")
    await page.get_by_role("button", name="Other Options").click()
    await expect(page.get_by_role("radio", name="Appeal")).to_be_disabled()
    await expect(page.get_by_text("The arbitrator's determination is final.")).to_be_visible()
    await page.get_by_role("radio", name="Repeat").check()
    await page.get_by_role("checkbox", name="I attest").check()
    await page.get_by_role("button", name="Submit").click()
    await expect(page.get_by_role("heading", name="Option form received")).to_be_visible()

    await in_repeat(office, case_id)
    await page.goto(f"/cases/{case_id}/testing-package")
    await expect(page.get_by_role("heading", name="Testing Package")).to_be_visible()
    box = page.get_by_role("group", name=FAILED)
    await expect(box.get_by_label("Exam")).to_have_value(f"{FAILED} exam")
    await box.get_by_label("Subject").fill("subject-9")
    await box.get_by_label("Done").check()
    await expect(page.get_by_text("1 of 1 areas done")).to_be_visible()
    await page.get_by_role("button", name="Save draft").click()
    await expect(page.get_by_text("Draft saved by Ann Sample")).to_be_visible()
    await is_accessible(page)
    await page.get_by_role("button", name="Submit").click()
    await expect(page.get_by_role("heading", name="Testing package received")).to_be_visible()
    await is_accessible(page)

    passed = findings_of((FAILED,))
    await office.tell(case_id, "issue_final_report", reviewers=["Reviewer Four"], findings=passed)
    told = await office.until(case_id, "its certificate", lambda told: told["certificate"] is not None)
    assert {one["state"] for one in told["areas"]} == {"acceptable"}
    assert len(told["areas"]) == len(AREAS)
    await context.close()


async def test_the_option_form_can_be_sent_by_keyboard_alone(
    office: LivingOffice, portal: LivingPortal, chromium: Browser
) -> None:
    case_id = await office.start()
    await office.report(case_id)
    context = await browser_at(chromium, portal, case_id)
    page = await context.new_page()
    await page.goto(f"/cases/{case_id}/option")
    await reach(page, "Other Options")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("radio", name="Appeal")).to_be_visible()
    await reach(page, "Appeal")
    await page.keyboard.press("Space")
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("radio", name="Repeat")).to_be_checked()
    await reach(page, "I attest")
    await page.keyboard.press("Space")
    await reach(page, "Submit")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Option form received")).to_be_visible()
    await context.close()


async def reach(page: Page, words: str) -> None:
    """Press the Tab key until what begins with these words has the focus."""
    for _ in range(FURTHEST):
        await page.keyboard.press("Tab")
        focused = await page.evaluate(
            "() => { const at = document.activeElement;"
            " return ((at.labels && at.labels.length ? at.labels[0] : at).textContent || '').trim(); }"
        )
        if focused.startswith(words):
            return
    raise AssertionError(f"no Tab key leads to {words}")
