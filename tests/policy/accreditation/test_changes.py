"""What changes about an accredited unit: who left is listed, a move says what follows, 13 months decide about units."""

from datetime import date, datetime

import pytest

from policy.accreditation.changes import ADDED, RENEWED_EARLY, months_above, ways_of_adding
from policy.messages import ReportAddedUnit, ReportPersonnelChange, ReportRelocation
from services.editions.reading import own_editions
from services.settings import SAMPLE
from tests.policy.accreditation.mammography.cycles import TERMS as MAMMOGRAPHY
from tests.policy.accreditation.mammography.cycles import accredited as a_mammography_unit
from tests.policy.accreditation.mammography.cycles import certify
from tests.policy.cycles import TERMS, a_cycle, et
from tests.policy.said import refused_by, said, taken
from tests.policy.spoken import data_of
from tests.policy.surveyed import ORDERED, standing

PHYSICIST = "Sample Medical Physicist"
LAST = date(2030, 3, 1)
"""The last day of the certificate of `standing()`."""


def another_unit(way: str) -> ReportAddedUnit:
    return ReportAddedUnit.model_validate(data_of("report_added_unit", way=way))


@pytest.mark.parametrize(
    ("today", "ways"),
    [
        (date(2029, 1, 31), ADDED),
        (date(2029, 2, 1), RENEWED_EARLY),
        (date(2029, 2, 2), RENEWED_EARLY),
    ],
    ids=["13 months and a day", "13 months exactly", "13 months less a day"],
)
def test_more_than_13_months_must_be_left_for_a_unit_to_be_added(today: date, ways: tuple[str, ...]) -> None:
    assert ways_of_adding(today, LAST, 13) == ways


@pytest.mark.parametrize(
    ("at", "way", "refused"),
    [
        (et("2029-01-31 12:00"), "addendum", False),
        (et("2029-01-31 12:00"), "reinstatement", False),
        (et("2029-01-31 12:00"), "early_renewal", True),
        (et("2029-02-01 12:00"), "addendum", True),
        (et("2029-02-01 12:00"), "reinstatement", True),
        (et("2029-02-01 12:00"), "early_renewal", False),
    ],
)
def test_the_way_follows_from_what_is_left(at: datetime, way: str, refused: bool) -> None:
    if refused:
        assert refused_by(standing(), another_unit(way), at) == "unit.way_not_open"
    else:
        assert len(taken(standing(), another_unit(way), at)) == 1


def test_how_many_months_must_be_left_the_edition_says() -> None:
    """Another body has nine; an edition of before says nothing, and its cases go on by thirteen."""
    (own,) = own_editions(SAMPLE.parent / "imaging-council" / "editions").accreditation
    assert (months_above(own), months_above(TERMS), months_above(TERMS.model_copy(update={"units": None}))) == (
        9,
        13,
        13,
    )
    ten_left = et("2029-05-01 12:00")
    assert len(taken(standing(), another_unit("addendum"), ten_left, own)) == 1
    assert refused_by(standing(), another_unit("addendum"), ten_left) == "unit.way_not_open"
    nine_left = et("2029-06-01 12:00")
    assert refused_by(standing(), another_unit("addendum"), nine_left, own) == "unit.way_not_open"


@pytest.mark.parametrize(("last", "way"), [(date(2028, 10, 2), "addendum"), (date(2028, 10, 1), "early_renewal")])
def test_in_mammography_the_months_are_left_on_the_mqsa_certificate(last: date, way: str) -> None:
    facts = a_mammography_unit()
    certify(facts, last)
    assert len(taken(facts, another_unit(way), ORDERED, MAMMOGRAPHY)) == 1


def test_only_what_is_accredited_changes_so() -> None:
    messages = (
        another_unit("addendum"),
        said(ReportRelocation, address="2 Sample Street"),
        said(ReportPersonnelChange, role="medical_physicist", left=PHYSICIST),
    )
    assert {refused_by(a_cycle(), message, ORDERED) for message in messages} == {"case.wrong_stage"}


def test_a_move_of_a_scanner_asks_for_a_phantom_and_the_physicist() -> None:
    told = taken(standing(), said(ReportRelocation, address="2 Sample Street"), ORDERED)
    assert [("phantom" in one) for one in told] == [False, True]


def test_who_has_left_is_listed_in_that_role() -> None:
    left = said(ReportPersonnelChange, role="medical_physicist", left="sample  medical physicist")
    assert taken(standing(), left, ORDERED) == []
    stranger = left.model_copy(update={"left": "Somebody Else"})
    assert refused_by(standing(), stranger, ORDERED) == "personnel.unknown_person"
