"""`accredit edition move`: cases that live move to another edition, one or many, each with its verdict."""

import pytest

from services.errors import ExitCode
from tests.office import LivingOffice
from tests.office_terminal import OfficeTerminal

pytestmark = pytest.mark.server


async def test_cases_move_with_a_reason_and_are_then_counted_under_the_other_edition(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start_designation()
    assert (await office.until_books(case_id, "application")).edition == "2021-01-01"
    move = ("edition", "move", "dicoe:2020-07-01", case_id, "--reason", "agreed with the practice")
    dry = await terminal(*move, "--json")
    (impact,) = dry.data["cases"]
    assert (impact["carries"], dry.data["moved"]) == ("2021-01-01", [])
    assert "survey.reviewed" in {one["name"] for one in impact["values"]}
    ran = await terminal(*move, "--yes")
    assert (ran.code, f"Moved: {case_id}" in ran.out) == (ExitCode.DONE, True), ran.err
    assert (await office.status(case_id))["edition"] == "2020-07-01"
    again = await terminal(*move, "--yes")
    assert again.code == ExitCode.NO_SUCH_CASE, again.out
