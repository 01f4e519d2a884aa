"""What a facility or practice owes, by when, and what happens otherwise."""

from sqlmodel import col, select
from starlette.responses import Response

from portal.page import Page, Who
from portal.visit import Visit
from records.tables import CaseRecord


async def what_we_owe(visit: Visit) -> Response:
    """Show each duty with its case, by when it is due, and the page that does it."""
    org = visit.who.org
    cases = await visit.read(
        lambda session: session.exec(
            select(CaseRecord).where(CaseRecord.facility_id == org).order_by(col(CaseRecord.due_at))
        ).all()
    )
    return visit.page("facility/home.html.j2", title="What we owe", cases=cases)


PAGES: tuple[Page, ...] = (Page("/home", Who.FACILITY, what_we_owe),)
