"""Whom a step concerns beside its own case: designations that rest on an accreditation which it granted or ended."""

from typing import Any

import pytest

from activities.contract import StepTaken
from activities.steps import take
from policy.office import OfficeSettings
from records.books import Books
from tests.activities.orders import LATER, a_row, a_step
from tests.records.rows import NOON, a_case
from tests.records.test_accreditations import OPEN, a_designation

TOLD = ("dicoe.SAMPLE.OH.1",)
GRANTED = a_row(stage="accredited", awaited_party=None)


def closed(outcome: str) -> Any:
    return a_row(stage="closed", outcome=outcome, closed_at=LATER, awaited_party=None)


@pytest.fixture
def resting(books: Books, office: OfficeSettings) -> Books:
    """Books with a designation that rests on the case's CT, and the case itself, which has opened."""
    with books.writing() as session:
        session.add(a_designation())
    assert take(books, a_step(), office).designations == ()
    return books


def stands(books: Books, office: OfficeSettings, row: Any, number: int = 2) -> StepTaken:
    return take(books, a_step(number, row=row), office)


def test_a_grant_is_told_once(resting: Books, office: OfficeSettings) -> None:
    assert stands(resting, office, GRANTED).designations == TOLD
    assert stands(resting, office, GRANTED, 3).designations == (), "a later step of an accredited case is no grant"


def test_the_same_step_again_gives_the_same_answer(resting: Books, office: OfficeSettings) -> None:
    first = stands(resting, office, GRANTED)
    with resting.writing() as session:
        session.add(a_designation("ANOTHER"))
    assert stands(resting, office, GRANTED) == first


@pytest.mark.parametrize("stage", ["testing", "review", "options", "survey"])
def test_what_is_neither_granted_nor_ended_concerns_nobody(resting: Books, office: OfficeSettings, stage: str) -> None:
    assert stands(resting, office, a_row(stage=stage)).designations == ()


@pytest.mark.parametrize("outcome", ["expired", "withdrawn", "closed_by_acr", "not_granted", "inactive", "revoked"])
def test_an_end_is_told(resting: Books, office: OfficeSettings, outcome: str) -> None:
    stands(resting, office, GRANTED)
    assert stands(resting, office, closed(outcome), 3).designations == TOLD


def test_a_renewed_certificate_has_not_ended(resting: Books, office: OfficeSettings) -> None:
    stands(resting, office, GRANTED)
    assert stands(resting, office, closed("renewed"), 3).designations == ()


def test_an_end_is_not_told_while_another_unit_is_accredited(resting: Books, office: OfficeSettings) -> None:
    stands(resting, office, GRANTED)
    with resting.writing() as session:
        session.add(a_case("accreditation.OH-0417.ct.CT-2.1", **OPEN))
    assert stands(resting, office, closed("expired"), 3).designations == ()


def test_another_modality_or_facility_does_not_stand_in(resting: Books, office: OfficeSettings) -> None:
    stands(resting, office, GRANTED)
    with resting.writing() as session:
        session.add(a_case("accreditation.OH-0417.mri.MR-1.1", modality="mri", **OPEN))
        session.add(a_case("accreditation.PA-0001.ct.CT-1.1", facility_id="PA-0001", **OPEN))
    assert stands(resting, office, closed("expired"), 3).designations == TOLD


def test_a_case_that_ends_in_its_first_step_is_an_end(books: Books, office: OfficeSettings) -> None:
    with books.writing() as session:
        session.add(a_designation())
    assert take(books, a_step(row=closed("withdrawn")), office).designations == TOLD


def test_the_steps_of_a_designation_concern_no_designation(books: Books, office: OfficeSettings) -> None:
    with books.writing() as session:
        session.add(a_designation())
        session.add(a_designation("OTHER", {"OH-0417": ["ct"]}, opened_at=NOON))
    step = a_step(2, case_id="dicoe.OTHER.OH.1", row=closed("expired"))
    assert take(books, step, office).designations == ()


def test_a_designation_that_closes_meanwhile_is_not_told(resting: Books, office: OfficeSettings) -> None:
    take(resting, a_step(2, case_id="dicoe.SAMPLE.OH.1", row=closed("expired")), office)
    assert stands(resting, office, GRANTED).designations == ()
