"""A case's own row: announced, opened, amended, closed from outside; and the start that units share."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from policy.identity import NoCaseId
from records.books import Books
from records.cases import UnknownCase, announce_case, close_from_outside, earliest_start, open_case, put_application
from records.locks import lock_application, lock_case
from records.queries import timeline
from records.tables import CaseRecord
from tests.records.rows import CASE, LATER, NOON, a_case, an_application

SIBLING = "accreditation.OH-0417.ct.CT-2.1"


def test_an_announced_case_waits_for_its_workflow(books: Books) -> None:
    with books.writing() as session:
        announce_case(
            session, CASE, program="accreditation", application=an_application(), announced_at=NOON, position=2
        )
    with books.reading() as session:
        case = session.get_one(CaseRecord, CASE)
    assert (case.stage, case.opened_at, case.edition, case.position) == ("starting", NOON, None, 2)
    assert (case.subject, case.cycle, case.unit) == ("accreditation.OH-0417.ct.CT-1", 1, "CT-1")
    assert (case.facility_id, case.facility_name, case.state) == ("OH-0417", "Sample Imaging Center", "OH")
    assert (case.modality, case.application_id, case.awaited_party) == ("ct", "APP-1", None)


def test_announcing_a_case_again_changes_nothing(books: Books) -> None:
    for application in (an_application(), an_application(application_id="OTHER")):
        with books.writing() as session:
            case = announce_case(session, CASE, program="accreditation", application=application, announced_at=NOON)
            assert case.application_id == "APP-1"


def test_opening_tells_more_than_the_announcement_did(books: Books) -> None:
    with books.writing() as session:
        announce_case(session, CASE, program="accreditation", application=an_application(), announced_at=NOON)
    with books.writing() as session:
        open_case(
            session,
            CASE,
            program="accreditation",
            application=an_application(modality="mri"),
            opened_at=LATER,
            edition="2021-03-08",
            position=3,
            predecessor="accreditation.OH-0417.ct.CT-1.0",
        )
    with books.reading() as session:
        case = session.exec(select(CaseRecord)).one()
    assert (case.opened_at, case.edition, case.position) == (LATER, "2021-03-08", 3)
    assert (case.modality, case.predecessor) == ("mri", "accreditation.OH-0417.ct.CT-1.0")


PLACES: list[tuple[str, dict[str, Any], tuple[Any, ...]]] = [
    ("accreditation.OH-0417.ultrasound.site.2", {"modality": "ultrasound"}, ("OH-0417", "OH", "ultrasound", "site")),
    ("accreditation.X.ct.CT-1.1", {"facility": None, "modality": None}, ("", None, None, "CT-1")),
    ("dicoe.P-1.OH.1", {"facility": None, "practice": {"id": "P-1"}, "state": "OH"}, ("P-1", "OH", "ct", None)),
]


@pytest.mark.parametrize(("case_id", "changes", "columns"), PLACES, ids=[place[0] for place in PLACES])
def test_columns_follow_from_the_application(case_id: str, changes: dict[str, Any], columns: tuple[Any, ...]) -> None:
    case = a_case(unit=None)
    case.case_id = case_id
    put_application(case, an_application(**changes))
    assert (case.facility_id, case.state, case.modality, case.unit) == columns


def test_a_case_that_was_ended_on_the_server_is_closed_once(books: Books) -> None:
    with books.writing() as session:
        session.add(a_case(status={"stage": "testing", "certificate": None}, due_at=LATER, due_name="testing_package"))
    for expected in (True, False):
        with books.writing() as session:
            assert close_from_outside(session, CASE, LATER, "Terminated on the server: duplicate") is expected
    with books.reading() as session:
        case = session.get_one(CaseRecord, CASE)
        entries = timeline(session, CASE)
    assert (case.stage, case.outcome, case.closed_at) == ("closed", "closed_by_acr", LATER)
    assert (case.awaited_party, case.due_at, case.due_name, case.needs_attention) == (None, None, None, False)
    assert case.status == {"stage": "closed", "outcome": "closed_by_acr", "certificate": None, "awaited_party": None}
    assert [(entry.kind, entry.text) for entry in entries] == [("stage", "Terminated on the server: duplicate")]


def test_a_case_that_nobody_knows_cannot_be_closed(books: Books) -> None:
    with pytest.raises(UnknownCase, match=CASE), books.writing() as session:
        close_from_outside(session, CASE, NOON, "Terminated")


SIBLINGS: list[tuple[str, dict[str, Any], datetime]] = [
    ("a unit that passed earlier gives its start", {}, NOON),
    ("a unit that passed later does not", {"first_passed_at": LATER + timedelta(days=9)}, LATER),
    ("a unit that has not passed does not", {"first_passed_at": None}, LATER),
    ("a unit of another application does not", {"application_id": "APP-2"}, LATER),
    ("a unit of another facility does not", {"facility_id": "PA-0001"}, LATER),
    ("a unit of another modality does not", {"modality": "mri"}, LATER),
    ("a unit that was closed does not", {"stage": "closed", "outcome": "inactive", "closed_at": LATER}, LATER),
    ("a unit that has expired does not", {"stage": "closed", "outcome": "expired", "closed_at": LATER}, LATER),
    ("the unit's own last cycle does not", {"case_id": CASE}, LATER),
]


@pytest.mark.parametrize(("reason", "changes", "start"), SIBLINGS, ids=[reason for reason, *_ in SIBLINGS])
def test_units_share_the_earliest_start(books: Books, reason: str, changes: dict[str, Any], start: datetime) -> None:
    own = "accreditation.OH-0417.ct.CT-1.2"
    sibling: dict[str, Any] = {"case_id": SIBLING, "first_passed_at": NOON}
    with books.writing() as session:
        session.add_all([a_case(own), a_case(**sibling | changes)])
        session.flush()
        lock_case(session, own)
        lock_application(session, "OH-0417", "APP-1")
        case = session.exec(select(CaseRecord).where(col(CaseRecord.case_id) == own)).one()
        assert earliest_start(session, case, LATER) == start


@pytest.mark.parametrize("case_id", ["", "x.1/../accreditation.OH-0417.ct.CT-1.1", "evil.1", "evil.one", "evil"])
def test_no_case_is_announced_or_opened_under_what_is_no_id(books: Books, case_id: str) -> None:
    opened: dict[str, Any] = {"program": "accreditation", "application": an_application()}
    with pytest.raises(NoCaseId, match="is no id of a case"), books.writing() as session:
        announce_case(session, case_id, announced_at=NOON, **opened)
    with pytest.raises(NoCaseId, match="is no id of a case"), books.writing() as session:
        open_case(session, case_id, opened_at=NOON, edition="2021-03-08", **opened)
    with books.reading() as session:
        assert session.get(CaseRecord, case_id) is None
