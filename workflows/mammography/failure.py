"""A failed attempt of mammography: FDA is told, and the office decides what no source states."""

from typing import Any

from policy.accreditation.mammography.facts import FailureDecision, FdaNotice
from policy.accreditation.mammography.failure import fda_due, tells_fda
from policy.accreditation.rounds import AreaState
from policy.facts import Stage
from policy.messages import DecideAfterFailure
from workflows.case import Cycle
from workflows.case.corrections import corrected

ITEM = "after_failure"
STATED_NOWHERE = (
    "whether the unit must stop after this failure no source states{third}: decide it with decide_after_failure"
)
THIRD = ", nor what the option form takes beside withdrawal"
NOT_TOLD = "FDA has not been told within its business days"


def hear_of_report(case: Cycle) -> None:
    """A report is out: FDA hears of a serious risk, and of every failure from the second attempt on."""
    if not tells_fda(case.facts, case.terms):
        return
    this = case.facts.round
    risk = this.serious_risk
    failed = [finding.area for finding in this.findings or [] if not finding.acceptable]
    told = {"deficiencies": case.facts.deficiencies, "areas": failed, "serious_risk": risk}
    tell_fda(case, "fda_failure", "failure.serious_risk" if risk else "failure.fda", urgent=risk, **told)
    if case.facts.deficiencies >= 2:
        third = THIRD if case.facts.deficiencies > 2 else ""
        case.need_attention(ITEM, "failure.office_decides", STATED_NOWHERE.format(third=third))


def take_back(case: Cycle, told: bool) -> None:
    """A correction has left no failure: there is nothing to decide, and FDA hears that what it was told is corrected.

    Args:
        case: The case; its corrected findings are taken.
        told: Whether FDA was told of the report before its correction.
    """
    left = [area for area in case.facts.areas if area.state is not AreaState.WITHDRAWN]
    if not told or any(area.state is not AreaState.ACCEPTABLE for area in left):
        return
    case.settle_attention(ITEM)
    rule = "failure.serious_risk" if case.facts.round.serious_risk else "failure.fda"
    tell_fda(case, "fda_failure", rule, urgent=False, **corrected(case.facts))


def tell_fda(case: Cycle, kind: str, rule: str, *, urgent: bool = True, **facts: Any) -> None:
    """Send a notice to FDA; where business days are counted, a window runs until it has gone out."""
    case.notify(kind, rule, **facts)
    if urgent and case.facts.mammography is not None:
        due = case.open_deadline("fda_notice", rule, fda_due(case.at, case.terms), attention=NOT_TOLD)
        case.facts.mammography.fda.append(FdaNotice(number=case.facts.notices, deadline=due.number))


def hear_of_delivery(case: Cycle) -> None:
    """A step was carried out: notices to FDA that are out, and wait for nobody to mend them, have kept their window."""
    if case.facts.stage is Stage.CLOSED:  # what nobody could deliver is no attention item any more
        return
    waiting = {order.number for order in case.outbox.notices}
    troubled = {attention.item for attention in case.facts.attention}
    for notice in case.facts.mammography.fda if case.facts.mammography else []:
        if notice.told or notice.number in waiting or f"notice.{notice.number}" in troubled:
            continue
        notice.told = True
        case.meet(case.facts.deadlines[notice.deadline])
        case.settle_attention("fda_notice")
        case.note("deadline", "FDA has been told", deadline="fda_notice", notice=notice.number)


def decide(case: Cycle, message: DecideAfterFailure) -> None:
    """The office has decided; the facility hears whether the unit stops and what the form takes."""
    own, this = case.facts.mammography, case.facts.round
    if own is None:
        raise RuntimeError("a failure of mammography was decided in a case of something else")
    decided = FailureDecision(round=this.number, unit_stops=message.unit_stops, options=list(message.options))
    own.decisions.append(decided)
    case.settle_attention(ITEM)
    told = {"unit_stops": message.unit_stops, "reason": message.reason, "deficiencies": case.facts.deficiencies}
    if case.facts.deficiencies > 2:
        told |= {"options": [str(option) for option in message.options] + ["withdraw"]}
    case.notify("failure_decided", "failure.office_decides", **told)
