"""Calendar: a secret address from which a calendar program reads every due date of a facility's open cases."""

import re
from typing import Any

import pytest
from icalendar import Calendar
from sqlmodel import col, select

from records.tables import Membership, Person
from services.clock import now
from services.people.people import set_disabled
from tests.office import LivingOffice
from tests.portal.conftest import LivingPortal
from tests.portal.reading import fields_of, org_of, press, until_papers, unviewed_report

pytestmark = pytest.mark.server


def the_address(page: str) -> str:
    """Return the path of the feed that a page shows."""
    found = re.search(r"(/calendar/[\w-]{43}\.ics)<", page)
    assert found, "no address is shown"
    return found[1]


def events_of(content: bytes) -> dict[str, Any]:
    """Return the events of a calendar file by their summaries."""
    return {str(event["summary"]): event for event in Calendar.from_ical(content).walk("VEVENT")}


async def test_the_feed_has_every_due_date_of_the_open_cases(portal: LivingPortal, office: LivingOffice) -> None:
    case_id = await office.start()
    await unviewed_report(office, case_id)
    number = await until_papers(office, case_id, "invoice")
    async with portal.browser_of(portal.sign_in(org_of(case_id))) as ann, portal.browser_of() as program:
        shown = (await press(ann, "/calendar", "/calendar")).text
        address = the_address(shown)
        assert address not in (await ann.get("/calendar")).text, "it is shown once"
        feed = await program.get(address)
    assert feed.status_code == 200
    assert feed.headers["content-type"] == "text/calendar; charset=utf-8"
    events = events_of(feed.content)
    assert f"Option form due: {case_id}" in events
    assert f"Right to appeal ends: {case_id}" in events
    assert str(events[f"Invoice {number} due: {case_id}"]["status"]) == "CANCELLED", "it is paid"
    assert len({str(event["uid"]) for event in events.values()}) == len(events)


async def test_an_invoice_that_is_open_stands_in_it_and_another_facilitys_case_does_not(
    portal: LivingPortal, office: LivingOffice
) -> None:
    case_id, other = await office.start(), await office.start()
    number = await until_papers(office, case_id, "invoice")
    async with portal.browser_of(portal.sign_in(org_of(case_id))) as ann, portal.browser_of() as program:
        feed = await program.get(the_address((await press(ann, "/calendar", "/calendar")).text))
    assert str(events_of(feed.content)[f"Invoice {number} due: {case_id}"]["status"]) == "CONFIRMED"
    assert other.encode() not in feed.content


async def test_a_new_address_ends_the_one_before_and_a_double_click_makes_one(
    portal: LivingPortal, office: LivingOffice
) -> None:
    case_id = await office.start()
    async with portal.browser_of(portal.sign_in(org_of(case_id))) as ann, portal.browser_of() as program:
        fields = fields_of((await ann.get("/calendar")).text, "/calendar")
        first, again = [the_address((await ann.post("/calendar", data=fields)).text) for _ in range(2)]
        assert first == again
        assert (await program.get(first)).status_code == 200
        second = the_address((await press(ann, "/calendar", "/calendar")).text)
        assert second != first
        assert (await program.get(first)).status_code == 404
        assert (await program.get(second)).status_code == 200
        assert "That address has ended" in (await ann.post("/calendar", data=fields)).text
        assert (await program.get(second)).status_code == 200, "an old form takes nothing away"
        assert (await press(ann, "/calendar", "/calendar/end")).status_code == 303
        assert (await program.get(second)).status_code == 404


async def test_the_feed_ends_with_the_persons_place_in_the_organisation(
    portal: LivingPortal, office: LivingOffice
) -> None:
    case_id = await office.start()
    email = "moving@example.org"
    async with portal.browser_of(portal.sign_in(org_of(case_id), email=email)) as ann, portal.browser_of() as program:
        address = the_address((await press(ann, "/calendar", "/calendar")).text)
        with office.books.writing() as session:
            person = session.exec(select(Person).where(col(Person.email) == email)).one()
            set_disabled(session, person, now())
        assert (await program.get(address)).status_code == 404
        with office.books.writing() as session:
            set_disabled(session, person, None)
        assert (await program.get(address)).status_code == 200
        with office.books.writing() as session:
            for held in session.exec(select(Membership).where(col(Membership.person_id) == person.person_id)):
                held.ended_at = now()
                session.add(held)
        assert (await program.get(address)).status_code == 404
