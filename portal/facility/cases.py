"""My Cases, and a case on a page of its own: where it stands, its dates, its life as a picture, letters, papers, money.

The page is made from the books alone, which are written with every step of a case: it is there while no worker runs,
and many may look at it at once.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session
from starlette.responses import Response

from activities.notices.compose import unit_in_words
from pictures.life import Life
from pictures.page import View
from pictures.reading import LifeSource, life_of
from policy.application import Modality
from policy.awaited import window_awaited
from policy.facts import Stage
from policy.status import CaseStatus, is_secret
from portal.facility.changes import links_of
from portal.facility.home import DOES, address_of, standing
from portal.page import Page, Who
from portal.standing import is_survey_based
from portal.visit import Visit
from records.facility.view import books_of_cases, cases_of, letters_of, reports_of
from records.papers import papers
from records.tables import CaseRecord
from records.words import STARTING, Program
from records.worklist import items_of
from services.case_snapshot import snapshot_from_books
from services.facility.entries import facility_entries, facility_status, letters_to_facilities, went_to_facility
from services.facility.reports import option_status, reports

TOLD_BY = "it tells what the books hold of it"


async def my_cases(visit: Visit) -> Response:
    """Show every case of the organisation, open ones first."""
    org = visit.who.org

    def look(session: Session) -> tuple[list[CaseRecord], dict[str, datetime | None]]:
        found = cases_of(session, org)
        dated = items_of(session, [one for one in found if one.closed_at is None])
        return found, {
            one.case.case_id: one.due_at if one.due_name == window_awaited(one.case.awaited) else None for one in dated
        }

    found, due = await visit.read(look)
    rows = [(one, unit_in_words(one), due.get(one.case_id), _is_awaited(one)) for one in found]
    return visit.page("facility/cases.html.j2", title="My Cases", rows=rows)


def _is_awaited(case: CaseRecord) -> bool:
    """Whether somebody is awaited, as far as the facility may see it."""
    return case.awaited_party is not None and not is_secret(case.awaited, case.status.get("validation"))


async def one_case(visit: Visit) -> Response:
    """Show a case."""
    row, now, zone, office = visit.its_case, visit.now, visit.world.zone, visit.world.settings

    def look(session: Session) -> dict[str, Any]:
        return _told(session, row, now, zone)

    told = await visit.read(look)
    told["letters"] = [one for one in told["letters"] if went_to_facility(one, office)]
    return visit.page("facility/case.html.j2", title=f"{unit_in_words(row)}: {row.facility_name}", row=row, **told)


def _told(session: Session, row: CaseRecord, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """Return what a case's page tells."""
    (found,) = books_of_cases(session, [row], now)
    snapshot = snapshot_from_books(found, zone, TOLD_BY)
    entries = facility_entries(row.case_id, snapshot.entries)
    opened_at = snapshot.case.opened_at or row.opened_at
    shown = facility_status(snapshot.case)
    source = LifeSource(unit_in_words(row), shown, entries, (), opened_at, now, facility=row.facility_name)
    life = life_of(source, zone)
    found_reports = reports(reports_of(session, case_ids=[row.case_id]))
    owed, steps, ahead = standing(session, [row] if row.closed_at is None and row.stage != STARTING else [], now, zone)
    return {
        "stands": shown,
        "subject": unit_in_words(row),
        "view": View(life) if _is_drawn(life) else None,
        "duties": [(one, address_of(one), DOES[one.doing]) for one in owed],
        "steps": steps,
        "coming": ahead,
        "bills": found.bills,
        "papers": list(reversed(papers(session, row.case_id))),
        "letters": letters_of(session, letters_to_facilities(), case_id=row.case_id),
        "reports": [(one, option_status(one, now, zone)) for one in found_reports],
        "forms": forms_of(row, shown),
        "subjects": {row.case_id: unit_in_words(row)},
    }


def _is_drawn(life: Life) -> bool:
    """Whether there is anything to draw: a case that closed without a step has no stage."""
    return bool(life.stages)


def forms_of(row: CaseRecord, case: CaseStatus) -> list[tuple[str, str]]:
    """Return the forms beside those of duties that make sense now: address and name. The case judges each."""
    if row.closed_at is not None:
        return []
    here = f"/cases/{row.case_id}"
    found = []
    if row.stage in (Stage.ACCREDITED, Stage.DESIGNATED) and any(
        one.name == "renewal_application" for one in case.deadlines
    ):
        found.append((f"{here}/renewal", "Renewal"))
    if row.program == Program.DICOE and row.stage == Stage.DESIGNATED:
        found += [(f"{here}/locations", "Add locations"), (f"{here}/pledge", "Pledge")]
    if any(one.name == "appeal" and not one.over for one in case.deadlines) and is_survey_based(row):
        found.append((f"{here}/committee-appeal", "Appeal to the committee"))
    if any(one.name == "image_check_plan" and not one.over for one in case.deadlines):
        found.append((f"{here}/image-check", "Plan after the image check"))
    if row.program == Program.ACCREDITATION and row.stage == Stage.ACCREDITED:
        found += links_of(row.case_id, survey_based=is_survey_based(row), modality=row.modality)
    if row.modality == Modality.MAMMOGRAPHY:
        found.append((f"{here}/certificate", "MQSA certificate"))
    found.append((f"{here}/withdraw", "Withdraw"))
    return found


PAGES = (
    Page("/cases", Who.FACILITY, my_cases),
    Page("/cases/{case}", Who.FACILITY, one_case),
)
