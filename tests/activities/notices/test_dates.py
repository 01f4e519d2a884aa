"""Every due date that a notice tells comes as an event for the reader's calendar, and an extension moves it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event

from activities.mail import Attachment
from activities.notices.compose import compose
from activities.notices.dates import dates_of
from activities.notices.filters import as_instant
from activities.notices.previews import sample_notice
from policy.rules import RULES
from records.tables import Deadline, Notice, TimelineEntry
from tests.activities.notices.test_compose import a_deadline
from tests.activities.notices.test_dicoe_texts import a_designation
from tests.activities.notices.test_previews import KINDS
from tests.activities.orders import an_office
from tests.records.rows import CASE, LATER, NOON, a_case, a_notice, an_entry

LEAST = {"rule": "testing.past_due", "source": RULES["testing.past_due"]}
DUE = datetime(2027, 6, 19, 4, tzinfo=UTC)
"""24:00 on 18 June 2027 in New York."""


def attached(notice: Notice, *deadlines: Deadline, told: tuple[TimelineEntry, ...] = ()) -> list[Attachment]:
    words = compose(notice.kind, a_case(), notice.facts, notice.at, an_office(), deadlines)
    return dates_of(a_case(), notice, words, deadlines, told, an_office())


def events(notice: Notice, *deadlines: Deadline, told: tuple[TimelineEntry, ...] = ()) -> list[Event]:
    return [event_of(attachment) for attachment in attached(notice, *deadlines, told=told)]


def event_of(attachment: Attachment) -> Event:
    (event,) = IcsCalendarStream.calendar_from_ics(attachment.content.decode()).events
    return event


def a_told(kind: str = "testing_reminder", **facts: Any) -> Notice:
    return a_notice(kind=kind, at=NOON, facts=LEAST | facts)


def set_or_extended(name: str, kind: str, **detail: Any) -> TimelineEntry:
    return an_entry(kind=kind, detail={"deadline": name, **detail})


def test_a_due_date_is_an_all_day_event_on_its_last_day_with_a_reminder() -> None:
    notice = a_told(due_at=DUE.isoformat())
    (file,) = attached(notice, a_deadline("testing_package", due_at=DUE))
    assert file.name == "testing-package-2027-06-18.ics"
    assert file.media_type == "text/calendar; method=PUBLISH; charset=utf-8"
    event = event_of(file)
    assert (event.dtstart, event.dtend) == (date(2027, 6, 18), date(2027, 6, 19))
    assert event.summary == "Testing package due, CT unit CT-1"
    assert event.uid == f"{CASE}.testing_package.1@accredit"
    assert event.sequence == 0
    assert event.description is not None
    assert "Testing package due: 18 June 2027, 24:00 ET. Sample Imaging Center" in event.description
    assert [alarm.trigger for alarm in event.alarm] == [-timedelta(days=2)]
    assert b"ORGANIZER:mailto:office@example.org" in file.content


def test_a_report_brings_the_form_and_the_appeal() -> None:
    form, appeal = a_deadline("option_form", 1, due_at=DUE + timedelta(days=2)), a_deadline("appeal", 0, due_at=DUE)
    summaries = [event.summary for event in events(a_told("final_report"), appeal, form)]
    assert summaries == ["Last day to appeal, CT unit CT-1", "Option form due, CT unit CT-1"]


def test_an_extension_moves_the_same_event() -> None:
    until = DUE + timedelta(days=10)
    entries = (
        set_or_extended("testing_package", "deadline", due_at=DUE.isoformat()),
        set_or_extended("option_form", "extension", until=until.isoformat()),
        set_or_extended("testing_package", "extension", until=until.isoformat()),
    )
    (before,) = events(a_told(due_at=DUE.isoformat()), a_deadline("testing_package", due_at=DUE), told=entries[:1])
    notice = a_told("due_date_extended", deadline="testing_package", until=until.isoformat())
    (after,) = events(notice, a_deadline("testing_package", due_at=until), told=entries)
    assert after.uid == before.uid
    assert (before.sequence, after.sequence) == (0, 1)
    assert after.dtstart == date(2027, 6, 28)


def test_the_second_window_of_a_name_is_another_event() -> None:
    first = a_deadline("testing_package", 0, due_at=NOON - timedelta(days=50), met=True)
    entries = (
        set_or_extended("testing_package", "deadline", due_at="…"),
        set_or_extended("testing_package", "extension", until="…"),
        set_or_extended("testing_package", "deadline", due_at=DUE.isoformat()),
    )
    notice = a_told(due_at=DUE.isoformat())
    (event,) = events(notice, first, a_deadline("testing_package", 1, due_at=DUE), told=entries)
    assert (event.uid, event.sequence) == (f"{CASE}.testing_package.2@accredit", 0)


def test_a_window_that_was_missed_moves_to_the_day_on_which_something_follows() -> None:
    until = DUE + timedelta(days=14)
    missed = a_deadline("testing_package", due_at=DUE, met=False)
    notice = a_notice(
        kind="testing_overdue", at=DUE, facts=LEAST | {"due_at": DUE.isoformat(), "until": until.isoformat()}
    )
    (event,) = events(notice, missed)
    assert event.uid == f"{CASE}.testing_package.1@accredit"
    assert event.summary == "Application becomes inactive, CT unit CT-1"
    assert (event.dtstart, event.sequence, event.dtstamp) == (date(2027, 7, 2), 0, DUE)


def test_an_invoice_brings_the_day_until_which_it_is_to_be_paid() -> None:
    notice = a_told("invoice", invoice="2027-000001", due_at=LATER.isoformat())
    (event,) = events(notice)
    assert event.uid == f"{CASE}.invoice.2027-000001@accredit"
    assert event.summary == "Payment due: invoice 2027-000001, CT unit CT-1"
    assert event.dtstart == date(2027, 7, 3)


@pytest.mark.parametrize("change", [{"met": True}, {"met": False}, {"over": True}, {"due_at": NOON}])
def test_what_is_over_is_no_event(change: dict[str, Any]) -> None:
    deadline = a_deadline("testing_package", **{"due_at": DUE, **change})
    assert events(a_told(due_at=deadline.due_at.isoformat()), deadline) == []


def test_a_date_that_was_moved_since_is_told_by_the_notice_of_its_extension() -> None:
    assert events(a_told(due_at=DUE.isoformat()), a_deadline("testing_package", due_at=DUE + timedelta(days=3))) == []


def test_the_same_notice_again_brings_the_same_bytes() -> None:
    notice, deadline = a_told(due_at=DUE.isoformat()), a_deadline("testing_package", due_at=DUE)
    assert attached(notice, deadline) == attached(notice, deadline)


NO_DATE_OF_ITS_OWN = {"application_received": "due_at", "due_date_extended": "previous"}
"""Dates that a text may name and that nobody has to keep: the invoice tells the first, the second holds no longer."""


@pytest.mark.parametrize(("program", "kind"), KINDS)
def test_every_due_date_to_come_that_a_text_names_has_its_event(program: str, kind: str) -> None:
    case = a_case() if program == "accreditation" else a_designation()
    notice, deadlines = sample_notice(case, kind)
    words = compose(kind, case, notice.facts, notice.at, an_office(), deadlines)
    told = dates_of(case, notice, words, deadlines, (), an_office())
    days = {str(event_of(attachment).dtstart) for attachment in told}
    zone = an_office().zone
    left_out = notice.facts.get(NO_DATE_OF_ITS_OWN.get(kind, ""))
    to_come = {due for due in words.dues if due > notice.at and due != (left_out and as_instant(left_out))}
    assert days == {str((due.astimezone(zone) - timedelta(microseconds=1)).date()) for due in to_come}
