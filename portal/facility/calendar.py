"""Calendar: a secret address from which a calendar program reads every due date of an organisation's open cases."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from activities import calendar
from activities.calendar import Occasion
from activities.notices.compose import unit_in_words
from pictures.calendar import occasions_of
from pictures.reading import LifeSource, life_of
from policy.words import dollars
from portal.page import Page, Who
from portal.visit import MESSAGE_ID, Visit
from records.facility.view import CaseBooks, books_of_cases, cases_of
from records.words import LinkKind
from services.case_snapshot import snapshot_from_books
from services.facility.entries import facility_entries, facility_status
from services.facility.links import link_by_secret, make_link, open_links, revoke, secret_for

ICS = "text/calendar; charset=utf-8"
BOOKS = "the calendar tells what the books hold"


async def my_calendar(visit: Visit) -> Response:
    """Show whether the visitor has a calendar address."""
    return await _shown(visit)


async def _shown(visit: Visit, address: str = "", said: str = "") -> Response:
    who, now = visit.who, visit.now
    links = await visit.read(
        lambda session: open_links(session, LinkKind.CALENDAR, who.org, now, person_id=who.person_id)
    )
    link = links[0] if links else None
    return visit.page("facility/calendar.html.j2", title="Calendar", link=link, address=address, said=said)


async def new_address(visit: Visit) -> Response:
    """Make a calendar address for the visitor; the one that there was ends."""
    who, at = visit.who, visit.now
    secret = secret_for(visit.world.secret, who.session, visit.text(MESSAGE_ID))

    def make(session: Session) -> bool:
        earlier = open_links(session, LinkKind.CALENDAR, who.org, at, person_id=who.person_id)
        link = make_link(session, secret, LinkKind.CALENDAR, person_id=who.person_id, org=who.org, at=at)
        if link.revoked_at is None:
            revoke(session, [one for one in earlier if one.digest != link.digest], at)
        return link.revoked_at is None

    if not await visit.write(make):
        return await _shown(visit, said="That address has ended. Make a new one.")
    await visit.note("made a calendar address")
    return await _shown(visit, address=f"{visit.world.public_url}/calendar/{secret}.ics")


async def end_address(visit: Visit) -> Response:
    """End the visitor's calendar address."""
    who, at = visit.who, visit.now
    await visit.write(
        lambda session: revoke(
            session, open_links(session, LinkKind.CALENDAR, who.org, at, person_id=who.person_id), at
        )
    )
    await visit.note("ended a calendar address")
    return visit.go("/calendar")


async def feed(visit: Visit) -> Response:
    """Serve the calendar to whoever has its address; 404 where it has ended, or its person may not sign in any more."""
    secret, now, zone = visit.request.path_params["secret"], visit.now, visit.world.zone

    def look(session: Session) -> bytes | None:
        link = link_by_secret(session, secret, LinkKind.CALENDAR, now)
        return calendar_of(session, link.org, now, zone) if link else None

    content = await visit.read(look)
    if content is None:
        raise HTTPException(404)
    headers = {"Content-Disposition": 'inline; filename="due-dates.ics"'}
    return Response(content, media_type=ICS, headers=headers)


def calendar_of(session: Session, org: str, now: datetime, zone: ZoneInfo) -> bytes:
    """Return the calendar of an organisation: the windows and the unpaid invoices of its open cases."""
    books = books_of_cases(session, cases_of(session, org, open_only=True, whole=True), now)
    occasions = [one for case in books for one in (*_windows(case, now, zone), *_invoices(case))]
    return calendar.calendar_file(zone, occasions, now, name=f"Accreditation: {org}")


def _windows(case: CaseBooks, now: datetime, zone: ZoneInfo) -> list[Occasion]:
    snapshot = snapshot_from_books(case, zone, BOOKS)
    entries = facility_entries(case.row.case_id, snapshot.entries)
    told = facility_status(snapshot.case)
    return occasions_of(life_of(LifeSource("", told, entries, (), case.row.opened_at, now), zone))


def _invoices(case: CaseBooks) -> Iterator[Occasion]:
    """Yield the due dates of invoices; one that is settled takes its date back."""
    for bill in case.bills:
        one, owed = bill.invoice, bill.outstanding > 0
        about = f"{one.purpose.replace('_', ' ')}, {unit_in_words(case.row)}"
        yield Occasion(
            uid=calendar.uid(one.case_id, "invoice", one.number),
            at=one.due_at,
            all_day=True,
            summary=f"Invoice {one.number} due: {one.case_id}",
            description=f"Invoice {one.number} ({about}): {dollars(bill.outstanding)} to be paid.",
            sequence=0 if owed else 1,
            cancelled=not owed,
            categories=("invoice",),
            reminder=f"Invoice {one.number} is due soon" if owed else "",
        )


PAGES = (
    Page("/calendar", Who.FACILITY, my_calendar, new_address),
    Page("/calendar/end", Who.FACILITY, post=end_address),
    Page("/calendar/{secret}.ics", Who.ANYBODY, feed),
)
