"""Designations and units in a living office: opened some days ago, and brought some way along."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from policy.application import AccreditationApplication
from policy.cases import CasePart
from policy.designation.application import DicoeApplication
from policy.designation.cases import DesignationPart, designation_part
from records.cases import announce_case
from services.opening import start_case
from services.settings import SAMPLE, load_settings
from tests.applications import sample
from tests.office import LivingOffice

TEAM = [
    {"name": "Sample Radiologist", "role": "radiologist"},
    {"name": "Sample Physicist", "role": "medical_physicist"},
    {"name": "Sample Staff", "role": "acr_staff"},
]


def application(places: dict[str, list[str]], **changes: object) -> DicoeApplication:
    """Return the application of a practice that no other test knows, with these locations and what they offer."""
    data = sample("dicoe-three-locations") | {"application_id": f"DICOE-{uuid4().hex[:8]}"} | changes
    data["practice"] = data["practice"] | {"id": f"P-{uuid4().hex[:8]}"}
    like = data["locations"][0] | {"registries": ["DIR", "GRID"]}
    data["locations"] = [
        like | {"id": name, "services": services, "accredited": [s for s in services if s != "xray"]}
        for name, services in places.items()
    ]
    return DicoeApplication.model_validate(data)


async def open_designation(office: LivingOffice, of: DicoeApplication) -> str:
    """Start a designation that opened some days ago, and return its id once it is invoiced."""
    return await _open(office, designation_part(of), 1)


async def open_unit(office: LivingOffice, facility: str, *, unit: str = "CT-1", cycle: int = 1) -> str:
    """Start the case of a facility's CT unit that opened some days ago, and return its id once it is invoiced."""
    data = sample() | {"application_id": f"APP-{uuid4().hex[:8]}"}
    data["facility"] = data["facility"] | {"id": facility}
    data["units"] = [data["units"][0] | {"id": unit}]
    return await _open(office, CasePart(unit, 1, AccreditationApplication.model_validate(data)), cycle)


async def _open(office: LivingOffice, part: CasePart | DesignationPart, cycle: int) -> str:
    case_id, opened_at = str(part.case_id(cycle)), datetime.now(UTC) - timedelta(days=2.9)
    submission = part.application.model_dump(mode="json")
    with office.books.writing() as session:
        program = part.application.program
        announce_case(session, case_id, program=program, application=submission, announced_at=opened_at)
    await start_case(office.client, case_id, part, opened_at, load_settings(SAMPLE, {}).zone)
    await office.until(case_id, "an invoice", lambda told: bool(told["invoices"] and told["invoices"][0]["number"]))
    return case_id


async def survey(office: LivingOffice, case_id: str) -> None:
    """Pay, accept, and survey the first location, on days that have passed."""
    await office.pay_and_accept(case_id, days_ago=2.8)
    first = (await office.status(case_id))["application"]["locations"][0]
    await office.tell(case_id, "schedule_survey", days_ago=2.7, team=TEAM, locations=[first["id"]])
    findings = [{"area": service, "acceptable": True} for service in first["services"]]
    await office.tell(case_id, "file_survey_report", days_ago=2.6, findings=findings, satisfactory=True)


async def designate(office: LivingOffice, case_id: str) -> None:
    """Bring a case to its designation, two days ago and a half."""
    await survey(office, case_id)
    await office.tell(case_id, "decide_designation", days_ago=2.5, designated=True)
    await office.until_books(case_id, "designated")
