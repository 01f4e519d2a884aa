"""A designation rests on accreditations: when one of them is granted or ends, the designation hears of it, live."""

from typing import Any
from uuid import uuid4

import pytest

from records.outbox import notices
from tests.office import AREAS, LivingOffice
from tests.office_terminal import OfficeTerminal
from tests.workflows.designation.practices import application, designate, open_designation, open_unit

pytestmark = pytest.mark.server


def a_facility() -> str:
    return f"OH-{uuid4().hex[:8]}"


async def an_accredited_unit(office: LivingOffice, facility: str, *, unit: str = "CT-1", cycle: int = 1) -> str:
    """Return the case of a CT unit that was granted two and a half days ago."""
    case_id = await open_unit(office, facility, unit=unit, cycle=cycle)
    await office.report(case_id, deficient=())
    await office.until_books(case_id, "accredited")
    return case_id


async def until_told(office: LivingOffice, case_id: str, kind: str, *, times: int = 1) -> list[Any]:
    """Wait until the books hold so many notices of a kind, and return their facts."""

    def held() -> list[Any]:
        with office.books.reading() as session:
            return [notice.facts for notice in notices(session, case_id) if notice.kind == kind]

    await office.until(case_id, f"{times} notice(s) {kind}", lambda _: len(held()) >= times)
    return held()


def items(status: dict[str, Any]) -> list[str]:
    return [one["item"] for one in status["attention"]]


async def test_an_accreditation_that_ends_and_is_regained_is_heard_by_the_designation(office: LivingOffice) -> None:
    place = a_facility()
    unit = await an_accredited_unit(office, place)
    designation = await open_designation(office, application({place: ["ct", "xray"], "PA-9999": ["mri"]}))
    await designate(office, designation)
    item = f"accreditation.{place}.ct"

    await office.tell(unit, "close_case", reason="the unit was scrapped")
    told = await office.until(designation, "its lost accreditation", lambda status: item in items(status))
    (attention,) = told["attention"]
    assert attention["rule"] == "designation.accreditation"
    assert attention["text"] == f"the CT accreditation of {place} ended: closed by the office"
    assert told["stage"] == "designated", "the designation does not end by that"
    (facts,) = await until_told(office, designation, "accreditation_ended")
    assert facts["item"] == item
    assert await until_told(office, designation, "needs_attention")

    await an_accredited_unit(office, place, cycle=2)
    await office.until(designation, "its regained accreditation", lambda status: items(status) == [])


async def test_a_designation_that_rests_on_nothing_of_it_hears_nothing(office: LivingOffice) -> None:
    place = a_facility()
    unit = await an_accredited_unit(office, place)
    elsewhere = await open_designation(office, application({place: ["mri"], "PA-9998": ["ct"]}))
    resting = await open_designation(office, application({place: ["ct"]}))
    await office.tell(unit, "withdraw_case", on_behalf_of={"name": "Ann Sample"}, reason="sold")
    await office.until(resting, "its lost accreditation", lambda status: bool(items(status)))
    assert items(await office.status(elsewhere)) == []


async def test_a_lapse_is_told_once_the_last_accredited_unit_ends(office: LivingOffice) -> None:
    place = a_facility()
    first = await an_accredited_unit(office, place)
    second = await an_accredited_unit(office, place, unit="CT-2")
    designation = await open_designation(office, application({place: ["ct"]}))
    await office.tell(first, "close_case", reason="replaced")
    await office.until_books(first, "closed")
    assert items(await office.status(designation)) == []
    await office.tell(second, "close_case", reason="replaced")
    await office.until(designation, "its lost accreditation", lambda status: bool(items(status)))


async def test_a_certificate_that_a_correction_takes_back_is_heard_of_and_shown_until_it_stands_again(
    office: LivingOffice,
) -> None:
    place = a_facility()
    unit = await an_accredited_unit(office, place)
    designation = await open_designation(office, application({place: ["ct"]}))
    findings = [{"area": area, "acceptable": area != "phantom", "comments": "Rescan."} for area in AREAS]
    told: dict[str, Any] = {
        "reviewers": ["Reviewer One", "Reviewer Two"],
        "findings": findings,
        "reason": "that of another unit",
    }
    await office.tell(unit, "correct_final_report", **told)
    await office.until_books(unit, "options")
    said = await office.until(designation, "its lost accreditation", lambda status: bool(items(status)))
    (missing,) = said["missing_accreditations"]
    assert (missing["facility"], missing["modality"], missing["outcome"]) == (place, "ct", "taken_back")
    (facts,) = await until_told(office, designation, "accreditation_ended")
    assert facts["text"].endswith("its certificate was taken back by a correction")
    acceptable = [{"area": area, "acceptable": True} for area in AREAS]
    await office.tell(unit, "correct_final_report", **told | {"findings": acceptable, "reason": "it was right"})
    again = await office.until(designation, "its regained accreditation", lambda status: items(status) == [])
    assert "missing_accreditations" not in again
    (facts,) = await until_told(office, designation, "accreditation_regained")
    assert facts["text"] == f"the CT accreditation of {place} stands again"


async def test_a_designation_that_has_closed_keeps_no_cycle_from_ending(office: LivingOffice) -> None:
    place = a_facility()
    unit = await an_accredited_unit(office, place)
    designation = await open_designation(office, application({place: ["ct"]}))
    await office.tell(designation, "close_case", reason="merged")
    await office.until_books(designation, "closed")
    await office.tell(unit, "close_case", reason="scrapped")
    await office.until_books(unit, "closed")
    assert (await office.status(designation))["outcome"] == "closed_by_acr"


async def test_reconcile_tells_of_an_accreditation_that_was_terminated_in_the_ui(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    place = a_facility()
    unit = await an_accredited_unit(office, place)
    designation = await open_designation(office, application({place: ["ct"]}))
    gone = await open_designation(office, application({place: ["ct"]}))
    for case_id in (unit, gone):
        await office.client.get_workflow_handle(case_id).terminate(reason="by mistake")
    assert items(await office.status(designation)) == []
    ran = await terminal("reconcile", "--json")
    assert ran.code == 0, ran.err
    assert set(ran.data["closed"]) >= {unit, gone}
    told = await office.until(designation, "its lost accreditation", lambda status: bool(items(status)))
    assert told["attention"][0]["text"] == f"the CT accreditation of {place} ended: closed by the office"
    again = await terminal("reconcile", "--json")
    assert unit not in again.data["closed"]
    assert len((await office.status(designation))["attention"]) == 1
