"""Whom the office's search finds: people who may sign in, and beside them contacts whom applications list."""

import pytest

from records.books import Books
from records.people import find_listed, find_people
from records.tables import CaseRecord, Person
from tests.records.rows import NOON, a_case, an_application

OESTEN = "Östen Sample"


def a_contact(name: str, email: str = "") -> dict[str, str]:
    return {"role": "administrator", "name": name, "email": email}


def listing(facility: str, unit: str, *contacts: dict[str, str]) -> CaseRecord:
    """Return a case whose application lists contacts."""
    application = an_application(facility={"id": facility, "name": facility, "contacts": [*contacts]})
    case_id = f"accreditation.{facility}.ct.{unit}.1"
    return a_case(case_id, facility_id=facility, facility_name=facility, application=application)


def a_person(name: str, email: str) -> Person:
    return Person(person_id=email, email=email, name=name, created_at=NOON, created_by="a test")


def test_a_contact_is_found_behind_many_who_may_sign_in(books: Books) -> None:
    theirs = [(f"Signer {number}", f"signer{number}@example.org") for number in range(14)]
    with books.writing() as session:
        session.add_all([a_person(*one) for one in theirs])
        session.add(listing("OH-0001", "CT-1", *(a_contact(*one) for one in theirs)))
        session.add(listing("OH-0002", "CT-1", a_contact("Ann Sample", "ann@example.org")))
    with books.reading() as session:
        assert [one.name for one in find_listed(session, "example.org", most=11)] == ["Ann Sample"]


@pytest.mark.parametrize("typed", ["Östen", "Östen sample"])
def test_who_may_sign_in_is_not_listed_a_second_time(books: Books, typed: str) -> None:
    with books.writing() as session:
        session.add(a_person(OESTEN, "oesten@example.org"))
        session.add(listing("OH-0001", "CT-1", a_contact(OESTEN, "Oesten@example.org")))
    with books.reading() as session:
        assert [one.name for one in find_people(session, typed, most=5)] == [OESTEN]
        assert find_listed(session, typed, most=5) == []


def test_a_contact_of_several_units_is_listed_once(books: Books) -> None:
    with books.writing() as session:
        session.add_all([listing("OH-0001", f"CT-{unit}", a_contact("Ann Sample")) for unit in range(1, 4)])
    with books.reading() as session:
        (ann,) = find_listed(session, "ann", most=5)
    assert (ann.facility_id, ann.roles) == ("OH-0001", ["administrator"])
