"""Testing packages and final reports: what they must cover, and what a repeat may not change."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from policy import case_rules
from policy.accreditation.cycle import CycleFacts
from policy.accreditation.mammography.images import judge_images
from policy.accreditation.rounds import AreaState, RoundKind
from policy.accreditation.windows import oldest_images
from policy.application import AreaKind
from policy.dates import local_day
from policy.edition import Edition
from policy.facts import Stage
from policy.messages import (
    AreaFinding,
    CorrectTestingPackage,
    Exam,
    ExtendDueDate,
    IssueFinalReport,
    SubmitTestingPackage,
)
from policy.rules import refuse
from policy.words import day_in_words, due_in_words, listed

Package = SubmitTestingPackage | CorrectTestingPackage
NO_NAMES = "What stands for a patient is a token that says nothing to others, never a name: it stays in the record."


def areas_under_test(facts: CycleFacts, kind: RoundKind) -> list[str]:
    """Return what an attempt tests: a repeat the not-acceptable areas, every other all that were not withdrawn."""
    states = (
        [AreaState.NOT_ACCEPTABLE] if kind is RoundKind.REPEAT else [s for s in AreaState if s != AreaState.WITHDRAWN]
    )
    return [area.id for area in facts.areas_in(*states)]


def fails_when_missed(terms: Edition) -> bool:
    """Return whether a missed package fails the unit for non-compliance, instead of an application that is inactive."""
    return terms.mammography is not None and not terms.mammography.package_extended.value


def judge_extension(facts: CycleFacts, terms: Edition, message: ExtendDueDate, at: datetime) -> None:
    """Judge an extension as every case does; mammography gives no more time for the package (AC/11000049771).

    Raises:
        Refused: `testing.not_extended`, or as `policy.case_rules.judge_extension` does.
    """
    if message.deadline == "testing_package" and fails_when_missed(terms):
        raise refuse(
            "testing.not_extended",
            f"In mammography the {terms.testing.package.value} days of the testing package are not extended.",
            "The package must come by its due date; a missed one fails the unit for non-compliance.",
        )
    case_rules.judge_extension(facts, terms, message, at)


def judge_package(facts: CycleFacts, terms: Edition, package: SubmitTestingPackage, at: datetime) -> list[str]:
    """Judge a testing package as of an instant.

    Returns:
        A warning where what stands for a patient looks like a name.

    Raises:
        Refused: `case.wrong_stage`, `testing.*` or `repeat.*`.
    """
    if facts.stage is not Stage.TESTING:
        raise refuse(
            "case.wrong_stage", f"No testing package is awaited; the case is in the stage {facts.stage.words}."
        )
    deadline = facts.deadline("testing_package")
    if deadline and at > deadline.due_at:
        raise refuse(
            "testing.past_due",
            f"The testing package was due on {due_in_words(deadline.due_at, terms.zone)}.",
            *(
                []
                if fails_when_missed(terms)
                else ["Ask the office to extend the due date before the application becomes inactive."]
            ),
        )
    _judge_areas(facts, package, facts.round.areas)
    if package.medium is not facts.medium:
        raise refuse(
            "testing.different_medium",
            f"The images were announced {facts.medium.words}, the package comes {package.medium.words}.",
            f"Submit it {facts.medium.words}.",
        )
    return _judge_exams(facts, terms, package, at)


def judge_package_correction(
    facts: CycleFacts, terms: Edition, message: CorrectTestingPackage, _at: datetime
) -> list[str]:
    """Judge that a package can be corrected, and that the corrected one might have been submitted in its place.

    Returns:
        A warning where what stands for a patient looks like a name.

    Raises:
        Refused: `case.wrong_stage`, `correction.already_followed`, `testing.*` or `repeat.*`.
    """
    submitted = facts.round.submitted_at
    if submitted is None:
        raise refuse("case.wrong_stage", f"No package was submitted; the case is in the stage {facts.stage.words}.")
    if facts.stage is not Stage.REVIEW or facts.round.findings is not None:
        raise refuse(
            "correction.already_followed",
            "The reviewers have reported on this package.",
            "Correct the report (correct_final_report), where it says what the images do not.",
        )
    _judge_areas(facts, message, facts.round.areas)
    return _judge_exams(facts, terms, message, submitted)


def _judge_exams(facts: CycleFacts, terms: Edition, package: Package, at: datetime) -> list[str]:
    judge_images(facts, terms, package, at)
    if facts.round.kind is RoundKind.REPEAT:
        for area in facts.round.areas:
            _judge_same_exam(facts, area, package.exams)
        _judge_new_subjects(facts, package.exams)
    _judge_age(facts, terms, package.exams, at)
    named = [exam.area for exam in package.exams if exam.subject and len(exam.subject.split()) > 1]
    return [f"{NO_NAMES} Look at {listed(dict.fromkeys(named))}."] if named else []


def _judge_areas(facts: CycleFacts, package: Package, under_test: Sequence[str]) -> None:
    for exam in package.exams:
        area = facts.area(exam.area)
        if area is None or area.state is AreaState.WITHDRAWN:
            what = "was withdrawn" if area else "is no area of the application"
            raise refuse("testing.unknown_area", f"{exam.area} {what}.", f"Under test: {listed(under_test)}.")
        if exam.area not in under_test:
            raise refuse(
                "repeat.not_deficient_area", f"{exam.area} was found acceptable.", f"Repeat {listed(under_test)} only."
            )
        if area.kind is AreaKind.CLINICAL and not exam.subject:
            raise refuse(
                "testing.subject_missing",
                f"The exam of {exam.area} names no subject.",
                "Give an opaque token for the patient, never a name or number of the patient.",
            )
    if missing := [area for area in under_test if area not in {exam.area for exam in package.exams}]:
        raise refuse(
            "testing.area_missing", f"No exam of {listed(missing)}.", f"Submit one for each of {listed(under_test)}."
        )


def _judge_same_exam(facts: CycleFacts, area: str, exams: Iterable[Exam]) -> None:
    before = sorted({facts.folded(exam.exam) for exam in facts.original_exams(area, besides=facts.round)})
    now = sorted({facts.folded(exam.exam) for exam in exams if exam.area == area})
    if before != now:
        raise refuse(
            "repeat.exam_changed",
            f"{area} was tested by {listed(before)} and is repeated by {listed(now)}.",
            f"Repeat {listed(before)}.",
        )


def _judge_new_subjects(facts: CycleFacts, exams: Iterable[Exam]) -> None:
    used = {facts.token(subject) for subject in facts.subjects(besides=facts.round)}
    for exam in exams:
        area = facts.area(exam.area)
        if area and area.kind is AreaKind.CLINICAL and facts.token(exam.subject) in used:
            raise refuse(
                "repeat.same_subject",
                f"The subject of {exam.area} was submitted before in this case.",
                "Repeat the exam from a different patient.",
            )


def _judge_age(facts: CycleFacts, terms: Edition, exams: Iterable[Exam], at: datetime) -> None:
    """Judge when the images were made: not too long before the package came, and not after it. Older editions do not
    ask.

    Raises:
        Refused: `testing.date_missing`, `testing.images_too_old` or `testing.date_in_future`.
    """
    for exam in exams:
        area = facts.area(exam.area)
        kind = area.kind if area else AreaKind.CLINICAL
        age = terms.testing.phantom_age if kind is AreaKind.PHANTOM else terms.testing.clinical_age
        oldest = oldest_images(kind, at, terms)
        if age is None or oldest is None:
            continue
        source, limit = terms.cite(age), f"Images of {kind.words} are at most {age.value} months old"
        if exam.performed_on is None:
            raise refuse(
                "testing.date_missing",
                f"The exam of {exam.area} does not say when its images were made.",
                f"Give the day as performed_on. {limit}: from {day_in_words(oldest)} on, as of this package.",
                source=source,
            )
        if exam.performed_on > local_day(at, terms.zone):
            raise refuse(
                "testing.date_in_future",
                f"The images of {exam.area} were made on {day_in_words(exam.performed_on)}, after the package came.",
                "Give the day on which they were made.",
            )
        if exam.performed_on < oldest:
            raise refuse(
                "testing.images_too_old",
                f"The images of {exam.area} were made on {day_in_words(exam.performed_on)}. {limit}.",
                f"Send images that were made from {day_in_words(oldest)} on.",
                source=source,
            )


def judge_report(facts: CycleFacts, report: IssueFinalReport) -> None:
    """Judge a final report: one finding for each area under test, with recommendations where not acceptable.

    Raises:
        Refused: `case.wrong_stage` or `report.*`.
    """
    if facts.stage is not Stage.REVIEW or facts.round.findings is not None:
        raise refuse("case.wrong_stage", f"No final report is awaited; the case is in the stage {facts.stage.words}.")
    judge_findings(report.findings, facts.round.areas)
    judge_recommendations(report.findings)


def judge_recommendations(findings: Iterable[AreaFinding]) -> None:
    """Judge that there are specific recommendations where something is not acceptable.

    Raises:
        Refused: `report.recommendation_missing`.
    """
    if silent := [f.area for f in findings if not f.acceptable and not f.comments.strip()]:
        raise refuse(
            "report.recommendation_missing",
            f"{listed(silent)} is not acceptable, but no recommendation is given.",
            "Give specific recommendations on each of them.",
        )


def judge_findings(findings: Iterable[AreaFinding], expected: Sequence[str]) -> None:
    """Judge that there is exactly one finding for each expected area.

    Raises:
        Refused: `report.unknown_area` or `report.area_missing`.
    """
    counted = Counter(finding.area for finding in findings)
    for area, times in counted.items():
        if area not in expected:
            raise refuse("report.unknown_area", f"{area} is not under review.", f"Under review: {listed(expected)}.")
        if times > 1:
            raise refuse("report.unknown_area", f"{area} has {times} findings.", "Give one finding for each area.")
    if missing := [area for area in expected if area not in counted]:
        raise refuse("report.area_missing", f"No finding on {listed(missing)}.", "Give one finding for each area.")
