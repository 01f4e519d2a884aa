"""A closing that was taken back is no end: the case was in one stage, ended once, and was granted once."""

from datetime import UTC, datetime, timedelta

from records.reports.lives import Between, Entered
from services.reports.stages import figures_of

BEGIN = datetime(2027, 1, 11, 14, tzinfo=UTC)
YEAR = Between(BEGIN - timedelta(days=1), BEGIN + timedelta(days=365))


def entered(day: int, stage: str, outcome: str | None = None) -> Entered:
    at = BEGIN + timedelta(days=day)
    number = 1 if stage == "application" else None
    return Entered("accreditation.OH-1.ct.CT-1.1", "accreditation", "ct", at, stage, number, outcome)


LIFE = [
    entered(0, "application"),
    entered(2, "testing"),
    entered(10, "closed", "closed_by_acr"),
    entered(15, "testing"),
    entered(20, "review"),
    entered(30, "accredited"),
    entered(40, "closed", "closed_by_acr"),
    entered(41, "accredited"),
]


def test_a_case_that_was_opened_again_has_not_ended_and_was_accredited_once() -> None:
    figures = figures_of(LIFE, YEAR)
    assert figures.granted == {"ct": 1}
    assert not figures.endings
    assert figures.attempts == {(1, "passed"): 1}
    assert figures.within == {("accredited", "ct"): 1}
    assert figures.days["testing", "ct"].found == [18.0]


def test_one_that_is_closed_again_has_ended_once() -> None:
    figures = figures_of([*LIFE, entered(60, "closed", "withdrawn")], YEAR)
    assert figures.endings == {("ct", "withdrawn"): 1}
    assert figures.days["accredited", "ct"].found == [30.0]


def test_an_accreditation_of_elsewhere_may_begin_with_its_end() -> None:
    """The books hear of it first when it ends; once it is granted again, that is where it stands."""
    assert figures_of([entered(0, "closed", "expired")], YEAR).endings == {}
    again = figures_of([entered(0, "closed", "expired"), entered(5, "accredited")], YEAR)
    assert again.within == {("accredited", "ct"): 1}
    assert (again.endings, again.granted) == ({}, {})
