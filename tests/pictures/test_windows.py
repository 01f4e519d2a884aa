"""What came of a window is read from the timeline, and is what the case itself says."""

from typing import Any

import pytest

from pictures.life import Fate, Life, Nature
from policy.status import DeadlineView
from rehearsal.pages import instant_of_day, life_of_report
from tests.pictures.conftest import LIVES, ZONE
from tests.pictures.tales import day, entry, midnight, opens, passes, sent, stage, told

DUE = midnight(45)


def test_a_window_is_met_when_what_it_was_for_comes() -> None:
    life = told(stage(0, "testing"), opens(0, "testing_package", DUE), sent(20, "submit_testing_package"))
    (window,) = life.windows
    assert (window.fate, window.ended_at, window.late) == (Fate.MET, day(20), False)
    assert (window.words, window.rule) == ("Testing package", "testing_package.rule")


def test_a_window_whose_time_has_passed_is_missed_and_what_comes_then_is_late() -> None:
    missed = (stage(0, "appeal"), opens(0, "appeal_result", DUE), passes(DUE, "appeal_result"))
    assert told(*missed).windows[0].fate is Fate.MISSED
    (late,) = told(*missed, sent(60, "issue_appeal_result", "acr"), stage(60, "accredited")).windows
    assert (late.fate, late.late, late.ended_at) == (Fate.MISSED, True, day(60))


def test_an_extension_opens_a_missed_window_again_and_it_remembers_when_it_was_due() -> None:
    later = midnight(60)
    extension = entry(50, "extension", "extended", deadline="testing_package", until=later.isoformat())
    told_so_far = [stage(0, "testing"), opens(0, "testing_package", DUE), passes(DUE, "testing_package"), extension]
    (window,) = told(*told_so_far).windows
    assert (window.fate, window.due_at, window.was_due) == (Fate.OPEN, later, (DUE,))
    (window,) = told(*told_so_far, sent(55, "submit_testing_package")).windows
    assert window.fate is Fate.MET


def test_a_window_is_dropped_when_the_stage_ends_that_it_belongs_to() -> None:
    life = told(
        stage(0, "options"),
        opens(0, "option_form", midnight(17), since=2),
        opens(0, "closure", midnight(47), since=17.6),
        opens(0, "appeal", midnight(15)),
        sent(5, "choose_option", option="repeat"),
        stage(5, "application", attempt="repeat"),
    )
    form, closure, appeal = life.windows
    assert (form.fate, form.ended_at) == (Fate.MET, day(5))
    assert (closure.fate, closure.never_ran) == (Fate.DROPPED, True)
    assert (appeal.fate, appeal.never_ran, appeal.nature) == (Fate.DROPPED, False, Nature.RIGHT)


def test_only_an_appeal_uses_the_right_to_appeal() -> None:
    life = told(
        stage(0, "options"),
        opens(0, "appeal", midnight(15)),
        sent(5, "choose_option", option="appeal"),
        stage(5, "appeal"),
    )
    assert life.windows[0].fate is Fate.MET


def test_a_term_ends_and_a_date_comes_by_itself() -> None:
    life = told(
        stage(0, "accredited"),
        opens(0, "renewal_notice", day(70)),
        opens(0, "expiry", midnight(90)),
        entry(70, "notice", "Notice: renewal notice", kind="renewal_notice"),
        passes(midnight(90), "expiry"),
    )
    notice, expiry = life.windows
    assert (notice.fate, notice.nature) == (Fate.MET, Nature.DATE)
    assert (expiry.fate, expiry.nature, expiry.words) == (Fate.ENDED, Nature.TERM, "Certificate")


def test_windows_of_one_name_are_told_apart() -> None:
    life = told(
        stage(0, "testing"),
        opens(0, "testing_package", midnight(45)),
        sent(10, "submit_testing_package"),
        stage(10, "review"),
        stage(30, "testing"),
        opens(30, "testing_package", midnight(75)),
        passes(midnight(75), "testing_package"),
    )
    assert [(window.number, window.fate) for window in life.windows] == [(1, Fate.MET), (2, Fate.MISSED)]


def test_what_the_case_says_of_a_deadline_holds() -> None:
    """The extension of a form moves the closing that follows it, which no entry says."""
    moved = DeadlineView(name="closure", opens_at=midnight(30), due_at=midnight(60), met=None)
    life = told(stage(0, "options"), opens(0, "closure", midnight(47), since=17.6), deadlines=(moved,))
    assert (life.windows[0].opens_at, life.windows[0].due_at) == (midnight(30), midnight(60))


def test_what_came_in_time_is_in_time_although_it_was_recorded_after_the_date() -> None:
    life = told(
        stage(0, "testing"),
        opens(0, "testing_package", DUE),
        sent(44, "submit_testing_package"),
        passes(DUE, "testing_package"),
        deadlines=(DeadlineView(name="testing_package", opens_at=day(0), due_at=DUE, met=False),),
    )
    assert life.windows[0].fate is Fate.MET


@pytest.mark.server
@pytest.mark.parametrize("name", LIVES)
def test_a_picture_says_of_every_window_what_its_case_says(
    name: str, reports: dict[str, dict[str, Any]], lives: dict[str, Life]
) -> None:
    said = {True: {Fate.MET}, False: {Fate.MISSED, Fate.ENDED}, None: {Fate.OPEN, Fate.DROPPED}}
    deadlines = reports[name]["deadlines"]
    assert [window.name for window in lives[name].windows] == [deadline["name"] for deadline in deadlines]
    for window, deadline in zip(lives[name].windows, deadlines, strict=True):
        assert window.fate in said[deadline["met"]], (window, deadline)
        assert abs((window.due_at - instant_of_day(deadline["due_day"], lives[name].opened_at)).total_seconds()) < 1
        assert not (window.fate is Fate.OPEN and lives[name].closed_at)


@pytest.mark.server
@pytest.mark.parametrize("name", LIVES)
def test_the_timeline_alone_tells_the_same_where_nobody_asks_the_case(
    name: str, reports: dict[str, dict[str, Any]], lives: dict[str, Life]
) -> None:
    """The desk has nothing but the books' timeline where no worker answers."""
    report = reports[name]
    alone = life_of_report(report | {"status": report["status"] | {"deadlines": []}}, ZONE)
    assert [(window.fate, window.ended_at) for window in alone.windows] == [
        (window.fate, window.ended_at) for window in lives[name].windows
    ]
