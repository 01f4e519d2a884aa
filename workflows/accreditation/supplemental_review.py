"""The supplemental review: the office says what it accepts and until when, materials come, the result is recorded.

No text at hand says more of it (`policy.accreditation.supplemental_review`), so that nothing here happens by itself but
that somebody is asked, and that the office looks when its day has passed.
"""

from policy.accreditation.appeal import contested
from policy.accreditation.rounds import SupplementalReview
from policy.accreditation.supplemental_review import PURPOSE, WINDOW, fee_of
from policy.dates import as_instant
from policy.facts import Party, Stage
from policy.fees import FeeLine
from policy.messages import ChooseOption, IssueSupplementalResult, SetSupplementalReview, SubmitSupplementalMaterials
from workflows.accreditation.grant import grant_if_all_passed, pass_after_all
from workflows.case import Cycle


def begin_supplemental_review(case: Cycle, choice: ChooseOption) -> None:
    """Begin the supplemental review of everything that is not acceptable and not withdrawn."""
    number = 1 + sum(r.supplemental is not None for r in case.facts.rounds)
    review = SupplementalReview(number=number, contested=contested(case.facts, choice))
    case.facts.round.supplemental = review
    case.enter(Stage.REVIEW, attempt=PURPOSE, contested=review.contested)


async def await_supplemental_result(case: Cycle, review: SupplementalReview) -> None:
    """Ask for what comes next until the result is there: the terms, the fee, the materials, the result itself."""
    while review.findings is None:
        _ask(case, review)
        due = case.facts.latest(WINDOW) if review.accepts is not None else None
        if due and due.met is False and not review.late_told:
            review.late_told = True
            text = "the materials of the supplemental review did not come in time"
            case.need_attention(WINDOW, "supplemental_review.past_due", text)
        await case.change()
    case.settle_attention(WINDOW)
    if await grant_if_all_passed(case):
        return
    case.facts.round.form = None  # the letter holds the result: nobody need view anything before the next form
    case.enter(Stage.OPTIONS, deficiencies=case.facts.deficiencies)


def _ask(case: Cycle, review: SupplementalReview) -> None:
    key, fee = f"{PURPOSE}.{review.number}", fee_of(case.facts)
    due = case.facts.deadline(WINDOW)
    if review.accepts is None:
        case.await_party(Party.ACR, "the terms of the supplemental review", f"{key}.terms")
    elif review.complete_at is None and due and due.met is None:
        case.await_party(Party.FACILITY, "the materials of the supplemental review", f"{key}.materials", WINDOW)
    elif fee and not fee.settled:
        case.await_party(Party.FACILITY, "the supplemental review fee", f"{key}.fee")
    else:
        case.await_party(Party.ACR, "the result of the supplemental review", f"{key}.result")


def set_terms(case: Cycle, message: SetSupplementalReview) -> None:
    """The office has said what the review takes, until when and for what fee; said again, it moves the day."""
    review = case.facts.round.supplemental
    if review is None:
        raise RuntimeError("terms were accepted without a supplemental review")
    until, due = as_instant(message.until, case.terms.zone), case.facts.deadline(WINDOW)
    if review.accepts is None or due is None:
        due = case.open_deadline(WINDOW, "supplemental_review.past_due", until)
    elif until != due.due_at:
        case.extend(due, until)
    review.accepts, review.late_told = message.accepts, False
    case.settle_attention(WINDOW)
    if message.fee is not None:
        line = FeeLine.of(f"Supplemental review of {case.facts.application.units[0].id}", message.fee)
        case.want_invoice(PURPOSE, review.number, lines=(line,))
    case.notify(
        "supplemental_review_terms",
        "supplemental_review.set",
        areas=review.contested,
        accepts=message.accepts,
        due_at=until.isoformat(),
        amount=f"{message.fee:.2f}" if message.fee is not None else None,
    )


def receive_materials(case: Cycle, message: SubmitSupplementalMaterials) -> None:
    """Materials have come; `complete` says that nothing is missing any more."""
    review = case.facts.round.supplemental
    if review and message.complete:
        review.complete_at = case.at
        case.meet(case.facts.deadline(WINDOW))


def receive_result(case: Cycle, message: IssueSupplementalResult) -> None:
    """The result: what was found acceptable passes today; a deficiency of which nothing is left is taken back."""
    this = case.facts.round
    review = this.supplemental
    if review is None:
        raise RuntimeError("a result was accepted without a supplemental review")
    review.reviewers, review.findings = list(message.reviewers), list(message.findings)
    review.decided_at = case.at
    case.drop(case.facts.deadline(WINDOW))
    told = pass_after_all(case, message.findings)
    case.notify(
        "supplemental_review_result",
        "supplemental_review.decided",
        **told,
    )
