"""What happens to a facility, in the portal: an administrator says who has left, also after the facility has merged."""

from datetime import UTC, datetime

import pytest

from policy.messages import Role
from policy.messages.proofs import OFFICE_ORG
from services.upkeep.facility_change import carry_out, planned
from tests.office import WITHIN
from tests.portal.conftest import LivingPortal
from tests.portal.letters import post

pytestmark = pytest.mark.server
NEW = "OH-0501"


async def test_an_administrator_says_who_has_left_and_a_merged_facility_still_speaks_in_its_cases(
    portal: LivingPortal,
) -> None:
    office = portal.office
    case_id = await office.start()
    facility = case_id.split(".")[1]
    await office.until_books(case_id, "application")
    technologist = portal.sign_in(facility, Role.TECHNOLOGIST, name="Tina Sample")
    async with portal.browser_of(technologist) as tina:
        assert "Somebody has left" not in (await tina.get("/people")).text
    administrator = portal.sign_in(facility, Role.ADMINISTRATOR, name="Ada Sample")
    async with portal.browser_of(administrator) as ada:
        page = (await ada.get("/people")).text
        assert "Somebody has left" in page
        names = [one["name"] for one in office.row(case_id).application["facility"]["contacts"]]
        first, second = names[-1], names[-2]
        portal.sign_in(facility, Role.TECHNOLOGIST, name=second, email="second@example.org")
        refused = await post(ada, "/people/left", "/people", left=second)
        assert (refused.status_code, "manages your people" in refused.text) == (422, True)
        done = await post(ada, "/people/left", "/people", left=first)
        assert done.headers["location"] == "/people?done=left", done.text
        await office.until_at_rest(case_id)
        assert first not in (await ada.get("/people")).text
    await merged(portal, facility, case_id)
    async with portal.browser_of(portal.sign_in(NEW, Role.ADMINISTRATOR, name="Nora Sample", manages=True)) as nora:
        assert "Before" in (await nora.get(f"/cases/{case_id}")).text
        done = await post(nora, "/people/left", "/people", left=second)
        assert done.headers["location"] == "/people?done=left", done.text
    told = await office.status(case_id)
    left = [one["name"] for one in told["application"]["facility"]["contacts"]]
    assert left == names[:-2]
    async with portal.browser_of(portal.sign_in(OFFICE_ORG, name="Otto Officer")) as otto:
        form = f"/office/cases/{case_id}/send/change_facility"
        said = {"facility": NEW, "kind": "merged", "new_id": "OH-0600", "reason": "deed", "do": "send"}
        refused = await post(otto, form, form, **said)
        assert (refused.status_code, "accredit facility merge" in refused.text) == (422, True)
        page = (await otto.get(f"/office/cases/{case_id}")).text
        assert f"({facility}) until" in page
        form = (await otto.get(f"/office/cases/{case_id}/send/report_bounced_letter?notice=1")).text
        assert 'value="1"' in form


async def merged(portal: LivingPortal, facility: str, case_id: str) -> None:
    """Let the facility become part of another one."""
    office, at = portal.office, datetime.now(UTC)
    fields = {"facility": facility, "kind": "merged", "new_id": NEW, "name": "Sample Health", "reason": "deed"}
    with office.books.reading() as session:
        plan = planned(session, fields, by="Sample Officer", at=at)
    (told,) = await carry_out(office.client, office.books, plan, WITHIN, office.sign, at=at)
    assert (told.case_id, told.taken) == (case_id, True)
    await office.until_at_rest(case_id)
