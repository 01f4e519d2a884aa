"""A designation at the front desk: the same commands, with what a practice has instead of areas and options."""

import pytest

from services.errors import ExitCode
from tests.office import LivingOffice
from tests.office_terminal import OfficeTerminal

pytestmark = pytest.mark.server
TEAM = [
    {"name": "Surveyor One", "role": "radiologist"},
    {"name": "Surveyor Two", "role": "medical_physicist"},
    {"name": "Surveyor Three", "role": "acr_staff"},
]


async def designate(office: LivingOffice, case_id: str) -> None:
    """Bring a designation from its invoice to its decision, two days ago and a half."""
    await office.pay_and_accept(case_id)
    place = (await office.status(case_id))["application"]["locations"][0]
    visit = {"team": TEAM, "mode": "on_site", "locations": [place["id"]]}
    await office.tell(case_id, "schedule_survey", days_ago=2.7, **visit)
    findings = [{"area": service, "acceptable": True} for service in place["services"]]
    await office.tell(case_id, "file_survey_report", days_ago=2.6, findings=findings, satisfactory=True)
    await office.tell(case_id, "decide_designation", days_ago=2.5, designated=True)


async def test_a_designation_is_shown_with_its_term_and_its_locations(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start_designation()
    await designate(office, case_id)
    ran = await terminal("show", case_id)
    assert ran.code == ExitCode.DONE, ran.err
    assert "Stage: designated" in ran.out
    assert "Designation: from " in ran.out
    assert "Locations: " in ran.out
    assert "  Mid cycle on " in ran.out


async def test_a_designation_has_no_options_and_says_why(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start_designation()
    options = (await terminal("explain", case_id, "--json")).data["options"]
    assert {one["rule"] for one in options} == {"case.wrong_stage"}
    assert options[0]["reason"].startswith("A designation has no option form")


async def test_an_announced_designation_is_started_by_reconcile(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id, _, _ = office.announce_designation()
    assert case_id in (await terminal("reconcile", "--json")).data["started"]
    await office.until_books(case_id, "application")


async def test_a_designation_that_is_closed_is_answered_from_the_books(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start_designation()
    await office.tell(case_id, "close_case", reason="opened by mistake")
    await office.client.get_workflow_handle(case_id).result()
    ran = await terminal(
        "send", case_id, "confirm_pledge", "pledge=image_wisely", "year=2029", "--by-name", "Ann Sample"
    )
    assert ran.code == ExitCode.REFUSED
    assert "Refused by case.closed" in ran.out
