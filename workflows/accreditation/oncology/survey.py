"""Application and survey: the fee, the acceptance, the survey's day, the surveyors' report. A follow-up likewise."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from policy.accreditation.cycle import Survey
from policy.accreditation.oncology.windows import follow_up, report_due, report_told_before
from policy.accreditation.rounds import Round, RoundKind
from policy.dates import as_instant, last_day, local_day
from policy.facts import Deadline, Party, Stage
from policy.fees import FeeLine
from policy.messages import FileSurveyReport, ScheduleSurvey
from workflows.case import Cycle
from workflows.case.fee import collect_fee_and_accept
from workflows.case.survey import invoice_travel, notify_schedule

FOLLOW_UP, REPORT = "follow_up_survey", "final_report"
"""The windows of a follow-up survey, and of the report on a survey."""


def begin_round(case: Cycle, kind: RoundKind) -> None:
    """Begin another attempt at every site."""
    facts = case.facts
    facts.rounds.append(
        Round(
            number=len(facts.rounds) + 1,
            kind=kind,
            areas=[area.id for area in facts.areas],
            occurrence=1 + sum(r.kind is kind for r in facts.rounds),
        )
    )


async def apply(case: Cycle) -> None:
    """Invoice the fee, wait until it is paid, then until the office accepts; the survey follows."""
    this, plan = case.facts.round, case.facts.plan
    if this.kind is RoundKind.REAPPLICATION and not case.facts.quoted:
        fee = Decimal(case.terms.surveyed.reapplication_fee.value)
        line = FeeLine.of("Radiation oncology accreditation: re-application fee, follow-up survey", fee)
        case.want_invoice(this.kind, this.occurrence, lines=(line,))
    await collect_fee_and_accept(
        case, this.kind, this.occurrence, accepted=lambda: this.accepted_at is not None, key=f"acceptance.{this.number}"
    )
    case.notify("application_accepted", "application.accepted", areas=this.areas)
    begin_survey(case, plan.decided_at if plan else None)


def begin_survey(case: Cycle, replied_at: datetime | None = None) -> None:
    """Begin a survey; one that follows a corrective action plan has a window, counted from the reply to the plan."""
    case.facts.surveys.append(Survey(number=len(case.facts.surveys) + 1, replied_at=replied_at))
    case.enter(Stage.SURVEY)
    if replied_at is None:
        return
    window, zone = follow_up(replied_at, case.terms), case.terms.zone
    case.open_deadline(
        FOLLOW_UP,
        "survey.follow_up",
        window.due_at,
        opens_at=window.opens_at,
        remind=[(last_day(window.due_at, zone) - local_day(window.opens_at, zone)).days],
        notice="follow_up_survey_due",
    )


async def hold_survey(case: Cycle) -> None:
    """Wait until the survey has its day, then for the surveyors' report."""
    survey = case.facts.surveys[-1]
    if not survey.team:
        await _await_schedule(case, survey)
    while survey.visits == 0:  # scheduled anew, it is another day on which the report can come
        day = local_day(survey.on, case.terms.zone) if survey.on else ""
        key = f"survey.{survey.number}.report.{day}"
        case.await_party(Party.SURVEYOR, "the survey's report", key, silent_from=survey.on)
        await case.change()
    case.enter(Stage.DECISION)


async def _await_schedule(case: Cycle, survey: Survey) -> None:
    """Wait for the survey's day; a follow-up survey that has none when its window ends is looked at."""
    key, due = f"survey.{survey.number}.schedule", case.facts.deadline(FOLLOW_UP)
    if due is None:
        case.await_party(Party.ACR, "the survey's schedule", key)
        await case.until(lambda: bool(survey.team))
        return
    case.await_party(Party.ACR, "the follow-up survey", key, FOLLOW_UP)
    while not survey.team:
        if due.met is False and not survey.overdue_told:
            survey.overdue_told = True
            case.need_attention(FOLLOW_UP, "survey.follow_up", "the follow-up survey is overdue")
            case.notify("follow_up_survey_overdue", "survey.follow_up", due_at=due.due_at.isoformat())
            case.remind_of_what_is_late()
        await case.change()


def schedule(case: Cycle, message: ScheduleSurvey) -> None:
    """The survey is scheduled, or scheduled anew; the weeks to its report count from its day."""
    survey = case.facts.surveys[-1]
    survey.team, survey.mode = list(message.team), message.mode
    survey.on = as_instant(message.on, case.terms.zone) if message.on else case.at
    case.settle_attention(FOLLOW_UP)
    case.meet(case.facts.deadline(FOLLOW_UP))
    case.drop(case.facts.deadline(REPORT))
    _expect_report(case, survey.on)
    notify_schedule(case, message, survey.on)


def _expect_report(case: Cycle, on: datetime) -> Deadline:
    """Open the window of the final report: expected from 8 weeks after the survey on, overdue after 12."""
    return case.open_deadline(
        REPORT,
        "report.due",
        report_due(on, case.terms),
        opens_at=max(on, case.at),
        remind=[report_told_before(case.terms)],
        notice="final_report_due",
    )


def file_report(case: Cycle, message: FileSurveyReport) -> None:
    """The surveyors have reported to the committee; their travel is invoiced and holds nothing up.

    What they found the facility learns from the final report.
    """
    survey = case.facts.surveys[-1]
    survey.visits += 1
    survey.satisfactory, survey.reported_at = message.satisfactory, case.at
    tell_survey_report(case)
    survey.travel = invoice_travel(case, message)


def tell_survey_report(case: Cycle, **corrected: Any) -> None:
    """Tell the facility that the surveyors have reported, and when the final report is expected."""
    due = case.facts.deadline(REPORT)
    due_at = due.due_at.isoformat() if due else None
    case.notify("survey_report", "survey.reported", due_at=due_at, **corrected)
