"""What a facility tells while its certificate runs: the annual update, key personnel, a relocation, another unit."""

from typing import Any

import pytest
from playwright.async_api import Browser, expect

from policy.messages import Role
from tests.applications import sample
from tests.office import LivingOffice
from tests.portal.conftest import LivingPortal, signed_in
from tests.portal.looks import is_for_everybody
from tests.portal.test_small_forms import browser_for, facility_of, hidden_of

pytestmark = pytest.mark.server
BREAST = ("ffdm", "phantom")
SOMEBODY: dict[str, Any] = {"on_behalf_of": {"name": "Ann Sample"}}


async def a_breast_unit(office: LivingOffice, *, checked: bool = False) -> str:
    """A mammography unit that was accredited a hundred days ago. `checked`: a check of its images found something."""
    case_id = await office.start(days_ago=200, adopting=True, **sample("mammography-unit"))
    await office.pay_and_accept(case_id, days_ago=198)
    exams = [
        {"area": area, "exam": "exam", "subject": None if area == "phantom" else "s-1", "performed_on": "2026-01-05"}
        for area in BREAST
    ]
    await office.tell(case_id, "submit_testing_package", days_ago=180, medium="upload", exams=exams, **SOMEBODY)
    found = [{"area": area, "acceptable": True} for area in BREAST]
    await office.tell(case_id, "issue_final_report", days_ago=100, reviewers=["Sample Reviewer"], findings=found)
    await office.end_adoption(case_id)
    if checked:
        await office.tell(case_id, "order_image_check", reason="Drawn at random.")
        failed = [{"area": "ffdm", "acceptable": False, "comments": "Compression is too low."}]
        await office.tell(case_id, "report_image_check", findings=failed)
        await office.until_awaited(case_id, "the corrective plan")
    await office.until_books(case_id, "accredited")
    return case_id


async def a_scanner(office: LivingOffice) -> str:
    case_id = await office.start()
    await office.report(case_id, deficient=())
    await office.until_books(case_id, "accredited")
    return case_id


async def test_an_update_shows_what_is_on_file_and_takes_corrections(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await a_breast_unit(office)
    path = f"/cases/{case_id}/annual-update"
    async with browser_for(portal, case_id) as ann:
        move = (await ann.get(f"/cases/{case_id}/relocation")).text
        assert "complete within 10 calendar days after the move: after a move today, by" in move
        assert f'href="{path}"' in (await ann.get(f"/cases/{case_id}")).text
        page = (await ann.get(path)).text
        assert "Whatever changes before, you can tell us now." in page
        for line in ("Lead interpreting physician: ", "Address: ", "Unit "):
            assert line in page
        typed = hidden_of(page) | {"corrections.0": "The administrator is Ann Sample.", "do": "send"}
        unsure = await ann.post(path, data=typed)
        assert unsure.status_code == 422
        assert "annual_update.not_confirmed" in unsure.text
        assert "The administrator is Ann Sample." in unsure.text
        sent = await ann.post(path, data=hidden_of(unsure.text) | typed | {"message_id": "u-2", "confirmed": "yes"})
        assert sent.status_code == 303, sent.text
        assert "Annual update" in (await ann.get(sent.headers["location"])).text
    told = await office.until(case_id, "a correction", lambda told: bool(told["attention"]))
    assert [one["item"] for one in told["attention"]] == ["data_update.1"]


async def test_people_place_and_units_are_told_of(office: LivingOffice, portal: LivingPortal) -> None:
    case_id = await a_scanner(office)
    told = {
        "personnel": {
            "role": "medical_physicist",
            "left": "Sample Medical Physicist",
            "replacement": "Sample New Physicist",
        },
        "relocation": {"address": "2 Sample Street, Sampleton, OH 43001"},
        "added-unit": {"unit": "CT-99", "manufacturer": "Sample Imaging", "model": "CT 128", "way": "addendum"},
    }
    async with browser_for(portal, case_id) as ann:
        for name, typed in told.items():
            path = f"/cases/{case_id}/{name}"
            page = (await ann.get(path)).text
            assert "calendar days after the move" not in page, "the rules of CT state none"
            sent = await ann.post(path, data=hidden_of(page) | typed | {"do": "send"})
            assert sent.status_code == 303, sent.text
        path = f"/cases/{case_id}/added-unit"
        early = told["added-unit"] | {"unit": "CT-98", "way": "early_renewal", "do": "send"}
        refused = await ann.post(path, data=hidden_of((await ann.get(path)).text) | early)
        assert refused.status_code == 422
        assert "more than 13 months are left" in refused.text
        assert "Sample New Physicist" in (await ann.get(f"/cases/{case_id}/personnel")).text
    status = await office.until(case_id, "what was told", lambda told: len(told["attention"]) == 2)
    assert [one["item"] for one in status["attention"]] == ["relocation", "unit.CT-99"]


async def test_before_accreditation_nothing_of_it_is_asked(office: LivingOffice, portal: LivingPortal) -> None:
    case_id = await office.start()
    async with browser_for(portal, case_id) as ann:
        for name in ("annual-update", "personnel", "relocation", "added-unit"):
            assert "Until then the office amends the application" in (await ann.get(f"/cases/{case_id}/{name}")).text
            assert f"/{name}" not in (await ann.get(f"/cases/{case_id}")).text


@pytest.mark.browser
async def test_the_forms_are_for_everybody(office: LivingOffice, portal: LivingPortal, chromium: Browser) -> None:
    """Those of changes, and mammography's own: its certificate, and the plan after a check of its images."""
    case_id = await a_breast_unit(office, checked=True)
    ann = portal.sign_in(facility_of(case_id), Role.ADMINISTRATOR)
    context = await signed_in(chromium, portal, ann)
    page = await context.new_page()
    for name, heading in {
        "annual-update": "Annual Update",
        "personnel": "Change of Key Personnel",
        "relocation": "Relocation",
        "added-unit": "Another Unit",
        "certificate": "MQSA Certificate",
        "image-check": "Plan after the Image Check",
    }.items():
        await page.goto(f"/cases/{case_id}/{name}")
        await expect(page.get_by_role("heading", name=heading)).to_be_visible()
        await expect(page.get_by_role("button", name="Submit")).to_be_visible()
        await is_for_everybody(page)
    await context.close()
