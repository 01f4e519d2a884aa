"""What follows in the books when a facility becomes part of another one, when people leave, where an old id leads."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from records.books import Books
from records.facility.changes import (
    cases_to_tell,
    end_sign_in,
    end_sign_in_but_of_last_managers,
    follow,
    former_ids,
    people_of,
    present_id,
)
from records.reopening import closing_of
from records.tables import CaseRecord, FacilityChange, Membership, Person
from tests.records.rows import LATER, NOON, a_case
from tests.records.test_accreditations import a_designation

OLD, NEW = "OH-0417", "OH-0500"


def a_change(facility: str, new_id: str | None, days: int = 0) -> FacilityChange:
    at = NOON + timedelta(days=days)
    return FacilityChange(
        change_id=f"{facility}-{days}", facility=facility, new_id=new_id, kind="merged", content={}, at=at, by="Office"
    )


def put_person(session: Session, name: str, *roles: tuple[str, str, bool]) -> None:
    """Let somebody sign in: for which organisation, as what, and whether the person manages its people."""
    key = name.lower()
    session.add(Person(person_id=key, email=f"{key}@example.org", name=name, created_at=NOON, created_by="Office"))
    session.flush()
    for org, role, manages in roles:
        session.add(Membership(person_id=key, org=org, role=role, manages=manages, since=NOON, by="Office"))
    session.flush()


def test_an_old_id_leads_to_the_present_one_over_every_change_and_never_in_a_circle(books: Books) -> None:
    with books.writing() as session:
        session.add_all([a_change(OLD, NEW), a_change(NEW, "OH-0600", 1), a_change("OH-0600", None, 2)])
        session.flush()
        assert [present_id(session, one) for one in (OLD.lower(), NEW, "OH-0600", "PA-1")] == [
            "OH-0600",
            "OH-0600",
            "OH-0600",
            "PA-1",
        ]
        assert former_ids(session, "OH-0600") == [OLD, NEW]
        session.add(a_change("OH-0600", OLD, 3))
        session.flush()
        assert present_id(session, OLD) == "OH-0600"


def test_open_cases_and_designations_of_which_it_is_a_location_hear_of_a_change(books: Books) -> None:
    with books.writing() as session:
        closed: dict[str, Any] = {"stage": "closed", "outcome": "expired", "closed_at": LATER, "awaited_party": None}
        mine = a_case()
        resting, other = a_designation("P-1", {OLD: ["xray"]}), a_designation("P-2", {"OH-04170": ["ct"]})
        session.add_all([mine, a_case("accreditation.OH-0417.ct.CT-2.1", **closed), resting, other])
        session.flush()
        assert [row.case_id for row in cases_to_tell(session, OLD.lower())] == [mine.case_id, resting.case_id]


def test_closed_cases_and_people_follow_and_what_was_issued_keeps_the_old_name(books: Books) -> None:
    closed: dict[str, Any] = {"stage": "closed", "outcome": "expired", "closed_at": LATER, "awaited_party": None}
    with books.writing() as session:
        session.add(a_case(**closed))
        session.flush()
        before = closing_of(session, session.get_one(CaseRecord, "accreditation.OH-0417.ct.CT-1.1"))
        put_person(session, "Ann", (OLD, "administrator", True))
        put_person(session, "Bob", (OLD, "technologist", False), (NEW, "technologist", False))
        session.flush()
        for _ in range(2):  # cut short and begun anew, it is the same
            follow(session, OLD, NEW, by="Office", at=LATER)
            session.flush()
        row = session.get_one(CaseRecord, "accreditation.OH-0417.ct.CT-1.1")
        assert (row.facility_id, row.facility_name) == (NEW, "Sample Imaging Center")
        assert row.application["facility"]["id"] == OLD
        closings = [before, closing_of(session, row)]
        assert [one and one.joined for one in closings] == [
            None,
            NEW,
        ]  # the office does not open it again as the old one's
        assert people_of(session, OLD) == []
        held = {(person.name, one.role, one.manages) for person, one in people_of(session, NEW)}
        assert held == {("Ann", "administrator", True), ("Bob", "technologist", False)}


def test_the_sign_in_of_who_has_left_ends_for_that_facility_alone(books: Books) -> None:
    with books.writing() as session:
        put_person(session, "Ann", (OLD, "administrator", True), (NEW, "administrator", False))
        put_person(session, "Bob", (OLD, "technologist", False))
        session.flush()
        assert end_sign_in(session, OLD, ["ANN@example.org"], LATER) == ["Ann"]
        session.flush()
        assert [person.name for person, _ in people_of(session, OLD)] == ["Bob"]
        assert [person.name for person, _ in people_of(session, NEW)] == ["Ann"]
        assert end_sign_in(session, OLD, ["ann@example.org"], LATER) == []


def test_who_alone_manages_the_people_is_not_shut_out_by_one_of_them(books: Books) -> None:
    """The role that manages stays, and every other one of the person ends; with another manager all of them do."""
    with books.writing() as session:
        put_person(session, "Ann", (OLD, "administrator", True), (OLD, "technologist", False))
        put_person(session, "Bob", (OLD, "technologist", False))
        session.flush()
        gone = ["ann@example.org", "bob@example.org"]
        assert end_sign_in_but_of_last_managers(session, OLD, gone, LATER) == ["Ann"]
        session.flush()
        assert [(person.name, held.role) for person, held in people_of(session, OLD)] == [("Ann", "administrator")]
        put_person(session, "Cat", (OLD, "administrator", True))
        session.flush()
        assert end_sign_in_but_of_last_managers(session, OLD, gone, LATER) == []
        session.flush()
        assert [person.name for person, _ in people_of(session, OLD)] == ["Cat"]
