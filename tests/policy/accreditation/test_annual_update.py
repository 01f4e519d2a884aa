"""The annual update: on which days it is asked for, what answers it, and what a facility hears of its answer."""

from datetime import date

import pytest

from policy.accreditation.annual_update import next_anniversary, owed
from policy.accreditation.cycle import AnnualUpdate, Certificate, CycleFacts
from policy.accreditation.windows import certificate_term
from policy.dates import morning_of
from policy.edition import edition_in_force
from policy.messages import SubmitAnnualUpdate
from tests.policy.accreditation.mammography.cycles import TERMS as MAMMOGRAPHY
from tests.policy.accreditation.mammography.cycles import accredited
from tests.policy.cycles import TERMS, ZONE, a_cycle, et
from tests.policy.said import refused_by, said, taken
from tests.policy.surveyed import ORDERED, standing

CONFIRMED = said(SubmitAnnualUpdate, confirmed=True)


def since(day: date) -> CycleFacts:
    """An accredited mammography unit whose certificate counts from a day."""
    facts, from_ = accredited(), morning_of(day, ZONE)
    expires_at = certificate_term(from_, MAMMOGRAPHY).expires_at
    facts.certificate = Certificate(granted_at=from_, counts_from=from_, expires_at=expires_at)
    return facts


def asked(facts: CycleFacts) -> CycleFacts:
    facts.updates.append(AnnualUpdate(number=1, asked_at=et("2028-03-01 08:00"), date=0))
    return facts


@pytest.mark.parametrize(
    ("today", "asked_on"),
    [
        (date(2027, 3, 1), date(2028, 3, 1)),
        (date(2028, 2, 29), date(2028, 3, 1)),
        (date(2028, 3, 1), date(2029, 3, 1)),
        (date(2028, 3, 2), date(2029, 3, 1)),
        (date(2029, 2, 28), date(2029, 3, 1)),
        (date(2029, 3, 1), None),
        (date(2030, 2, 28), None),
    ],
    ids=[
        "the grant",
        "the day before",
        "the day",
        "the day after",
        "the day before the second",
        "the second",
        "the end",
    ],
)
def test_it_is_asked_for_on_each_anniversary_before_the_accreditation_ends(today: date, asked_on: date | None) -> None:
    assert next_anniversary(since(date(2027, 3, 1)), MAMMOGRAPHY, today) == asked_on


@pytest.mark.parametrize(
    ("begins", "days"),
    [
        (date(2028, 2, 29), [date(2029, 2, 28), date(2030, 2, 28)]),
        (date(2027, 2, 28), [date(2028, 2, 28), date(2029, 2, 28)]),
    ],
    ids=["from a leap day", "into a leap year"],
)
def test_a_leap_day_has_its_anniversary_on_the_last_of_february(begins: date, days: list[date]) -> None:
    facts = since(begins)
    first = next_anniversary(facts, MAMMOGRAPHY, begins)
    assert first is not None
    assert [first, next_anniversary(facts, MAMMOGRAPHY, first)] == days
    assert next_anniversary(facts, MAMMOGRAPHY, days[-1]) is None


def test_a_longer_term_that_began_on_a_leap_day_comes_back_to_it() -> None:
    facts = since(date(2028, 2, 29))
    assert facts.certificate is not None
    facts.certificate.expires_at = et("2034-02-28 24:00")
    assert next_anniversary(facts, MAMMOGRAPHY, date(2031, 12, 1)) == date(2032, 2, 29)


def test_nobody_else_is_asked() -> None:
    """No text says so of other modalities; an edition of before asks nobody; without a certificate there is no day."""
    assert next_anniversary(standing(), TERMS, date(2027, 9, 1)) is None
    oncology = edition_in_force("accreditation", date(2027, 1, 1), "radiation_oncology")
    assert next_anniversary(standing(), oncology, date(2027, 9, 1)) is None
    part = MAMMOGRAPHY.mammography
    assert part is not None
    before = MAMMOGRAPHY.model_copy(update={"mammography": part.model_copy(update={"annual_update": None})})
    assert next_anniversary(since(date(2027, 3, 1)), before, date(2027, 9, 1)) is None
    assert next_anniversary(accredited(), MAMMOGRAPHY, date(2027, 9, 1)) is None


def test_an_update_that_was_asked_for_is_owed_until_it_comes() -> None:
    facts = since(date(2027, 3, 1))
    assert owed(facts) is None
    assert owed(asked(facts)) is facts.updates[0]
    assert taken(facts, CONFIRMED, et("2028-03-01 08:00"), MAMMOGRAPHY) == []
    facts.updates[0].answered_at = et("2028-03-02 08:00")
    assert owed(facts) is None


def test_what_nobody_asked_for_is_taken_and_says_when_it_is_asked_for() -> None:
    told = taken(since(date(2027, 3, 1)), CONFIRMED, et("2028-02-29 12:00"), MAMMOGRAPHY)
    assert told == ["No update was asked for: it is taken all the same; the next one is asked for on 1 March 2028."]
    assert taken(standing(), CONFIRMED, ORDERED) == ["No update was asked for: it is taken all the same."]


def test_what_is_corrected_the_office_puts_into_the_application() -> None:
    corrected = said(SubmitAnnualUpdate, confirmed=True, corrections=["The administrator is Ann Sample."])
    (told,) = taken(asked(since(date(2027, 3, 1))), corrected, et("2028-03-01 09:00"), MAMMOGRAPHY)
    assert told.startswith("The office amends the application")


def test_an_update_is_of_an_accredited_unit() -> None:
    assert refused_by(a_cycle(), CONFIRMED, ORDERED) == "case.wrong_stage"
