"""Applications online: the form that the workbook is, saved as a draft, judged as `accredit check` does, handed in."""

import json
import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect
from sqlmodel import select

from intake.workbook.filling import filling_of, nothing, plan_of
from intake.workbook.forms import PLANS
from intake.workbook.typed import submission_of, told_of
from policy.accreditation.completeness import incomplete
from policy.application import AccreditationApplication
from policy.edition import edition_in_force
from policy.messages import Role
from portal.applications.forms import MOST_ROWS, form_of, standing_of
from records.queries import cases_of_application
from records.tables import AuditEntry, Draft
from services.programs import PROGRAMS
from services.settings import SAMPLES
from tests.applications import sample
from tests.portal.conftest import LivingPortal, seen_by, signed_in
from tests.portal.looks import DESK, PHONE, is_too_wide, pushed_sideways, violations
from tests.portal.reading import beside_the_clock

pytestmark = [pytest.mark.server, pytest.mark.browser]
EVERY_SAMPLE = sorted(path.stem for path in SAMPLES.glob("*.json"))


def a_facility() -> str:
    return f"OH-{uuid4().hex[:8]}"


def typed(data: dict[str, Any]) -> dict[str, str]:
    """Return an application as a browser posts it."""
    application = PROGRAMS[str(data["program"])].model_validate(data)
    filling = filling_of(plan_of(application), application, "a sample")
    posted = {name: text for name, text in filling.fields.items() if text}
    for name, rows in filling.tables.items():
        posted[f"rows:{name}"] = str(len(rows))
        posted |= {f"{name}.{n}.{column}": text for n, row in enumerate(rows) for column, text in row.items()}
    return posted


def an_application(facility: str, name: str = "ct-unit", **changes: Any) -> dict[str, Any]:
    data = sample(name) | {"application_id": f"APP-{uuid4().hex[:8]}"} | changes
    holder = "practice" if data["program"] == "dicoe" else "facility"
    return data | {holder: data[holder] | {"id": facility}}


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of the form of an application, but for its rows."""
    form = page[page.index('id="application"') :]
    found = dict(re.findall(r'<input type="hidden" name="([^":]+)" value="([^"]*)"', form[: form.index("</form>")]))
    return {name: value.replace("&#43;", "+").replace("&amp;", "&") for name, value in found.items()}


async def post(browser: httpx.AsyncClient, address: str, do: str, fields: dict[str, str]) -> httpx.Response:
    """Press a button of the form that stands on a page."""
    page = (await browser.get(address)).text
    path = re.search(r'id="application"[^>]*action="([^"]+)"', page)
    assert path is not None
    return await browser.post(path[1], data={**hidden(page), **fields, "do": do})


@pytest.mark.parametrize("name", EVERY_SAMPLE)
def test_what_is_typed_is_read_as_a_workbook_is(name: str) -> None:
    data = sample(name)
    application = PROGRAMS[data["program"]].model_validate(data)
    plan = plan_of(application)
    submission = submission_of(plan, filling_of(plan, application, name))
    assert submission.application == application
    assert not submission.troubles


def test_every_fault_stands_at_its_field() -> None:
    data = an_application("OH-1")
    plan = PLANS["accreditation"]
    filling = filling_of(plan, AccreditationApplication.model_validate(data), "a sample")
    rows = [dict(row) for row in filling.tables["areas"]]
    rows[1]["kind"], rows[2]["unit"] = "of nobody", "CT-9"
    wrong = type(filling)(
        {**filling.fields, "payment.amount": "much", "medium": "", "facility.address.city": ""},
        {**filling.tables, "areas": [{}, *rows], "facility.contacts": []},
    )
    submission = submission_of(plan, wrong)
    application = submission.application
    assert isinstance(application, AccreditationApplication)
    rules = edition_in_force("accreditation", datetime.now(UTC).date())
    told = {one.field for one in told_of(submission, incomplete(application, rules))}
    assert told == {
        "payment.amount", "medium", "facility.address.city", "areas.2.kind", "areas.3.unit", "facility.contacts.0.role",
    }  # fmt: skip


async def test_a_new_form_knows_who_applies_and_keeps_nothing(portal: LivingPortal) -> None:
    facility = a_facility()
    async with portal.browser_of(portal.sign_in(facility)) as ann:
        page = (await ann.get("/applications/new")).text
        assert f'name="facility.id" value="{facility}" readonly' in page
        for section in ("Facility", "Modality", "Payment", "Units", "Areas", "Contacts"):
            assert section in page
        practice = (await ann.get("/applications/new?program=dicoe")).text
        assert f'name="practice.id" value="{facility}" readonly' in practice
        assert (await ann.get("/applications/new?program=x")).status_code == 404
    with portal.world.books.reading() as session:
        assert not session.exec(select(Draft).where(Draft.org == facility)).all()


async def test_a_colleague_goes_on_with_a_draft_and_others_never_see_it(portal: LivingPortal) -> None:
    facility = a_facility()
    anns = portal.sign_in(facility)
    async with portal.browser_of(anns) as ann:
        saved = await post(ann, "/applications/new", "save", {"facility.name": "Sample <Center>", "units.0.id": "CT-1"})
        assert saved.status_code == 303
        address = saved.headers["location"].partition("?")[0]
        before = (await ann.get(address)).text
    async with portal.browser_of(portal.sign_in(facility, Role.MEDICAL_PHYSICIST, name="Ben Sample")) as ben:
        assert address in (await ben.get("/applications/new")).text
        page = (await ben.get(address)).text
        assert "Sample &lt;Center&gt;" in page
        assert "Last changed by Ann Sample" in page
        await post(ben, address, "save", {"facility.name": "Sample Center", "units.0.id": "CT-2"})
    async with portal.browser_of(anns) as ann:
        late = await ann.post(address, data={**hidden(before), "facility.name": "Mine", "do": "save"})
        assert late.status_code == 409
        assert "Ben Sample has changed this draft" in late.text
        assert 'value="Mine"' in late.text
    async with portal.browser_of(portal.sign_in(a_facility())) as other:
        missing = await other.get(f"/applications/{uuid4().hex}")
        seen = await other.get(address)
        assert (seen.status_code, missing.status_code) == (404, 404)
        assert beside_the_clock(seen.text) == beside_the_clock(missing.text)
        stolen = {**hidden((await other.get("/applications/new")).text), "do": "save"}
        assert (await other.post(address, data=stolen)).status_code == 404
        taken = stolen | {"draft": address.rpartition("/")[2]}
        assert (await other.post("/applications/new", data=taken)).status_code == 404


async def test_rows_are_added_and_removed_by_buttons_and_nothing_typed_is_lost(portal: LivingPortal) -> None:
    async with portal.browser_of(portal.sign_in(a_facility())) as ann:
        given = {"rows:units": "1", "units.0.id": "CT-1", "facility.name": "Kept"}
        added = await post(ann, "/applications/new", "add:units", given)
        address = added.headers["location"].partition("#")[0]
        page = (await ann.get(address)).text
        assert 'name="rows:units" value="2"' in page
        assert 'value="Kept"' in page
        two = {"rows:units": "2", "units.0.id": "CT-1", "units.1.id": "CT-2"}
        await post(ann, address, "remove:units:0", two)
        page = (await ann.get(address)).text
        assert 'name="units.0.id" value="CT-2"' in page
        many = {"rows:units": "9999"}
        await post(ann, address, "add:units", many)
        assert f'name="rows:units" value="{MOST_ROWS}"' in (await ann.get(address)).text


async def test_what_is_missing_and_the_fee_are_those_of_the_check(portal: LivingPortal) -> None:
    facility = a_facility()
    data = an_application(facility, "ct-two-units", medium=None)
    async with portal.browser_of(portal.sign_in(facility)) as ann:
        shown = await post(ann, "/applications/new", "check", typed(data))
        page = (await ann.get(shown.headers["location"])).text
    application = AccreditationApplication.model_validate(data)
    form = form_of(facility, _kept(portal, facility), None)
    standing = standing_of(form, portal.world.settings, datetime.now(UTC))
    assert standing.judged.application == application
    assert f"<strong>${standing.quote.total:,.2f}</strong>" in page
    assert 'id="medium-wrong"' in page
    assert "How images are submitted is missing" in page


async def test_as_long_as_no_unit_is_named_nobody_reads_a_fee_of_nothing(portal: LivingPortal) -> None:
    facility = a_facility()
    data = an_application(facility, "ct-two-units") | {"units": []}
    async with portal.browser_of(portal.sign_in(facility)) as ann:
        page = (await post(ann, "/applications/new", "look", typed(data))).text
    assert "The fee is shown as soon as it is known what is applied for." in page
    assert "$0.00" not in page


def _kept(portal: LivingPortal, facility: str) -> dict[str, Any]:
    with portal.world.books.reading() as session:
        return session.exec(select(Draft).where(Draft.org == facility)).one().fields


async def test_an_application_is_handed_in_once_however_often_it_is_sent(portal: LivingPortal) -> None:
    facility = a_facility()
    data = an_application(facility, "ct-two-units")
    async with portal.browser_of(portal.sign_in(facility, Role.TECHNOLOGIST)) as ann:
        page = (await ann.get("/applications/new")).text
        posted = {**hidden(page), **typed(data), "do": "submit"}
        first, second = [await ann.post("/applications/new", data=posted) for _ in range(2)]
        assert first.status_code == second.status_code == 303, first.text
        assert first.headers["location"] == second.headers["location"]
        done = (await ann.get(first.headers["location"])).text
    assert "Done." in done
    with portal.world.books.reading() as session:
        opened = cases_of_application(session, facility, data["application_id"])
        noted = session.exec(select(AuditEntry).where(AuditEntry.org == facility)).all()
    assert [case.unit for case in opened] == [unit["id"] for unit in data["units"]]
    assert all(case.case_id in done for case in opened)
    assert [(one.act, one.name) for one in noted] == [("handed an application in", "Ann Sample")]
    for case in opened:
        await portal.office.until(case.case_id, "an invoice", lambda told: bool(told["invoices"][0]["number"]))
    async with portal.browser_of(portal.sign_in(facility)) as ann:
        page = (await ann.get(first.headers["location"])).text
    assert re.search(r"<td[^>]*>\d{4}-\d{6}</td>", page)
    assert "What comes next" in page


async def test_nobody_applies_for_somebody_else(portal: LivingPortal) -> None:
    facility, other = a_facility(), a_facility()
    data = an_application(other)
    async with portal.browser_of(portal.sign_in(facility)) as ann:
        sent = await post(ann, "/applications/new", "submit", typed(data))
        assert sent.status_code == 303
    with portal.world.books.reading() as session:
        assert not cases_of_application(session, other, data["application_id"])
        assert cases_of_application(session, facility, data["application_id"])


async def test_an_application_that_something_stands_against_is_not_handed_in_and_is_kept(portal: LivingPortal) -> None:
    facility = a_facility()
    async with portal.browser_of(portal.sign_in(facility)) as ann:
        refused = await post(ann, "/applications/new", "submit", {"facility.name": "Half an application"})
        assert refused.status_code == 422
        assert "Not handed in" in refused.text
        assert 'value="Half an application"' in refused.text
        assert 'id="modality-wrong"' in refused.text
    assert _kept(portal, facility)["fields"]["facility.name"] == "Half an application"


async def test_a_unit_with_an_open_case_is_refused_with_the_rule(portal: LivingPortal) -> None:
    case_id = await portal.office.start()
    facility = case_id.split(".")[1]
    async with portal.browser_of(portal.sign_in(facility)) as ann:
        page = (await ann.get("/applications/new")).text
        assert "Sample Imaging" in page, "what its last application said of the facility stands there"
        refused = await post(ann, "/applications/new", "submit", typed(an_application(facility)))
    assert refused.status_code == 422
    assert "case.already_open" in refused.text
    assert case_id in refused.text


async def test_a_renewal_is_filled_in_and_goes_to_its_case(portal: LivingPortal) -> None:
    case_id = await portal.office.start()
    facility = case_id.split(".")[1]
    async with portal.browser_of(portal.sign_in(facility)) as ann:
        address = f"/applications/new?renew={case_id}"
        page = (await ann.get(address)).text
        assert "<option selected>renewal</option>" in page
        assert 'name="units.0.id" value="CT-1"' in page
        too_early = await post(ann, address, "submit", typed(an_application(facility, kind="renewal")))
        assert too_early.status_code == 422
        assert "renewal" in too_early.text
        assert "Rule " in too_early.text
        assert (await ann.get("/applications/new?renew=accreditation.OH-0001.ct.CT-1.1")).status_code == 404
    async with portal.browser_of(portal.sign_in(a_facility())) as other:
        assert (await other.get(address)).status_code == 404


@pytest.mark.parametrize("kind", [".json", ".xlsx"])
async def test_a_sheet_fills_the_form_in_for_correction(portal: LivingPortal, kind: str) -> None:
    facility = a_facility()
    data = an_application("OH-0417", "ct-two-units")
    content = json.dumps(data).encode() if kind == ".json" else _workbook(data)
    async with portal.browser_of(portal.sign_in(facility)) as ann:
        page = (await ann.get("/applications/new")).text
        sent = await ann.post(
            "/applications/new", data={**hidden(page), "do": "upload"}, files={"sheet": (f"mine{kind}", content)}
        )
        assert sent.status_code == 303, sent.text
        page = (await ann.get(sent.headers["location"])).text
    assert f'name="facility.id" value="{facility}" readonly' in page
    assert "The sheet was for OH-0417" in page
    assert "Nothing is missing" in page
    assert f'value="{data["application_id"]}"' in page


def _workbook(data: dict[str, Any]) -> bytes:
    from intake.workbook.cell_rules import Terms
    from intake.workbook.writing import written

    plan = PLANS[data["program"]]
    return written(plan, filling_of(plan, PROGRAMS[data["program"]].model_validate(data), "x"), Terms({}, {}, []))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("mine.xlsx", b"no workbook", "found no workbook"),
        ("mine.exe", b"MZ", "a file of the kind .exe"),
        ("mine.json", b'{"program": "accreditation", "units": 7}', "units"),
        ("mine.json", b"[" * 5000, "without end"),
        ("mine.json", b" " * (6 * 1024 * 1024), "more than 5 MB"),
    ],
)
async def test_a_sheet_that_is_none_changes_nothing_and_says_why(
    portal: LivingPortal, name: str, content: bytes, told: str
) -> None:
    facility = a_facility()
    async with portal.browser_of(portal.sign_in(facility)) as ann:
        saved = await post(ann, "/applications/new", "save", {"facility.name": "Kept"})
        address = saved.headers["location"].partition("?")[0]
        page = (await ann.get(address)).text
        sent = await ann.post(address, data={**hidden(page), "do": "upload"}, files={"sheet": (name, content)})
    assert sent.status_code == 422
    assert told in sent.text
    assert 'value="Kept"' in sent.text
    assert "/tmp" not in sent.text


async def test_a_draft_is_put_away_and_is_offered_no_longer(portal: LivingPortal) -> None:
    async with portal.browser_of(portal.sign_in(a_facility())) as ann:
        saved = await post(ann, "/applications/new", "save", {"application_id": "APP-AWAY"})
        address = saved.headers["location"].partition("?")[0]
        assert "APP-AWAY" in (await ann.get("/applications/new")).text
        await post(ann, address, "discard", {})
        assert "APP-AWAY" not in (await ann.get("/applications/new")).text
        assert "was put away" in (await ann.get(address)).text


async def filled(page: Page, data: dict[str, Any]) -> None:
    """Type an application as a person does: choose what is offered, type the rest."""
    for name, text in typed(data).items():
        if name.startswith("rows:") or name in ("program", "facility.id"):
            continue
        field = page.locator(f'[name="{name}"]')
        if await field.evaluate("element => element.tagName") == "SELECT":
            await field.select_option(text)
        else:
            await field.fill(text)


async def rows(page: Page, names: str, needed: int, button: str) -> None:
    """Add rows until there are as many as needed, each once the page with the last one has come."""
    for there in range(await page.locator(names).count(), needed):
        await page.get_by_role("button", name=button).click()
        await expect(page.locator(names)).to_have_count(there + 1)


async def show(page: Page) -> None:
    """Have the page say what is missing. Its script may have said so before: what counts is the page that comes."""
    async with page.expect_navigation():
        await page.get_by_role("button", name="Show what is missing and the fee").click()


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_person_types_adds_rows_and_hands_in_with_and_without_javascript(
    portal: LivingPortal, chromium: Browser, scripts: bool
) -> None:
    facility = a_facility()
    data = an_application(facility)
    context = await signed_in(chromium, portal, portal.sign_in(facility), java_script_enabled=scripts)
    page = await context.new_page()
    await page.goto("/applications/new")
    await rows(page, '[name^="areas."][name$=".id"]', len(data["units"][0]["areas"]), "Add an area")
    await rows(page, '[name^="facility.contacts."][name$=".name"]', len(data["facility"]["contacts"]), "Add a person")
    await filled(page, data)
    if scripts:
        await page.get_by_text("Nothing is missing", exact=False).wait_for(state="attached")
    await show(page)
    await page.get_by_text("Nothing is missing").wait_for()
    assert await page.get_by_text("Fee in all").is_visible()
    await page.get_by_role("button", name="Submit application").press("Enter")
    await page.get_by_text("What comes next").wait_for()
    if scripts:  # axe is a script itself
        assert await violations(page) == []
    await context.close()


@pytest.mark.parametrize("size", [DESK, PHONE])
@pytest.mark.parametrize("program", ["accreditation", "radiation_oncology", "dicoe"])
async def test_the_form_can_be_read_on_a_desk_and_on_a_phone(
    portal: LivingPortal, window: Page, size: ViewportSize, program: str
) -> None:
    page = await seen_by(window, portal, portal.sign_in(a_facility()), size)
    await page.goto(f"/applications/new?program={program}")
    assert await violations(page) == []
    assert not await is_too_wide(page)
    await show(page)
    await page.get_by_role("heading", name="What is missing, and the fee").wait_for()
    assert await violations(page) == []
    assert not await is_too_wide(page)


LINES = """all => all.map(one => {
    const text = document.createRange();
    text.selectNodeContents(one);
    return Math.round(text.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight));
})"""
"""On how many lines each text stands."""


async def test_a_phone_shows_sums_whole_and_what_was_opened_line_by_line(portal: LivingPortal, window: Page) -> None:
    facility = a_facility()
    secret, fields = portal.sign_in(facility), typed(an_application(facility))
    async with portal.browser_of(secret) as ann:
        kept = await post(ann, "/applications/new", "save", fields)
        page = await seen_by(window, portal, secret, ViewportSize(width=390, height=844))
        await page.goto(kept.headers["location"])
        await show(page)
        sums = await page.locator("table.fee td.amount").evaluate_all(LINES)
        assert len(sums) >= 4
        assert {*sums} == {1}, "a sum on two lines is read as another one"
        assert (await post(ann, kept.headers["location"], "submit", fields)).status_code == 303
    await page.goto(kept.headers["location"])
    await expect(page.get_by_role("heading", name="What it opened")).to_be_visible()
    assert await pushed_sideways(page) == []
    assert not await is_too_wide(page)


def test_an_empty_form_is_as_empty_as_an_empty_workbook() -> None:
    for plan in PLANS.values():
        read = submission_of(plan, nothing(plan))
        assert not read.troubles
        assert read.application.application_id is None


def test_a_draft_of_an_age_is_still_read() -> None:
    kept = {"program": "accreditation", "fields": {"application_id": "A"}, "tables": {"units": [{"id": "CT-1"}]}}
    form = form_of("OH-1", kept, None)
    assert form.filling.fields["facility.id"] == "OH-1"
    assert form.filling.tables["units"] == [{"id": "CT-1"}]
