"""The scheduled on-site survey: base fee, schedule, report with training, travel invoice (S1, third deficiency and
later).
"""

from policy.accreditation.rounds import RoundKind
from policy.dates import as_instant
from policy.facts import Party
from policy.messages import FileSurveyReport, ScheduleSurvey
from workflows.accreditation.application import begin_round
from workflows.case import Cycle
from workflows.case.fee import collect_fee
from workflows.case.survey import invoice_travel, notify_report, notify_schedule


async def hold_survey(case: Cycle) -> None:
    """Collect the base fee, schedule the survey and wait for its report, until one is satisfactory; then test all
    again.
    """
    survey = case.facts.surveys[-1]
    await collect_fee(case, "site_survey", survey.number)
    while not survey.satisfactory:
        if not survey.team:
            case.await_party(Party.ACR, "the survey's schedule", f"survey.{survey.number}.{survey.visits}.schedule")
            await case.until(lambda: bool(survey.team))
        case.await_party(Party.SURVEYOR, "the survey's report", f"survey.{survey.number}.{survey.visits}.report")
        await case.until(lambda: survey.satisfactory or not survey.team)
    begin_round(case, RoundKind.REINSTATEMENT)


def schedule(case: Cycle, message: ScheduleSurvey) -> None:
    """The survey is scheduled, or scheduled anew."""
    survey = case.facts.surveys[-1]
    survey.team, survey.mode = list(message.team), message.mode
    survey.on = as_instant(message.on, case.terms.zone) if message.on else None
    notify_schedule(case, message, survey.on)


def file_report(case: Cycle, message: FileSurveyReport) -> None:
    """The report is filed: travel is invoiced and holds nothing up; an unsatisfactory survey is scheduled again."""
    survey = case.facts.surveys[-1]
    survey.visits += 1
    survey.satisfactory = message.satisfactory
    if not message.satisfactory:
        survey.team = []
    survey.reported_at = case.at
    notify_report(case, message)
    survey.travel = invoice_travel(case, message)
