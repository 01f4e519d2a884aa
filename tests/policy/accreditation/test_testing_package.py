"""Testing packages and final reports: the 45 days, what a package covers, and what a report must say."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.rounds import AreaState, RoundKind
from policy.accreditation.testing_package import areas_under_test
from policy.application import Medium
from policy.facts import Stage
from policy.messages import CorrectTestingPackage, IssueFinalReport, SubmitTestingPackage
from tests.policy.cycles import (
    ABDOMEN,
    AREAS,
    CHEST,
    HEAD,
    PHANTOM,
    SECOND,
    a_ct_unit,
    a_cycle,
    a_cycle_with_a_deficient_report,
    begin_round,
    et,
    exams,
    finding,
    submit,
    under_test,
)
from tests.policy.said import refusal, refused_by, said, taken

ACCEPTED = et("2027-02-10 11:00")
"""Forty-five days later it is 27 March; clocks go forward in between."""
NOW = et("2027-03-01 12:00")


def awaiting(accepted_at: datetime = ACCEPTED, medium: Medium = Medium.UPLOAD) -> CycleFacts:
    return under_test(a_cycle(a_ct_unit(medium)), accepted_at)


def a_package(*areas: str, medium: str = "upload", **fields: Any) -> SubmitTestingPackage:
    return said(SubmitTestingPackage, **{"medium": medium, "exams": exams(areas or AREAS, "P1")} | fields)


def with_exam(area: str, **changes: Any) -> SubmitTestingPackage:
    return a_package(exams=[e.model_copy(update=changes) if e.area == area else e for e in exams(AREAS, "P1")])


def corrected(*areas: str, patient: str = "P1") -> CorrectTestingPackage:
    return said(CorrectTestingPackage, exams=exams(areas or AREAS, patient), reason="It was entered wrongly.")


def test_a_package_is_corrected_until_the_reviewers_have_reported_and_must_be_one() -> None:
    came = submit(awaiting(), NOW)
    assert taken(came, corrected(patient="P7"), NOW) == []
    assert taken(came, corrected(), NOW + timedelta(days=90)) == []  # it is judged as of the day on which it came
    assert refused_by(came, corrected(CHEST), NOW) == "testing.area_missing"
    assert refused_by(awaiting(), corrected(), NOW) == "case.wrong_stage"
    reported = a_cycle_with_a_deficient_report(CHEST)
    assert refused_by(reported, corrected(), NOW) == "correction.already_followed"


def test_a_corrected_repeat_may_keep_its_own_subjects_and_none_of_the_first_package() -> None:
    facts = a_cycle_with_a_deficient_report(CHEST)
    begin_round(facts, RoundKind.REPEAT, [CHEST])
    submit(facts, NOW)
    assert taken(facts, corrected(CHEST, patient="P2"), NOW) == []
    assert refused_by(facts, corrected(CHEST, patient="P1"), NOW) == "repeat.same_subject"


@pytest.mark.parametrize(
    ("accepted_at", "day"),
    [
        (ACCEPTED, "2027-03-27"),
        (et("2027-01-28 09:00"), "2027-03-14"),
        (et("2027-09-23 09:00"), "2027-11-07"),
        (et("2027-10-01 23:59"), "2027-11-15"),
        (et("2027-10-02 00:00"), "2027-11-16"),
        (et("2028-01-15 09:00"), "2028-02-29"),
        (et("2027-11-20 09:00"), "2028-01-04"),
    ],
)
def test_the_package_is_due_at_the_end_of_the_45th_day_after_acceptance(accepted_at: datetime, day: str) -> None:
    facts, midnight = awaiting(accepted_at), et(f"{day} 24:00")
    for in_time in (et(f"{day} 00:00") - SECOND, et(f"{day} 12:00"), midnight - SECOND, midnight):
        assert taken(facts, a_package(), in_time) == []
    for late in (midnight + SECOND, midnight + timedelta(days=1)):
        assert refused_by(facts, a_package(), late) == "testing.past_due"
    assert f"{int(day[-2:])} " in refusal(facts, a_package(), midnight + SECOND).reason


def test_a_package_that_was_late_is_taken_once_the_office_has_extended() -> None:
    facts = awaiting()
    facts.deadlines[0].met = False
    late = et("2027-04-05 12:00")
    assert refused_by(facts, a_package(), late) == "testing.past_due"
    facts.deadlines[0].due_at, facts.deadlines[0].met = et("2027-04-10 24:00"), None
    assert taken(facts, a_package(), late) == []
    assert refused_by(facts, a_package(), et("2027-04-10 24:00") + SECOND) == "testing.past_due"


@pytest.mark.parametrize("missing", AREAS)
def test_every_area_under_test_has_its_exam(missing: str) -> None:
    package = a_package(*[area for area in AREAS if area != missing])
    refused = refusal(awaiting(), package, NOW)
    assert refused.rule == "testing.area_missing"
    assert missing in refused.reason


def test_an_empty_package_lacks_every_area() -> None:
    refused = refusal(awaiting(), a_package(exams=[]), NOW)
    assert refused.rule == "testing.area_missing"
    assert all(area in refused.reason for area in AREAS)


def test_an_area_may_come_with_several_exams() -> None:
    more = exams([CHEST], "P9")
    assert taken(awaiting(), a_package(exams=[*exams(AREAS, "P1"), *more]), NOW) == []


@pytest.mark.parametrize("area", [CHEST, HEAD, ABDOMEN])
@pytest.mark.parametrize("subject", [None])
def test_a_clinical_exam_names_its_subject(area: str, subject: str | None) -> None:
    assert refused_by(awaiting(), with_exam(area, subject=subject), NOW) == "testing.subject_missing"


def test_a_phantom_has_no_subject() -> None:
    assert [exam.subject for exam in a_package().exams if exam.area == PHANTOM] == [None]
    assert taken(awaiting(), a_package(), NOW) == []


@pytest.mark.parametrize("area", ["knee", "CHEST-ADULT"])
def test_an_area_that_the_application_does_not_name_is_not_tested(area: str) -> None:
    package = a_package(exams=exams([*AREAS, area], "P1"))
    assert refused_by(awaiting(), package, NOW) == "testing.unknown_area"


def test_an_area_that_was_withdrawn_is_not_tested_any_more() -> None:
    facts = awaiting()
    facts.areas[1].state = AreaState.WITHDRAWN
    facts.round.areas = [CHEST, ABDOMEN, PHANTOM]
    assert refused_by(facts, a_package(), NOW) == "testing.unknown_area"
    assert taken(facts, a_package(CHEST, ABDOMEN, PHANTOM), NOW) == []


@pytest.mark.parametrize("announced", list(Medium))
@pytest.mark.parametrize("sent", list(Medium))
def test_the_package_comes_by_the_medium_that_was_announced(announced: Medium, sent: Medium) -> None:
    facts, package = awaiting(medium=announced), a_package(medium=sent)
    if announced is sent:
        assert taken(facts, package, NOW) == []
    else:
        assert refused_by(facts, package, NOW) == "testing.different_medium"


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.TESTING])
def test_a_package_is_awaited_in_testing_only(stage: Stage) -> None:
    facts = awaiting()
    facts.stage = stage
    assert refused_by(facts, a_package(), NOW) == "case.wrong_stage"


def a_report(*findings: Any, **fields: Any) -> IssueFinalReport:
    return said(IssueFinalReport, **{"reviewers": ["Sample Reviewer"], "findings": list(findings)} | fields)


def all_acceptable() -> list[Any]:
    return [finding(area, acceptable=True) for area in AREAS]


def in_review() -> CycleFacts:
    return submit(awaiting(), et("2027-02-20 10:00"))


def test_a_report_has_one_finding_for_each_area_under_test() -> None:
    assert taken(in_review(), a_report(*all_acceptable()), NOW) == []
    mixed = [finding(area, acceptable=area != CHEST) for area in reversed(AREAS)]
    assert taken(in_review(), a_report(*mixed), NOW) == []


@pytest.mark.parametrize("missing", AREAS)
def test_a_report_that_is_silent_on_an_area_is_refused(missing: str) -> None:
    report = a_report(*[f for f in all_acceptable() if f.area != missing])
    refused = refusal(in_review(), report, NOW)
    assert refused.rule == "report.area_missing"
    assert missing in refused.reason


def test_a_report_on_nothing_is_refused() -> None:
    assert refused_by(in_review(), a_report(), NOW) == "report.area_missing"


@pytest.mark.parametrize("more", [finding("knee", acceptable=True), finding(CHEST, acceptable=False)])
def test_a_report_says_nothing_of_other_areas_and_nothing_twice(more: Any) -> None:
    assert refused_by(in_review(), a_report(*all_acceptable(), more), NOW) == "report.unknown_area"


@pytest.mark.parametrize("comments", ["", "   "])
def test_what_is_not_acceptable_comes_with_recommendations(comments: str) -> None:
    rest = [f for f in all_acceptable() if f.area != HEAD]
    report = a_report(*rest, finding(HEAD, acceptable=False, comments=comments))
    refused = refusal(in_review(), report, NOW)
    assert refused.rule == "report.recommendation_missing"
    assert HEAD in refused.reason


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.REVIEW])
def test_a_report_is_awaited_in_review_only(stage: Stage) -> None:
    facts = in_review()
    facts.stage = stage
    assert refused_by(facts, a_report(*all_acceptable()), NOW) == "case.wrong_stage"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (RoundKind.INITIAL, [CHEST, HEAD, PHANTOM]),
        (RoundKind.REPEAT, [CHEST]),
        (RoundKind.REINSTATEMENT, [CHEST, HEAD, PHANTOM]),
    ],
)
def test_a_repeat_tests_what_failed_and_a_reinstatement_everything_left(kind: RoundKind, expected: list[str]) -> None:
    facts = a_cycle()
    states = [AreaState.NOT_ACCEPTABLE, AreaState.ACCEPTABLE, AreaState.WITHDRAWN, AreaState.ACCEPTABLE]
    for area, state in zip(facts.areas, states, strict=True):
        area.state = state
    assert areas_under_test(facts, kind) == expected
    assert begin_round(facts, kind, expected).areas == expected


def test_a_subject_that_looks_like_a_name_is_taken_with_a_warning_that_does_not_repeat_it() -> None:
    (warning,) = taken(awaiting(), with_exam(CHEST, subject="Mrs Doe"), NOW)
    assert "never a name" in warning
    assert CHEST in warning
    assert "Doe" not in warning


def test_a_token_for_a_subject_needs_no_word() -> None:
    assert taken(awaiting(), with_exam(CHEST, subject="S-17"), NOW) == []
