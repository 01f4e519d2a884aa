"""When each window of an accreditation cycle opens and closes: the rules' days, counted as `policy.dates` counts.

Every function takes the instant that the window counts from and returns instants in UTC; a due instant is the last one
that is in time.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from policy.application import AreaKind, Medium
from policy.dates import add_months, days_after, end_of_day, last_day, local_day, morning_of
from policy.edition import Edition


class FormWindow(NamedTuple):
    """When an option form opens, until when it is due, and when silence closes the case."""

    opens_at: datetime
    due_at: datetime
    closes_at: datetime


class Term(NamedTuple):
    """When a term's renewal notice goes out, and its last instant."""

    notice_at: datetime
    expires_at: datetime


def testing_due(accepted_at: datetime, terms: Edition) -> datetime:
    """Return until when the testing package is due: 45 days after the acceptance (AC/11000045903)."""
    return days_after(accepted_at, terms.testing.package.value, terms.zone)


def grace_end(due_at: datetime, terms: Edition) -> datetime:
    """Return when a missed package makes the case inactive: 14 days after the due date (decided)."""
    return _days_later(due_at, terms.testing.grace.value, terms)


def form_window(received_at: datetime, terms: Edition, medium: Medium | None = None) -> FormWindow:
    """Return the option form's window, counted from the report (upload), the images' return or an appeal's result (S1).

    The form opens after exactly 48 hours and counts as sent then; it is due 15 days later, and silence closes the case
    30 days after that. Since 2022-11-09 it opens for uploads as soon as the report has been viewed, and counts from the
    report on.
    """
    opens_at = received_at + (terms.form_opens_after_upload if medium is Medium.UPLOAD else terms.form_opens_after)
    due_at = days_after(opens_at, terms.option_form.due.value, terms.zone)
    return FormWindow(opens_at, due_at, closing_after(due_at, terms))


def closing_after(due_at: datetime, terms: Edition) -> datetime:
    """Return when a case closes whose option form was due at an instant (decided)."""
    return _days_later(due_at, terms.option_form.closure.value, terms)


def appeal_due(received_at: datetime, form_due_at: datetime, medium: Medium, terms: Edition) -> datetime:
    """Return until when a report may be appealed: 15 days after it (S1); CD and film: with the form (decided)."""
    return days_after(received_at, terms.appeal.due.value, terms.zone) if medium is Medium.UPLOAD else form_due_at


def appeal_result_from(complete_at: datetime, terms: Edition) -> datetime:
    """Return from when an appeal's result is expected: 30 days after the materials are complete (S1)."""
    return days_after(complete_at, terms.appeal.result_earliest.value, terms.zone)


def appeal_result_due(complete_at: datetime, terms: Edition) -> datetime:
    """Return until when an appeal's result is expected: 45 days after the materials are complete (S1)."""
    return days_after(complete_at, terms.appeal.result_latest.value, terms.zone)


def repeat_asked_by(received_at: datetime, terms: Edition, held_days: int = 0) -> datetime:
    """Return until when a repeat should be asked for: 15 days after the report was received (S1).

    `held_days`: for so many calendar days the case was paused meanwhile.
    """
    return days_after(received_at, terms.repeat.requested.value + held_days, terms.zone)


def certificate_term(counts_from: datetime, terms: Edition) -> Term:
    """Return the end of a certificate, 36 months from the day that it counts from, and its notice, 8 months before."""
    last = add_months(local_day(counts_from, terms.zone), terms.certificate.term.value)
    notice = add_months(last, -terms.certificate.renewal_notice.value)
    return Term(morning_of(notice, terms.zone), end_of_day(last, terms.zone))


def _days_later(due_at: datetime, days: int, terms: Edition) -> datetime:
    """Return the end of the day so many days after the last day of a window."""
    return end_of_day(last_day(due_at, terms.zone) + timedelta(days=days), terms.zone)


def oldest_images(kind: AreaKind, submitted_at: datetime, terms: Edition) -> date | None:
    """Return the first day that images of a package may have been made on: at most so many months before it came.

    None where the edition asks for no dates (AC/11000045903; phantoms since January 2026: AS/11000067063).
    """
    age = terms.testing.phantom_age if kind is AreaKind.PHANTOM else terms.testing.clinical_age
    return add_months(local_day(submitted_at, terms.zone), -age.value) if age else None


def unpaid_until(since: datetime, terms: Edition) -> datetime | None:
    """Return until when an application may stay unpaid: 55 days after it began; None where no edition says so."""
    return days_after(since, terms.fees.expires.value, terms.zone) if terms.fees.expires else None
