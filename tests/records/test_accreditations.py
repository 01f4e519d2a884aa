"""What the books know of the accreditations that designations rest on."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from records.accreditations import (
    accreditation_in_books,
    designations_resting_on,
    enter_accreditation,
    is_accredited,
    taken_back_in_books,
)
from records.books import Books
from records.tables import CaseRecord
from tests.records.rows import LATER, NOON, a_case

OPEN: dict[str, Any] = {"stage": "accredited", "awaited_party": None}


def ended(outcome: str, days: int = 0) -> dict[str, Any]:
    return {
        "stage": "closed",
        "outcome": outcome,
        "closed_at": LATER + timedelta(days=days),
        "awaited_party": None,
    }


def a_designation(practice: str = "SAMPLE", places: dict[str, list[str]] | None = None, **changes: Any) -> CaseRecord:
    """Return the open case of a practice with these locations and what they offer."""
    offered = {"OH-0417": ["ct", "mri", "xray"]} if places is None else places
    locations = [{"id": name, "services": services} for name, services in offered.items()]
    columns: dict[str, Any] = {
        "program": "dicoe",
        "facility_id": practice,
        "modality": None,
        "unit": None,
        "application": {"program": "dicoe", "locations": locations},
        "stage": "designated",
        "awaited_party": None,
    }
    return a_case(f"dicoe.{practice}.OH.1", **columns | changes)


@pytest.fixture
def session(books: Books) -> Iterator[Session]:
    """Empty books, in a transaction."""
    with books.writing() as opened:
        yield opened


def put(session: Session, *cases: CaseRecord) -> None:
    session.add_all(cases)
    session.flush()


def unit(name: str = "CT-1", cycle: int = 1, modality: str = "ct", **changes: Any) -> CaseRecord:
    return a_case(f"accreditation.OH-0417.{modality}.{name}.{cycle}", modality=modality, **changes)


def test_a_facility_that_no_case_is_about_is_unknown(session: Session) -> None:
    put(session, unit(facility_id="PA-0001", **OPEN), unit("MR-1", modality="mri", **OPEN))
    assert accreditation_in_books(session, "OH-0417", "ct") is None
    assert not is_accredited(session, "OH-0417", "ct")


@pytest.mark.parametrize("stage", ["starting", "application", "testing", "options", "survey"])
def test_a_case_under_way_says_nothing_yet(session: Session, stage: str) -> None:
    put(session, unit(stage=stage))
    assert accreditation_in_books(session, "OH-0417", "ct") is None
    assert not is_accredited(session, "OH-0417", "ct")


def test_an_open_case_that_was_granted_confirms(session: Session) -> None:
    put(session, unit(**OPEN), unit("CT-2", stage="testing"))
    held = accreditation_in_books(session, "OH-0417", "ct")
    assert held is not None
    assert (held.unit, held.stage) == ("CT-1", "accredited")
    assert is_accredited(session, "OH-0417", "ct")


@pytest.mark.parametrize("outcome", ["expired", "withdrawn", "not_granted", "inactive", "closed_by_acr"])
def test_a_case_that_ended_contradicts(session: Session, outcome: str) -> None:
    put(session, unit(**ended(outcome)), unit(cycle=2, stage="testing"))
    held = accreditation_in_books(session, "OH-0417", "ct")
    assert held is not None
    assert (held.cycle, held.outcome) == (1, outcome)
    assert not is_accredited(session, "OH-0417", "ct")


def test_of_several_ends_the_latest_counts(session: Session) -> None:
    put(session, unit(cycle=3, **ended("expired", 1)), unit("CT-2", 1, **ended("withdrawn", 2)))
    held = accreditation_in_books(session, "OH-0417", "ct")
    assert held is not None
    assert held.outcome == "withdrawn"


def test_one_accredited_unit_is_enough(session: Session) -> None:
    put(session, unit(**ended("expired")), unit("CT-2", **OPEN))
    held = accreditation_in_books(session, "OH-0417", "ct")
    assert held is not None
    assert held.unit == "CT-2"


def test_a_renewed_certificate_is_that_of_the_renewal(session: Session) -> None:
    put(session, unit(**ended("renewed", 5)))
    assert accreditation_in_books(session, "OH-0417", "ct") is None
    put(session, unit(cycle=2, **OPEN))
    held = accreditation_in_books(session, "OH-0417", "ct")
    assert held is not None
    assert held.cycle == 2


def test_a_designation_case_is_no_accreditation(session: Session) -> None:
    put(session, a_designation("OH-0417", modality="ct", **OPEN))
    assert accreditation_in_books(session, "OH-0417", "ct") is None


def test_designations_rest_on_what_their_locations_offer(session: Session) -> None:
    put(
        session,
        a_designation("ONE"),
        a_designation("TWO", {"OH-0001": ["ct"], "OH-0417": ["mri"]}),
        a_designation("THREE", {"OH-04170": ["ct"], "H-0417": ["ct"], "OH_0417": ["ct"]}),
        a_designation("FOUR", {"OH-0001": ["mri"], "OH-0417": ["ct"]}, stage="survey"),
        a_designation("NONE", {}),
    )
    assert designations_resting_on(session, "OH-0417", "ct") == ["dicoe.FOUR.OH.1", "dicoe.ONE.OH.1"]
    assert designations_resting_on(session, "OH-0417", "mri") == ["dicoe.ONE.OH.1", "dicoe.TWO.OH.1"]
    assert designations_resting_on(session, "OH-0417", "pet") == []
    assert designations_resting_on(session, "OH_0417", "ct") == ["dicoe.THREE.OH.1"]
    assert designations_resting_on(session, "%", "ct") == []


def test_closed_designations_and_those_that_never_began_are_not_told(session: Session) -> None:
    put(session, a_designation("GONE", **ended("expired")), a_designation("NEW", stage="starting", opened_at=NOON))
    assert designations_resting_on(session, "OH-0417", "ct") == []


def test_an_application_in_an_old_shape_harms_nobody(session: Session) -> None:
    put(session, a_designation("OLD", application={"program": "dicoe", "places": ["OH-0417"]}))
    put(session, a_designation("NULL", application={"locations": [{"id": "OH-0417", "services": None}]}))
    assert designations_resting_on(session, "OH-0417", "ct") == []


def test_a_certificate_that_a_correction_took_back_is_missed_until_the_facility_is_accredited_again(
    session: Session,
) -> None:
    enter_accreditation(session, "OH-0417", "ct", NOON, outcome=None)
    assert taken_back_in_books(session, "OH-0417", "ct") is None
    enter_accreditation(session, "OH-0417", "ct", LATER, outcome="taken_back")
    found = taken_back_in_books(session, "OH-0417", "ct")
    assert found is not None
    assert (found[0].stage, found[1]) == ("options", LATER)
    put(session, unit(**OPEN))  # another unit of the facility, which is accredited
    assert taken_back_in_books(session, "OH-0417", "ct") is None
