"""Whether the dates in a message can be right: a slip in the year is refused, or warned of, before it does harm."""

from datetime import date, datetime

from policy.dates import add_months, as_instant, end_of_day, local_day
from policy.edition import Rules
from policy.facts import CaseFacts
from policy.messages import ExtendDueDate, Message, OrderValidationSurvey, ScheduleSurvey
from policy.rules import refuse
from policy.words import day_in_words


def judge_dates(facts: CaseFacts, terms: Rules, message: Message, at: datetime) -> list[str]:
    """Judge the dates in a message as of an instant.

    Returns:
        A warning where a due date is extended to more than a year ahead (a policy value).

    Raises:
        Refused: `message.date_out_of_range`, or `survey.in_past`.
    """
    if facts.rules_revision < 3 or terms.dates is None:  # cases that began before this was judged go on as they began
        return []
    today = local_day(at, terms.zone)
    latest = add_months(today, 12 * terms.dates.latest.value)
    for name, day in dates_of(message, terms).items():
        if day.year < terms.dates.earliest.value or day > latest:
            raise refuse(
                "message.date_out_of_range",
                f"{name} is {day_in_words(day)}.",
                f"Give a date from {terms.dates.earliest.value} on and at most {terms.dates.latest.value} years ahead.",
            )
    if isinstance(message, ScheduleSurvey | OrderValidationSurvey) and message.on is not None and not facts.adopting:
        _judge_survey_day(terms, message.on, today)
    if isinstance(message, ExtendDueDate):
        return _far_extension(terms, message, today)
    return []


def dates_of(message: Message, terms: Rules) -> dict[str, date]:
    """Return every date that a message names, by its field, as the day that it is at the office."""
    found = {name: value for name in type(message).model_fields if isinstance(value := getattr(message, name), date)}
    return {name: _day(value, terms) for name, value in found.items()}


def _day(when: date, terms: Rules) -> date:
    return local_day(as_instant(when, terms.zone), terms.zone) if isinstance(when, datetime) else when


def _judge_survey_day(terms: Rules, on: date, today: date) -> None:
    day = _day(on, terms)
    if day < today:
        raise refuse(
            "survey.in_past",
            f"The survey is scheduled for {day_in_words(day)}, which is past.",
            "Name a day from today on; a report is filed of a survey that has been held.",
        )


def _far_extension(terms: Rules, message: ExtendDueDate, today: date) -> list[str]:
    months = terms.dates.far.value if terms.dates else 0
    if as_instant(message.until, terms.zone) <= end_of_day(add_months(today, months), terms.zone):
        return []
    return [
        f"{day_in_words(_day(message.until, terms))} is more than {months} months ahead. If that is a slip, extend it "
        "once more: to any day that is still to come, back as far as the day that was due first."
    ]
