"""Appeal materials: what was left out of the original exams, until the facility says that they are complete."""

import pytest

from tests.activities.documents import files as made
from tests.office import AREAS, LivingOffice
from tests.portal.conftest import LivingPortal
from tests.portal.forms import PHYSICIAN, browser_of, send, words_of
from tests.portal.roads import FAILED, REVIEWERS, SOMEBODY, exams_of, findings_of

pytestmark = pytest.mark.server
LETTER = made.pdf(["To the office.", "We appeal: sequences were left out.", "Sample Supervising Physician"])


async def test_sequences_and_documents_follow_until_the_materials_are_complete(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await office.start()
    await office.report(case_id)
    address = f"/cases/{case_id}/appeal-materials"
    async with browser_of(portal, case_id) as ann:
        assert "No appeal is open" in words_of((await ann.get(address)).text)
        appeal = {"option": "appeal", "attested": "yes", "additional_images": "yes", "letter_signer": PHYSICIAN}
        letter = [("letter", ("letter.pdf", LETTER, "application/pdf"))]
        sent = await send(ann, f"/cases/{case_id}/option?other=1", appeal, letter)
        assert sent.status_code == 303, words_of(sent.text)
        await office.until(case_id, "its materials", lambda told: told["awaited"] == "the appeal's materials")
        page = words_of((await ann.get(address)).text)
        assert f"Left-out sequences of {FAILED} (head/neck, adult): {FAILED} exam, subject subject-{FAILED}" in page

        assert "Nothing is handed in" in words_of((await send(ann, address, {})).text)
        image = [("documents", ("scan.dcm", made.dicom({"Modality": "CT"}), "application/dicom"))]
        first = await send(ann, address, {"sequences": ["1"]}, image)
        assert first.status_code == 303, words_of(first.text)
        receipt = words_of((await ann.get(first.headers["location"])).text)
        assert f"{FAILED} (head/neck, adult), subject subject-{FAILED}" in receipt
        assert "scan.dcm" in receipt
        another_window = (await ann.get(address)).text
        assert "1 document, 1 sequence" in words_of(another_window)

        assert (await send(ann, address, {"complete": "yes"})).status_code == 303
        await office.until(case_id, "its result", lambda told: told["awaited"] == "the appeal's result")
        assert "The materials are complete and with the arbitrator." in words_of((await ann.get(address)).text)
        late = await send(ann, address, {"complete": "yes"}, page=another_window)
        assert "Rule case.wrong_stage" in words_of(late.text)


async def test_images_that_came_on_cd_are_appealed_on_cd_and_the_office_records_what_arrives(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await office.start(medium="cd")
    await office.pay_and_accept(case_id)
    package = {"medium": "cd", "exams": exams_of(AREAS)}
    await office.tell(case_id, "submit_testing_package", days_ago=2.7, **SOMEBODY, **package)
    report = {"reviewers": REVIEWERS, "findings": findings_of(AREAS, (FAILED,))}
    await office.tell(case_id, "issue_final_report", days_ago=2.6, **report)
    await office.tell(case_id, "return_images", days_ago=2.5)
    await office.tell(case_id, "view_final_report", days_ago=2.4, **SOMEBODY)
    async with browser_of(portal, case_id) as ann:
        page = words_of((await ann.get(f"/cases/{case_id}/option?other=1")).text)
        assert "The images came on CD: contact the office for instructions." in page
        appeal = {"option": "appeal", "attested": "yes", "letter_signer": PHYSICIAN}
        letter = [("letter", ("letter.pdf", LETTER, "application/pdf"))]
        sent = await send(ann, f"/cases/{case_id}/option?other=1", appeal, letter)
        assert sent.status_code == 303, words_of(sent.text)
        assert "Medium on CD" in words_of((await ann.get(sent.headers["location"])).text)
        await office.until(case_id, "its appeal", lambda told: told["stage"] == "appeal")
        materials = words_of((await ann.get(f"/cases/{case_id}/appeal-materials")).text)
        assert "The office records what has arrived" in materials
        assert "Submit" not in materials
