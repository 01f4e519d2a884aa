"""The scheduled on-site survey: base fee, schedule, report with training, travel invoice (S1, third deficiency and
later).
"""

from decimal import Decimal

from policy.cycle import RoundKind
from policy.dates import as_instant
from policy.facts import Party
from policy.fees import FeeLine
from policy.messages import FileSurveyReport, ScheduleSurvey
from workflows.case import Cycle
from workflows.cycle.application import begin_round
from workflows.fee import collect_fee


async def hold_survey(case: Cycle) -> None:
    """Collect the base fee, schedule the survey and wait for its report, until one is satisfactory; then test all
    again.
    """
    survey = case.facts.surveys[-1]
    await collect_fee(case, "site_survey", survey.number)
    while not survey.satisfactory:
        if not survey.team:
            case.ask(Party.ACR, "the survey's schedule", f"survey.{survey.number}.{survey.visits}.schedule")
            await case.until(lambda: bool(survey.team))
        case.ask(Party.SURVEYOR, "the survey's report", f"survey.{survey.number}.{survey.visits}.report")
        await case.until(lambda: survey.satisfactory or not survey.team)
    begin_round(case, RoundKind.REINSTATEMENT)


def schedule(case: Cycle, message: ScheduleSurvey) -> None:
    """The survey is scheduled, or scheduled anew."""
    survey = case.facts.surveys[-1]
    survey.team, survey.mode = list(message.team), message.mode
    survey.on = as_instant(message.on, case.terms.zone) if message.on else None
    case.notify(
        "survey_scheduled",
        "survey.scheduled",
        team=[f"{member.name} ({member.role.replace('_', ' ')})" for member in message.team],
        mode=message.mode,
        on=survey.on.isoformat() if survey.on else None,
    )


def file_report(case: Cycle, message: FileSurveyReport) -> None:
    """The report is filed: travel is invoiced and holds nothing up; an unsatisfactory survey is scheduled again."""
    survey = case.facts.surveys[-1]
    survey.visits += 1
    survey.satisfactory = message.satisfactory
    if not message.satisfactory:
        survey.team = []
    case.notify(
        "survey_report",
        "survey.reported",
        satisfactory=message.satisfactory,
        findings=[finding.model_dump(mode="json") for finding in message.findings],
        training=[f"{training.area}: {training.text}" for training in message.training],
    )
    lines = tuple(
        FeeLine(description=e.description, quantity=1, unit_price=e.amount, amount=e.amount)
        for e in message.travel_expenses
        if e.amount > Decimal(0)
    )
    if lines:
        occurrence = 1 + sum(invoice.purpose == "travel_expenses" for invoice in case.facts.invoices)
        case.want_invoice("travel_expenses", occurrence, lines=lines)
