"""Reports on the portal: the same figures as in the terminal, with pictures, for the office alone."""

import csv
import io

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from policy.messages.proofs import OFFICE_ORG
from tests.portal.conftest import LivingPortal, signed_in
from tests.portal.looks import DESK, PHONE, is_too_wide, pushed_sideways, violations
from tests.portal.statements import statements_to
from tests.services.reports.small_office import write_office

pytestmark = [pytest.mark.server, pytest.mark.browser]
YEAR = "from=2027-01-01&to=2027-12-31"
STATEMENTS = 20


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office_of_2027(portal: LivingPortal) -> LivingPortal:
    """An office whose figures of 2027 are computed by hand."""
    write_office(portal.world.books)
    return portal


async def test_a_period_is_shown_with_its_figures_and_pictures(office_of_2027: LivingPortal) -> None:
    async with office_of_2027.browser_of(office_of_2027.sign_in(OFFICE_ORG)) as officer:
        page = (await officer.get(f"/office/reports?{YEAR}")).text
        file = (await officer.get(f"/office/reports.csv?{YEAR}")).text
    assert "<h1>Reports</h1>" in page
    assert "4 of 5 (80 %)" in page
    assert "Reviewer Two" in page
    assert page.count("<svg") >= 12
    rows = [*csv.DictReader(io.StringIO(file.removeprefix("\ufeff"), newline=""))]
    assert {"table": "attempts", "about": "First attempt", "figure": "Passed", "value": "1"} in rows


async def test_decisions_and_the_days_ahead_have_pages_too(office_of_2027: LivingPortal) -> None:
    async with office_of_2027.browser_of(office_of_2027.sign_in(OFFICE_ORG)) as officer:
        decided = (await officer.get(f"/office/reports?what=decisions&{YEAR}")).text
        assert "accreditation.PA-0102.ct.CT-2.1" in decided
        assert "Reviewer" not in decided
        assert "Week by week" in (await officer.get("/office/reports?what=forecast")).text
        assert (await officer.get("/office/reports?what=nothing")).status_code == 404


async def test_days_that_are_none_are_named_and_stay_as_typed(office_of_2027: LivingPortal) -> None:
    async with office_of_2027.browser_of(office_of_2027.sign_in(OFFICE_ORG)) as officer:
        wrong = await officer.get("/office/reports?from=soon&to=2027-12-31")
        turned = await officer.get("/office/reports?from=2027-12-31&to=2027-01-01")
    assert (wrong.status_code, turned.status_code) == (422, 422)
    assert "Found &#39;soon&#39;, expected a day" in wrong.text
    assert "The last day lies before the first one." in turned.text


async def test_the_books_are_asked_a_fixed_number_of_times(office_of_2027: LivingPortal) -> None:
    async with office_of_2027.browser_of(office_of_2027.sign_in(OFFICE_ORG)) as officer:
        with statements_to(office_of_2027.world.books) as asked:
            await officer.get(f"/office/reports?{YEAR}")
    assert len(asked) <= STATEMENTS


async def test_it_is_read_well_on_a_desk_and_on_a_phone(office_of_2027: LivingPortal, chromium: Browser) -> None:
    secret = office_of_2027.sign_in(OFFICE_ORG)
    for size in (DESK, PHONE):
        context = await signed_in(chromium, office_of_2027, secret, viewport=size)
        page = await context.new_page()
        await page.goto(f"/office/reports?{YEAR}")
        assert not await is_too_wide(page)
        assert await violations(page) == []
        if size == PHONE:
            assert await page.locator(".report table").count() >= 8
            assert await pushed_sideways(page) == []
        await context.close()
