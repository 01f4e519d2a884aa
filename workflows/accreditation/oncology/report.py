"""The final report: expected 8 to 12 weeks after the survey, told and overdue, awaited all the same; its outcome."""

from collections.abc import Iterable

from policy.accreditation.cycle import CorrectiveActionPlan
from policy.accreditation.oncology.windows import appeal_due
from policy.accreditation.rounds import AreaState, Round
from policy.facts import Deadline, Party, Stage
from policy.messages import AreaFinding, DecideAccreditation, ViewFinalReport
from workflows.accreditation.grant import correction_of
from workflows.accreditation.oncology.corrective_action import expect_plan
from workflows.accreditation.oncology.grant import grant
from workflows.accreditation.oncology.survey import REPORT
from workflows.case import Cycle


async def await_final_report(case: Cycle) -> None:
    """Wait for the report and go where its outcome leads; of a report on a self-audit no window is stated."""
    this, due = case.facts.round, case.facts.deadline(REPORT)
    case.await_party(Party.ACR, "the final report", f"report.{this.number}", REPORT if due else None)
    while this.outcome is None:
        if due is not None and due.met is False and not this.report_overdue_told:
            _say_overdue(case, this, due)
        await case.change()
    case.settle_attention(REPORT)
    case.meet(due)
    if this.outcome == "accredited":
        grant(case)
    else:
        _begin_corrective_action(case, this)


def _say_overdue(case: Cycle, this: Round, due: Deadline) -> None:
    this.report_overdue_told = True
    case.need_attention(REPORT, "report.due", "the final report is overdue")
    case.notify("final_report_overdue", "report.due", due_at=due.due_at.isoformat())
    case.remind_of_what_is_late()


def _begin_corrective_action(case: Cycle, this: Round) -> None:
    """Deferred or denied: the report may be appealed, and a corrective action plan is due."""
    facts = case.facts
    facts.deficiencies += 1
    facts.plan = CorrectiveActionPlan()
    case.enter(Stage.CORRECTIVE_ACTION, report=this.outcome)
    appealed_by = case.open_deadline("appeal", "appeal.past_due", appeal_due(case.at, case.terms))
    due = expect_plan(case)
    case.notify(
        str(this.outcome),
        f"report.{this.outcome}",
        findings=[finding.model_dump(mode="json") for finding in this.findings or []],
        due_at=due.due_at.isoformat(),
        appeal_by=appealed_by.due_at.isoformat(),
        round=this.kind,
        **correction_of(case),
    )


def decide(case: Cycle, message: DecideAccreditation) -> None:
    """The final report is there: each site has its finding."""
    take_report(case, message.outcome, message.findings)


def take_report(case: Cycle, outcome: str, findings: Iterable[AreaFinding]) -> None:
    """Take a final report, the first or a corrected one, as the word on this attempt."""
    this = case.facts.round
    this.outcome, this.findings, this.reported_at = outcome, list(findings), case.at
    for finding in this.findings:
        area = case.facts.area(finding.area)
        if area and finding.acceptable:
            area.state, area.passed_at = AreaState.ACCEPTABLE, case.at
        elif area:
            area.state = AreaState.NOT_ACCEPTABLE


def view_report(case: Cycle, _message: ViewFinalReport) -> None:
    """Somebody at the facility has viewed the report; its windows do not wait for that."""
    reported = case.facts.reported
    if reported and reported.viewed_at is None:
        reported.viewed_at = case.at
