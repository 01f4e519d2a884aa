"""The report of a period, read from the books in a fixed number of statements, however many cases there are."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from policy.edition import shipped_editions
from records.postings import Scope, postings
from records.reports.lives import final_reports, messages_told, stages_entered
from records.reports.windows import appeals_decided, windows_due
from records.words import Program
from services.reports.answers import NAMES, Answers, Appeals, answers_of, appeals_of
from services.reports.figures import Period
from services.reports.money import Money, money_of
from services.reports.renewals import Renewals, renewals_of
from services.reports.stages import StageFigures, figures_of
from services.reports.windows import Windows, windows_of


@dataclass(frozen=True)
class Limits:
    """Days against which answers are held, as the edition has them that was in force at the period's end.

    Attributes:
        earliest: The result of an appeal comes no earlier.
        latest: And no later.
        long: Whoever is awaited without a date is reminded after so many.
    """

    earliest: int
    latest: int
    long: int


@dataclass(frozen=True)
class Report:
    """Everything that the report of a period tells."""

    period: Period
    limits: Limits
    windows: Windows
    stages: StageFigures
    appeals: Appeals
    answers: Answers
    renewals: Renewals
    money: Money

    def as_json(self) -> dict[str, Any]:
        """Return everything for a script; days with one decimal, amounts in US dollars."""
        return {
            "from": self.period.since.isoformat(),
            "to": self.period.until.isoformat(),
            "as_of": self.period.at.isoformat(),
            "windows": self.windows.as_json(),
            **self.stages.as_json(),
            "appeal_days": self.appeals.as_json(self.limits.earliest, self.limits.latest),
            "renewals": self.renewals.as_json(),
            "answers": self.answers.as_json(self.limits.long),
            "money": self.money.as_json(),
        }


def report_of(session: Session, period: Period, zone: ZoneInfo) -> Report:
    """Draw up the report of a period.

    Args:
        session: The books.
        period: Its days.
        zone: The office's time zone.
    """
    between = period.between(zone)
    limits = limits_on(period.until)
    windows = windows_of(windows_due(session, between))
    stages = figures_of(stages_entered(session, between), between)
    results = messages_told(session, between, ["issue_appeal_result"])
    entries = postings(session, zone, Scope(until=period.until))
    return Report(
        period=period,
        limits=limits,
        windows=windows,
        stages=stages,
        appeals=appeals_of(results, appeals_decided(session, between), between, limits.earliest),
        answers=answers_of(messages_told(session, between, NAMES), final_reports(session, between), between),
        renewals=renewals_of(windows, stages),
        money=money_of(entries, period.since, period.at, zone),
    )


def limits_on(day: date) -> Limits:
    """Return the days against which answers are held: of the edition in force on a day, or of the first one."""
    editions = shipped_editions(Program.ACCREDITATION)
    edition = [one for one in editions if one.effective <= day or one is editions[0]][-1]
    appeal, silence = edition.appeal, edition.silence
    return Limits(appeal.result_earliest.value, appeal.result_latest.value, silence.reminder.value)
