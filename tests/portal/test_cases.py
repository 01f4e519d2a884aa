"""My Cases, and a case's page: what a facility sees of its own case, and what it never sees."""

import re
from typing import Literal

import pytest
from playwright.async_api import Browser

from policy.status import EntryView
from services.facility.entries import facility_entries
from tests.axe import violations
from tests.office import LivingOffice
from tests.portal.conftest import LivingPortal, signed_in
from tests.portal.reading import beside_the_clock, org_of, until_notice, until_papers, unviewed_report, words_of

pytestmark = pytest.mark.server
CASE = "accreditation.OH-0417.ct.CT-1.1"
WINDOWS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((1280, "light"), (390, "dark"))
"""On a desk by day, on a phone by night: how wide, and how shown."""


def an_entry(kind: str, by: str, text: str, **detail: object) -> EntryView:
    return EntryView.model_validate(
        {"at": "2027-05-10T13:00:00Z", "kind": kind, "by": by, "text": text, "detail": detail}
    )


def test_a_facility_sees_no_arbitrator_no_attention_no_note_and_no_refusal_of_the_office() -> None:
    hidden = [
        an_entry("message", "acr", "assign arbitrator", message={"arbitrator": "Dr. Hidden"}),
        an_entry("message", "acr", "resolve attention", message={"reason": "Hidden"}),
        an_entry("message", "acr", "note", message={"text": "Hidden"}),
        an_entry("attention", "acr", "Hidden", item="notice"),
        an_entry("refusal", "acr", "Refused", reason="Hidden"),
        an_entry("notice", "acr", "Notice: needs attention"),
        an_entry("warning", "acr", "Hidden"),
    ]
    assert facility_entries(CASE, hidden) == ()


def test_of_what_the_office_did_a_facility_sees_what_it_was_told_and_no_names() -> None:
    report = an_entry(
        "message",
        "acr",
        "issue final report",
        person="Sample Officer",
        message={"reviewers": ["Reviewer One"], "reason": "Hidden", "findings": [{"area": "a", "acceptable": True}]},
    )
    result = an_entry("message", "acr", "issue appeal result", message={"arbitrator": "Dr. Hidden", "findings": []})
    extension = an_entry("extension", "acr", "Option form extended", deadline="option_form", reason="Hidden")
    seen = facility_entries(CASE, [report, result, extension])
    assert [one.text for one in seen] == ["issue final report", "issue appeal result", "Option form extended"]
    assert not re.search("Hidden|Reviewer|Officer", str([one.detail for one in seen]))


def test_its_own_messages_and_what_was_refused_of_them_it_sees() -> None:
    own = [
        an_entry("message", "administrator", "choose option", message={"option": "appeal"}, person="Ann Sample"),
        an_entry("refusal", "facility", "Refused", rule="option_form.past_due", reason="It was due."),
    ]
    assert [one.text for one in facility_entries(CASE, own)] == ["choose option", "Refused"]


async def test_the_page_of_a_case_shows_its_stage_dates_picture_letters_papers_and_invoices(
    portal: LivingPortal, office: LivingOffice
) -> None:
    case_id = await office.start()
    await unviewed_report(office, case_id)
    await until_notice(office, case_id, "final_report")
    async with portal.browser_of(portal.sign_in(org_of(case_id))) as ann:
        listed = (await ann.get("/cases")).text
        page = (await ann.get(f"/cases/{case_id}")).text
    words = words_of(page)
    assert f'href="/cases/{case_id}"' in listed
    assert "You: the option form" in words_of(listed)
    assert "Choice of an option" in words
    assert page.count("<svg") >= 3
    assert 'class="narrow"' in page
    assert 'class="wide"' in page
    assert "Final report: CT unit CT-1" in words
    assert "Invoice 2026-" in words or "Invoice 20" in words
    assert re.search(r'href="/papers/FR\d{4}-\d{6}"', page)
    assert f'href="/cases/{case_id}/withdraw"' in page
    for hidden in ("Reviewer One", "Reviewer Two", "Sample Officer", "came by post"):
        assert hidden not in page
    assert not re.search(r"<[^>]+ style=", page), "the content security policy shows no inline style"


async def test_every_bar_and_sign_of_the_picture_leads_to_its_line_in_the_tables(
    portal: LivingPortal, office: LivingOffice
) -> None:
    case_id = await office.start()
    async with portal.browser_of(portal.sign_in(org_of(case_id))) as ann:
        page = (await ann.get(f"/cases/{case_id}")).text
    targets = set(re.findall(r'href="#((?:window|entry)-\d+)"', page))
    assert targets
    assert targets <= set(re.findall(r'id="([\w-]+)"', page))


async def test_another_facilitys_case_is_as_if_there_were_none(portal: LivingPortal, office: LivingOffice) -> None:
    case_id = await office.start()
    async with portal.browser_of(portal.sign_in("OH-other", name="Bob Sample")) as bob:
        theirs, none = await bob.get(f"/cases/{case_id}"), await bob.get("/cases/accreditation.OH-none.ct.CT-1.1")
        assert theirs.status_code == none.status_code == 404
        assert beside_the_clock(theirs.text) == beside_the_clock(none.text)
        assert case_id not in (await bob.get("/cases")).text


async def test_a_designation_has_a_page_too(portal: LivingPortal, office: LivingOffice) -> None:
    case_id = await office.start_designation()
    async with portal.browser_of(portal.sign_in(org_of(case_id))) as ann:
        for address in ("/", "/cases", f"/cases/{case_id}", "/reports", "/invoices", "/letters"):
            assert (await ann.get(address)).status_code == 200
        assert "designation in OH" in words_of((await ann.get(f"/cases/{case_id}")).text)


async def test_a_case_that_has_not_begun_and_one_that_is_closed_have_a_page(
    portal: LivingPortal, office: LivingOffice
) -> None:
    announced, _, _ = office.announce()
    async with portal.browser_of(portal.sign_in(org_of(announced))) as ann:
        assert (await ann.get(f"/cases/{announced}")).status_code == 200
    case_id = await office.start()
    await office.tell(case_id, "close_case", reason="Hidden from others")
    await office.until_books(case_id, "closed")
    async with portal.browser_of(portal.sign_in(org_of(case_id))) as ann:
        page = (await ann.get(f"/cases/{case_id}")).text
        assert "The case is closed. Nothing more is asked of you." in page
        assert f"/cases/{case_id}/withdraw" not in page
        assert "closed by the office" in words_of((await ann.get("/cases")).text)


async def test_an_accredited_unit_says_until_when_and_needs_no_option(
    portal: LivingPortal, office: LivingOffice
) -> None:
    case_id = await office.start()
    await office.report(case_id, deficient=())
    await office.until_books(case_id, "accredited")
    report = await until_papers(office, case_id, "final_report")
    await until_papers(office, case_id, "certificate")
    async with portal.browser_of(portal.sign_in(org_of(case_id))) as ann:
        page = words_of((await ann.get(f"/cases/{case_id}")).text)
        assert "Certificate valid until" in page
        assert re.search(r"Certificate AC\d{4}-\d{6}", page)
        assert "None needed: everything was acceptable" in (await ann.get("/reports")).text
        opened = words_of((await ann.get(f"/cases/{case_id}/reports/{report}")).text)
        assert "you need not choose anything" in opened
        assert "not recorded yet" not in opened


@pytest.mark.browser
async def test_the_reading_pages_are_accessible_on_desk_and_phone(
    portal: LivingPortal, office: LivingOffice, chromium: Browser
) -> None:
    case_id = await office.start()
    await unviewed_report(office, case_id)
    secret = portal.sign_in(org_of(case_id))
    async with portal.browser_of(secret) as ann:
        report = re.findall(rf"/cases/{case_id}/reports/[\w-]+", (await ann.get("/reports")).text)[0]
    addresses = ("/", "/cases", f"/cases/{case_id}", "/reports", report, "/invoices", "/letters", "/calendar")
    found = []
    context = await signed_in(chromium, portal, secret)
    page = await context.new_page()
    for width, scheme in WINDOWS:
        await page.set_viewport_size({"width": width, "height": 844})
        await page.emulate_media(color_scheme=scheme)
        for address in addresses:
            answer = await page.goto(address)
            assert answer is not None
            assert answer.status == 200
            found += [f"{width} {address}: {one['id']}" for one in await violations(page)]
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{address} is wider than {width} pixels"
    await context.close()
    assert found == []
