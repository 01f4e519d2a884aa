"""Supplemental reviews: the office says what one accepts, costs and until when; then materials, then the result.

The revision of 2022 offers it beside the appeal, and no text at hand says more of it (the edition marks that as
unknown). So nothing is counted here but what the office has set for the case. As after an appeal, what is found
acceptable passes on the day of the result, and what is not leads back to the option form (decided).
"""

from datetime import datetime

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.rounds import SupplementalReview
from policy.accreditation.testing_package import judge_findings
from policy.dates import as_instant
from policy.edition import Edition
from policy.facts import InvoiceFact, Stage
from policy.messages import IssueSupplementalResult, SetSupplementalReview, SubmitSupplementalMaterials
from policy.rules import refuse
from policy.words import due_in_words

PURPOSE, WINDOW = "supplemental_review", "supplemental_review"
"""What its invoice is for, and how its window is called."""


def running(facts: CycleFacts) -> SupplementalReview | None:
    """Return the supplemental review that has no result yet."""
    review = facts.round.supplemental if facts.stage is Stage.REVIEW else None
    return review if review and review.findings is None else None


def fee_of(facts: CycleFacts) -> InvoiceFact | None:
    """Return the invoice of the supplemental review of this round, where the office has named a fee."""
    review = facts.round.supplemental
    return facts.standing_invoice(PURPOSE, review.number) if review else None


def judge_terms(facts: CycleFacts, terms: Edition, message: SetSupplementalReview, at: datetime) -> list[str]:
    """Judge the terms that the office sets: of a review that runs, for a day to come; a fee is named once.

    Returns:
        Nothing to warn of.

    Raises:
        Refused: `case.wrong_stage`, `deadline.not_later` or `supplemental_review.fee_invoiced`.
    """
    review = _must_run(facts)
    until = as_instant(message.until, terms.zone)
    if until <= at:
        day = due_in_words(until, terms.zone)
        raise refuse("deadline.not_later", f"{day} has passed.", "Name a day that is still to come.")
    if review.accepts is not None and message.fee is not None:
        raise refuse(
            "supplemental_review.fee_invoiced",
            "The fee of this review was settled when its terms were set first.",
            "Send the terms without a fee; take something off an invoice by a credit note.",
        )
    return []


def judge_materials(facts: CycleFacts, terms: Edition, message: SubmitSupplementalMaterials, at: datetime) -> list[str]:
    """Judge materials: the office has said what it takes, and its day has not passed.

    Returns:
        Nothing to warn of.

    Raises:
        Refused: `case.wrong_stage`, `supplemental_review.terms_missing` or `supplemental_review.past_due`.
    """
    review = _must_run(facts)
    _has_terms(review)
    if review.complete_at is not None:
        raise refuse("case.wrong_stage", "The materials are complete and with the reviewers.")
    due = facts.latest(WINDOW)
    if due and at > due.due_at:
        raise refuse(
            "supplemental_review.past_due",
            f"The materials were due on {due_in_words(due.due_at, terms.zone)}.",
            "Ask the office to set another day.",
        )
    return []


def judge_result(facts: CycleFacts, message: IssueSupplementalResult) -> None:
    """Judge a result: terms set, the fee paid, the materials complete or their day over, a finding for each area.

    Raises:
        Refused: `case.wrong_stage`, `supplemental_review.*`, `report.area_missing` or `report.unknown_area`.
    """
    review = _must_run(facts)
    _has_terms(review)
    fee = fee_of(facts)
    if fee and not fee.settled:
        number = f"Invoice {fee.number}" if fee.number else "The fee of the supplemental review"
        raise refuse("supplemental_review.fee_not_paid", f"{number} has not been paid.", "Record its payment first.")
    due = facts.latest(WINDOW)
    if review.complete_at is None and not (due and due.met is False):
        raise refuse(
            "supplemental_review.materials_incomplete",
            "The materials are not complete, and their day has not passed.",
            "Wait for the last materials: whoever hands them in says that they are complete.",
        )
    judge_findings(message.findings, review.contested)


def _must_run(facts: CycleFacts) -> SupplementalReview:
    review = running(facts)
    if review is None:
        raise refuse(
            "case.wrong_stage", f"No supplemental review is open; the case is in the stage {facts.stage.words}."
        )
    return review


def _has_terms(review: SupplementalReview) -> None:
    if review.accepts is None:
        raise refuse(
            "supplemental_review.terms_missing",
            "The office has not said yet what this review accepts, and until when.",
            "Wait for its terms: no text says them, so that the office sets them for each case.",
        )
