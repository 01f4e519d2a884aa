"""`accredit timeline`: the life so far and what lies ahead."""

import pytest

from services.errors import ExitCode
from tests.office import LivingOffice
from tests.office_terminal import OfficeTerminal

pytestmark = pytest.mark.server


async def test_the_timeline_tells_the_life_and_what_lies_ahead(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    await office.report(case_id)
    ran = await terminal("timeline", case_id)
    assert ran.code == ExitCode.DONE, ran.err
    lines = ran.out.splitlines()
    assert lines == sorted(lines, key=lambda line: line[:16])
    assert any(
        "  message  " in line and line.endswith("Final report: head-neck-adult not acceptable") for line in lines
    )
    assert lines[-1].split()[2] == "ahead"
    assert lines[-1].index("Closure due") == lines[0].index("Application"), "what lies ahead stands in the same column"
    assert "As told by the case itself" in ran.err


async def test_json_holds_entries_deadlines_and_what_lies_ahead(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    await office.report(case_id)
    data = (await terminal("timeline", case_id, "--json")).data
    assert {"at", "kind", "by", "text", "detail"} <= set(data["entries"][0])
    assert data["deadlines"][0]["name"] == "testing_package"
    assert {one["kind"] for one in data["ahead"]} <= {"opening", "deadline", "reminder", "silence"}


async def test_a_closed_life_comes_from_the_books_and_has_nothing_ahead(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    await office.tell(case_id, "close_case", reason="opened by mistake")
    await office.until_books(case_id, "closed")
    data = (await terminal("timeline", case_id, "--json")).data
    assert (data["live"], data["ahead"]) == (False, [])
    assert "closed" in data["entries"][-1]["text"].lower()


async def test_an_unknown_case_is_exit_4(terminal: OfficeTerminal) -> None:
    assert (await terminal("timeline", "accreditation.XX-1.ct.CT-1.1")).code == ExitCode.NO_SUCH_CASE
