"""The testing package's window, its grace, and the rule of silence where nobody's window is stated."""

import pytest

from tests.workflows.lives import Reports, days_of, deadlines_of, notices_of, went_as_told
from tests.workflows.stories import SECOND, Story, accepted, begun, extended, package, paid

pytestmark = pytest.mark.server

DUE = 46.625
"""24:00 of the 45th day after the acceptance on day 1."""
OVER = 60.625
"""24:00 of the 14th day after that: the end of the grace."""
MORNING = -1 / 24
"""08:00, seen from a day's 09:00."""


def submission(day: float, refused: str | None = None) -> Story:
    return Story([*begun(), package(day, refused=refused)], until=day + 0.5)


STORIES = {
    "the day before": submission(DUE - 1),
    "the last instant": submission(DUE),
    "a second late": submission(DUE + SECOND, "testing.past_due"),
    "the day after": submission(DUE + 1, "testing.past_due"),
    "silence": Story(begun()),
    "extended as the grace ends": Story([*begun(), extended(OVER, "testing_package", 61.5), package(61.5)], until=62),
    "extended too late": Story([*begun(), extended(OVER + SECOND, "testing_package", 70, refused="case.closed")]),
    "extended and missed again": Story([*begun(), extended(50, "testing_package", 55.625)]),
    "nobody pays": Story([paid(125)], until=130),
    "nobody accepts": Story([paid(0.5), accepted(95)], until=96),
    "paid at last": Story([paid(100)], until=101),
}


@pytest.mark.parametrize("when", ["the day before", "the last instant"])
def test_a_package_is_in_time_to_its_last_instant(reports: Reports, when: str) -> None:
    assert went_as_told(reports[when])["stage"] == "review"
    assert deadlines_of(reports[when], "testing_package") == [(DUE, True)]


@pytest.mark.parametrize("when", ["a second late", "the day after"])
def test_a_late_package_is_refused_while_the_grace_runs(reports: Reports, when: str) -> None:
    assert went_as_told(reports[when])["stage"] == "testing"
    assert deadlines_of(reports[when], "testing_package") == [(DUE, False)]


def test_silence_is_reminded_twice_and_makes_the_application_inactive_after_the_grace(reports: Reports) -> None:
    told = reports["silence"]
    status = went_as_told(told)
    assert notices_of(told, "testing_reminder") == pytest.approx([36 + MORNING, 44 + MORNING], abs=1e-6)
    assert notices_of(told, "testing_overdue") == [DUE]
    assert notices_of(told, "inactive") == [OVER]
    assert (status["outcome"], status["closed_day"]) == ("inactive", OVER)
    assert [(one["purpose"], one["status"]) for one in told["invoices"]] == [("application", "paid")]  # the fee is kept


def test_the_office_may_extend_up_to_the_last_instant_of_the_grace(reports: Reports) -> None:
    assert went_as_told(reports["extended as the grace ends"])["stage"] == "review"
    assert deadlines_of(reports["extended as the grace ends"], "testing_package") == [(61.5, True)]


def test_a_second_after_the_grace_the_case_is_closed(reports: Reports) -> None:
    assert went_as_told(reports["extended too late"])["closed_day"] == OVER


def test_an_extended_package_that_is_missed_has_a_grace_of_its_own(reports: Reports) -> None:
    told = reports["extended and missed again"]
    assert went_as_told(told)["outcome"] == "inactive"
    assert notices_of(told, "testing_overdue") == [DUE, 55.625]
    assert notices_of(told, "inactive") == [pytest.approx(69.6, abs=0.05)]  # summer time has begun


def test_who_is_awaited_without_a_window_is_reminded_every_30_days_and_looked_at_after_90(reports: Reports) -> None:
    told = reports["nobody pays"]
    went_as_told(told)
    mornings = pytest.approx([30 + MORNING, 60 + MORNING, 90 + 2 * MORNING, 120 + 2 * MORNING], abs=1e-6)
    assert notices_of(told, "waiting") == mornings
    assert notices_of(told, "needs_attention") == [pytest.approx(90 + 2 * MORNING, abs=1e-6)]
    assert [item["rule"] for item in told["status"]["attention"]] == []  # paid on day 125


def test_the_office_is_reminded_of_what_it_owes_too(reports: Reports) -> None:
    told = reports["nobody accepts"]
    assert went_as_told(told)["stage"] == "testing"
    waiting = [one for one in told["notices"] if one["kind"] == "waiting"]
    assert [one["to"] for one in waiting] == [["accreditation@office.example.org"]] * 3
    assert deadlines_of(told, "testing_package") == [(pytest.approx(140.6, abs=0.05), None)]


def test_attention_ends_by_itself_when_what_was_awaited_has_come(reports: Reports) -> None:
    told = reports["paid at last"]
    assert went_as_told(told)["attention"] == []
    assert days_of(told, "attention") == [pytest.approx(90 + 2 * MORNING, abs=1e-6), 100.0]
