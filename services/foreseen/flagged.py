"""Letters to the office that somebody must look at something, and the receipts of what a facility reports."""

from collections.abc import Callable
from datetime import date
from typing import Any

from policy.accreditation import flags
from policy.accreditation.mammography.relocation import LATE, WINDOW, relocation_due
from policy.edition import Edition
from policy.keeping.pausing import day_named
from policy.messages import (
    Message,
    ReportAddedUnit,
    ReportLoanerUnit,
    ReportPersonnelChange,
    ReportRelocation,
    ReportReplacedUnit,
    SubmitAnnualUpdate,
    SubmitImageCheckPlan,
    SubmitValidationResponse,
    When,
)
from services.foreseen.before import Before, Caused, window


def attention(before: Before, item: str, rule: str, text: str, *, anew: bool = False) -> list[Caused]:
    """Return the letter that asks somebody to look; nobody is asked twice. `anew`: what was reported before is over."""
    if not anew and any(one.item == item for one in before.case.attention):
        return []
    return [Caused("needs_attention", rule, {"item": item, "text": text})]


def _day(on: When, before: Before) -> date:
    return day_named(on, before.at, before.terms.zone)


def _personnel(message: ReportPersonnelChange, before: Before) -> list[Caused]:
    if message.replacement:
        return []
    return attention(before, f"personnel.{message.role}", "personnel.key_role_vacant", flags.vacant(message))


def _relocation(message: ReportRelocation, before: Before) -> list[Caused]:
    text = flags.moves(message.address, _day(message.on, before) if message.on else None)
    flagged = attention(before, "relocation", "relocation.reported", text, anew=True)
    moved = day_named(message.on, before.at, before.terms.zone)
    return [*flagged, *_relocation_letters(message.address, moved, before)]


def _relocation_letters(address: str, moved: date, before: Before) -> list[Caused]:
    """Return the letters of a move whose application is awaited within days that the rules state."""
    due_at = relocation_due(moved, before.terms) if isinstance(before.terms, Edition) else None
    if due_at is None:
        return []
    told = {"address": address, "due_at": due_at.isoformat()}
    if due_at >= before.at:
        due = window(before, WINDOW, before.at, due_at)
        return [Caused("relocation_reported", "relocation.application", told, (due,))]
    late = attention(before, WINDOW, "relocation.application", LATE, anew=True)
    return [*late, Caused("relocation_reported", "relocation.application", told)]


def _added_unit(message: ReportAddedUnit, before: Before) -> list[Caused]:
    return attention(before, f"unit.{message.unit}", "unit.added", flags.added(message))


def _replaced_unit(message: ReportReplacedUnit, before: Before) -> list[Caused]:
    text = flags.replaced(message, _day(message.on, before) if message.on else None)
    return attention(before, "replacement", "unit.replaced", text, anew=True)


def _loaner_unit(message: ReportLoanerUnit, before: Before) -> list[Caused]:
    text = flags.lent(message, _day(message.begins_on, before), _day(message.ends_on, before))
    return attention(before, f"unit.{message.unit}", "unit.on_loan", text, anew=True)


def _annual_update(message: SubmitAnnualUpdate, before: Before) -> list[Caused]:
    number = 1 + sum(one.kind == "message" and one.text == "submit annual update" for one in before.entries)
    told = list(message.corrections)
    letters = [Caused("annual_update_received", "annual_update.received", {"corrections": told})]
    if not told:
        return letters
    item = f"data_update.{number}"
    return attention(before, item, "annual_update.corrected", flags.corrections(told)) + letters


def _validation_response(message: SubmitValidationResponse, _before: Before) -> list[Caused]:
    told = {
        "actions": [{"area": action.area, "text": action.action} for action in message.actions],
        "documents": [{"name": document.name} for document in message.documents],
    }
    return [Caused("validation_response_received", "validation.responded", told)]


def _image_check_plan(message: SubmitImageCheckPlan, _before: Before) -> list[Caused]:
    areas = sorted({action.area for action in message.actions})
    return [Caused("image_check_plan_received", "image_check.plan", {"areas": areas})]


CAUSES: dict[type[Message], Callable[[Any, Before], list[Caused]]] = {
    ReportPersonnelChange: _personnel,
    ReportRelocation: _relocation,
    ReportAddedUnit: _added_unit,
    ReportReplacedUnit: _replaced_unit,
    ReportLoanerUnit: _loaner_unit,
    SubmitAnnualUpdate: _annual_update,
    SubmitValidationResponse: _validation_response,
    SubmitImageCheckPlan: _image_check_plan,
}
"""What each message tells by letter, at once."""
