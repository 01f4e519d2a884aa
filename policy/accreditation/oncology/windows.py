"""When each window of radiation oncology opens and closes, counted as `policy.dates` counts; instants in UTC.

A due instant is the last one that is in time.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from policy.dates import add_months, days_after, end_of_day, last_day, local_day, start_of_day
from policy.edition import Edition

A_WEEK = 7


class FollowUp(NamedTuple):
    """Between which instants a follow-up survey is held."""

    opens_at: datetime
    due_at: datetime


def report_due(surveyed_on: datetime, terms: Edition) -> datetime:
    """Return until when the final report is expected: 12 weeks after the day of the survey (AS/11000051003)."""
    day = last_day(surveyed_on, terms.zone)
    return end_of_day(day + timedelta(days=A_WEEK * terms.surveyed.report_latest.value), terms.zone)


def report_told_before(terms: Edition) -> int:
    """Return how many days before that it is expected already: from 8 weeks after the survey on."""
    told = terms.surveyed
    return A_WEEK * (told.report_latest.value - told.report_earliest.value)


def appeal_due(reported_at: datetime, terms: Edition) -> datetime:
    """Return until when the report may be appealed: 30 days after its receipt (AC/11000047158)."""
    return days_after(reported_at, terms.surveyed.appeal.value, terms.zone)


def plan_due(reported_at: datetime, terms: Edition) -> datetime:
    """Return until when the corrective action plan is due: 90 days after the report (AC/11000047158)."""
    return days_after(reported_at, terms.surveyed.plan.value, terms.zone)


def plan_closes(due_at: datetime, terms: Edition) -> datetime:
    """Return when a case closes whose plan was due at an instant and has not come: 30 days later (decided)."""
    return end_of_day(last_day(due_at, terms.zone) + timedelta(days=terms.surveyed.plan_closure.value), terms.zone)


def self_audit_due(replied_at: datetime, terms: Edition) -> datetime:
    """Return until when the self-audit's results are due: 6 months after the reply to the plan (AC/11000047158)."""
    return end_of_day(add_months(local_day(replied_at, terms.zone), terms.surveyed.self_audit.value), terms.zone)


def follow_up(replied_at: datetime, terms: Edition) -> FollowUp:
    """Return when a follow-up survey is held: 6 to 9 months after the reply to the plan (AC/11000047158)."""
    day, told = local_day(replied_at, terms.zone), terms.surveyed
    return FollowUp(
        start_of_day(add_months(day, told.follow_up_earliest.value), terms.zone),
        end_of_day(add_months(day, told.follow_up_latest.value), terms.zone),
    )
