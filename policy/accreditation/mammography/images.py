"""Dates of exams in mammography: clinical and phantom images belong together (AS/11000065938)."""

from datetime import date, datetime

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.rounds import RoundKind
from policy.application import AreaKind
from policy.dates import local_day
from policy.edition import Edition
from policy.messages import CorrectTestingPackage, SubmitTestingPackage
from policy.rules import refuse
from policy.words import day_in_words, listed


def judge_images(
    facts: CycleFacts, terms: Edition, package: SubmitTestingPackage | CorrectTestingPackage, at: datetime
) -> None:
    """Judge the dates of a package's exams: clinical and phantom images within 30 days of each other.

    A repeat tests the deficient area alone, so that nothing has to lie together.

    Raises:
        Refused: `testing.exam_undated` or `testing.images_apart`.
    """
    own = terms.mammography
    if own is None or facts.round.kind is RoundKind.REPEAT:
        return
    today = local_day(at, terms.zone)
    if undated := [exam.area for exam in package.exams if exam.performed_on is None or exam.performed_on > today]:
        raise refuse(
            "testing.exam_undated",
            f"The exam of {listed(undated)} has no date, or one that is still to come.",
            "Give with `performed_on` the day on which the images were made.",
        )
    apart = _apart(facts, package)
    if apart and abs((apart[0] - apart[1]).days) > own.images_within.value:
        clinical, phantom = apart
        raise refuse(
            "testing.images_apart",
            f"The clinical images of {day_in_words(clinical)} and the phantom's of {day_in_words(phantom)} lie "
            f"{abs((clinical - phantom).days)} days apart, more than {own.images_within.value}.",
            f"Submit clinical and phantom images that were made within {own.images_within.value} days of each other.",
        )


def _apart(facts: CycleFacts, package: SubmitTestingPackage | CorrectTestingPackage) -> tuple[date, date] | None:
    """Return the dates of the clinical and the phantom images that lie farthest apart, where there are both."""
    days: dict[AreaKind, list[date]] = {AreaKind.CLINICAL: [], AreaKind.PHANTOM: []}
    for exam in package.exams:
        area = facts.area(exam.area)
        if area and exam.performed_on:
            days[area.kind].append(exam.performed_on)
    pairs = [(one, other) for one in days[AreaKind.CLINICAL] for other in days[AreaKind.PHANTOM]]
    return max(pairs, key=lambda pair: abs((pair[0] - pair[1]).days), default=None)
