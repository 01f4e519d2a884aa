"""A mammography unit moves: until when its relocation application is complete, and what a facility hears of it."""

from datetime import date

import pytest

from policy.accreditation.judgement import judge
from policy.accreditation.mammography.relocation import relocation_due
from policy.edition import edition_in_force
from policy.messages import ReportRelocation
from tests.policy.accreditation.mammography.cycles import TERMS, accredited
from tests.policy.cycles import TERMS as DIAGNOSTIC
from tests.policy.cycles import et
from tests.policy.said import said


@pytest.mark.parametrize(
    ("moved", "last"),
    [
        (date(2027, 5, 1), "2027-05-11 24:00"),
        (date(2028, 2, 22), "2028-03-03 24:00"),  # a leap year
        (date(2027, 3, 8), "2027-03-18 24:00"),  # the clocks go forward on the 14th
        (date(2027, 12, 28), "2028-01-07 24:00"),
    ],
)
def test_the_application_is_complete_until_the_end_of_the_tenth_calendar_day_after_the_move(
    moved: date, last: str
) -> None:
    assert relocation_due(moved, TERMS) == et(last)


def test_other_modalities_and_editions_of_before_know_no_such_window() -> None:
    assert relocation_due(date(2027, 5, 1), DIAGNOSTIC) is None
    assert relocation_due(date(2027, 5, 1), edition_in_force("accreditation", date(2027, 1, 1), "ct")) is None
    part = TERMS.mammography
    assert part
    before = TERMS.model_copy(update={"mammography": part.model_copy(update={"relocation": None})})
    assert relocation_due(date(2027, 5, 1), before) is None


def test_the_facility_hears_the_day_with_the_answer_to_its_report() -> None:
    message = said(ReportRelocation, address="2 Sample Street", on="2028-05-01")
    warnings = judge(accredited(), TERMS, message, et("2028-04-20 10:00"))
    assert "It must be complete by 11 May 2028, 24:00 ET." in warnings
    undated = said(ReportRelocation, address="2 Sample Street")
    warnings = judge(accredited(), TERMS, undated, et("2028-04-20 10:00"))
    assert "It must be complete by 30 April 2028, 24:00 ET." in warnings


@pytest.mark.parametrize(
    ("at", "said_of_it"),
    [
        ("2028-05-11 23:59:59", "It must be complete by 11 May 2028, 24:00 ET."),
        ("2028-05-12 00:00:00", "It must be complete by 11 May 2028, 24:00 ET."),  # the due instant itself
        ("2028-05-12 00:00:01", "It had to be complete by 11 May 2028, 24:00 ET."),
    ],
)
def test_a_move_that_is_told_when_its_days_are_over_is_answered_as_late(at: str, said_of_it: str) -> None:
    moved = said(ReportRelocation, address="2 Sample Street", on="2028-05-01")
    assert said_of_it in judge(accredited(), TERMS, moved, et(at))
