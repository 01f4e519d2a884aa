"""A pause of a case and the office's notes: on which days they are possible, and by how much a due date moves."""

from datetime import date, timedelta

import pytest

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.options import offers
from policy.facts import UNHELD, FollowUp, Mark, Pause, Stage
from policy.keeping.pausing import days_held, judge_pause, judge_pause_holds, judge_resumption, later
from policy.messages import (
    CloseCase,
    ExtendProvisionalCertificate,
    Message,
    OfficeNote,
    PauseCase,
    RecordPayment,
    ResolveAttention,
    ResumeCase,
    ViewFinalReport,
    WithdrawCase,
)
from policy.verdict import Refused
from tests.policy.cycles import REPORTED, TERMS, ZONE, a_cycle, a_cycle_with_a_deficient_report, et, open_deadline
from tests.policy.onward import accredited
from tests.policy.said import a_choice, refused_by, said, taken

NOW = et("2027-03-08 12:00")
FLOOD = {"reason": "A flood."}


def paused(since: str = "2027-03-05 09:00") -> CycleFacts:
    facts = a_cycle_with_a_deficient_report("chest-adult")
    facts.paused = Pause(since=et(since), reason="A flood.")
    return facts


@pytest.mark.parametrize(
    ("day", "possible"),
    [("2027-03-04", False), ("2027-03-05", True), ("2027-03-08", True), ("2027-03-09", False)],
)
def test_a_pause_begins_today_or_up_to_three_days_ago(day: str, possible: bool) -> None:
    message = said(PauseCase, on=day, **FLOOD)
    if possible:
        assert judge_pause(a_cycle(), TERMS, message, NOW) == date.fromisoformat(day)
    else:
        assert refused_by(a_cycle(), message, NOW) == "pause.day_out_of_range"


@pytest.mark.parametrize(
    ("day", "possible"),
    [("2027-03-06", False), ("2027-03-07", True), ("2027-03-08", True), ("2027-03-09", False)],
)
def test_a_case_goes_on_from_the_day_of_its_pause_to_today(day: str, possible: bool) -> None:
    facts, message = paused("2027-03-07 09:00"), said(ResumeCase, on=day)
    if possible:
        assert judge_resumption(facts, TERMS, message, NOW) == date.fromisoformat(day)
    else:
        assert refused_by(facts, message, NOW) == "pause.day_out_of_range"


def test_only_a_case_before_its_grant_is_paused_and_only_once() -> None:
    assert refused_by(accredited(a_cycle(), REPORTED), said(PauseCase, **FLOOD), NOW) == "case.wrong_stage"
    assert refused_by(paused(), said(PauseCase, **FLOOD), NOW) == "case.paused"
    assert refused_by(a_cycle(), said(ResumeCase), NOW) == "pause.not_running"


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ("2027-03-05 23:59", date(2027, 3, 5), 0),
        ("2027-03-05 23:59", date(2027, 3, 6), 1),
        ("2027-03-05 00:00", date(2027, 3, 25), 20),
    ],
)
def test_a_pause_is_counted_in_calendar_days(since: str, until: date, days: int) -> None:
    assert days_held(paused(since), until, ZONE) == days


def test_what_was_opened_in_a_pause_stood_still_from_then_on() -> None:
    assert days_held(paused(), date(2027, 3, 25), ZONE, et("2027-03-20 10:00")) == 5
    assert days_held(paused(), date(2027, 3, 25), ZONE, et("2027-03-01 10:00")) == 20


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2027-03-05 24:00", "2027-03-25 24:00"),  # clocks go forward on the 14th
        ("2027-03-13 08:00", "2027-04-02 08:00"),
        ("2027-10-30 24:00", "2027-11-19 24:00"),  # clocks go back on 7 November
    ],
)
def test_a_due_date_moves_by_exactly_the_pause_on_the_offices_wall(before: str, after: str) -> None:
    assert later(et(before), 20, ZONE) == et(after)


def test_a_day_that_begins_in_the_hour_that_is_left_out_is_still_its_day() -> None:
    assert later(et("2027-03-13 02:30"), 1, ZONE) == et("2027-03-14 03:30")


TAKEN: list[Message] = [
    said(RecordPayment, invoice="2027-0001", amount="1.00"),
    said(OfficeNote, text="Sample."),
    said(ResumeCase),
    said(CloseCase, reason="Sample."),
    said(ViewFinalReport),
    said(ExtendProvisionalCertificate, **FLOOD),
    said(ResolveAttention, item="follow_up.1", action="skip", reason="Sample."),
]


def test_a_paused_case_takes_money_notes_and_its_end() -> None:
    for message in TAKEN:
        judge_pause_holds(paused(), message)
    for message in (a_choice("repeat"), said(WithdrawCase)):
        judge_pause_holds(a_cycle(), message)
        with pytest.raises(Refused) as caught:
            judge_pause_holds(paused(), message)
        assert caught.value.rule == "case.paused"


def test_no_option_is_open_while_the_case_is_paused() -> None:
    during = et("2027-03-06 12:00")
    facts = a_cycle_with_a_deficient_report("chest-adult")
    assert any(offer.refusal is None for offer in offers(facts, TERMS, during))
    assert {offer.refusal.rule for offer in offers(paused(), TERMS, during) if offer.refusal} == {"case.paused"}
    assert len(offers(paused(), TERMS, during)) == len(offers(facts, TERMS, during))


def test_while_a_case_is_paused_only_its_notes_come_up() -> None:
    facts = paused()
    later_on = NOW + timedelta(days=1)
    facts.marks = [
        Mark(at=NOW, kind="deadline", label="due"),
        Mark(at=later_on, kind="follow_up", label="note", item="follow_up.1"),
    ]
    assert [mark.kind for mark in facts.running_marks()] == ["follow_up"]
    facts.paused = None
    assert len(facts.running_marks()) == 2


@pytest.mark.parametrize("name", sorted(UNHELD))
def test_a_window_that_is_not_the_cases_to_hold_comes_up_in_a_pause(name: str) -> None:
    facts = paused()
    for one in (name, "testing_package"):
        window = open_deadline(facts, one, NOW, NOW + timedelta(days=1))
        facts.marks.append(Mark(at=window.due_at, kind="deadline", label=one, deadline=window.number))
    assert [mark.label for mark in facts.running_marks()] == [name]


@pytest.mark.parametrize(("day", "rule"), [("2027-03-08", "note.follow_up_past"), ("2027-03-09", None)])
def test_a_follow_up_is_still_to_come(day: str, rule: str | None) -> None:
    message = said(OfficeNote, text="Sample.", follow_up_on=day)
    assert (refused_by(a_cycle(), message, NOW) if rule else None) == rule
    if rule is None:
        assert taken(a_cycle(), message, NOW) == []


def test_who_is_to_follow_up_has_a_day_for_it() -> None:
    assert refused_by(a_cycle(), said(OfficeNote, text="Sample.", assignee="Somebody"), NOW) == "note.no_day"


@pytest.mark.parametrize(("open_already", "rule"), [(49, None), (50, "note.too_many")])
def test_a_case_has_fifty_follow_ups_at_most(open_already: int, rule: str | None) -> None:
    facts = a_cycle()
    facts.follow_ups = [FollowUp(item=f"follow_up.{n}", text="Sample.", due_at=NOW) for n in range(open_already)]
    message = said(OfficeNote, text="Sample.", follow_up_on="2027-04-01")
    assert (refused_by(facts, message, NOW) if rule else None) == rule
    assert refused_by(facts, message, NOW) == rule if rule else taken(facts, message, NOW) == []


def test_a_follow_up_is_done_before_its_day_too() -> None:
    facts = a_cycle()
    facts.follow_ups = [FollowUp(item="follow_up.1", text="Sample.", due_at=NOW)]
    done = said(ResolveAttention, item="follow_up.1", action="skip", reason="Done.")
    assert taken(facts, done, NOW) == []
    facts.follow_ups = []
    assert refused_by(facts, done, NOW) == "attention.unknown_item"


def test_a_grant_is_no_stage_that_waits_for_a_pause() -> None:
    facts = a_cycle()
    facts.stage = Stage.TESTING
    assert taken(facts, said(PauseCase, **FLOOD), NOW) == []
