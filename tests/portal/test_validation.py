"""A validation survey in the portal: an unannounced one is nowhere before its report; then it is owed and answered."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, expect

from tests.office import LivingOffice
from tests.portal.conftest import LivingPortal
from tests.portal.test_road import browser_at, is_accessible
from tests.portal.test_small_forms import browser_for, hidden_of

pytestmark = pytest.mark.server
FOUND = [
    {"area": "complaint notice", "acceptable": False, "comments": "No notice says where to complain."},
    {"area": "qualification documents", "acceptable": True},
]


def day(ahead: int) -> str:
    return (datetime.now(UTC) + timedelta(days=ahead)).date().isoformat()


async def accredited(office: LivingOffice) -> str:
    case_id = await office.start()
    await office.report(case_id, deficient=())
    await office.until_books(case_id, "accredited")
    return case_id


async def until_awaited(office: LivingOffice, case_id: str, what: str) -> None:
    await office.until(case_id, what, lambda told: told["awaited"] == what)


async def test_a_survey_without_notice_is_nowhere_before_its_report_and_then_owed_and_answered(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await accredited(office)
    await office.tell(case_id, "order_validation_survey", announced=False, on=day(3), reason="A complaint.")
    async with browser_for(portal, case_id) as ann:
        for page in ("/", "/cases", f"/cases/{case_id}", "/letters", "/calendar", f"/cases/{case_id}/validation"):
            told = (await ann.get(page)).text.lower()
            assert "complaint" not in told, page
            assert "validation survey" not in told or page.endswith("/validation"), page
        assert "No validation survey waits for an answer" in (await ann.get(f"/cases/{case_id}/validation")).text

        await office.tell(case_id, "file_validation_report", satisfactory=False, findings=FOUND, respond_by=day(30))
        await until_awaited(office, case_id, "the validation response")
        path = f"/cases/{case_id}/validation"
        page = (await ann.get(path)).text
        assert "No notice says where to complain." in page
        assert "qualification documents" not in page
        home = (await ann.get("/")).text
        assert "Respond to the validation survey" in home
        assert f'href="{path}"' in home

        typed = hidden_of(page) | {"actions.0.area": "complaint notice", "do": "send"}
        empty = await ann.post(path, data=typed)
        assert empty.status_code == 422
        sent = await ann.post(path, data=typed | {"actions.0.action": "It hangs at the entrance."})
        assert sent.status_code == 303, sent.text
        assert "Response to the validation survey" in (await ann.get(sent.headers["location"])).text
        await until_awaited(office, case_id, "the validation decision")
        await office.tell(case_id, "decide_validation", decision="revoked", reasons=["It does not hang there."])
        await office.until_books(case_id, "closed")
        assert "revoked" in (await ann.get(f"/cases/{case_id}")).text


@pytest.mark.browser
async def test_the_form_of_a_response_is_for_everybody(
    office: LivingOffice, portal: LivingPortal, chromium: Browser
) -> None:
    case_id = await accredited(office)
    await office.tell(case_id, "order_validation_survey", announced=True, on=day(0))
    await office.tell(case_id, "file_validation_report", satisfactory=False, findings=FOUND, respond_by=day(30))
    await until_awaited(office, case_id, "the validation response")
    context = await browser_at(chromium, portal, case_id)
    page = await context.new_page()
    await page.goto(f"/cases/{case_id}/validation")
    await expect(page.get_by_role("heading", name="Validation Survey")).to_be_visible()
    await is_accessible(page)
    await context.close()
