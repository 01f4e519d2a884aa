"""The testing package: due date, a group of fields an area, a draft that a colleague goes on with, the repeat."""

import re

import pytest

from tests.office import AREAS, LivingOffice
from tests.portal.conftest import LivingPortal
from tests.portal.forms import browser_of, send, words_of
from tests.portal.roads import FAILED, in_repeat

pytestmark = pytest.mark.server
FIELDS = {
    "do": "send",
    "medium": "upload",
    **{f"exam-{n}-1": f"{area} exam" for n, area in enumerate(AREAS, start=1)},
    **{f"subject-{n}-1": f"subject-{n}" for n, area in enumerate(AREAS, start=1) if area != "phantom"},
}


async def accepted(office: LivingOffice) -> str:
    case_id = await office.start()
    await office.pay_and_accept(case_id)
    await office.until(case_id, "its package", lambda told: told["stage"] == "testing")
    return case_id


async def test_the_package_shows_its_due_date_and_asks_of_a_phantom_for_no_subject(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await accepted(office)
    async with browser_of(portal, case_id) as ann:
        page = (await ann.get(f"/cases/{case_id}/testing-package")).text
    legends = re.findall(r"<legend>(\S+)", page)
    assert legends == list(AREAS)
    assert (page.count(">Exam</label>"), page.count(">Subject</label>"), page.count(">Done</label>")) == (4, 3, 4)
    said = words_of(page)
    assert re.search(r"Due date \d+ \w+ \d{4}, 24:00 ET", said)
    assert "The case ends as inactive on" in said
    assert "0 of 4 areas done" in said


async def test_a_draft_is_gone_on_with_by_a_colleague_and_sent_once(office: LivingOffice, portal: LivingPortal) -> None:
    case_id = await accepted(office)
    address = f"/cases/{case_id}/testing-package"
    form = [("documents", ("form.txt", b"Phantom data form: 120 kV.", "text/plain"))]
    async with browser_of(portal, case_id) as ann, browser_of(portal, case_id, "Bob Sample") as bob:
        part = {"do": "draft", "medium": "upload", "exam-1-1": "chest with contrast", "done-1": "yes"}
        assert (await send(ann, address, part, form)).status_code == 303
        page = (await bob.get(address)).text
        assert "Draft saved by Ann Sample on" in words_of(page)
        assert "1 of 4 areas done" in words_of(page)
        assert 'value="chest with contrast"' in page
        assert "Kept: form.txt" in words_of(page)
        sent = await send(bob, address, FIELDS, page=page)
        assert sent.status_code == 303, words_of(sent.text)
        receipt = words_of((await bob.get(sent.headers["location"])).text)
        assert "from Bob Sample" in receipt
        assert "form.txt" in receipt
        assert "the final report" in receipt
        assert (await send(bob, address, FIELDS, page=page)).status_code == 303
        assert "No testing package is awaited" in words_of((await ann.get(address)).text)
    timeline = await office.client.get_workflow_handle(case_id).query("timeline")
    assert len([one for one in timeline if one["text"] == "submit testing package"]) == 1


async def test_what_is_missing_is_refused_by_the_case_and_what_was_typed_stays(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await accepted(office)
    address = f"/cases/{case_id}/testing-package"
    async with browser_of(portal, case_id) as ann:
        missing = await send(ann, address, {**FIELDS, "exam-2-1": "", "subject-2-1": ""})
        assert "Rule testing.area_missing" in words_of(missing.text)
        assert 'value="chest-adult exam"' in missing.text
        assert (await send(ann, address, FIELDS, page=missing.text)).status_code == 303


async def test_a_colleague_goes_on_with_a_draft_that_the_case_has_refused(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await accepted(office)
    address = f"/cases/{case_id}/testing-package"
    async with browser_of(portal, case_id) as ann, browser_of(portal, case_id, "Bob Sample") as bob:
        await send(ann, address, {**FIELDS, "exam-2-1": "", "subject-2-1": "", "do": "draft"})
        refused = await send(ann, address, {**FIELDS, "exam-2-1": "", "subject-2-1": ""})
        assert "Rule testing.area_missing" in words_of(refused.text)
        assert (await send(bob, address, FIELDS)).status_code == 303


async def test_a_name_in_the_place_of_a_token_is_neither_saved_nor_sent(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await accepted(office)
    address = f"/cases/{case_id}/testing-package"
    async with browser_of(portal, case_id) as ann:
        named = {**FIELDS, "subject-1-1": "Holloway"}
        draft = await send(ann, address, {**named, "do": "draft"})
        assert "Not saved: no opaque token stands for the patient, it looks like a name" in words_of(draft.text)
        assert "Draft saved" not in words_of((await ann.get(address)).text)
        sent = await send(ann, address, named)
        assert "Rule message.contains_phi" in words_of(sent.text)


async def test_a_repeat_asks_for_the_deficient_area_alone_and_for_the_same_exam_of_another_subject(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await office.start()
    await office.report(case_id)
    address = f"/cases/{case_id}/testing-package"
    async with browser_of(portal, case_id) as ann:
        await send(ann, f"/cases/{case_id}/option?other=1", {"option": "repeat", "attested": "yes"})
        await in_repeat(office, case_id)
        page = (await ann.get(address)).text
        assert re.findall(r"<legend>(\S+)", page) == [FAILED]
        assert f'value="{FAILED} exam"' in page
        same = {"do": "send", "medium": "upload", "exam-1-1": f"{FAILED} exam", "subject-1-1": f"subject-{FAILED}"}
        assert "Rule repeat.same_subject" in words_of((await send(ann, address, same)).text)
        changed = {**same, "exam-1-1": "another exam", "subject-1-1": "subject-9"}
        assert "Rule repeat.exam_changed" in words_of((await send(ann, address, changed)).text)
        assert (await send(ann, address, {**same, "subject-1-1": "subject-9"})).status_code == 303
