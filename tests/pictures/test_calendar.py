"""Calendar files open in a real parser, and a newer file moves or takes back what an older one said."""

from datetime import date, timedelta

import pytest
from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event, EventStatus

from pictures.calendar import calendar_file
from pictures.life import Fate, Life
from tests.pictures.conftest import LIVES
from tests.pictures.tales import day, entry, midnight, opens, sent, stage, told

TOLD_AT = day(100)
PACKAGE = (stage(0, "testing"), opens(0, "testing_package", midnight(145)))


def parsed(life: Life) -> Calendar:
    return IcsCalendarStream.calendar_from_ics(calendar_file(life, TOLD_AT).decode())


def only(life: Life) -> Event:
    (event,) = parsed(life).events
    return event


@pytest.mark.server
@pytest.mark.parametrize("name", LIVES)
def test_the_calendar_of_a_real_life_opens_in_a_real_parser(name: str, lives: dict[str, Life]) -> None:
    life = lives[name]
    events = parsed(life).events
    assert len(events) == len(life.windows)
    assert len({event.uid for event in events}) == len(events)
    assert all(event.summary and life.case in event.summary for event in events)
    cancelled = [event.status is EventStatus.CANCELLED for event in events]
    assert cancelled == [window.fate is Fate.DROPPED for window in life.windows]


def test_a_window_is_an_all_day_event_on_its_last_day() -> None:
    event = only(told(*PACKAGE))
    assert (event.dtstart, event.dtend) == (date(2027, 5, 29), date(2027, 5, 30))
    assert event.summary == "Testing package due: accreditation.OH-1.ct.CT-1.1"
    assert [alarm.trigger for alarm in event.alarm] == [-timedelta(days=2)]


def test_what_happens_at_an_instant_is_an_event_at_that_instant() -> None:
    event = only(told(stage(0, "accredited"), opens(0, "renewal_notice", day(120))))
    assert event.dtstart == day(120)
    assert event.alarm == []


def test_an_extension_moves_the_same_event_and_raises_its_sequence() -> None:
    until = midnight(160).isoformat()
    before = only(told(*PACKAGE))
    after = only(told(*PACKAGE, entry(20, "extension", "extended", deadline="testing_package", until=until)))
    assert after.uid == before.uid
    assert (before.sequence, after.sequence) == (0, 1)
    assert after.dtstart == date(2027, 6, 13)


def test_a_window_that_is_not_needed_any_more_is_taken_back() -> None:
    event = only(told(*PACKAGE, stage(10, "closed", outcome="withdrawn")))
    assert event.status is EventStatus.CANCELLED
    assert event.sequence == 1


def test_what_came_of_a_window_is_in_its_summary_and_nobody_is_reminded_any_more() -> None:
    event = only(told(*PACKAGE, sent(20, "submit_testing_package")))
    assert event.summary == "Testing package (met on 24 January 2027, 09:00 ET): accreditation.OH-1.ct.CT-1.1"
    assert event.alarm == []


def test_lines_are_short_enough_for_every_calendar() -> None:
    lines = calendar_file(told(*PACKAGE, case="accreditation." + "Ü" * 90), TOLD_AT).split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
