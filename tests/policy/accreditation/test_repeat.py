"""A repeat: only what was not acceptable, by the same exam, from another patient."""

from datetime import timedelta
from typing import Any

import pytest

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.rounds import RoundKind
from policy.messages import Exam, SubmitTestingPackage
from tests.policy.cycles import (
    ABDOMEN,
    AREAS,
    CHEST,
    HEAD,
    PHANTOM,
    REINSTATED,
    REPORTED,
    SECOND,
    a_cycle_after_a_failed_repeat,
    a_cycle_with_a_deficient_report,
    begin_round,
    chosen,
    et,
    exams,
    take_choice,
    under_test,
)
from tests.policy.said import refusal, refused_by, said, taken

ACCEPTED = et("2027-04-01 09:00")
NOW = et("2027-04-20 12:00")


def a_repeat(*deficient: str) -> CycleFacts:
    """A repeat of areas that the first package showed by `<area> exam` of the subjects `P1-<area>`."""
    facts = take_choice(a_cycle_with_a_deficient_report(*deficient), chosen("repeat"), REPORTED + timedelta(days=5))
    begin_round(facts, RoundKind.REPEAT, deficient)
    return under_test(facts, ACCEPTED)


def a_package(*made: Exam, **fields: Any) -> SubmitTestingPackage:
    return said(SubmitTestingPackage, **{"medium": "upload", "exams": list(made)} | fields)


def an_exam(area: str, subject: str | None, exam: str = "") -> Exam:
    return Exam(area=area, exam=exam or f"{area} exam", subject=subject)


def test_a_repeat_is_the_same_exam_of_another_patient() -> None:
    assert taken(a_repeat(CHEST), a_package(an_exam(CHEST, "P2")), NOW) == []
    assert taken(a_repeat(CHEST, HEAD), a_package(*exams([CHEST, HEAD], "P2")), NOW) == []


def test_a_repeat_has_45_days_of_its_own() -> None:
    facts, package = a_repeat(CHEST), a_package(an_exam(CHEST, "P2"))
    assert taken(facts, package, et("2027-05-16 24:00")) == []
    assert refused_by(facts, package, et("2027-05-16 24:00") + SECOND) == "testing.past_due"


@pytest.mark.parametrize("area", [HEAD, ABDOMEN, PHANTOM])
def test_what_was_acceptable_is_not_repeated(area: str) -> None:
    package = a_package(an_exam(CHEST, "P2"), *exams([area], "P2"))
    refused = refusal(a_repeat(CHEST), package, NOW)
    assert refused.rule == "repeat.not_deficient_area"
    assert CHEST in refused.instead[0]


def test_every_deficient_area_is_repeated() -> None:
    assert refused_by(a_repeat(CHEST, HEAD), a_package(an_exam(CHEST, "P2")), NOW) == "testing.area_missing"


@pytest.mark.parametrize("exam", ["chest with contrast", "chest-adult exam 2", f"{HEAD} exam"])
def test_another_exam_is_no_repeat(exam: str) -> None:
    refused = refusal(a_repeat(CHEST), a_package(an_exam(CHEST, "P2", exam)), NOW)
    assert refused.rule == "repeat.exam_changed"
    assert "chest-adult exam" in refused.instead[0]


@pytest.mark.parametrize("exam", ["Chest-Adult Exam", "  chest-adult   exam "])
def test_the_same_exam_may_be_written_otherwise(exam: str) -> None:
    assert taken(a_repeat(CHEST), a_package(an_exam(CHEST, "P2", exam)), NOW) == []


def test_one_exam_more_or_less_is_a_change() -> None:
    facts = a_repeat(CHEST)
    more = a_package(an_exam(CHEST, "P2"), an_exam(CHEST, "P3", "chest with contrast"))
    assert refused_by(facts, more, NOW) == "repeat.exam_changed"
    first = facts.rounds[0]
    first.exams = [*(first.exams or []), an_exam(CHEST, "P1-more", "chest with contrast")]
    assert refused_by(facts, a_package(an_exam(CHEST, "P2")), NOW) == "repeat.exam_changed"
    assert taken(facts, more, NOW) == []


@pytest.mark.parametrize("subject", [f"P1-{CHEST}", f"P1-{HEAD}", f" P1-{CHEST} ", f"p1-{CHEST}", f"\uff301-{CHEST}"])
def test_no_patient_is_shown_twice_in_a_case(subject: str) -> None:
    assert refused_by(a_repeat(CHEST), a_package(an_exam(CHEST, subject)), NOW) == "repeat.same_subject"


def test_a_case_that_began_before_takes_a_token_in_another_case_for_another_patient() -> None:
    facts = a_repeat(CHEST)
    facts.rules_revision = 2
    assert taken(facts, a_package(an_exam(CHEST, f"p1-{CHEST}")), NOW) == []


def test_the_exam_is_judged_before_the_patient() -> None:
    package = a_package(an_exam(CHEST, f"P1-{CHEST}", "another exam"))
    assert refused_by(a_repeat(CHEST), package, NOW) == "repeat.exam_changed"


def test_a_phantom_is_scanned_again_with_nobody_in_it() -> None:
    assert taken(a_repeat(PHANTOM), a_package(an_exam(PHANTOM, None)), NOW) == []


def test_a_clinical_repeat_names_its_subject_too() -> None:
    assert refused_by(a_repeat(CHEST), a_package(an_exam(CHEST, None)), NOW) == "testing.subject_missing"


def test_a_repeat_comes_by_the_same_medium() -> None:
    package = a_package(an_exam(CHEST, "P2"), medium="film")
    assert refused_by(a_repeat(CHEST), package, NOW) == "testing.different_medium"


def test_a_reinstatement_tests_everything_and_may_show_anybody_and_any_exam_again() -> None:
    facts = a_cycle_after_a_failed_repeat(CHEST)
    begin_round(facts, RoundKind.REINSTATEMENT, AREAS)
    under_test(facts, REINSTATED)
    now = REINSTATED + timedelta(days=5)
    assert taken(facts, a_package(*exams(AREAS, "P1")), now) == []
    changed = [an_exam(area, None if area == PHANTOM else "P1", "another exam") for area in AREAS]
    assert taken(facts, a_package(*changed), now) == []
    assert refused_by(facts, a_package(an_exam(CHEST, "P3")), now) == "testing.area_missing"
