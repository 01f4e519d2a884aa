"""What every survey has in common: the notice of its schedule, its report, the travel invoice."""

from datetime import datetime
from typing import Any

from policy.messages import CorrectSurveyReport, FileSurveyReport, InvoiceTravelExpenses, ScheduleSurvey
from policy.money import travel_lines
from policy.words import role_in_words
from workflows.case import AnyCase


def notify_schedule(case: AnyCase, message: ScheduleSurvey, on: datetime | None) -> None:
    """Tell both sides who comes, how and when."""
    case.notify(
        "survey_scheduled",
        "survey.scheduled",
        team=[f"{member.name} ({role_in_words(member.role, case.terms.words.body)})" for member in message.team],
        mode=message.mode,
        on=on.isoformat() if on else None,
        locations=list(message.locations),
    )


def notify_report(case: AnyCase, message: FileSurveyReport | CorrectSurveyReport, **corrected: Any) -> None:
    """Tell both sides what the team found, and what training it gave."""
    case.notify(
        "survey_report",
        "survey.reported",
        satisfactory=message.satisfactory,
        findings=[finding.model_dump(mode="json") for finding in message.findings],
        training=[{"area": training.area, "text": training.text} for training in message.training],
        **corrected,
    )


def invoice_travel(
    case: AnyCase, message: FileSurveyReport | CorrectSurveyReport | InvoiceTravelExpenses
) -> int | None:
    """Invoice the team's travel expenses; nothing waits for their payment. Return which of them it is, if any."""
    lines = travel_lines(message.travel_expenses)
    if not lines:
        return None
    occurrence: int = 1 + sum(invoice.purpose == "travel_expenses" for invoice in case.facts.invoices)
    case.want_invoice("travel_expenses", occurrence, lines=lines)
    return occurrence
