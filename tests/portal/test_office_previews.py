"""What is shown before a message is sent is what goes out: message after message through a designation, and a grant."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from policy.messages.proofs import OFFICE_ORG
from records.outbox import notices
from tests.applications import sample
from tests.office import AREAS, LivingOffice
from tests.portal.conftest import LivingPortal
from tests.portal.forms import typed_on
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


async def goes_out(office: LivingOffice, case_id: str, shown: list[str]) -> None:
    """Wait until every letter that was shown has gone out as it was."""
    expected = {without_minutes(one) for one in shown}

    def sent() -> set[str]:
        with office.books.reading() as session:
            return {without_minutes(one.body or "") for one in notices(session, case_id)}

    await office.until(case_id, "the letters that were shown", lambda _told: expected <= sent())


async def shown_goes_out(
    office: LivingOffice, browser: httpx.AsyncClient, case_id: str, message: str, letters: int, fields: dict[str, str]
) -> None:
    """Preview and send a message by its form: so many letters are shown, and each goes out as it was shown."""
    path = path_of(case_id, message)
    typed = typed_on((await browser.get(path)).text) | fields
    previewed = await browser.post(path, data=typed | {"do": "preview"})
    assert previewed.status_code == 200, previewed.text
    shown = letters_shown(previewed.text)
    assert len(shown) == letters
    sent = await browser.post(path, data=typed | {"do": "send"})
    assert sent.status_code == 303, sent.text
    await goes_out(office, case_id, shown)


async def test_a_pause_and_its_end(office: LivingOffice, portal: LivingPortal) -> None:
    case_id = await office.start()
    async with portal.browser_of(portal.sign_in(OFFICE_ORG, name="Olga Sample")) as browser:
        await shown_goes_out(office, browser, case_id, "pause_case", 1, {"reason": "A flood at the site."})
        await shown_goes_out(office, browser, case_id, "resume_case", 1, {})


async def test_a_corrected_report(office: LivingOffice, portal: LivingPortal) -> None:
    """Another area has failed; then none has, and the unit is accredited: three letters, each as it was shown."""
    case_id = await office.start()
    await office.report(case_id)
    found = {f"findings.{number}.area": area for number, area in enumerate(AREAS)} | {"reviewers.0": "Reviewer One"}
    passes = found | {f"findings.{number}.acceptable": "yes" for number in range(len(AREAS))}
    fails = passes | {"findings.0.acceptable": "no", "findings.0.comments": "Rescan the chest."}
    async with portal.browser_of(portal.sign_in(OFFICE_ORG, name="Olga Sample")) as browser:
        for typed in (fails, passes):
            reason = {"reason": "Typed for another unit."}
            await shown_goes_out(office, browser, case_id, "correct_final_report", 1, typed | reason)


async def test_mammography(office: LivingOffice, portal: LivingPortal) -> None:
    """An extension and a serious risk are told to FDA too."""
    unit = {name: value for name, value in sample("mammography-unit").items() if name != "mqsa"}
    case_id = await office.start(**unit)
    await office.pay_and_accept(case_id)
    areas = [area["id"] for area in unit["units"][0]["areas"]]
    on = (datetime.now(UTC) - timedelta(days=10)).date().isoformat()
    exams = [{"area": area, "exam": f"{area} exam", "subject": f"s-{area}", "performed_on": on} for area in areas]
    package = {"medium": "upload", "exams": exams, "on_behalf_of": {"name": "Ann Sample"}}
    await office.tell(case_id, "submit_testing_package", days_ago=2.6, **package)
    found = {f"findings.{number}.acceptable": "yes" for number in range(len(areas))} | {"reviewers.0": "Reviewer One"}
    found |= {"findings.0.acceptable": "no", "findings.0.comments": "Positioning.", "serious_risk": "yes"}
    async with portal.browser_of(portal.sign_in(OFFICE_ORG, name="Olga Sample")) as browser:
        for message, letters, fields in (
            ("extend_provisional_certificate", 2, {"reason": "Images were delayed."}),
            ("issue_final_report", 2, found),
        ):
            await shown_goes_out(office, browser, case_id, message, letters, fields)


async def test_a_choice_that_is_undone_and_a_contact_who_leaves(office: LivingOffice, portal: LivingPortal) -> None:
    """The form is open again; who is left is written to. Of an invoice that is issued anew a sentence says so."""
    case_id = await office.start()
    await office.report(case_id)
    repeat = {"option": "repeat", "attested": True, "on_behalf_of": {"name": "Ann Sample"}}
    await office.tell(case_id, "choose_option", days_ago=0.1, **repeat)
    told = await office.until(case_id, "the repeat's invoice", lambda told: told["invoices"][-1]["number"])
    anew = {"invoice": told["invoices"][-1]["number"], "reason": "Sent to the wrong payer."}
    async with portal.browser_of(portal.sign_in(OFFICE_ORG, name="Olga Sample")) as browser:
        path = path_of(case_id, "reissue_invoice")
        typed = typed_on((await browser.get(path)).text) | anew
        shown = (await browser.post(path, data=typed | {"do": "preview"})).text
        assert f"takes the place of {anew['invoice']}" in shown
        assert "No letter goes out" not in shown
        for message, fields in (
            ("undo_option", {"reason": "Chosen by mistake."}),
            ("report_contact_left", {"left": "Sample Administrator"}),
        ):
            await shown_goes_out(office, browser, case_id, message, 1, fields)
