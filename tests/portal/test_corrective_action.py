"""The corrective action plan: a field for each deficiency of each report, no health information, the confirmation."""

import pytest

from tests.activities.documents import files as made
from tests.office import LivingOffice
from tests.portal.conftest import LivingPortal
from tests.portal.forms import browser_of, send, words_of
from tests.portal.roads import second_deficiency

pytestmark = pytest.mark.server
WARNING = (
    "PLEASE NOTE: DO NOT submit any type of protected health information (PHI) when submitting Reinstatement with "
    "Corrective Action documentation."
)
PLAN = {"do": "send", "action-1": "The protocol was reviewed.", "action-2": "Technologists were trained."}
PHI = made.pdf(["Plan.", "Patient name: Margaret Holloway", "Date of birth: 03/04/1951", "MRN: 00482913"])
CLEAN = made.pdf(["Plan.", "The protocol of the head was reviewed with the physicist."])


async def in_corrective_action(office: LivingOffice, portal: LivingPortal) -> str:
    case_id = await second_deficiency(office)
    async with browser_of(portal, case_id) as ann:
        sent = await send(ann, f"/cases/{case_id}/option?other=1", {"option": "reinstate", "attested": "yes"})
        assert sent.status_code == 303, words_of(sent.text)
    await office.until(case_id, "its plan", lambda told: told["stage"] == "corrective_action")
    return case_id


async def test_a_plan_is_drafted_refused_directed_approved_and_confirmed(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await in_corrective_action(office, portal)
    address = f"/cases/{case_id}/corrective-action"
    async with browser_of(portal, case_id) as ann, browser_of(portal, case_id, "Bob Sample") as bob:
        page = (await ann.get(address)).text
        said = words_of(page)
        assert said.index(WARNING) < said.index("Report 1, head-neck-adult")
        assert "Report 2, head-neck-adult" in said
        assert "Recommended: Rescan." in said
        assert "No text of the program states a date for it" in said
        assert "the reinstatement fee is invoiced: $" in said

        await send(ann, address, {"do": "draft", "action-1": PLAN["action-1"]})
        page = (await bob.get(address)).text
        assert "Draft saved by Ann Sample" in words_of(page)
        assert PLAN["action-1"] in page
        empty = await send(bob, address, {"do": "send"}, page=page)
        assert "Rule plan.deficiency_not_addressed" in words_of(empty.text)
        assert (await send(bob, address, PLAN, page=empty.text)).status_code == 303
        assert "waits for the office’s decision" in words_of((await bob.get(address)).text)

        directed = ["have the head protocol reviewed by a physicist"]
        await office.tell(case_id, "decide_corrective_action_plan", approved=False, directed_actions=directed)
        page = (await bob.get(address)).text
        assert "Directed by the office: D1" in words_of(page)
        untaken = await send(bob, address, PLAN, page=page)
        assert "Rule plan.directed_action_not_addressed" in words_of(untaken.text)
        taken = {**PLAN, "directed-D1": "It was reviewed.", "directed-D1-area": "head-neck-adult"}
        assert (await send(bob, address, taken, page=untaken.text)).status_code == 303

        later = ["train the technologists"]
        await office.tell(case_id, "decide_corrective_action_plan", approved=True, directed_actions=later)
        page = (await bob.get(address)).text
        assert "The plan is approved." in words_of(page)
        assert "D2 is done: train the technologists" in words_of(page)
        without = await send(bob, address, {"do": "send", "directed-D2": "yes"}, page=page)
        assert "Rule reinstatement.documents_missing" in words_of(without.text)
        paper = [("documents", ("training.pdf", CLEAN, "application/pdf"))]
        sent = await send(bob, address, {"do": "send", "directed-D2": "yes"}, paper, page=without.text)
        assert sent.status_code == 303, words_of(sent.text)
        receipt = words_of((await bob.get(sent.headers["location"])).text)
        assert "Directed actions done D2" in receipt
        assert "training.pdf" in receipt
    await office.until(case_id, "its fee", lambda told: told["awaited"] == "the reinstatement fee")


async def test_what_identifies_a_patient_is_neither_taken_nor_saved_nor_sent(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await in_corrective_action(office, portal)
    address = f"/cases/{case_id}/corrective-action"
    async with browser_of(portal, case_id) as ann:
        found = await send(ann, address, PLAN, [("documents", ("plan.pdf", PHI, "application/pdf"))])
        said = words_of(found.text)
        assert "Not taken, and its content is removed. plan.pdf: It holds" in said
        assert "Rule document.contains_phi" in said
        assert "Holloway" not in found.text
        folder = office.folder / "uploads" / "portal" / case_id.split(".")[1]
        assert [one for one in folder.rglob("*") if one.is_file()] == []
        assert PLAN["action-1"] in found.text
        private = "Patient name: Margaret Holloway, date of birth 03/04/1951"
        draft = await send(ann, address, {"do": "draft", "action-1": private})
        assert "Not saved: this holds" in words_of(draft.text)
        assert "Draft saved" not in words_of((await ann.get(address)).text)
        sent = await send(ann, address, {**PLAN, "action-1": private})
        assert "Rule message.contains_phi" in words_of(sent.text)
