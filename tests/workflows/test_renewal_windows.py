"""The certificate's term: the notice 8 months before its end, the renewal's window, and the last day."""

from datetime import UTC, datetime

import pytest

from tests.applications import sample
from tests.workflows.lives import Reports, deadlines_of, notices_of, rules_of, went_as_told
from tests.workflows.stories import SECOND, ZONE, Said, Story, begun, package, plans_of, report, say

pytestmark = pytest.mark.server

OPENED = Story([]).opened_at
"""The 11th of January, 09:00: every area passes on the 14th."""
YEAR = OPENED.year


def day_of(year: int, month: int, day: int, hour: int = 0) -> float:
    """Return an instant on the office's clock as days since the case opened."""
    return (datetime(year, month, day, hour, tzinfo=ZONE).astimezone(UTC) - OPENED).total_seconds() / 86_400


NOTICE = day_of(YEAR + 2, 5, 14, 8)
"""08:00 of the day 8 months before the certificate ends: on 14 January, 36 months after the first area passed."""
REMINDER = day_of(YEAR + 2, 6, 29, 8)
DUE = day_of(YEAR + 2, 7, 14)
"""24:00 of 13 July, the 60th day after the notice."""
EXPIRY = day_of(YEAR + 3, 1, 15)
"""24:00 of 14 January."""


def renewal(day: float, name: str, refused: str | None = None) -> Story:
    """Pass on day 3 and apply for the renewal on a day."""
    facility = sample()["facility"] | {"id": "".join(c if c.isalnum() else "-" for c in name)}
    application = sample() | {"application_id": "APP-2", "kind": "renewal", "facility": facility}
    asks: Said = say(day, "start_renewal", application=application, refused=refused)
    return Story([*begun(), package(2), report(3), asks], until=day + 0.5)


STORIES = {
    "silence": Story([*begun(), package(2), report(3)]),
    "a second before the notice": renewal(NOTICE - SECOND, "a second before the notice", "renewal.too_early"),
    "with the notice": renewal(NOTICE, "with the notice"),
    "the last instant": renewal(DUE, "the last instant"),
    "a second late": renewal(DUE + SECOND, "a second late"),
    "the last instant of all": renewal(EXPIRY, "the last instant of all"),
    "a second after the expiry": renewal(EXPIRY + SECOND, "a second after the expiry", "case.closed"),
}


def warned(reports: Reports, when: str) -> bool:
    return any(entry["kind"] == "warning" for entry in reports[when]["timeline"])


def test_the_certificate_counts_36_months_to_the_end_of_its_last_day(reports: Reports) -> None:
    told = reports["silence"]
    status = went_as_told(told)
    certificate = status["certificate"]
    assert (certificate["granted_day"], certificate["counts_from_day"]) == (3.0, 3.0)
    assert certificate["expires_day"] == pytest.approx(EXPIRY, abs=1e-6)
    assert (status["outcome"], status["closed_day"]) == ("expired", certificate["expires_day"])


def test_silence_is_reminded_once_and_then_the_certificate_runs_out(reports: Reports) -> None:
    told = reports["silence"]
    assert notices_of(told, "renewal_notice") == [pytest.approx(NOTICE, abs=1e-6)]
    assert notices_of(told, "renewal_reminder") == [pytest.approx(REMINDER, abs=1e-6)]
    assert notices_of(told, "expired") == [pytest.approx(EXPIRY, abs=1e-6)]
    assert deadlines_of(told, "renewal_notice") == [(pytest.approx(NOTICE, abs=1e-6), True)]
    assert deadlines_of(told, "renewal_application") == [(pytest.approx(DUE, abs=1e-6), False)]
    assert deadlines_of(told, "expiry") == [(pytest.approx(EXPIRY, abs=1e-6), False)]


def test_a_renewal_begins_with_its_notice_and_not_a_second_earlier(reports: Reports) -> None:
    assert went_as_told(reports["with the notice"])["renewal"].endswith(".2")
    assert went_as_told(reports["a second before the notice"])["renewal"] is None
    assert not warned(reports, "with the notice")


@pytest.mark.parametrize("when", ["a second late", "the last instant of all"])
def test_after_60_days_it_is_still_taken_with_a_warning(reports: Reports, when: str) -> None:
    assert went_as_told(reports[when])["renewal"].endswith(".2")
    assert warned(reports, when)
    assert not warned(reports, "the last instant")
    assert [met for _, met in deadlines_of(reports["the last instant"], "renewal_application")] == [True]


def test_a_renewal_that_is_not_granted_in_time_does_not_hold_up_the_expiry(reports: Reports) -> None:
    status = went_as_told(reports["the last instant of all"])
    assert status["outcome"] == "expired"
    assert status["closed_day"] == pytest.approx(EXPIRY, abs=1e-6)


def test_a_second_after_the_expiry_the_case_is_closed(reports: Reports) -> None:
    assert rules_of(reports["a second after the expiry"]) == ["case.closed"]
    went_as_told(reports["a second after the expiry"])


def test_each_story_is_about_a_facility_of_its_own() -> None:
    assert len({plan.case_id for plan in plans_of(STORIES).values()}) == len(STORIES)
