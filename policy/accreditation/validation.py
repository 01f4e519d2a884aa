"""Validation site surveys of a unit: who may say what, when, and what a response must answer.

The source (AS/11000051606, revised 8-24-2021) says that such a survey may be virtual or on site, before accreditation
or after it, and come without notice, and what is typically found. It states no window for what must be corrected: the
office sets one with each report. Nor does it say what follows from a survey, or what one before accreditation holds
up: the office decides.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

from policy.accreditation.cycle import CycleFacts, Validation
from policy.dates import as_instant, last_day, local_day, morning_of
from policy.edition import Edition
from policy.facts import Stage
from policy.messages import (
    CallOffValidationSurvey,
    DecideValidation,
    FileValidationReport,
    OrderValidationSurvey,
    SubmitValidationResponse,
    When,
)
from policy.names import folded
from policy.rules import refuse
from policy.verdict import Refused
from policy.words import day_in_words, due_in_words, listed, role_in_words

STANDS, CORRECTING, REVOKED = "stands", "under_corrective_action", "revoked"
"""What the office may decide."""
RESPONSE = "validation_response"
"""The window of a response."""
Told: TypeAlias = Mapping[str, Any]
"""What a letter is filled with."""


def judge_order(facts: CycleFacts, terms: Edition, _message: OrderValidationSurvey) -> None:
    """Judge whether a validation survey can be ordered: from the acceptance of the application on, one at a time.

    Before the acceptance there is nothing that could be validated; where a survey accredits, there is none before it.
    One that was not held yet may be ordered anew: for another day, announced after all.

    Raises:
        Refused: `case.wrong_stage` or `validation.under_way`.
    """
    if facts.stage is not Stage.ACCREDITED:
        _judge_early(facts, terms)
    running = facts.validation
    if running and running.reported_at:
        raise refuse(
            "validation.under_way",
            "The report of a validation survey is filed and not decided on yet.",
            "Decide it by `decide_validation` first.",
        )


def _judge_early(facts: CycleFacts, terms: Edition) -> None:
    """Judge that a survey before accreditation has something that it can validate."""
    if terms.survey_based:
        raise _not_accredited(facts, "Order it once the unit is accredited.")
    _judge_surveyed(facts, "Order it once the unit is accredited.")
    if facts.rounds[0].accepted_at is None:
        raise refuse(
            "case.wrong_stage",
            "The application is not accepted yet: there is nothing that a survey could validate.",
            "Order it once the application is accepted.",
        )


def _judge_surveyed(facts: CycleFacts, *instead: str) -> None:
    """Judge that the unit is accredited, or in a case that knows surveys before that."""
    if facts.stage is not Stage.ACCREDITED and not facts.surveyed_early:
        raise _not_accredited(facts, *instead)


def _not_accredited(facts: CycleFacts, *instead: str) -> Refused:
    words = facts.stage.words
    reason = f"A validation survey is of an accredited unit; the case is in the stage {words}."
    return refuse("case.wrong_stage", reason, *instead)


def judge_calling_off(facts: CycleFacts, _message: CallOffValidationSurvey) -> None:
    """Judge whether a validation survey can be called off: one that is ordered, while its report is not filed.

    Raises:
        Refused: `case.wrong_stage` or `validation.under_way`.
    """
    survey = _under_way(facts)
    if survey.reported_at:
        raise refuse(
            "validation.under_way",
            "The report of the validation survey is filed: it was held.",
            "Decide it by `decide_validation`.",
        )


def _under_way(facts: CycleFacts) -> Validation:
    """Return the validation survey that is ordered, or not decided on for good.

    Raises:
        Refused: `case.wrong_stage`: there is none.
    """
    _judge_surveyed(facts)
    if facts.validation is None:
        raise refuse("case.wrong_stage", "No validation survey is ordered.", "Order it first.")
    return facts.validation


def judge_report(facts: CycleFacts, terms: Edition, message: FileValidationReport, at: datetime) -> list[str]:
    """Judge the report of a validation survey: of one that was ordered, with a window where something is wrong.

    Returns:
        A warning where the report comes before the day of the survey.

    Raises:
        Refused: `case.wrong_stage`, `report.recommendation_missing`, `validation.finding_missing`,
            `validation.respond_by_missing` or `validation.respond_by_past`.
    """
    survey = _under_way(facts)
    if survey.reported_at:
        raise refuse("case.wrong_stage", "Its report is filed already.", "Decide it by `decide_validation`.")
    wrong = [finding for finding in message.findings if not finding.acceptable]
    if silent := [finding.area for finding in wrong if not finding.comments.strip()]:
        raise refuse(
            "report.recommendation_missing",
            f"The report does not say what was found in {listed(silent)}.",
            "Say in `comments` what is to be corrected.",
        )
    if not message.satisfactory and not wrong:
        raise refuse(
            "validation.finding_missing",
            "The survey was not satisfactory, and no finding says why.",
            "Give one finding at least that is not acceptable.",
        )
    if not message.satisfactory and message.respond_by is None:
        raise refuse(
            "validation.respond_by_missing",
            "The survey was not satisfactory, and the facility is not told until when to respond.",
            "Set `respond_by`: no text states this window, so that the office sets it with each report.",
        )
    _judge_window(terms, message.respond_by, at)
    if survey.on and local_day(at, terms.zone) < (day := last_day(survey.on, terms.zone)):
        return [f"The survey was ordered for {day_in_words(day)}, which is still to come."]
    return []


def _judge_window(terms: Edition, respond_by: When | None, at: datetime) -> None:
    if respond_by is not None and as_instant(respond_by, terms.zone) <= at:
        raise refuse(
            "validation.respond_by_past",
            f"The response would be due by {due_in_words(as_instant(respond_by, terms.zone), terms.zone)}.",
            "Name a day that is still to come.",
        )


def judge_response(facts: CycleFacts, terms: Edition, message: SubmitValidationResponse, at: datetime) -> list[str]:
    """Judge the response to a validation survey: to every finding that is not acceptable. A later one replaces it.

    Returns:
        A warning where it is late: it is taken until the office has decided.

    Raises:
        Refused: `case.wrong_stage` or `validation.finding_not_addressed`.
    """
    _judge_surveyed(facts)
    survey = facts.validation
    if survey is None or not survey.may_be_answered:
        raise refuse("case.wrong_stage", "No validation survey waits for a response.")
    answered = {folded(action.area) for action in message.actions}
    if missing := [area for area in survey.to_address if folded(area) not in answered]:
        raise refuse(
            "validation.finding_not_addressed",
            f"No action answers what was found in {listed(missing)}.",
            f"Name an action for each of {listed(survey.to_address)}.",
        )
    due = facts.deadlines[survey.due] if survey.due is not None else None
    if due and at > due.due_at:
        return [f"It was due by {due_in_words(due.due_at, terms.zone)}; the office decides with it all the same."]
    return []


def judge_decision(facts: CycleFacts, terms: Edition, message: DecideValidation, at: datetime) -> list[str]:
    """Judge the decision on a validation survey: of one whose report is filed, with reasons unless all stands.

    Returns:
        Warnings: the facility still has time to respond, or the survey was satisfactory.

    Raises:
        Refused: `case.wrong_stage`, `validation.nothing_to_revoke`, `validation.reasons_missing` or
            `validation.respond_by_past`.
    """
    _judge_surveyed(facts)
    survey = facts.validation
    if survey is None or survey.reported_at is None:
        instead = ("File its report first.",) if survey else ()
        raise refuse("case.wrong_stage", "No validation survey waits for a decision.", *instead)
    if message.decision == REVOKED and facts.stage is not Stage.ACCREDITED:
        raise refuse(
            "validation.nothing_to_revoke",
            f"The unit is not accredited; the case is in the stage {facts.stage.words}.",
            "Decide that it stands, or for corrective action.",
            "What else follows no text says: the office may close the case (`close_case`), with its reason.",
        )
    if message.decision != STANDS and not reasons_of(message):
        raise refuse(
            "validation.reasons_missing",
            f"The decision {message.decision.replace('_', ' ')} gives no reason.",
            "Give one reason at least.",
        )
    if message.decision == CORRECTING:
        _judge_window(terms, message.respond_by, at)
    warnings = []
    due = facts.deadlines[survey.due] if survey.due is not None else None
    if due and not survey.responded_at and at <= due.due_at:
        warnings.append(f"The facility may still respond until {due_in_words(due.due_at, terms.zone)}.")
    if message.decision != STANDS and survey.satisfactory:
        warnings.append("The survey was satisfactory.")
    return warnings


def reasons_of(message: DecideValidation) -> list[str]:
    """Return why it was decided so."""
    return list(message.reasons) or ([message.reason] if message.reason else [])


def response_reminders(terms: Edition) -> list[int]:
    """Return how many days before its due date a response is reminded of: as an option form is, or as a plan.

    Decided: no text says how.
    """
    return terms.surveyed.plan_reminders.value if terms.survey_based else terms.option_form.reminders.value


def day_of_survey(message: OrderValidationSurvey, terms: Edition) -> datetime | None:
    """Return the instant (UTC) at which a survey's day has come: the time that was given with it.

    Of a date: 08:00 of an announced survey; the end of the day of an unannounced one, so that nothing that a facility
    sees tells of it before the team was there.
    """
    if message.on is None:
        return None
    if isinstance(message.on, datetime) or not message.announced:
        return as_instant(message.on, terms.zone)
    return morning_of(message.on, terms.zone)


def to_address(message: FileValidationReport) -> list[str]:
    """Return what a response must answer: what every finding is about that is not acceptable, once each."""
    return list(dict.fromkeys(finding.area for finding in message.findings if not finding.acceptable))


# What letters are filled with, for the case itself and for whoever looks at a letter before it is sent


def told_of_order(message: OrderValidationSurvey, terms: Edition, *, accredited: bool = True) -> Told:
    """Return what the letter of an order says. Why it was ordered is the office's own.

    `accredited`: whether the unit is; before, the letter says what the survey holds up.
    """
    on = day_of_survey(message, terms)
    return {
        **_early(accredited),
        **({} if accredited else {"holds_grant": not message.without_waiting}),
        "announced": message.announced,
        "mode": message.mode,
        "on": on.isoformat() if on else None,
        "team": [f"{member.name} ({role_in_words(member.role, terms.words.body)})" for member in message.team],
    }


def _early(accredited: bool) -> Told:
    return {} if accredited else {"before_accreditation": True}


def told_of_report(
    message: FileValidationReport,
    announced: bool | None,
    on: datetime | None,
    terms: Edition,
    *,
    accredited: bool = True,
) -> Told:
    """Return what the letter of a report says. `announced` and `on`: how and for when the survey was ordered."""
    by = as_instant(message.respond_by, terms.zone) if message.respond_by else None
    return {
        **_early(accredited),
        "announced": announced,
        "on": on.isoformat() if on else None,
        "team": [f"{member.name} ({role_in_words(member.role, terms.words.body)})" for member in message.team],
        "satisfactory": message.satisfactory,
        "findings": [finding.model_dump(mode="json") for finding in message.findings],
        "due_at": by.isoformat() if by else None,
    }


def told_of_decision(message: DecideValidation, terms: Edition, *, accredited: bool = True) -> Told:
    """Return what the letter of a decision says; where the case closes, the closing letter says the reasons."""
    by = as_instant(message.respond_by, terms.zone) if message.respond_by and message.decision == CORRECTING else None
    return {
        **_early(accredited),
        "decision": message.decision,
        "reasons": reasons_of(message),
        "due_at": by.isoformat() if by else None,
    }


def told_of_calling_off(on: datetime | None) -> Told:
    """Return what the letter says of an announced survey that is called off; why stays with the office."""
    return {"on": on.isoformat() if on else None}
