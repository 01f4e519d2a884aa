"""What a facility or practice owes, by when, and what happens otherwise; what it waits for; what is coming."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session
from starlette.responses import Response

from policy.facts import Stage
from portal.page import Page
from portal.visit import Visit
from records.facility.view import cases_of, reports_of, running_windows, unpaid_bills
from records.tables import CaseRecord
from records.worklist import items_of
from services.facility.duties import Coming, Doing, Duty, OfficeStep, coming, duties, office_steps
from services.facility.reports import reports

MOST_COMING = 12
"""Dates ahead that the page shows; a case's own page shows all of its own."""
DOES = {
    Doing.VIEW: "View the report",
    Doing.OPTION: "Select Option",
    Doing.PACKAGE: "Testing Package",
    Doing.MATERIALS: "Appeal materials",
    Doing.CORRECT: "Corrective action",
    Doing.PAY: "Invoices",
    Doing.RENEW: "Renewal",
    Doing.PLEDGE: "Pledge",
    Doing.VALIDATE: "Respond",
    Doing.AUDIT: "Self-audit",
    Doing.REAPPLY: "Re-application",
    Doing.IMAGE_CHECK: "Plan after the image check",
    Doing.UPDATE: "Annual Update",
    Doing.SUPPLEMENT: "Materials of the review",
    Doing.OTHER: "The case",
}
"""What the link to the page that does it says."""


async def what_we_owe(visit: Visit) -> Response:
    """Show each duty with its case, by when it is due, what happens otherwise, and the page that does it."""
    org, now, zone = visit.who.org, visit.now, visit.world.zone

    def look(session: Session) -> tuple[bool, list[Duty], list[OfficeStep], list[Coming]]:
        cases = cases_of(session, org, open_only=True)
        return bool(cases), *standing(session, cases, now, zone)

    has_cases, owed, awaited, ahead = await visit.read(look)
    return visit.page(
        "facility/home.html.j2",
        title="What we owe",
        has_cases=has_cases,
        duties=[(one, address_of(one), DOES[one.doing]) for one in owed],
        steps=awaited,
        coming=ahead[:MOST_COMING],
        more=len(ahead) - MOST_COMING,
    )


def standing(
    session: Session, cases: Sequence[CaseRecord], now: datetime, zone: ZoneInfo
) -> tuple[list[Duty], list[OfficeStep], list[Coming]]:
    """Return what the facility of these open cases owes, what it waits for, and what is coming."""
    ids = [one.case_id for one in cases]
    items = items_of(session, cases)
    choosing = [one.case_id for one in cases if one.stage == Stage.OPTIONS]
    found = reports(reports_of(session, case_ids=choosing)) if choosing else []
    owed = duties(items, unpaid_bills(session, ids, now), found, now, zone)
    return owed, office_steps(items), coming(cases, running_windows(session, ids), now, zone)


def address_of(duty: Duty) -> str:
    """Return the page that does what is owed."""
    case = f"/cases/{duty.case_id}"
    match duty.doing:
        case Doing.PAY:
            return f"/invoices#invoice-{duty.about}"
        case Doing.VIEW:
            return f"{case}/reports/{duty.about}"
        case Doing.OTHER:
            return case
        case _:
            return f"{case}/{duty.doing}"


PAGES: tuple[Page, ...] = ()
"""It is shown at `/` (`portal.sign_in.pages`)."""
