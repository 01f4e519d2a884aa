"""Radiation oncology in the portal: what a deferred or denied practice owes, reads and sends."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from policy.messages import Role
from policy.messages.proofs import OFFICE_ORG
from tests.applications import sample
from tests.office import LivingOffice
from tests.policy.accreditation.practices import TEAM
from tests.portal.conftest import LivingPortal
from tests.portal.test_small_forms import browser_for, hidden_of

pytestmark = pytest.mark.server

SURVEYORS = [member.model_dump(mode="json") for member in TEAM]
SOMEBODY: dict[str, Any] = {"on_behalf_of": {"name": "Ann Sample"}}


def findings(*deficient: str) -> list[dict[str, Any]]:
    return [
        {"area": site, "acceptable": site not in deficient, "comments": "Check charts." if site in deficient else ""}
        for site in ("MAIN", "SAT-1")
    ]


async def decided(office: LivingOffice, outcome: str) -> str:
    """A practice whose survey was held, and whose report came twenty days ago; the office adopted its case."""
    case_id = await office.start(days_ago=120, adopting=True, **(sample("radiation-oncology") | {"medium": None}))
    await office.pay_and_accept(case_id, days_ago=118)
    on = (datetime.now(UTC) - timedelta(days=100)).date().isoformat()
    await office.tell(case_id, "schedule_survey", days_ago=110, team=SURVEYORS, on=on)
    await office.tell(case_id, "file_survey_report", days_ago=95, findings=findings("SAT-1"), satisfactory=False)
    await office.tell(case_id, "decide_accreditation", days_ago=20, outcome=outcome, findings=findings("SAT-1"))
    await office.end_adoption(case_id)
    await office.until_books(case_id, "corrective_action")
    return case_id


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


async def test_a_deferred_practice_sends_its_plan_and_then_its_self_audit(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await decided(office, "deferred")
    async with browser_for(portal, case_id) as browser:
        owed = plain((await browser.get("/")).text)
        assert "Send the corrective action plan" in owed
        case = plain((await browser.get(f"/cases/{case_id}")).text)
        assert "Appeal to the committee" in case
        assert "What was surveyed, and what came of it." in case
        plan = (await browser.get(f"/cases/{case_id}/corrective-action")).text
        assert "SAT-1 (satellite)" in plan
        assert "MAIN (main site)" not in plan
        assert "Reinstatement" not in plan
        assert "It is due by <strong>" in plan
        assert "closes as not granted, unless the office extends" in plan
        assert (await browser.get(f"/cases/{case_id}/self-audit")).status_code == 200
        assert (await browser.get(f"/cases/{case_id}/testing-package")).status_code == 404, "nobody submits images"
        actions = [{"area": "SAT-1", "action": "Charts are checked on Mondays."}]
        await office.tell(case_id, "submit_corrective_action_plan", actions=actions, **SOMEBODY, reason="by fax")
        await office.tell(case_id, "decide_corrective_action_plan", approved=True, follow_up="self_audit")
        await office.until_awaited(case_id, "the self-audit")
        assert "Send the results of the self-audit" in plain((await browser.get("/")).text)
        assert "The committee has approved the plan" in plain(
            (await browser.get(f"/cases/{case_id}/corrective-action")).text
        )
        path = f"/cases/{case_id}/self-audit"
        typed = hidden_of((await browser.get(path)).text)
        bare = await browser.post(path, data=typed)
        assert bare.status_code == 422
        assert "self_audit.documents_missing" in bare.text


async def test_a_denied_practice_applies_again_with_its_agreement(office: LivingOffice, portal: LivingPortal) -> None:
    case_id = await decided(office, "denied")
    actions = [{"area": "SAT-1", "action": "Charts are checked on Mondays."}]
    await office.tell(case_id, "submit_corrective_action_plan", actions=actions, **SOMEBODY, reason="by fax")
    await office.tell(case_id, "decide_corrective_action_plan", approved=True)
    await office.until_awaited(case_id, "the re-application")
    path = f"/cases/{case_id}/re-application"
    async with browser_for(portal, case_id) as browser:
        page = (await browser.get(path)).text
        assert "$5,000.00" in page
        typed = hidden_of(page)
        refused = await browser.post(path, data=typed | {"agrees_to_survey": "no"})
        assert refused.status_code == 422
        assert "reapplication.agreement_missing" in refused.text
        again = hidden_of(refused.text)
        sent = await browser.post(path, data=again | {"agrees_to_survey": "yes"})
        assert sent.status_code == 303, sent.text
        assert "Re-application" in plain((await browser.get(sent.headers["location"])).text)
    await office.until_books(case_id, "application")


async def test_the_chief_appeals_on_a_page_and_no_other_modality_has_one(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await decided(office, "denied")
    path = f"/cases/{case_id}/committee-appeal"
    async with browser_for(portal, case_id) as browser:
        typed = hidden_of((await browser.get(path)).text)
        letter = {"letters": ("letter.txt", b"We disagree with the report on SAT-1.", "text/plain")}
        signed = typed | {"letters.signed_by": "supervising_physician", "letters.signer": "Ann Sample"}
        sent = await browser.post(path, data=signed, files=letter)
        assert sent.status_code == 303, plain(sent.text)
        page = await browser.get(f"/cases/{case_id}/option")
        assert "A survey accredits this program: no option form follows its report." in plain(page.text)
    await office.until_books(case_id, "appeal")
    other = await office.start()
    async with browser_for(portal, other) as browser:
        for form in ("self-audit", "re-application", "committee-appeal"):
            assert (await browser.get(f"/cases/{other}/{form}")).status_code == 404


async def test_the_office_sees_what_the_report_will_say(office: LivingOffice, portal: LivingPortal) -> None:
    """The form of the final report is made from its message, and its letter is shown before it is sent."""
    case_id = await office.start(**(sample("radiation-oncology") | {"medium": None}))
    await office.pay_and_accept(case_id)
    await office.until_books(case_id, "survey")
    async with portal.browser_of(portal.sign_in(OFFICE_ORG, Role.ACR)) as browser:
        page = plain((await browser.get(f"/office/cases/{case_id}")).text)
        assert "schedule survey" in page.lower()
        assert "submit testing package" not in page.lower()
        form = await browser.get(f"/office/cases/{case_id}/send/decide_accreditation")
        assert "Outcome" in form.text
        assert "SAT-1" in form.text
