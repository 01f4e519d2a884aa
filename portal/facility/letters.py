"""Letters and Papers: what the office has sent and issued to a facility or practice, over all its cases."""

from sqlmodel import Session
from starlette.responses import Response

from activities.notices.compose import unit_in_words
from portal.page import Page, Who
from portal.visit import Visit
from records.facility.view import cases_of, letters_of, newest_papers
from records.tables import Notice, Paper
from services.facility.entries import letters_to_facilities, went_to_facility

MOST = 100
"""Letters, and papers, that the page shows; each case's page shows all of its own."""


async def letters(visit: Visit) -> Response:
    """Show the letters with their texts, and the papers."""
    org, office = visit.who.org, visit.world.settings

    def look(session: Session) -> tuple[list[Notice], list[Paper], dict[str, str]]:
        subjects = {one.case_id: unit_in_words(one) for one in cases_of(session, org)}
        letters = letters_of(session, letters_to_facilities(), org=org, most=MOST + 1)
        return letters, newest_papers(session, org, MOST + 1), subjects

    sent, papers, subjects = await visit.read(look)
    more = max(len(sent), len(papers)) > MOST
    theirs = [one for one in sent[:MOST] if went_to_facility(one, office)]
    return visit.page(
        "facility/letters.html.j2",
        title="Letters and Papers",
        letters=theirs,
        papers=papers[:MOST],
        more=more,
        subjects=subjects,
    )


PAGES = (Page("/letters", Who.FACILITY, letters),)
