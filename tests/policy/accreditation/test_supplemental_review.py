"""Supplemental reviews: what no text says of them the office sets, and the case holds everybody to that."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.rounds import Appeal, SupplementalReview
from policy.edition import Certainty
from policy.facts import Stage
from policy.messages import (
    AssignArbitrator,
    CorrectFinalReport,
    IssueSupplementalResult,
    Message,
    SetSupplementalReview,
    SubmitSupplementalMaterials,
    UndoOption,
)
from tests.policy.cycles import (
    CHEST,
    REPORTED,
    SECOND,
    a_cycle_after_a_failed_repeat,
    a_cycle_with_a_deficient_report,
    end_of,
    finding,
    invoice,
    open_deadline,
)
from tests.policy.later import OF_2022, answer
from tests.policy.said import a_choice, said


def supplemental(*, terms_set: bool = True, complete: bool = False, **fields: Any) -> CycleFacts:
    facts = a_cycle_with_a_deficient_report(CHEST)
    facts.stage = Stage.REVIEW
    accepts = "The chest protocol." if terms_set else None
    review = SupplementalReview(number=1, contested=[CHEST], accepts=accepts, **fields)
    facts.round.supplemental = review
    if terms_set:
        open_deadline(facts, "supplemental_review", REPORTED, end_of(REPORTED, 20))
    if complete:
        review.complete_at = REPORTED + timedelta(days=10)
    return facts


def the_terms(**fields: Any) -> SetSupplementalReview:
    return said(SetSupplementalReview, **{"accepts": "The chest protocol.", "until": "2027-04-01"} | fields)


MATERIALS = said(SubmitSupplementalMaterials, complete=True)
A_RESULT = said(IssueSupplementalResult, reviewers=["Ann Sample"], findings=[finding(CHEST, acceptable=True)])
DAY_9, DAY_21 = REPORTED + timedelta(days=9), REPORTED + timedelta(days=21)


def unpaid() -> CycleFacts:
    facts = supplemental(complete=True)
    invoice(facts, "2027-0002", "250.00", purpose="supplemental_review", occurrence=1)
    return facts


def decided() -> CycleFacts:
    facts = supplemental(complete=True, findings=[finding(CHEST, acceptable=False)], decided_at=REPORTED)
    facts.stage = Stage.OPTIONS
    return facts


@pytest.mark.parametrize(
    ("facts", "message", "at", "rule"),
    [
        (supplemental(terms_set=False), the_terms(fee="250.00"), DAY_9, None),
        (supplemental(terms_set=False), the_terms(until="2027-03-09"), DAY_9 + timedelta(days=5), "deadline.not_later"),
        (supplemental(), the_terms(), DAY_9, None),
        (supplemental(), the_terms(fee="1.00"), DAY_9, "supplemental_review.fee_invoiced"),
        (a_cycle_with_a_deficient_report(CHEST), the_terms(), DAY_9, "case.wrong_stage"),
        (supplemental(terms_set=False), MATERIALS, DAY_9, "supplemental_review.terms_missing"),
        (supplemental(), MATERIALS, end_of(REPORTED, 20), None),
        (supplemental(), MATERIALS, end_of(REPORTED, 20) + SECOND, "supplemental_review.past_due"),
        (supplemental(complete=True), MATERIALS, DAY_9, "case.wrong_stage"),
        (supplemental(terms_set=False), A_RESULT, DAY_9, "supplemental_review.terms_missing"),
        (supplemental(), A_RESULT, DAY_9, "supplemental_review.materials_incomplete"),
        (supplemental(complete=True), A_RESULT, DAY_21, None),
        (unpaid(), A_RESULT, DAY_21, "supplemental_review.fee_not_paid"),
        (decided(), a_choice("supplemental_review"), DAY_9, "supplemental_review.already_decided"),
        (decided(), a_choice("appeal"), DAY_9, None),
    ],
)
def test_a_supplemental_review_goes_as_the_office_has_set_it(
    facts: CycleFacts, message: Message, at: datetime, rule: str | None
) -> None:
    assert answer(facts, message, at, OF_2022) == rule


def test_the_result_follows_without_materials_once_their_day_has_passed() -> None:
    facts = supplemental()
    facts.deadlines[-1].met = False
    assert answer(facts, A_RESULT, DAY_21, OF_2022) is None


def test_whoever_reviewed_once_more_arbitrates_no_appeal() -> None:
    facts = decided()
    assert facts.round.supplemental is not None
    facts.round.supplemental.reviewers = ["Ann Sample"]
    facts.stage, facts.round.appeal = Stage.APPEAL, an_appeal()
    message = said(AssignArbitrator, arbitrator="ann sample")
    assert answer(facts, message, DAY_9, OF_2022) == "appeal.arbitrator_not_independent"


def an_appeal() -> Appeal:
    return Appeal(contested=[CHEST], letters=[], additional_images=False)


def chosen_and(**how: Any) -> CycleFacts:
    """A supplemental review was chosen on the form of the report."""
    facts = supplemental(**how)
    form = facts.round.form
    assert form is not None
    form.choice, form.chosen_at = a_choice("supplemental_review"), REPORTED
    return facts


UNDONE = said(UndoOption, reason="Chosen by mistake.")
CORRECTED = said(CorrectFinalReport, reviewers=["Ann Sample"], findings=[], reason="A slip.")


@pytest.mark.parametrize(
    ("facts", "message", "rule"),
    [
        (chosen_and(terms_set=False), UNDONE, None),
        (chosen_and(), UNDONE, "correction.already_followed"),
        (decided(), CORRECTED, "correction.already_followed"),
    ],
)
def test_the_choice_is_undone_until_its_terms_are_set_and_a_decided_report_stays(
    facts: CycleFacts, message: Message, rule: str | None
) -> None:
    assert answer(facts, message, DAY_9, OF_2022) == rule


def test_a_second_deficiency_may_be_reviewed_once_more_too() -> None:
    facts = a_cycle_after_a_failed_repeat(CHEST)
    at = facts.round.viewed_at
    assert at is not None
    assert answer(facts, a_choice("supplemental_review"), at + timedelta(days=4), OF_2022) is None


@pytest.mark.parametrize("name", ["accepts", "fee", "window"])
def test_what_no_text_says_of_it_stays_marked_as_unknown(name: str) -> None:
    provision = OF_2022.provisions()[f"supplemental_review.{name}"]
    assert (provision.value, provision.certainty) == ("not known", Certainty.UNKNOWN)
    assert OF_2022.cite(provision).endswith(" (not known)")
