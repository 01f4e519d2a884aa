"""`accredit worklist`: who must act by when, over all open cases."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from records.books import open_books
from records.worklist import WorkItem
from services.errors import ExitCode, Unusable
from starter.office.worklist import COLUMNS, item_data, item_row, read_span
from tests.office import LivingOffice
from tests.office_terminal import OfficeTerminal
from tests.records.rows import NOON, a_case

pytestmark = pytest.mark.server


async def listed(terminal: OfficeTerminal, *arguments: str) -> list[str]:
    """Return the cases of a worklist, in its order."""
    ran = await terminal("worklist", *arguments, "--json")
    assert ran.code == ExitCode.DONE, ran.err
    return [one["case"] for one in ran.data]


async def test_what_is_due_first_stands_at_the_top(office: LivingOffice, terminal: OfficeTerminal) -> None:
    later, sooner = await office.start(days_ago=2), await office.start(days_ago=12)
    for case_id in (later, sooner):
        await office.until_books(case_id, "application")
    cases = await listed(terminal)
    assert cases.index(sooner) < cases.index(later)


async def test_only_what_is_overdue(office: LivingOffice, terminal: OfficeTerminal) -> None:
    overdue, in_time = await office.start(days_ago=40), await office.start(days_ago=1)
    await office.until_books(overdue, "application")
    await office.until_books(in_time, "application")
    cases = await listed(terminal, "--overdue")
    assert overdue in cases
    assert in_time not in cases
    (row,) = [one for one in (await terminal("worklist", "--json")).data if one["case"] == overdue]
    assert (row["overdue"], row["due_name"]) == (True, "invoice")


async def test_only_what_is_due_soon(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start(days_ago=20)  # its invoice is due in ten days
    await office.until_books(case_id, "application")
    assert case_id in await listed(terminal, "--due-within", "14d")
    assert case_id in await listed(terminal, "--due-within", "2w")
    assert case_id not in await listed(terminal, "--due-within", "5")


async def test_only_what_one_party_must_do(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    await office.until_books(case_id, "application")
    assert case_id in await listed(terminal, "--party", "facility")
    assert case_id not in await listed(terminal, "--party", "acr")


async def test_only_one_state_and_one_modality(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    await office.until_books(case_id, "application")
    assert case_id in await listed(terminal, "--state", "oh", "--modality", "ct")
    assert case_id not in await listed(terminal, "--state", "VA")
    assert case_id not in await listed(terminal, "--modality", "mri")


async def test_a_closed_case_is_nobodys_work(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    await office.tell(case_id, "close_case", reason="opened by mistake")
    await office.until_books(case_id, "closed")
    assert case_id not in await listed(terminal)


async def test_people_read_a_table(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    await office.until_books(case_id, "application")
    (line,) = [line for line in (await terminal("worklist")).out.splitlines() if case_id in line]
    assert line.startswith(case_id)
    assert "Sample Imaging Center" in line
    assert "the facility" in line
    assert "in 2" in line  # in 27 or 28 days, by the hour of the test


def test_what_is_late_is_said_with_the_day_of_the_closing() -> None:
    zone, now = ZoneInfo("America/New_York"), NOON
    case = a_case(awaited="the option form", stage="options")
    late = WorkItem(case, NOON - timedelta(days=23), "option_form", NOON + timedelta(days=7))
    told = dict(zip(COLUMNS, item_row(late, zone, now), strict=True))
    assert (told["Facility"], told["Due"], told[""]) == (
        "Sample Imaging Center",
        "2027-05-11",
        "23 days overdue, closes in 7 days",
    )
    assert item_data(late, now)["overdue"] is True
    assert item_data(late, now)["closes_at"] == (NOON + timedelta(days=7)).isoformat()


async def test_a_worklist_says_which_books_told_it(office: LivingOffice, terminal: OfficeTerminal) -> None:
    terminal.setenv("TEMPORAL_ADDRESS", "127.0.0.1:9")
    open_books(f"sqlite:///{office.folder}/other.db").close()
    terminal.setenv("ACCREDIT_DATABASE_URL", f"sqlite:///{office.folder}/other.db")
    ran = await terminal("worklist")
    assert ran.code == ExitCode.DONE, ran.err
    assert "Nobody is awaited, as told by the books sqlite:///" in ran.err
    assert "other.db." in ran.err


@pytest.mark.parametrize(
    ("text", "span"),
    [("14d", timedelta(days=14)), ("2w", timedelta(days=14)), ("36h", timedelta(hours=36)), ("3", timedelta(days=3))],
)
def test_a_span_is_days_weeks_or_hours(text: str, span: timedelta) -> None:
    assert read_span(text) == span


@pytest.mark.parametrize("text", ["soon", "14 months", "-3d", ""])
def test_what_is_no_span_is_unusable(text: str) -> None:
    with pytest.raises(Unusable, match="--due-within: found"):
        read_span(text)


async def test_an_unknown_party_is_exit_2(terminal: OfficeTerminal) -> None:
    assert (await terminal("worklist", "--party", "judge")).code == ExitCode.UNUSABLE
