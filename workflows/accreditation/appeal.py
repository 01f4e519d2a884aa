"""The appeal: materials, the arbitrator's packet, the result expected after 30 to 45 days, won or lost (S1)."""

from typing import Any

from policy.accreditation.appeal import contested
from policy.accreditation.rounds import Appeal
from policy.accreditation.windows import appeal_result_due, appeal_result_from
from policy.application import Medium
from policy.facts import Deadline, Party, Stage
from policy.messages import (
    AssignArbitrator,
    ChooseOption,
    CorrectAppealResult,
    IssueAppealResult,
    SubmitAppealMaterials,
)
from workflows.accreditation.grant import grant_if_all_passed, pass_after_all
from workflows.case import Cycle


def begin_appeal(case: Cycle, choice: ChooseOption) -> None:
    """Begin the appeal of everything that is not acceptable and not withdrawn.

    Its materials are complete with the form, as of its receipt, where no images are announced; CD and film: when the
    office says so.
    """
    complete = not choice.additional_images and case.facts.medium is Medium.UPLOAD
    form = case.facts.reported.form if case.facts.reported else None
    chosen_at = form.chosen_at if form and form.chosen_at else case.at
    case.facts.round.appeal = Appeal(
        contested=contested(case.facts, choice),
        letters=list(choice.letters),
        additional_images=choice.additional_images,
        complete_at=chosen_at if complete else None,
    )
    case.enter(Stage.APPEAL, contested=case.facts.round.appeal.contested)


async def await_appeal_result(case: Cycle) -> None:
    """Wait for the materials, then for the result: told to the office at 30 days, overdue at 45, awaited all the
    same.
    """
    this = case.facts.round
    appeal = this.appeal
    if appeal is None:
        raise RuntimeError("the stage appeal without an appeal")
    if appeal.findings is not None:  # decided, and corrected
        await _conclude(case)
        return
    if appeal.complete_at is None:
        case.await_party(Party.FACILITY, "the appeal's materials", f"materials.{this.number}")
        await case.until(lambda: appeal.complete_at is not None)
    due = case.facts.deadline("appeal_result") or _expect_result(case, appeal)
    case.await_party(Party.ACR, "the appeal's result", f"appeal_result.{this.number}", "appeal_result")

    def is_decided() -> bool:
        return appeal.findings is not None

    await case.until(lambda: is_decided() or due.met is False)
    if not is_decided():
        case.need_attention("appeal_result", "appeal.result_due", "the appeal's result is overdue")
        if not appeal.overdue_told:
            appeal.overdue_told = True
            case.notify("appeal_result_overdue", "appeal.result_due", due_at=due.due_at.isoformat())
            if case.facts.rules_revision >= 3:  # cases that began before this go on as they began
                case.remind_of_what_is_late()
        await case.until(is_decided)
    case.settle_attention("appeal_result")
    case.meet(due)
    await _conclude(case)


def _expect_result(case: Cycle, appeal: Appeal) -> Deadline:
    terms = case.terms.appeal
    complete_at = appeal.complete_at or case.at
    due = case.open_deadline(
        "appeal_result",
        "appeal.result_due",
        appeal_result_due(complete_at, case.terms),
        opens_at=complete_at,
        remind=[terms.result_latest.value - terms.result_earliest.value],
        notice="appeal_result_due",
    )
    expected = {
        "areas": appeal.contested,
        "opens_at": appeal_result_from(complete_at, case.terms).isoformat(),
        "due_at": due.due_at.isoformat(),
    }
    case.notify("appeal_materials_complete", "appeal.materials_complete", **expected)
    case.notify(
        "appeal_packet",
        "appeal.packet",
        **expected,
        arbitrator=appeal.arbitrator,
        findings=[
            finding.model_dump(mode="json")
            for r in case.facts.rounds
            for finding in r.findings or []
            if not finding.acceptable
        ],
        letters=[letter.model_dump(mode="json") for letter in appeal.letters],
    )
    return due


async def _conclude(case: Cycle) -> None:
    """Accredited where everything that is left has passed; else another form, without appeal, once the result is
    viewed.
    """
    if await grant_if_all_passed(case):
        return
    this = case.facts.round
    this.form, this.viewed_at = None, None
    case.enter(Stage.OPTIONS, deficiencies=case.facts.deficiencies)


def receive_materials(case: Cycle, message: SubmitAppealMaterials) -> None:
    """Materials have come; `complete` says that nothing is missing any more."""
    appeal = case.facts.round.appeal
    if appeal and message.complete:
        appeal.complete_at = case.at


def assign_arbitrator(case: Cycle, message: AssignArbitrator) -> None:
    """The office has named the arbitrator."""
    appeal = case.facts.round.appeal
    if appeal:
        appeal.arbitrator = message.arbitrator


def receive_result(case: Cycle, message: IssueAppealResult | CorrectAppealResult, **corrected: Any) -> None:
    """The arbitrator has spoken: what he found acceptable passes today; a deficiency of which nothing is left is
    taken back.
    """
    this = case.facts.round
    if this.appeal is None:
        raise RuntimeError("an appeal result was accepted without an appeal")
    this.appeal.arbitrator, this.appeal.decided_at = message.arbitrator, case.at
    this.appeal.findings = list(message.findings)
    told = pass_after_all(case, message.findings)
    case.notify(
        "appeal_result",
        "appeal.decided",
        **told,
        **corrected,
    )
