"""An import by upload: what is found is told first, then the cases start, once, and how far it is can be seen."""

import asyncio
import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from openpyxl import load_workbook
from playwright.async_api import Browser
from sqlmodel import select

from policy.messages.proofs import OFFICE_ORG
from portal.office.import_files import LIMIT, folder_of
from records.queries import case_by_id
from records.tables import AuditEntry
from services.drafts.imports import RUNNING, STOPPED, beat, import_of, keep_import, running_import, state_of
from tests import patience
from tests.intake.batch.sheets import unit, write_csv
from tests.portal.conftest import LivingPortal, signed_in
from tests.portal.looks import DESK, is_too_wide, violations

pytestmark = [pytest.mark.server, pytest.mark.browser]


def a_file(folder: Path, *numbers: int, **changes: str) -> bytes:
    return write_csv(folder / "units.csv", [unit(number, **changes) for number in numbers]).read_bytes()


def new_numbers(many: int) -> list[int]:
    first = int(uuid4().hex[:6], 16) + 1_000
    return list(range(first, first + many))


async def uploaded(
    officer: httpx.AsyncClient, content: bytes, name: str = "units.csv", **more: bytes
) -> httpx.Response:
    page = (await officer.get("/office/import")).text
    token = re.search(r'name="form_token" value="(\w+)"', page)
    assert token is not None
    files = {"file": (name, content), **{field: (f"{field}.csv", text) for field, text in more.items()}}
    return await officer.post("/office/import", data={"form_token": token[1]}, files=files)


async def start(officer: httpx.AsyncClient, address: str) -> httpx.Response:
    """Press the button that starts the cases."""
    page = (await officer.get(address)).text
    form = page[page.index("<h3>Start") :]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    return await officer.post(address, data=fields)


async def until_finished(officer: httpx.AsyncClient, address: str) -> str:
    stop = asyncio.get_running_loop().time() + patience.WITHIN
    while "under way" in (page := (await officer.get(address)).text):
        assert asyncio.get_running_loop().time() < stop, page
        await asyncio.sleep(0.1)
    return page


async def test_what_is_found_is_told_first_then_the_cases_start_once(portal: LivingPortal, tmp_path: Path) -> None:
    one, two, bad = new_numbers(3)
    rows = [unit(one), unit(two), unit(bad, medium="tape")]
    content = write_csv(tmp_path / "units.csv", rows).read_bytes()
    async with portal.browser_of(portal.sign_in(OFFICE_ORG)) as officer:
        checked = await uploaded(officer, content)
        assert checked.status_code == 303, checked.text
        address = checked.headers["location"]
        page = (await officer.get(address)).text
        assert "3 applications: 2 good, 1 refused." in page
        assert re.search(r">row 4</td><td[^>]*>medium</td>", page)
        assert "Start 2 cases" in page
        with portal.world.books.reading() as session:
            assert case_by_id(session, f"accreditation.F-{one}.ct.CT-1.1") is None
        started = await start(officer, address)
        assert (started.status_code, started.headers["location"]) == (303, address)
        page = await until_finished(officer, address)
        assert "2 cases started, 0 had been started before" in page
        assert f'href="/office/cases/accreditation.F-{two}.ct.CT-1.1"' in page
        refused = await officer.get(f"{address}/refused/1")
        assert "tape" in refused.text
        assert refused.headers["content-disposition"] == 'attachment; filename="units.refused.csv"'
        assert (await officer.get(f"{address}/refused/2")).status_code == 404
        again = await uploaded(officer, content)
        assert (await start(officer, again.headers["location"])).status_code == 303
        page = await until_finished(officer, again.headers["location"])
        assert "0 cases started, 2 had been started before" in page
    with portal.world.books.reading() as session:
        acts = session.exec(select(AuditEntry.act).where(AuditEntry.about == "units.csv")).all()
    assert acts.count("started an import") == 2
    kept = [path for path in folder_of(portal.world.settings).rglob("*.csv") if ".refused" not in path.name]
    assert kept == [], "what is finished is removed"


async def test_past_messages_go_to_the_cases_that_were_adopted(portal: LivingPortal, tmp_path: Path) -> None:
    (number,) = new_numbers(1)
    case_id = f"accreditation.F-{number}.ct.CT-1.1"
    opened = (datetime.now(UTC) - timedelta(days=20)).date()
    messages = write_csv(tmp_path / "past.csv", the_past(case_id)).read_bytes()
    async with portal.browser_of(portal.sign_in(OFFICE_ORG)) as officer:
        content = a_file(tmp_path, number, opened_at=opened.isoformat())
        checked = await uploaded(officer, content, messages=messages)
        assert checked.status_code == 303, checked.text
        address = checked.headers["location"]
        assert "4 messages: 4 good, 0 refused." in (await officer.get(address)).text
        await start(officer, address)
        page = await until_finished(officer, address)
        assert "4 messages sent" in page
        await portal.office.until_books(case_id, "options")
        assert "Reports of before the adoption" in (await officer.get(f"/office/cases/{case_id}")).text
    async with portal.browser_of(portal.sign_in(f"F-{number}")) as ann:
        assert f'href="/cases/{case_id}/reports/entered-1"' in (await ann.get("/reports")).text
        assert "Centre the head." in (await ann.get(f"/cases/{case_id}/reports/entered-1")).text


def the_past(case_id: str) -> list[dict[str, str]]:
    """Return what happened in a case before it was adopted, row by row: up to a report that nobody has viewed."""
    subjects = {"chest-adult": "s-1", "head-adult": "s-2", "phantom": None}
    exams = [{"area": area, "exam": "exam", "subject": token} for area, token in subjects.items()]
    findings = [{"area": one, "acceptable": one != "head-adult", "comments": "Centre the head."} for one in subjects]
    told: list[tuple[str, float, dict[str, Any]]] = [
        ("record_payment", 10, {"invoice": "$invoice", "amount": "$due"}),
        ("accept_application", 10, {}),
        ("submit_testing_package", 9, {"medium": "upload", "exams": exams}),
        ("issue_final_report", 4, {"reviewers": ["Reviewer One"], "findings": findings}),
    ]
    return [
        {
            "case": case_id,
            "message": message,
            "received_at": (datetime.now(UTC) - timedelta(days=days)).date().isoformat(),
            "fields": json.dumps(fields) if fields else "",
            "for_name": "Ann Sample" if message == "submit_testing_package" else "",
        }
        for message, days, fields in told
    ]


async def test_a_sheet_that_is_uploaded_names_no_file_of_the_office(portal: LivingPortal, tmp_path: Path) -> None:
    (number,) = new_numbers(1)
    secret = tmp_path / "secret.pdf"
    secret.write_bytes(b"%PDF-1.7")
    fields = json.dumps({"option": "appeal", "letters": [str(secret)]})
    row = {
        "case": f"accreditation.F-{number}.ct.CT-1.1",
        "message": "choose_option",
        "received_at": "2026-01-02",
        "fields": fields,
        "for_name": "Ann Sample",
    }
    messages = write_csv(tmp_path / "past.csv", [row]).read_bytes()
    async with portal.browser_of(portal.sign_in(OFFICE_ORG)) as officer:
        checked = await uploaded(officer, a_file(tmp_path, number), messages=messages)
        page = (await officer.get(checked.headers["location"])).text
    assert "1 messages: 0 good, 1 refused." in page
    assert "a sheet that is uploaded names none" in page


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("", b"", "no file"),
        ("units.pdf", b"%PDF", "a file of the kind .pdf"),
        ("units.csv", b"a,b\n1,2\n", "no column unit_id"),
        ("units.xlsx", b"no workbook", "no workbook"),
        ("units.csv", b"x" * (LIMIT + 1), "more than 5 MB"),
    ],
)
async def test_a_file_that_is_none_starts_nothing_and_says_why(
    portal: LivingPortal, name: str, content: bytes, told: str
) -> None:
    async with portal.browser_of(portal.sign_in(OFFICE_ORG)) as officer:
        answer = await uploaded(officer, content, name)
    assert answer.status_code == 422
    assert told in answer.text
    assert str(folder_of(portal.world.settings)) not in answer.text
    assert "Nothing was started." in answer.text


async def test_one_import_runs_at_a_time_and_one_that_broke_off_goes_on(portal: LivingPortal, tmp_path: Path) -> None:
    with portal.world.books.writing() as session:
        other = keep_import(
            session,
            {"name": "other.csv", "file": "0/x.csv", "messages": None, "total": 7, "letters": 0},
            by="Ben",
            at=datetime.now(UTC),
        )
        beat(session, other.draft_id, datetime.now(UTC), {"started": 3})
    async with portal.browser_of(portal.sign_in(OFFICE_ORG)) as officer:
        assert "3 of 7 applications" in (await officer.get(f"/office/import/{other.draft_id}")).text
        assert "An import is under way" in (await officer.get("/office/import")).text
        checked = await uploaded(officer, a_file(tmp_path, *new_numbers(1)))
        address = checked.headers["location"]
        refused = await start(officer, address)
        assert refused.status_code == 409
        assert "Another import is under way" in refused.text
        long_ago = datetime.now(UTC) - timedelta(minutes=5)
        with portal.world.books.writing() as session:
            beat(session, other.draft_id, long_ago, {"started": 3})
        with portal.world.books.reading() as session:
            stopped = import_of(session, other.draft_id)
            assert stopped is not None
            assert stopped.fields["state"] == RUNNING
            assert state_of(stopped, datetime.now(UTC)) == STOPPED
            assert running_import(session, datetime.now(UTC)) is None
        assert (await start(officer, address)).status_code == 303
        assert "1 case started" in await until_finished(officer, address)


async def test_only_the_file_that_was_checked_is_started(portal: LivingPortal, tmp_path: Path) -> None:
    numbers = new_numbers(2)
    async with portal.browser_of(portal.sign_in(OFFICE_ORG)) as officer:
        address = (await uploaded(officer, a_file(tmp_path, numbers[0]))).headers["location"]
        with portal.world.books.reading() as session:
            kept = import_of(session, address.rpartition("/")[2])
        assert kept is not None
        (folder_of(portal.world.settings) / kept.fields["file"]).write_bytes(a_file(tmp_path, numbers[1]))
        page = (await officer.get(address)).text
        assert "expected the file that was checked" in page
        assert "<h3>Start" not in page
        token = re.search(r'name="form_token" value="(\w+)"', page)
        assert token is not None
        await officer.post(address, data={"form_token": token[1], "file": kept.fields["file"]})
        assert "Upload it again" in await until_finished(officer, address)
    with portal.world.books.reading() as session:
        assert all(case_by_id(session, f"accreditation.F-{n}.ct.CT-1.1") is None for n in numbers)


async def test_an_empty_workbook_is_there_to_be_filled_in(portal: LivingPortal) -> None:
    async with portal.browser_of(portal.sign_in(OFFICE_ORG)) as officer:
        workbook = load_workbook(
            io.BytesIO((await officer.get("/office/import/cases.xlsx", timeout=patience.WITHIN)).content)
        )
        assert (await officer.get(f"/office/import/{uuid4().hex}")).status_code == 404
    assert "Accreditation" in workbook.sheetnames
    assert "Messages" in workbook.sheetnames


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_person_imports_by_keyboard_with_and_without_javascript(
    portal: LivingPortal, chromium: Browser, tmp_path: Path, scripts: bool
) -> None:
    a_file(tmp_path, *new_numbers(2))
    secret = portal.sign_in(OFFICE_ORG)
    context = await signed_in(chromium, portal, secret, viewport=DESK, java_script_enabled=scripts)
    page = await context.new_page()
    await page.goto("/office/import")
    await page.get_by_label("File", exact=True).set_input_files(tmp_path / "units.csv")
    await page.get_by_role("button", name="Check").press("Enter")
    await page.get_by_role("button", name="Start 2 cases").wait_for()
    assert not scripts or await violations(page) == []  # axe is a script itself
    await page.get_by_role("button", name="Start 2 cases").press("Enter")
    await page.get_by_role("status").wait_for()
    while not await page.get_by_text("2 cases started").count():
        async with page.expect_navigation():
            await page.get_by_role("link", name="Look again").press("Enter")
    assert not scripts or await violations(page) == []  # axe is a script itself
    assert not await is_too_wide(page)
    await context.close()
