"""The option form's window and what follows from silence: the last instant counts, the second after does not."""

import pytest

from tests.workflows.lives import Reports, days_of, deadlines_of, notices_of, rules_of, went_as_told
from tests.workflows.stories import SECOND, Story, chosen, deficient, extended, report, viewed

pytestmark = pytest.mark.server

OPENS = 5.0
"""48 hours after the report of day 3."""
DUE = 20.625
"""24:00 of the 15th day after the day on which the form opened."""
CLOSES = 50.625
"""24:00 of the 30th day after the day on which it was due."""
EXTENDED = 25.625
"""Where the office extends to, below: the end of day 25."""
MORNING = -1 / 24
"""08:00, seen from a day's 09:00."""


def choice(day: float, refused: str | None = None) -> Story:
    return Story([*deficient(), chosen(day, "withdraw", refused=refused)], until=day + 1)


STORIES = {
    "a second before it opens": choice(OPENS - SECOND, "option_form.not_yet_open"),
    "as it opens": choice(OPENS),
    "the day before": choice(DUE - 1),
    "a second before the end": choice(DUE - SECOND),
    "the last instant": choice(DUE),
    "a second after the end": choice(DUE + SECOND, "option_form.past_due"),
    "the day after": choice(DUE + 1, "option_form.past_due"),
    "silence": Story(deficient()),
    "never viewed": Story(deficient(viewing=None)),
    "viewed at the last minute": Story(
        [
            *deficient(viewing=None),
            chosen(DUE - 120 * SECOND, "withdraw", refused="option_form.report_not_viewed"),
            viewed(DUE - 60 * SECOND),
            chosen(DUE - 30 * SECOND, "withdraw"),
        ]
    ),
    "closed a second before": Story([*deficient(), extended(CLOSES - SECOND, "option_form", 60)], until=58),
    "closed as the office extends": Story([*deficient(), extended(CLOSES, "option_form", 60)], until=58),
    "closed a second after": Story([*deficient(), extended(CLOSES + SECOND, "option_form", 60, refused="case.closed")]),
    "extended": Story(
        [
            *deficient(),
            extended(15, "option_form", "2027-01-31", refused="deadline.not_later"),
            extended(15.1, "option_form", EXTENDED),
            chosen(EXTENDED + SECOND, "withdraw", refused="option_form.past_due"),
        ]
    ),
    "extended and in time": Story([*deficient(), extended(22, "option_form", EXTENDED), chosen(EXTENDED, "withdraw")]),
    "the closure alone extended": Story(
        [*deficient(), extended(45, "closure", 55.625), chosen(52, "withdraw", refused="option_form.past_due")]
    ),
    "nothing deficient": Story([*deficient()[:-2], report(3)], until=30),
}


@pytest.mark.parametrize("when", ["as it opens", "the day before", "a second before the end", "the last instant"])
def test_a_form_is_in_time_from_its_opening_to_its_last_instant(reports: Reports, when: str) -> None:
    status = went_as_told(reports[when])
    assert status["outcome"] == "withdrawn"
    assert deadlines_of(reports[when], "option_form") == [(DUE, True)]
    assert notices_of(reports[when], "option_form_overdue") == []


@pytest.mark.parametrize("when", ["a second before it opens", "a second after the end", "the day after"])
def test_a_form_is_refused_before_it_opens_and_from_the_next_second_on(reports: Reports, when: str) -> None:
    status = went_as_told(reports[when])
    assert (status["stage"], status["outcome"]) == ("options", None)


def test_the_open_form_is_announced_once_it_is_open_and_viewed(reports: Reports) -> None:
    assert notices_of(reports["silence"], "option_form_open") == [OPENS]
    assert notices_of(reports["never viewed"], "option_form_open") == []
    late = reports["viewed at the last minute"]
    assert notices_of(late, "option_form_open") == [pytest.approx(DUE - 60 * SECOND, abs=1e-6)]
    assert went_as_told(late)["outcome"] == "withdrawn"


@pytest.mark.parametrize("how", ["silence", "never viewed"])
def test_silence_is_reminded_then_told_to_be_overdue_then_closes_the_case(reports: Reports, how: str) -> None:
    told = reports[how]
    status = went_as_told(told)
    assert notices_of(told, "option_form_reminder") == pytest.approx([15 + MORNING, 19 + MORNING], abs=1e-6)
    assert notices_of(told, "option_form_overdue") == [DUE]
    assert notices_of(told, "not_granted") == [CLOSES]
    assert (status["outcome"], status["closed_day"]) == ("not_granted", CLOSES)
    assert deadlines_of(told, "option_form") == [(DUE, False)]
    assert deadlines_of(told, "closure") == [(CLOSES, False)]


def test_overdue_is_told_to_both_sides(reports: Reports) -> None:
    (notice,) = [one for one in reports["silence"]["notices"] if one["kind"] == "option_form_overdue"]
    assert "accreditation@office.example.org" in notice["to"]
    assert any("facility" in address for address in notice["to"])


@pytest.mark.parametrize("when", ["closed a second before", "closed as the office extends"])
def test_the_office_may_extend_a_lapsed_form_up_to_the_closing_instant(reports: Reports, when: str) -> None:
    status = went_as_told(reports[when])
    assert (status["stage"], status["outcome"]) == ("options", None)
    assert deadlines_of(reports[when], "option_form") == [(60.0, None)]
    assert deadlines_of(reports[when], "closure") == [(pytest.approx(90.6, abs=0.05), None)]


def test_a_second_after_the_closing_nothing_can_be_extended(reports: Reports) -> None:
    status = went_as_told(reports["closed a second after"])
    assert (status["outcome"], status["closed_day"]) == ("not_granted", CLOSES)


def test_extending_the_form_moves_its_closure_and_reminders_and_leaves_the_appeal(reports: Reports) -> None:
    told = reports["extended"]
    status = went_as_told(told)
    assert (status["outcome"], status["closed_day"]) == ("not_granted", EXTENDED + 30)
    assert deadlines_of(told, "appeal") == [(18.625, False)]
    assert notices_of(told, "option_form_overdue") == [EXTENDED]
    assert notices_of(told, "option_form_reminder") == pytest.approx(
        [15 + MORNING, 20 + MORNING, 24 + MORNING], abs=1e-6
    )
    assert days_of(told, "extension", "Option form") == [15.1]


def test_a_lapsed_form_that_was_extended_is_in_time_again(reports: Reports) -> None:
    assert went_as_told(reports["extended and in time"])["outcome"] == "withdrawn"
    assert deadlines_of(reports["extended and in time"], "option_form") == [(EXTENDED, True)]


def test_extending_the_closure_alone_opens_no_form(reports: Reports) -> None:
    told = reports["the closure alone extended"]
    assert rules_of(told) == ["option_form.past_due"]
    assert went_as_told(told)["closed_day"] == 55.625


def test_without_a_deficiency_no_form_is_ever_open(reports: Reports) -> None:
    told = reports["nothing deficient"]
    assert went_as_told(told)["stage"] == "accredited"
    assert deadlines_of(told, "option_form") == []
