"""What corrections have in common: what is kept of the first word, what letters say of it, the travel invoice."""

from datetime import datetime
from typing import Any

from policy.facts import CaseFacts, Correction, InvoiceFact
from policy.messages import CorrectSurveyReport
from policy.money import travel_lines
from workflows.case import AnyCase


def note_correction(case: AnyCase, what: str, first_at: datetime, reason: str) -> None:
    """Keep what was corrected, when it had been issued, and why; status, pages and letters tell it from now on."""
    case.facts.corrections.append(Correction(what=what, first_at=first_at, at=case.at, reason=reason))


def corrected(facts: CaseFacts) -> dict[str, Any]:
    """Return what a letter says of the correction that it follows from."""
    newest = facts.corrections[-1]
    return {"corrects": newest.first_at.isoformat(), "correction": newest.reason}


def correct_travel(case: AnyCase, invoice: InvoiceFact, message: CorrectSurveyReport, occurrence: int) -> int | None:
    """The travel expenses were wrong, and nothing was paid yet: the invoice is void, and another one is issued.

    Return which of them asks for the travel of the survey now, `occurrence` before; None: there was none after all.
    """
    if lines := travel_lines(message.travel_expenses):
        case.issue_anew(invoice, lines)
        return occurrence
    case.withdraw_invoice(invoice)
    return None
