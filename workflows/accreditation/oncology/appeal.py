"""The appeal of a report: the chief writes to the chair of the committee, and the chair's word is awaited.

No window is stated for it. The plan's clock stands still meanwhile and begins anew where the appeal is lost (decided).
"""

from typing import Any

from policy.accreditation.oncology.corrective_action import PLAN, deficient_sites
from policy.accreditation.rounds import Appeal, AreaState
from policy.facts import Party, Stage
from policy.messages import CorrectAppealResult, IssueAppealResult, SubmitCommitteeAppeal
from workflows.accreditation.oncology.corrective_action import CLOSURE, expect_plan
from workflows.accreditation.oncology.grant import grant
from workflows.case import Cycle


async def await_appeal_result(case: Cycle) -> None:
    """Wait for the result: accredited where the appeal was won for every site, else back to the plan."""
    this = case.facts.round
    appeal = this.appeal
    if appeal is None:
        raise RuntimeError("the stage appeal without an appeal")
    if appeal.findings is None:  # else it was decided, and corrected
        case.await_party(Party.ACR, "the appeal's result", f"appeal_result.{this.number}")
        await case.until(lambda: appeal.findings is not None)
    if deficient_sites(case.facts):
        case.enter(Stage.CORRECTIVE_ACTION, report=this.outcome)
    else:
        grant(case)


def receive_appeal(case: Cycle, message: SubmitCommitteeAppeal) -> None:
    """The chief's request has come: everything that was not acceptable is contested."""
    case.facts.round.appeal = Appeal(
        contested=deficient_sites(case.facts),
        letters=list(message.letters),
        additional_images=False,
        complete_at=case.at,
    )
    case.meet(case.facts.deadline("appeal"))
    case.drop(case.facts.deadline(PLAN))
    case.drop(case.facts.deadline(CLOSURE))
    case.settle_attention(PLAN)
    case.notify("committee_appeal", "appeal.received", areas=deficient_sites(case.facts))


def receive_result(case: Cycle, message: IssueAppealResult | CorrectAppealResult, **corrected: Any) -> None:
    """The chair has spoken: what was found acceptable after all passes today; a plan that has not come is due anew."""
    this, plan = case.facts.round, case.facts.plan
    if this.appeal is None:
        raise RuntimeError("an appeal result was accepted without an appeal")
    this.appeal.arbitrator, this.appeal.decided_at = message.arbitrator, case.at
    this.appeal.findings = list(message.findings)
    for finding in message.findings:
        area = case.facts.area(finding.area)
        if area and finding.acceptable:
            area.state, area.passed_at = AreaState.ACCEPTABLE, case.at
            this.overturned.append(finding.area)
    failed = bool(deficient_sites(case.facts))
    if not failed:
        case.facts.deficiencies -= 1
    due = expect_plan(case) if failed and plan and plan.addressed is None else None
    case.notify(
        "appeal_result",
        "appeal.decided",
        findings=[finding.model_dump(mode="json") for finding in message.findings],
        due_at=due.due_at.isoformat() if due else None,
        **corrected,
    )
