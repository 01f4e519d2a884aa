"""The survey of a radiation oncology practice: its team, its day, and the surveyors' report."""

from datetime import datetime

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.oncology.windows import follow_up
from policy.accreditation.testing_package import judge_findings, judge_recommendations
from policy.dates import as_instant, last_day, local_day
from policy.edition import Edition
from policy.facts import Stage
from policy.messages import FileSurveyReport, ScheduleSurvey
from policy.rules import refuse
from policy.survey_team import judge_team
from policy.words import day_in_words, listed, spoken


def judge_schedule(facts: CycleFacts, terms: Edition, message: ScheduleSurvey, _at: datetime) -> list[str]:
    """Judge a survey's schedule: a whole team, on site, on a day that is named; a follow-up survey in its window.

    Returns:
        A warning where a follow-up survey comes later than its window.

    Raises:
        Refused: `case.wrong_stage` or `survey.*`.
    """
    if facts.stage is not Stage.SURVEY or not facts.surveys:
        raise refuse("case.wrong_stage", f"No survey is due; the case is in the stage {facts.stage.words}.")
    judge_team(message.team, terms.survey.team.value, source=terms.cite(terms.survey.team), body=terms.words.body)
    modes = terms.surveyed.modes
    if message.mode not in modes.value:
        ways = listed(spoken(mode) for mode in modes.value)
        raise refuse(
            "survey.mode_not_allowed",
            f"A survey of radiation oncology is held {ways}, not {spoken(message.mode)}.",
            f"Schedule it {ways}.",
            source=terms.cite(modes),
        )
    if message.on is None:
        raise refuse(
            "survey.day_missing",
            "The survey has no day, from which the weeks to its report are counted.",
            "Name the day in `on`; it can be scheduled anew.",
        )
    return _judge_follow_up(facts, terms, as_instant(message.on, terms.zone))


def _judge_follow_up(facts: CycleFacts, terms: Edition, on: datetime) -> list[str]:
    """Judge the day of a survey that follows a corrective action plan; any other one has no window."""
    replied_at = facts.surveys[-1].replied_at
    if replied_at is None:
        return []
    window = follow_up(replied_at, terms)
    earliest = day_in_words(local_day(window.opens_at, terms.zone))
    latest = day_in_words(last_day(window.due_at, terms.zone))
    between = f"between {earliest} and {latest}"
    if on <= window.opens_at:
        raise refuse(
            "survey.too_early",
            f"{day_in_words(last_day(on, terms.zone))} is too early: a follow-up survey is held {between}.",
            f"Schedule it for {earliest} or later.",
            source=terms.cite(terms.surveyed.follow_up_earliest),
        )
    if on > window.due_at:
        return [f"A follow-up survey is held {between}; this one comes later."]
    return []


def judge_survey_report(facts: CycleFacts, terms: Edition, message: FileSurveyReport, at: datetime) -> None:
    """Judge the surveyors' report: of a survey that has been held, with a finding on every site.

    Raises:
        Refused: `case.wrong_stage`, `survey.not_held` or `report.*`.
    """
    survey = facts.surveys[-1] if facts.surveys else None
    if facts.stage is not Stage.SURVEY or survey is None or not survey.team or survey.on is None:
        raise refuse("case.wrong_stage", "No survey is scheduled.", "Schedule it first.")
    day = last_day(survey.on, terms.zone)
    if local_day(at, terms.zone) < day:
        raise refuse(
            "survey.not_held",
            f"The survey is scheduled for {day_in_words(day)} and has not been held.",
            "Schedule it anew where it was held on another day, then file the report.",
        )
    judge_findings(message.findings, [area.id for area in facts.areas])
    judge_recommendations(message.findings)
