"""The audit: what cases judged and what people did beside it, as one list, for the office alone."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Page, ViewportSize

from policy.messages.proofs import OFFICE_ORG
from records.audit import Asked, Place, entries
from records.tables import MessageRecord
from services.people.audit import note_act
from tests.portal.conftest import LivingPortal, seen_by
from tests.portal.looks import DESK, PHONE, is_too_wide, violations
from tests.portal.statements import statements_to
from tests.records.rows import a_case

pytestmark = [pytest.mark.server, pytest.mark.browser]
NOW = datetime.now(UTC).replace(microsecond=0)
MANY = 120
STATEMENTS = 6


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def case(portal: LivingPortal) -> str:
    """A living case that has judged a message of the office, and many acts and messages beside it."""
    case_id = await portal.office.start()
    await portal.office.pay_and_accept(case_id)
    await portal.office.until_books(case_id, "testing")
    with portal.world.books.writing() as session:
        old = "accreditation.OH-9999.ct.CT-1.1"
        session.add(a_case(old, facility_id="OH-9999"))
        session.flush()
        for number in range(MANY):
            at = NOW - timedelta(days=40, minutes=number // 4)
            sender = {"person": f"Zoe Sample {number}", "role": "facility", "org": "OH-9999", "key": "k-1"}
            refused = number % 3 == 0
            session.add(
                MessageRecord(
                    case_id=old,
                    key=f"choose_option:{number:04}",
                    name="choose_option",
                    at=at,
                    handled_at=at,
                    by=f"Zoe Sample {number} (facility)",
                    accepted=not refused,
                    rule="option.not_offered" if refused else None,
                    digest="0" * 64,
                    sender=sender,
                )
            )
            note_act(session, at=at, name="=HYPERLINK(1)", org="OH-9999", act="signed in", about=f"act {number}")
    return case_id


def rows_in(page: str) -> int:
    return page.count("<tr>") - 1


async def test_messages_and_acts_stand_in_one_list_the_newest_on_top(portal: LivingPortal, case: str) -> None:
    async with portal.browser_of(portal.sign_in(OFFICE_ORG)) as officer:
        page = (await officer.get("/office/audit")).text
    assert page.index("Application accepted") < page.index("Zoe Sample 0")
    assert f'href="/office/cases/{case}"' in page
    assert "Sample Officer" in page
    assert "<strong>refused</strong>" in page
    assert "option.not_offered" in page
    assert "proved by key" in page


async def test_no_entry_is_left_out_or_told_twice_from_page_to_page(portal: LivingPortal, case: str) -> None:
    with portal.world.books.reading() as session:
        everything = entries(session, Asked(), limit=10_000)
        told, before = [], None
        while found := entries(session, Asked(), before=before, limit=7):
            told += found
            before = found[-1].place
    assert [one.place for one in told] == [one.place for one in everything]
    assert len({one.place for one in told}) == len(told) >= 2 * MANY
    assert [one.place.at for one in told] == sorted((one.place.at for one in told), reverse=True)


async def test_the_link_to_older_ones_goes_on_where_the_page_ends(portal: LivingPortal, case: str) -> None:
    async with portal.browser_of(portal.sign_in(OFFICE_ORG)) as officer:
        address, seen = "/office/audit?org=OH-9999", 0
        for _ in range(10):
            with statements_to(portal.world.books) as taken:
                page = (await officer.get(address)).text
            assert len(taken) <= STATEMENTS
            seen += rows_in(page)
            older = re.search(r'href="([^"]+)">Older', page)
            if older is None:
                break
            address = older[1].replace("&amp;", "&")
    assert seen == 2 * MANY


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({"person": "ZOE sample 7", "org": "OH-9999"}, 12),  # 7, 17, 27 … and 70 to 79 hold a 7
        ({"case": "oh-9999.ct"}, 50),
        ({"org": "NO-ONE"}, -1),
        ({"person": "%"}, -1),
        ({"until": "1999-12-31"}, -1),
    ],
)
async def test_filters_leave_out_what_is_not_asked_for(
    portal: LivingPortal, case: str, query: dict[str, str], number: int
) -> None:
    async with portal.browser_of(portal.sign_in(OFFICE_ORG)) as officer:
        page = (await officer.get("/office/audit", params=query)).text
    if number < 0:
        assert "Nothing is found so." in page
    else:
        assert rows_in(page) >= number
        assert "Application accepted" not in page


async def test_a_day_that_is_none_is_told_beside_its_field(portal: LivingPortal) -> None:
    async with portal.browser_of(portal.sign_in(OFFICE_ORG)) as officer:
        answer = await officer.get("/office/audit", params={"since": "tomorrow"})
        assert answer.status_code == 422
        assert "expected a day such as 2028-02-28" in answer.text
        assert (await officer.get("/office/audit?before=nowhere")).status_code == 404


@pytest.mark.parametrize("sort", [0, 1])
async def test_a_place_that_is_none_is_not_there(portal: LivingPortal, sort: int) -> None:
    from portal.office.audit import written

    place = Place(NOW, sort, "x" * 10, "9" * 40 if sort else "key")
    async with portal.browser_of(portal.sign_in(OFFICE_ORG)) as officer:
        answer = await officer.get(f"/office/audit?before={written(place)}")
    assert answer.status_code == (404 if sort else 200)


async def test_the_file_has_everything_that_is_filtered_and_no_formula(portal: LivingPortal, case: str) -> None:
    async with portal.browser_of(portal.sign_in(OFFICE_ORG)) as officer:
        answer = await officer.get("/office/audit.csv?org=OH-9999")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="audit.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == 2 * MANY
    assert {row["person"] for row in rows if row["what"] == "signed in"} == {"'=HYPERLINK(1)"}
    assert not [cell for row in rows for cell in row.values() if cell[:1] in ("=", "+", "-", "@")]
    assert all(row["utc"].endswith("+00:00") for row in rows)
    assert all(row["office time"].endswith(" ET") for row in rows)
    assert {row["result"] for row in rows} == {"", "accepted", "refused"}


@pytest.mark.parametrize("size", [DESK, PHONE])
async def test_it_can_be_read_on_a_desk_and_on_a_phone(
    portal: LivingPortal, case: str, window: Page, size: ViewportSize
) -> None:
    page = await seen_by(window, portal, portal.sign_in(OFFICE_ORG), size)
    await page.goto("/office/audit")
    assert await violations(page) == []
    assert not await is_too_wide(page)
    await page.get_by_label("Organisation").fill("OH-9999")
    await page.get_by_label("Organisation").press("Enter")
    await page.get_by_role("link", name="Download what is found as CSV").wait_for()
