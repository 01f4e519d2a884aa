"""The letters that messages about a validation survey cause."""

from datetime import datetime
from typing import cast

from policy.accreditation import validation
from policy.edition import Edition
from policy.facts import Stage
from policy.messages import CallOffValidationSurvey, DecideValidation, FileValidationReport, OrderValidationSurvey
from records.tables import Deadline
from services.foreseen.before import Before, Caused, window


def order(message: OrderValidationSurvey, before: Before) -> list[Caused]:
    """Return the letter of an order: of an unannounced survey it goes to the office alone."""
    kind, rule = ("announced", "validation.announced") if message.announced else ("ordered", "validation.ordered")
    told = validation.told_of_order(message, cast(Edition, before.terms), accredited=_is_accredited(before))
    return [Caused(f"validation_{kind}", rule, told)]


def calling_off(_message: CallOffValidationSurvey, before: Before) -> list[Caused]:
    """Return the letter that an announced survey is called off; of an unannounced one nobody hears."""
    ordered = _ordered(before)
    if ordered is None or not ordered.announced:
        return []
    on = validation.day_of_survey(ordered, cast(Edition, before.terms))
    return [Caused("validation_called_off", "validation.called_off", validation.told_of_calling_off(on))]


def report(message: FileValidationReport, before: Before) -> list[Caused]:
    """Return the letter of a report, which says how and for when the survey was ordered."""
    terms = cast(Edition, before.terms)
    ordered = _ordered(before)
    on = validation.day_of_survey(ordered, terms) if ordered else None
    announced = ordered.announced if ordered else None
    told = validation.told_of_report(message, announced, on, terms, accredited=_is_accredited(before))
    return [Caused("validation_report", "validation.reported", told, _window(told, before))]


def decision(message: DecideValidation, before: Before) -> list[Caused]:
    """Return the letter of a decision that does not close the case."""
    told = validation.told_of_decision(message, cast(Edition, before.terms), accredited=_is_accredited(before))
    return [Caused("validation_decision", "validation.decided", told, _window(told, before))]


def holds_grant(before: Before) -> bool:
    """Whether a certificate waits for a survey that was ordered before it, and is not decided or called off yet."""
    said = ("order validation survey", "call off validation survey", "decide validation")
    own = [one for one in before.entries if one.kind == "message" and one.text in said]
    if _is_accredited(before) or before.is_designation or before.is_survey_based or not own:
        return False
    if own[-1].text == "decide validation":
        return (own[-1].detail.get("message") or {}).get("decision") == validation.CORRECTING
    ordered = _ordered(before)
    return own[-1].text == said[0] and ordered is not None and not ordered.without_waiting


def _ordered(before: Before) -> OrderValidationSurvey | None:
    """Return the newest order of a survey."""
    orders = [one for one in before.entries if one.kind == "message" and one.text == "order validation survey"]
    return OrderValidationSurvey.model_validate(orders[-1].detail["message"]) if orders else None


def _is_accredited(before: Before) -> bool:
    return before.case.stage == Stage.ACCREDITED


def _window(told: validation.Told, before: Before) -> tuple[Deadline, ...]:
    """Return the window of the response, where one begins."""
    due_at = told["due_at"]
    return (window(before, validation.RESPONSE, before.at, datetime.fromisoformat(due_at)),) if due_at else ()
