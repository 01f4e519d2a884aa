"""The office's case page: how a case stands, what can be sent, its papers and letters; and where nothing answers."""

import re

import pytest

from policy.messages.proofs import OFFICE_ORG
from tests.office import AREAS, LivingOffice
from tests.portal.conftest import LivingPortal
from tools.before_after.looking import details_of

pytestmark = pytest.mark.server
HEAD = "head-neck-adult"


@pytest.fixture(scope="module")
def secret(portal: LivingPortal) -> str:
    """Somebody of the office, signed in."""
    return portal.sign_in(OFFICE_ORG, name="Olga Sample")


async def page_of(portal: LivingPortal, secret: str, path: str) -> str:
    async with portal.browser_of(secret) as browser:
        answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_a_case_is_told_on_one_page(office: LivingOffice, portal: LivingPortal, secret: str) -> None:
    """Stage, who is awaited and by when, money, letters, the picture, the link to the Temporal UI."""
    case_id = await office.start()
    await office.report(case_id)
    await office.until_books(case_id, "options")
    page = await page_of(portal, secret, f"/office/cases/{case_id}")
    for said in ("Choice of an option", "the facility: the option form", "Sample Imaging Center", "24:00 ET"):
        assert said in page
    assert f"/namespaces/{office.client.namespace}/workflows/{case_id}" in page
    assert "<svg" in page
    assert "Final report" in page
    assert f'href="/office/cases/{case_id}/send/choose_option"' in page
    assert f'href="/office/cases/{case_id}/send/extend_due_date"' in page
    assert f'href="/office/cases/{case_id}/send/issue_final_report"' not in page
    assert HEAD in page
    assert "not acceptable" in page


async def test_who_entered_something_for_somebody_is_told(
    office: LivingOffice, portal: LivingPortal, secret: str
) -> None:
    """The entry of a package that came by post names both."""
    case_id = await office.start()
    await office.report(case_id)
    page = await page_of(portal, secret, f"/office/cases/{case_id}")
    assert "Ann Sample" in page
    assert "Entered by the office (Sample Officer)" in page


async def test_what_was_corrected_is_told_on_the_page_and_in_the_temporal_ui(
    office: LivingOffice, portal: LivingPortal, secret: str
) -> None:
    """The page and the details of the workflow say what was corrected, on which day, and why."""
    case_id = await office.start()
    await office.report(case_id)
    findings = [{"area": area, "acceptable": area != HEAD, "comments": "Cover the head."} for area in AREAS]
    why = "The recommendation was mistyped."
    by = ["Sample Reviewer One"]
    await office.tell(case_id, "correct_final_report", reviewers=by, findings=findings, reason=why)
    await office.until_at_rest(case_id)
    page = await page_of(portal, secret, f"/office/cases/{case_id}")
    assert re.search(
        r"<dt>Corrected</dt><dd>Final report of .* corrected on .*: The recommendation was mistyped\.", page
    )
    details = await details_of(office.client.get_workflow_handle(case_id))
    assert re.search(r"\*\*Corrected on .*:\*\* final report of .*; The recommendation was", details)


async def test_papers_and_letters_are_read(office: LivingOffice, portal: LivingPortal, secret: str) -> None:
    """An invoice is a PDF under its number, its letter is text."""
    case_id = await office.start()
    status = await office.status(case_id)
    number = status["invoices"][0]["number"]
    async with portal.browser_of(secret) as browser:
        paper = await browser.get(f"/office/papers/{number}")
        unknown = await browser.get("/office/papers/2028-999999")
        none = await browser.get(f"/office/cases/{case_id}/letters/999")
    assert paper.status_code == 200
    assert paper.content.startswith(b"%PDF")
    assert (unknown.status_code, none.status_code) == (404, 404)
    page = await page_of(portal, secret, f"/office/cases/{case_id}")
    assert f"/office/cases/{case_id}/letters/" in page
    first = page.split(f"/office/cases/{case_id}/letters/")[1].partition('"')[0]
    assert "Sample Imaging Center" in await page_of(portal, secret, f"/office/cases/{case_id}/letters/{first}")


async def test_a_closed_case_takes_money_alone(office: LivingOffice, portal: LivingPortal, secret: str) -> None:
    """The page says how it ended, and offers nothing that it would refuse."""
    case_id = await office.start()
    await office.pay_and_accept(case_id)
    await office.tell(case_id, "close_case", reason="opened twice")
    await office.until_books(case_id, "closed")
    page = await page_of(portal, secret, f"/office/cases/{case_id}")
    assert "closed by the office" in page
    assert "send/issue_credit_note" in page
    assert "send/amend_application" not in page


async def test_a_case_that_was_announced_and_not_begun_says_so(
    office: LivingOffice, portal: LivingPortal, secret: str
) -> None:
    """Nothing can be sent to it yet."""
    case_id, _, _ = office.announce()
    page = await page_of(portal, secret, f"/office/cases/{case_id}")
    assert "has not begun" in page
    assert f"{case_id}/send/" not in page


async def test_a_designation_is_told_in_its_own_words(office: LivingOffice, portal: LivingPortal, secret: str) -> None:
    """A case of the other program has the same page."""
    case_id = await office.start_designation()
    page = await page_of(portal, secret, f"/office/cases/{case_id}")
    assert "send/accept_application" in page
    assert "Sample Practice" in page
    form = await page_of(portal, secret, f"/office/cases/{case_id}/send/schedule_survey")
    assert "Staff of the office" in form
    assert "OH-4131" in form


async def test_facilities_do_not_see_the_offices_pages(office: LivingOffice, portal: LivingPortal) -> None:
    """Not even of their own case."""
    case_id = await office.start()
    facility = case_id.split(".")[1]
    for path in (f"/office/cases/{case_id}", f"/office/cases/{case_id}/send/close_case", "/office/papers/2028-000001"):
        async with portal.browser_of(portal.sign_in(facility)) as browser:
            assert (await browser.get(path)).status_code == 404
