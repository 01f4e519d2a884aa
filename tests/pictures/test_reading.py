"""A life is read from the report of a rehearsal and from the desk alike: stages, marks, and what lies ahead."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from pictures.life import Lane, Life
from policy.status import InvoiceView, MarkView
from rehearsal.pages import life_of_report
from tests.pictures.conftest import LIVES, ZONE
from tests.pictures.tales import day, entry, midnight, opens, sent, stage, told


@pytest.mark.server
@pytest.mark.parametrize("name", LIVES)
def test_stages_follow_each_other_without_a_gap(name: str, lives: dict[str, Life]) -> None:
    life = lives[name]
    assert life.stages[0].begin == life.opened_at
    assert [stage.end for stage in life.stages[:-1]] == [stage.begin for stage in life.stages[1:]]
    assert life.stages[-1].end == life.closed_at


@pytest.mark.server
def test_a_closed_life_ends_and_an_open_one_has_a_present_and_a_future(lives: dict[str, Life]) -> None:
    closed, still_open = lives["straight-life"], lives["open-window"]
    assert (closed.ended, closed.now, closed.ahead) == ("expired", None, ())
    assert still_open.closed_at is None
    assert still_open.now == day_54(still_open)
    texts = [mark.text for mark in still_open.ahead]
    assert texts == [
        "Reminder of option form",
        "Right to appeal: the last instant",
        "Reminder of option form",
        "Option form: due",
        "Closing, unless a form comes: opens",
        "Closing, unless a form comes: due",
    ]
    assert [mark.at for mark in still_open.ahead] == sorted(mark.at for mark in still_open.ahead)
    assert all(mark.at > day_54(still_open) for mark in still_open.ahead)


def day_54(life: Life) -> datetime:
    """Return the last day of the scenario."""
    return life.opened_at + timedelta(days=54)


def test_marks_lie_in_the_lane_of_whoever_made_them() -> None:
    life = told(
        stage(0, "application"),
        entry(0, "invoice", "Invoice 1", total="5.00"),
        entry(0, "notice", "Notice: invoice", kind="invoice"),
        sent(1, "view_final_report", "medical_physicist"),
        entry(2, "refusal", "Refused", "facility", message="choose_option"),
        sent(3, "issue_final_report", "acr"),
        entry(4, "attention", "Look", "facility"),
        opens(5, "testing_package", midnight(45)),
    )
    lanes = [mark.lane for mark in life.marks]
    facility, office = Lane.FACILITY, Lane.OFFICE
    assert lanes == [None, Lane.MONEY, Lane.NOTICES, facility, facility, office, office, None]
    assert [mark.number for mark in life.marks] == list(range(1, 9))


def test_what_is_owed_lies_ahead() -> None:
    invoices = (
        InvoiceView(number="2027-1", purpose="site_survey", total=Decimal(5), status="open", due_at=day(120)),
        InvoiceView(number="2027-2", purpose="repeat", total=Decimal(5), status="paid", due_at=day(120)),
        InvoiceView(number="2027-3", purpose="repeat", total=Decimal(5), status="open", due_at=day(50)),
    )
    life = told(stage(0, "survey"), invoices=invoices, now=100)
    assert [(mark.text, mark.lane) for mark in life.ahead] == [("Invoice 2027-1 (site survey): due", Lane.MONEY)]


def test_what_a_case_does_by_itself_lies_ahead_once_and_in_plain_words() -> None:
    agenda = (
        MarkView(at=day(110), kind="reminder", label="Reminder of testing package on 2027-04-24 (testing.past_due)"),
        MarkView(at=day(111), kind="silence", label="Await final report until 2027-04-25 (case.waiting)"),
        MarkView(at=midnight(120), kind="deadline", label="Testing package due 2027-05-04 (testing.past_due)"),
    )
    life = told(stage(0, "testing"), opens(0, "testing_package", midnight(120)), agenda=agenda, now=100)
    assert [mark.text for mark in life.ahead] == [
        "Reminder of testing package",
        "Still awaited: final report",
        "Testing package: due",
    ]


def test_a_case_that_was_only_announced_has_a_life_too() -> None:
    life = told(now=0)
    assert (life.stages, life.windows, life.marks, life.ahead) == ((), (), (), ())


@pytest.mark.server
def test_a_life_that_broke_off_is_read_as_far_as_it_went(reports: dict[str, dict[str, object]]) -> None:
    broken = reports["open-window"] | {"status": {}, "deadlines": [], "ahead": []}
    life = life_of_report(broken, ZONE)
    assert [stage.name for stage in life.stages] == ["application", "testing", "review", "options"]
    assert life.closed_at is None
