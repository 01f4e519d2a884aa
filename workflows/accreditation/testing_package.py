"""Testing and review: the package with its 45 days, then the final report (time requirements; S1)."""

from collections.abc import Sequence

from policy.accreditation.options import form_offer
from policy.accreditation.rounds import AreaState, RoundKind
from policy.accreditation.supplemental_review import running
from policy.accreditation.testing_package import fails_when_missed
from policy.accreditation.windows import grace_end, testing_due
from policy.facts import Deadline, Mark, Outcome, Party, Stage
from policy.messages import AreaFinding, CorrectTestingPackage, IssueFinalReport, SubmitTestingPackage
from workflows.accreditation.grant import correction_of, grant_if_all_passed
from workflows.accreditation.supplemental_review import await_supplemental_result
from workflows.case import Cycle
from workflows.case.corrections import note_correction
from workflows.case.labels import mark_label
from workflows.mammography.failure import hear_of_report


async def await_testing_package(case: Cycle) -> None:
    """The package is due 45 days after acceptance; missed, the office has 14 days to extend, then the case is
    inactive (mammography: no more time is given, and the unit fails for non-compliance).
    """
    this = case.facts.round
    due = case.facts.deadline("testing_package") or _open(case)

    def is_decided() -> bool:
        return this.is_submitted or _grace_is_over(case)

    def grace_begins() -> bool:
        return due.met is False and case.facts.grace_until is None

    while not is_decided():
        if grace_begins():
            _begin_grace(case, due)
        await case.until(lambda: is_decided() or grace_begins())
    if this.is_submitted:
        case.enter(Stage.REVIEW)
    elif fails_when_missed(case.terms):
        case.close(Outcome.NON_COMPLIANCE, "non_compliance", "testing.non_compliance")
    else:
        case.close(Outcome.INACTIVE, "inactive", "testing.inactive")


def _open(case: Cycle) -> Deadline:
    """Open the window; a reinstatement tests every area again, so that none of them counts as tested any more."""
    if case.facts.round.kind is RoundKind.REINSTATEMENT:
        for area in case.facts.areas:
            if area.state is not AreaState.WITHDRAWN:
                area.state = AreaState.UNTESTED
    due = case.open_deadline(
        "testing_package",
        "testing.past_due",
        testing_due(case.at, case.terms),
        remind=case.terms.testing.reminders.value,
        notice="testing_reminder",
    )
    case.await_party(Party.FACILITY, "the testing package", f"package.{case.facts.round.number}", "testing_package")
    case.notify(
        "application_accepted", "application.accepted", due_at=due.due_at.isoformat(), areas=case.facts.round.areas
    )
    return due


def _begin_grace(case: Cycle, due: Deadline) -> None:
    until = grace_end(due.due_at, case.terms)
    case.facts.grace_until = until
    rule = "testing.non_compliance" if fails_when_missed(case.terms) else "testing.inactive"
    label = mark_label("end", until, f"Grace of the testing package ({rule})", case.terms.zone)
    case.facts.marks.append(Mark(at=until, kind="pause", label=label, deadline=due.number))
    case.notify("testing_overdue", "testing.past_due", due_at=due.due_at.isoformat(), until=until.isoformat())


def _grace_is_over(case: Cycle) -> bool:
    until = case.facts.grace_until
    return until is not None and case.at >= until


def receive_package(case: Cycle, message: SubmitTestingPackage) -> None:
    """The package has come."""
    this = case.facts.round
    this.exams, this.submitted_at = list(message.exams), case.at
    case.meet(case.facts.deadline("testing_package"))
    case.facts.grace_until = None


def correct_package(case: Cycle, message: CorrectTestingPackage) -> None:
    """The package was entered wrongly: other exams stand in it, and it came when it came."""
    this = case.facts.round
    if this.submitted_at is None:
        raise RuntimeError("a package was corrected that was not submitted")
    note_correction(case, "testing_package", this.submitted_at, message.reason)
    this.exams = list(message.exams)


async def await_final_report(case: Cycle) -> None:
    """The reviewers' report: accredited where every area is acceptable, else a deficiency with its options.

    A supplemental review of such a report is held in the same stage.
    """
    this = case.facts.round
    if review := running(case.facts):
        await await_supplemental_result(case, review)
        return
    case.await_party(Party.ACR, "the final report", f"report.{this.number}")
    await case.until(lambda: this.findings is not None)
    if await grant_if_all_passed(case):
        return
    case.facts.deficiencies += 1
    case.enter(Stage.OPTIONS, deficiencies=case.facts.deficiencies)
    case.notify(
        "final_report",
        "report.deficiency",
        deficiencies=case.facts.deficiencies,
        findings=[finding.model_dump(mode="json") for finding in this.findings or []],
        round=this.kind,
        **form_offer(case.facts, case.terms, case.at).told(),
        **correction_of(case),
    )
    hear_of_report(case)


def receive_report(case: Cycle, message: IssueFinalReport) -> None:
    """The final report is there: each area under test has its finding."""
    case.facts.round.serious_risk = message.serious_risk
    take_findings(case, message.reviewers, message.findings)


def take_findings(
    case: Cycle, reviewers: Sequence[str], findings: Sequence[AreaFinding], *, keep_passed: bool = False
) -> None:
    """Take a report's findings; `keep_passed`: an area that had passed before the correction has passed since then."""
    this = case.facts.round
    this.reviewers, this.findings, this.reported_at = list(reviewers), list(findings), case.at
    for finding in findings:
        area = case.facts.area(finding.area)
        if area and finding.acceptable:
            since = area.passed_at if keep_passed and area.state is AreaState.ACCEPTABLE else None
            area.state, area.passed_at = AreaState.ACCEPTABLE, since or case.at
        elif area:
            area.state = AreaState.NOT_ACCEPTABLE
