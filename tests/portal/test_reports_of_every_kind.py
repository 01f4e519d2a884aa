"""The page of a report of each kind: an appeal's result, a survey's report, one of before the case was adopted."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from policy.messages.proofs import OFFICE_ORG
from tests.applications import sample
from tests.office import AREAS, LivingOffice
from tests.portal.conftest import LivingPortal
from tests.portal.reading import org_of, until_papers, unviewed_report, words_of
from tests.portal.roads import FAILED, REVIEWERS, SOMEBODY, an_appeal, exams_of, findings_of
from tests.portal.test_oncology import SURVEYORS, findings

pytestmark = pytest.mark.server


async def shown(portal: LivingPortal, org: str, address: str) -> str:
    """Return the words of a page that somebody of an organisation opens."""
    async with portal.browser_of(portal.sign_in(org)) as browser:
        answer = await browser.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return words_of(answer.text)


async def adopted(office: LivingOffice, *, report_days_ago: float, deficient: tuple[str, ...] = (FAILED,)) -> str:
    """Return a case that the office adopted, its report of so many days ago entered with its past."""
    case_id = await office.start(days_ago=60, adopting=True)
    await office.pay_and_accept(case_id, days_ago=58)
    package = {"medium": "upload", "exams": exams_of(AREAS)}
    await office.tell(case_id, "submit_testing_package", days_ago=40, **SOMEBODY, **package)
    report = {"reviewers": REVIEWERS, "findings": findings_of(AREAS, deficient)}
    await office.tell(case_id, "issue_final_report", days_ago=report_days_ago, **report)
    await office.end_adoption(case_id)
    await office.until_at_rest(case_id)
    return case_id


async def test_the_report_of_an_adopted_case_is_read_viewed_and_answered(
    portal: LivingPortal, office: LivingOffice
) -> None:
    case_id = await adopted(office, report_days_ago=4)
    org, address = org_of(case_id), f"/cases/{case_id}/reports/entered-1"
    assert "View the final report" in await shown(portal, org, "/")
    listed = await shown(portal, org, "/reports")
    assert "Not acceptable: head/neck, adult View issued before this system View the report first" in listed
    page = await shown(portal, org, address)
    for told in ("Rescan.", "was issued before your case came into this system", "is recorded now", "Select Option"):
        assert told in page
    assert "Download" not in page
    assert "Reviewer One" not in page
    assert "Select Option until" in await shown(portal, org, "/reports")
    assert "Final report of" in await shown(portal, org, f"/cases/{case_id}")
    await office.until_at_rest(case_id)
    assert "Select an option" in await shown(portal, org, "/")
    async with portal.browser_of(portal.sign_in(OFFICE_ORG)) as officer:
        page = (await officer.get(f"/office/cases/{case_id}")).text
        links = set(re.findall(r'href="(/office/papers/[^"]+)"', page))
        assert [(await officer.get(one)).status_code for one in links] == [200] * len(links), "no link leads nowhere"
    ours = words_of(page)
    assert "Reports of before the adoption" in ours
    assert "head/neck, adult Not acceptable Rescan." in ours
    async with portal.browser_of(portal.sign_in("OH-other", name="Bob Sample")) as bob:
        assert (await bob.get(address)).status_code == 404


async def test_a_unit_that_was_accredited_before_it_was_adopted_shows_why(
    portal: LivingPortal, office: LivingOffice
) -> None:
    case_id = await adopted(office, report_days_ago=30, deficient=())
    page = await shown(portal, org_of(case_id), f"/cases/{case_id}/reports/entered-1")
    assert "you need not choose anything. The certificate that was granted then stands on the case's page" in page
    assert "valid until" in await shown(portal, org_of(case_id), f"/cases/{case_id}")


async def test_the_result_of_a_lost_appeal_has_a_page_that_counts_as_viewing_it(
    portal: LivingPortal, office: LivingOffice
) -> None:
    case_id = await office.start()
    await unviewed_report(office, case_id)
    await office.tell(case_id, "view_final_report", days_ago=2.4, **SOMEBODY)
    await office.tell(case_id, "choose_option", days_ago=0.4, **SOMEBODY, **an_appeal(office))
    result = {"arbitrator": "Reviewer Three", "findings": findings_of((FAILED,), (FAILED,))}
    await office.tell(case_id, "issue_appeal_result", days_ago=0.3, **result)
    number = await until_papers(office, case_id, "appeal_result")
    page = await shown(portal, org_of(case_id), f"/cases/{case_id}/reports/{number}")
    for told in ("Appeal result", "the arbitrator's recommendations", "you have viewed this appeal result is recorded"):
        assert told in page
    assert "Attempt" not in page
    assert "Reviewer Three" not in page


async def test_the_report_of_a_survey_has_a_page_that_says_what_is_due(
    portal: LivingPortal, office: LivingOffice
) -> None:
    case_id = await office.start(**(sample("radiation-oncology") | {"medium": None}))
    await office.pay_and_accept(case_id)
    on = (datetime.now(UTC) - timedelta(days=2)).date().isoformat()
    await office.tell(case_id, "schedule_survey", days_ago=2.7, team=SURVEYORS, on=on)
    await office.tell(case_id, "file_survey_report", days_ago=1.5, findings=findings("SAT-1"), satisfactory=False)
    await office.tell(case_id, "decide_accreditation", days_ago=1, outcome="deferred", findings=findings("SAT-1"))
    number = await until_papers(office, case_id, "final_report")
    page = await shown(portal, org_of(case_id), f"/cases/{case_id}/reports/{number}")
    assert "Each site that was surveyed" in page
    assert "Check charts." in page
    assert "A corrective action plan is due by" in page
