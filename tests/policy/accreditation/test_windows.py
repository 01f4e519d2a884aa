"""Every window of a cycle by its dates: over month ends, leap days and midnights, and the nights that clocks change."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from policy.accreditation import windows
from policy.application import Medium
from policy.dates import last_day, local_day
from policy.edition import Edition
from tests.policy.cycles import (
    CHEST,
    REPORTED,
    SECOND,
    TERMS,
    ZONE,
    a_ct_unit,
    a_cycle,
    a_cycle_with_a_deficient_report,
    et,
    under_test,
)

Window = Callable[[datetime, Edition], datetime]


def form_due(received_at: datetime, terms: Edition) -> datetime:
    return windows.form_window(received_at, terms).due_at


def form_closes(received_at: datetime, terms: Edition) -> datetime:
    return windows.form_window(received_at, terms).closes_at


def appeal_due(received_at: datetime, terms: Edition) -> datetime:
    return windows.appeal_due(received_at, form_due(received_at, terms), Medium.UPLOAD, terms)


def expiry(counts_from: datetime, terms: Edition) -> datetime:
    return windows.certificate_term(counts_from, terms).expires_at


LAST_DAYS: list[tuple[Window, str, str]] = [
    (windows.testing_due, "2027-02-10 11:00", "2027-03-27"),
    (windows.testing_due, "2027-01-28 09:00", "2027-03-14"),
    (windows.testing_due, "2027-09-23 09:00", "2027-11-07"),
    (windows.testing_due, "2028-01-15 09:00", "2028-02-29"),
    (windows.testing_due, "2027-10-01 23:59", "2027-11-15"),
    (windows.testing_due, "2027-10-02 00:00", "2027-11-16"),
    (windows.grace_end, "2027-02-28 24:00", "2027-03-14"),
    (windows.grace_end, "2027-10-24 24:00", "2027-11-07"),
    (windows.grace_end, "2027-03-27 24:00", "2027-04-10"),
    (windows.grace_end, "2027-03-27 12:00", "2027-04-10"),
    (form_due, "2027-03-01 10:00", "2027-03-18"),
    (form_due, "2027-02-25 09:00", "2027-03-14"),
    (form_due, "2027-10-21 09:00", "2027-11-07"),
    (form_due, "2028-02-12 10:00", "2028-02-29"),
    (form_due, "2027-03-01 23:59", "2027-03-18"),
    (form_due, "2027-03-02 00:00", "2027-03-19"),
    # the 48 hours run over the night that clocks change: the form opens on another hour, or on another day
    (form_due, "2027-03-12 23:30", "2027-03-30"),
    (form_due, "2027-11-06 00:30", "2027-11-22"),
    (form_closes, "2027-03-01 10:00", "2027-04-17"),
    (form_closes, "2027-01-26 10:00", "2027-03-14"),
    (form_closes, "2027-09-21 10:00", "2027-11-07"),
    (form_closes, "2028-01-13 10:00", "2028-02-29"),
    (appeal_due, "2027-03-01 10:00", "2027-03-16"),
    (appeal_due, "2027-02-27 09:00", "2027-03-14"),
    (appeal_due, "2027-10-23 09:00", "2027-11-07"),
    (appeal_due, "2028-02-14 10:00", "2028-02-29"),
    (appeal_due, "2027-03-01 23:59:59", "2027-03-16"),
    (appeal_due, "2027-03-02 00:00", "2027-03-17"),
    (windows.appeal_result_due, "2027-03-10 09:00", "2027-04-24"),
    (windows.appeal_result_due, "2027-09-23 09:00", "2027-11-07"),
    (windows.repeat_asked_by, "2027-03-01 10:00", "2027-03-16"),
    (windows.repeat_asked_by, "2027-10-23 09:00", "2027-11-07"),
    (expiry, "2027-03-01 10:00", "2030-03-01"),
    (expiry, "2028-02-29 10:00", "2031-02-28"),
    (expiry, "2027-02-28 10:00", "2030-02-28"),
    (expiry, "2024-03-14 10:00", "2027-03-14"),
    (expiry, "2024-11-07 10:00", "2027-11-07"),
    (expiry, "2027-12-31 23:59", "2030-12-31"),
    (expiry, "2028-01-01 00:00", "2031-01-01"),
]


@pytest.mark.parametrize(("window", "event", "last"), LAST_DAYS)
def test_a_window_lasts_until_midnight_of_its_last_day(window: Window, event: str, last: str) -> None:
    due_at = window(et(event), TERMS)
    assert due_at == et(f"{last} 24:00")
    assert due_at.utcoffset() == timedelta(0)
    day = last_day(due_at, ZONE)
    assert day.isoformat() == last
    assert local_day(due_at - SECOND, ZONE) == day
    assert local_day(due_at, ZONE) == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("received_at", "opens_at"),
    [
        ("2027-03-01 10:00", "2027-03-03 10:00"),
        ("2027-03-13 10:00", "2027-03-15 11:00"),
        ("2027-11-06 10:00", "2027-11-08 09:00"),
        ("2027-03-12 23:30", "2027-03-15 00:30"),
        ("2027-11-06 00:30", "2027-11-07 23:30"),
        ("2028-02-28 10:00", "2028-03-01 10:00"),
        ("2027-12-31 10:00", "2028-01-02 10:00"),
    ],
)
def test_the_form_opens_after_exactly_48_hours(received_at: str, opens_at: str) -> None:
    window = windows.form_window(et(received_at), TERMS)
    assert window.opens_at == et(opens_at)
    assert window.opens_at - et(received_at) == timedelta(hours=48)
    assert window.opens_at < window.due_at < window.closes_at


@pytest.mark.parametrize(
    ("counts_from", "notice"),
    [
        ("2027-03-01 10:00", "2029-07-01"),
        ("2027-10-31 10:00", "2030-02-28"),
        ("2025-10-31 10:00", "2028-02-29"),
        ("2028-02-29 10:00", "2030-06-28"),
        ("2027-12-31 10:00", "2030-04-30"),
        ("2027-08-31 10:00", "2029-12-31"),
        ("2024-11-14 10:00", "2027-03-14"),
        ("2025-07-07 10:00", "2027-11-07"),
    ],
)
def test_the_renewal_notice_goes_out_at_eight_eight_months_before_the_expiry(counts_from: str, notice: str) -> None:
    assert windows.certificate_term(et(counts_from), TERMS).notice_at == et(f"{notice} 08:00")


@pytest.mark.parametrize("medium", [Medium.CD, Medium.FILM])
def test_an_appeal_on_cd_or_film_is_due_with_its_form(medium: Medium) -> None:
    due_at = form_due(REPORTED, TERMS)
    assert windows.appeal_due(REPORTED, due_at, medium, TERMS) == due_at


def test_the_three_clocks_of_one_report_are_three() -> None:
    form = windows.form_window(REPORTED, TERMS)
    assert [
        windows.repeat_asked_by(REPORTED, TERMS),
        windows.appeal_due(REPORTED, form.due_at, Medium.UPLOAD, TERMS),
        form.due_at,
        form.closes_at,
    ] == [et("2027-03-16 24:00"), et("2027-03-16 24:00"), et("2027-03-18 24:00"), et("2027-04-17 24:00")]


def test_an_extended_form_closes_30_days_after_its_new_last_day() -> None:
    assert windows.closing_after(et("2027-04-30 24:00"), TERMS) == et("2027-05-30 24:00")
    assert windows.closing_after(et("2027-04-30 12:00"), TERMS) == et("2027-05-30 24:00")
    assert windows.closing_after(et("2027-05-01 00:01"), TERMS) == et("2027-05-31 24:00")


def test_the_edition_gives_the_days() -> None:
    package = TERMS.testing.package.model_copy(update={"value": 60})
    terms = TERMS.model_copy(update={"testing": TERMS.testing.model_copy(update={"package": package})})
    assert windows.testing_due(et("2027-02-10 11:00"), terms) == et("2027-04-11 24:00")


def test_the_cycles_of_these_tests_have_the_windows_of_the_rules() -> None:
    """The other tests count their windows by themselves; both counts must agree."""
    form = windows.form_window(REPORTED, TERMS)
    for medium in Medium:
        facts = a_cycle_with_a_deficient_report(CHEST, medium=medium)
        due = {deadline.name: deadline.due_at for deadline in facts.deadlines}
        appeal_due_at = windows.appeal_due(REPORTED, form.due_at, medium, TERMS)
        assert due == {"option_form": form.due_at, "closure": form.closes_at, "appeal": appeal_due_at}
    facts = under_test(a_cycle(a_ct_unit()), REPORTED)
    assert facts.deadlines[0].due_at == windows.testing_due(REPORTED, TERMS)
