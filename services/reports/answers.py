"""How long the office, its reviewers and its surveyors took to answer, and how often that was long."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from records.reports.lives import Between, Reviewed, Told
from records.reports.windows import Decided
from services.reports.figures import Days, days_between


class Question(NamedTuple):
    """Something that the office answers.

    Attributes:
        name: What scripts call it.
        words: What people call it.
        who: Who answers.
        asked_by: The messages that ask, the last of which counts.
        answered_by: The messages that answer.
    """

    name: str
    words: str
    who: str
    asked_by: frozenset[str]
    answered_by: frozenset[str]


def _question(name: str, words: str, who: str, asked_by: str, answered_by: str) -> Question:
    return Question(name, words, who, frozenset(asked_by.split()), frozenset(answered_by.split()))


REVIEW = "review"
QUESTIONS = (
    _question(
        "application", "Application, since it was paid", "office", "record_payment",
        "accept_application return_application",
    ),
    _question(REVIEW, "Final report, since the package came", "reviewers", "submit_testing_package",
              "issue_final_report"),
    _question(
        "plan", "Decision on a plan, since it came", "office", "submit_corrective_action_plan",
        "decide_corrective_action_plan",
    ),
    _question("survey", "Survey report, since the survey was scheduled", "surveyors", "schedule_survey",
              "file_survey_report"),
    _question("designation", "Decision on a designation, since the survey's report", "office", "file_survey_report",
              "decide_designation"),
)  # fmt: skip
NAMES = sorted({name for one in QUESTIONS for name in one.asked_by | one.answered_by})
"""The messages that ask or answer."""


@dataclass
class Answers:
    """How long answers took that were given in a period, by question and by reviewer."""

    days: dict[str, Days] = field(default_factory=lambda: defaultdict(Days))
    reviewers: dict[str, Days] = field(default_factory=lambda: defaultdict(Days))

    def as_json(self, long: int) -> dict[str, Any]:
        """Return the figures for a script; `long`: days after which an answer was long in coming."""
        return {
            "long_after_days": long,
            "questions": [
                {
                    "question": one.name,
                    "by": one.who,
                    **self.days.get(one.name, Days()).as_json(),
                    "long": self.days.get(one.name, Days()).over(long),
                }
                for one in QUESTIONS
            ],
            "reviewers": [
                {"reviewer": name, **days.as_json(), "long": days.over(long)}
                for name, days in sorted(self.reviewers.items())
            ],
        }


def answers_of(told: Iterable[Told], reports: Iterable[Reviewed], between: Between) -> Answers:
    """Return how long the answers took that were given in a period.

    Args:
        told: The messages that ask or answer, case by case, oldest first.
        reports: The final reports of the period, with their reviewers.
        between: The instants of the period.
    """
    answers = Answers()
    reviews: dict[tuple[str, datetime], float] = {}
    for case_id, ones in groupby(told, key=lambda one: one.case_id):
        for name, at, days in _answered([*ones]):
            if between.holds(at):
                answers.days[name].add(days)
                if name == REVIEW:
                    reviews[case_id, at] = days
    for report in reports:
        days = reviews.get((report.case_id, report.at), -1.0)
        for reviewer in report.reviewers if days >= 0 else ():
            answers.reviewers[reviewer].add(days)
    return answers


def _answered(told: list[Told]) -> Iterable[tuple[str, datetime, float]]:
    asked: dict[str, datetime] = {}
    for one in told:
        for question in QUESTIONS:
            if one.name in question.answered_by and question.name in asked:
                yield question.name, one.at, days_between(asked.pop(question.name), one.at)
        for question in QUESTIONS:
            if one.name in question.asked_by:
                asked[question.name] = one.at


@dataclass
class Appeals:
    """How many days appeals took, from complete materials to the result."""

    days: Days = field(default_factory=Days)
    early: int = 0
    in_time: int = 0
    late: int = 0

    def as_json(self, earliest: int, latest: int) -> dict[str, Any]:
        """Return the figures for a script, with the days within which a result is expected."""
        return {
            "earliest_days": earliest,
            "latest_days": latest,
            **self.days.as_json(),
            "early": self.early,
            "in_time": self.in_time,
            "late": self.late,
        }


def appeals_of(told: Iterable[Told], windows: Iterable[Decided], between: Between, earliest: int) -> Appeals:
    """Return how long appeals took whose results came in a period.

    Args:
        told: The appeal results, case by case, oldest first.
        windows: Their windows, case by case.
        between: The instants of the period.
        earliest: Days before which a result is early; it is late when its window has passed.
    """
    appeals, of_case = Appeals(), _by_case(windows)
    for one in told:
        began = [window for window in of_case.get(one.case_id, ()) if window.opens_at <= one.at]
        if not between.holds(one.at) or not began:
            continue
        days = days_between(began[-1].opens_at, one.at)
        appeals.days.add(days)
        if one.at > began[-1].due_at:
            appeals.late += 1
        elif days < earliest:
            appeals.early += 1
        else:
            appeals.in_time += 1
    return appeals


def _by_case(windows: Iterable[Decided]) -> Mapping[str, list[Decided]]:
    found: dict[str, list[Decided]] = defaultdict(list)
    for window in windows:
        found[window.case_id].append(window)
    return found
