"""Select Option: what is offered and what not, the clocks, the refusals, the receipt."""

import re

import pytest

from policy.application import Modality
from policy.words import dollars
from services.case_snapshot import snapshot_of
from services.forms.cycle import must_sign, to_address
from services.settings import SAMPLE, load_settings
from tests.activities.documents import files as made
from tests.office import LivingOffice
from tests.portal.conftest import LivingPortal
from tests.portal.forms import PHYSICIAN, browser_of, send, words_of
from tests.portal.roads import FAILED, reported_now, second_deficiency

pytestmark = pytest.mark.server
LETTER = made.pdf(["To the office.", "We appeal.", "Sample Supervising Physician"])
FORM = made.word(["Withdrawal of a module.", "Sample Supervising Physician"])


def is_disabled(page: str, value: str) -> bool:
    found = re.search(rf'<input type="radio"[^>]*value="{value}"[^>]*>', page)
    assert found is not None, value
    return " disabled" in found[0]


async def test_the_form_shows_its_clocks_and_opens_the_options_without_any_script(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await office.start()
    await office.report(case_id)
    async with browser_of(portal, case_id) as ann:
        first = (await ann.get(f"/cases/{case_id}/option")).text
        assert "The form opens" in first
        assert "The form is due" in first
        assert "An appeal is due" in first
        assert 'type="radio"' not in first
        assert '<input type="hidden" name="other" value="1">' in first
        opened = (await ann.get(f"/cases/{case_id}/option", params={"other": "1"})).text
    said, fees = words_of(opened), load_settings(SAMPLE, {}).fees.accreditation
    assert "Do NOT check any modules or patient types on this screen unless you wish to withdraw them" in said
    assert not any(is_disabled(opened, value) for value in ("appeal", "repeat", "withdraw_areas", "withdraw"))
    assert is_disabled(opened, "reinstate")
    assert "Reinstatement with corrective action is not offered after the 1st deficiency. Source:" in said
    repeat = fees[Modality.CT].repeat
    assert repeat is not None
    assert f"Cost: {dollars(repeat)}" in said


async def test_a_form_that_is_not_viewed_not_open_or_sent_already_says_so_in_the_cases_words(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await reported_now(office)
    async with browser_of(portal, case_id) as ann:
        not_viewed = words_of((await ann.get(f"/cases/{case_id}/option?other=1")).text)
        assert "Rule option_form.report_not_viewed" in not_viewed
        assert "View the final report first" in not_viewed
        await office.tell(case_id, "view_final_report", on_behalf_of={"name": "Ann Sample"}, reason="by telephone")
        closed = (await ann.get(f"/cases/{case_id}/option?other=1")).text
        assert "Rule option_form.not_yet_open" in words_of(closed)
        assert "The form opens on" in words_of(closed)
        assert "Submit" not in words_of(closed)

        open_one = await office.start()
        await office.report(open_one)
    async with browser_of(portal, open_one) as bob:
        fields = {"option": "repeat", "attested": "yes"}
        assert (await send(bob, f"/cases/{open_one}/option?other=1", fields)).status_code == 303
        await office.until(open_one, "its repeat", lambda told: told["stage"] == "application")
        again = (await bob.get(f"/cases/{open_one}/option?other=1")).text
        assert "Rule case.wrong_stage" in words_of(again)
        assert f'href="/cases/{open_one}/received/option"' in again


async def test_a_repeat_is_received_with_a_receipt_that_says_what_comes_next(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await office.start()
    await office.report(case_id)
    async with browser_of(portal, case_id) as ann:
        sent = await send(ann, f"/cases/{case_id}/option?other=1", {"option": "repeat", "attested": "yes"})
        assert sent.headers["location"] == f"/cases/{case_id}/received/option"
        await office.until(case_id, "its repeat fee", lambda told: told["awaited"] == "the repeat fee")
        receipt = words_of((await ann.get(sent.headers["location"])).text)
    assert "Option form received" in receipt
    assert "Ann Sample (administrator)" in receipt
    assert re.search(r"received on .* E[SD]T|received on .* ET", receipt)
    assert "Chosen Repeat" in receipt
    assert "What comes next The facility: the repeat fee" in receipt


async def test_nothing_chosen_and_the_cases_refusals_are_alerts_and_nothing_is_lost(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await office.start()
    await office.report(case_id)
    address = f"/cases/{case_id}/option?other=1"
    async with browser_of(portal, case_id) as ann:
        nothing = await send(ann, address, {"attested": "yes"})
        assert "No option is chosen." in words_of(nothing.text)
        missing = await send(ann, address, {"option": "appeal", "attested": "yes"})
        assert 'role="alert"' in missing.text
        assert "Rule appeal.letter_missing" in words_of(missing.text)
        assert "Possible instead: Send a letter signed by the supervising physician." in words_of(missing.text)
        assert re.search(r'name="attested" value="yes" checked', missing.text)
        stranger = {
            "option": "appeal",
            "attested": "yes",
            "letter_signer": "medical_physicist:Sample Medical Physicist",
        }
        wrong = await send(ann, address, stranger, [("letter", ("letter.pdf", LETTER, "application/pdf"))])
        assert "Rule appeal.wrong_signer" in words_of(wrong.text)
        reinstate = await send(ann, address, {"option": "reinstate", "attested": "yes"})
        assert "Rule option.not_offered" in words_of(reinstate.text)


async def test_a_module_is_withdrawn_with_the_form_that_the_listed_physician_signed(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await office.start()
    await office.report(case_id)
    fields: dict[str, str | list[str]] = {
        "option": "withdraw_areas", "attested": "yes", "areas_withdrawn": [FAILED], "grounds": "below_minimum",
    }  # fmt: skip
    async with browser_of(portal, case_id) as ann:
        unsigned = await send(ann, f"/cases/{case_id}/option?other=1", fields)
        assert "Rule withdrawal.form_unsigned" in words_of(unsigned.text)
        assert re.search(rf'value="{FAILED}" checked', unsigned.text)
        signed = fields | {"form_signer": PHYSICIAN}
        form = [("withdrawal_form", ("form.docx", FORM, "application/octet-stream"))]
        sent = await send(ann, f"/cases/{case_id}/option", signed, form, page=unsigned.text)
        assert sent.status_code == 303, words_of(sent.text)
        receipt = words_of((await ann.get(sent.headers["location"])).text)
        assert "form.docx, signed by Sample Supervising Physician, supervising physician" in receipt
    told = await office.until(case_id, "its certificate", lambda told: told["certificate"] is not None)
    assert {one["id"]: one["state"] for one in told["areas"]}[FAILED] == "withdrawn"


async def test_after_the_second_deficiency_reinstatement_is_offered_and_a_repeat_is_not(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await second_deficiency(office)
    async with browser_of(portal, case_id) as ann:
        opened = (await ann.get(f"/cases/{case_id}/option?other=1")).text
    assert not is_disabled(opened, "reinstate")
    assert is_disabled(opened, "repeat")
    snapshot = await snapshot_of(portal.world.books, case_id, portal.world.zone, office.client)
    assert [(one.report, one.area.id) for one in to_address(snapshot)] == [(1, FAILED), (2, FAILED)]
    assert must_sign(snapshot) == ["supervising_physician"]


async def test_a_designation_has_no_option_form_and_another_facilitys_is_none_either(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id, designation = await office.start(), await office.start_designation()
    for page in ("option", "testing-package", "appeal-materials", "corrective-action", "received/option"):
        async with browser_of(portal, designation) as practice:
            assert (await practice.get(f"/cases/{designation}/{page}")).status_code == 404
            assert (await practice.get(f"/cases/{case_id}/{page}")).status_code == 404
