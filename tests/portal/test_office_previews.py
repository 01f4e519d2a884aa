"""What is shown before a message is sent is what goes out: message after message through a designation, and a grant."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from policy.messages.proofs import OFFICE_ORG
from tests.office import AREAS, LivingOffice
from tests.portal.conftest import LivingPortal
from tests.portal.test_office_send import letter_sent, letters_shown, opened, path_of, reviewed, without_minutes

pytestmark = pytest.mark.server


async def shown_is_sent(
    office: LivingOffice, browser: httpx.AsyncClient, case_id: str, message: str, kind: str, fields: dict[str, str]
) -> None:
    """Preview and send a message by its form, and hold what was shown against the letter."""
    path = path_of(case_id, message)
    typed = await opened(browser, path) | fields
    previewed = await browser.post(path, data=typed | {"do": "preview"})
    assert previewed.status_code == 200, previewed.text
    shown = letters_shown(previewed.text)
    sent = await browser.post(path, data=typed | {"do": "send"})
    assert sent.status_code == 303, sent.text
    letter = await letter_sent(office, case_id, kind)
    assert without_minutes(letter.body or "") in [without_minutes(one) for one in shown]


async def test_through_a_designation(office: LivingOffice, portal: LivingPortal) -> None:
    """Acceptance, survey, its report, the decision: four letters, each as it was shown."""
    case_id = await office.start_designation()
    (invoice,) = (await office.status(case_id))["invoices"]
    await office.tell(case_id, "record_payment", invoice=invoice["number"], amount=invoice["total"])
    day = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()
    team = {"team.0.name": "Sample One", "team.0.role": "radiologist"}
    team |= {"team.1.name": "Sample Two", "team.1.role": "medical_physicist"}
    team |= {"team.2.name": "Sample Three", "team.2.role": "acr_staff"}
    survey = team | {"mode": "on_site", "on": day, "locations": "OH-4131"}
    found = {f"findings.{number}.acceptable": "yes" for number in range(3)}
    async with portal.browser_of(portal.sign_in(OFFICE_ORG, name="Olga Sample")) as browser:
        for message, kind, fields in (
            ("accept_application", "application_accepted", {}),
            ("schedule_survey", "survey_scheduled", survey),
            ("file_survey_report", "survey_report", found | {"satisfactory": "yes"}),
            ("decide_designation", "designated", {"designated": "yes"}),
        ):
            await shown_is_sent(office, browser, case_id, message, kind, fields)


async def test_a_grant(office: LivingOffice, portal: LivingPortal) -> None:
    """A report that finds everything acceptable brings the letter of the accreditation, with the certificate's end."""
    case_id = await reviewed(office)
    fields = {f"findings.{number}.acceptable": "yes" for number in range(len(AREAS))} | {"reviewers.0": "Reviewer One"}
    async with portal.browser_of(portal.sign_in(OFFICE_ORG, name="Olga Sample")) as browser:
        await shown_is_sent(office, browser, case_id, "issue_final_report", "accredited", fields)
