"""When an appeal is due, when its result is expected, and until when a repeat should be asked for."""

import pytest

from policy.application import Medium
from tests.workflows.lives import Reports, days_of, deadlines_of, notices_of, rules_of, went_as_told
from tests.workflows.stories import (
    SECOND,
    Story,
    begun,
    chosen,
    deficient,
    extended,
    package,
    report,
    result,
    say,
    viewed,
)

pytestmark = pytest.mark.server

UPLOAD_DUE = 18.625
"""24:00 of the 15th day after the report of day 3."""
CD_DUE = 27.625
"""With the form, for images that were returned on day 10: it opened on day 12."""
RESULT_DUE = 51.625
"""24:00 of the 45th day after the materials were complete, on day 6."""
MORNING = -1 / 24
"""08:00, seen from a day's 09:00."""


def uploaded(option: str, day: float, refused: str | None = None) -> Story:
    return Story([*deficient(), chosen(day, option, refused=refused)], until=day + 0.5)


def on_cd(day: float, refused: str | None = None) -> Story:
    story = [*begun(), package(2, medium="cd"), report(3, ["head-neck-adult"]), viewed(4), say(10, "return_images")]
    return Story([*story, chosen(day, "appeal", refused=refused)], until=day + 0.5, medium=Medium.CD)


def decided(day: float | None, *, until: float = 60) -> Story:
    story = [*deficient(), chosen(6, "appeal")]
    return Story([*story, result(day)] if day else story, until=until)


STORIES = {
    "appeal the day before": uploaded("appeal", UPLOAD_DUE - 1),
    "appeal at the last instant": uploaded("appeal", UPLOAD_DUE),
    "appeal a second late": uploaded("appeal", UPLOAD_DUE + SECOND, "appeal.past_due"),
    "appeal the day after": uploaded("appeal", UPLOAD_DUE + 1, "appeal.past_due"),
    "withdraw after the appeal is due": uploaded("withdraw", UPLOAD_DUE + SECOND),
    "appeal extended": Story([*deficient(), extended(10, "appeal", 20), chosen(20, "appeal")], until=21),
    "CD at the last instant": on_cd(CD_DUE),
    "CD a second late": on_cd(CD_DUE + SECOND, "option_form.past_due"),
    "repeat at the last instant": uploaded("repeat", UPLOAD_DUE),
    "repeat a second later": uploaded("repeat", UPLOAD_DUE + SECOND),
    "result at once": decided(7),
    "result the day before": decided(RESULT_DUE - 1),
    "result at the last instant": decided(RESULT_DUE),
    "result a second late": decided(RESULT_DUE + SECOND),
    "no result": decided(None),
    "no result for months": decided(None, until=RESULT_DUE + 62),
    "materials never come": Story([*deficient(), chosen(6, "appeal", additional_images=True)], until=100),
}


@pytest.mark.parametrize("when", ["appeal the day before", "appeal at the last instant", "appeal extended"])
def test_an_appeal_is_in_time_to_its_last_instant(reports: Reports, when: str) -> None:
    assert went_as_told(reports[when])["stage"] == "appeal"
    assert [met for _, met in deadlines_of(reports[when], "appeal")] == [True]


@pytest.mark.parametrize("when", ["appeal a second late", "appeal the day after"])
def test_a_late_appeal_is_refused_while_the_form_is_still_open(reports: Reports, when: str) -> None:
    status = went_as_told(reports[when])
    options = {one["option"]: (one["open"], one["rule"]) for one in status["options"]}
    assert options["appeal"] == (False, "appeal.past_due")
    assert options["repeat"] == (True, None)


def test_what_is_no_appeal_goes_on_until_the_form_is_due(reports: Reports) -> None:
    assert went_as_told(reports["withdraw after the appeal is due"])["outcome"] == "withdrawn"


def test_for_cd_the_appeal_is_due_with_the_form(reports: Reports) -> None:
    in_time = reports["CD at the last instant"]
    assert went_as_told(in_time)["stage"] == "appeal"
    assert deadlines_of(in_time, "appeal") == deadlines_of(in_time, "option_form") == [(CD_DUE, True)]
    assert went_as_told(reports["CD a second late"])["stage"] == "options"


def test_a_repeat_should_be_asked_for_within_15_days_and_later_comes_with_a_warning(reports: Reports) -> None:
    in_time, late = reports["repeat at the last instant"], reports["repeat a second later"]
    assert went_as_told(in_time)["stage"] == went_as_told(late)["stage"] == "application"
    assert days_of(in_time, "warning") == []
    assert len(days_of(late, "warning", "within 15 days")) == 1


@pytest.mark.parametrize("when", ["result at once", "result the day before", "result at the last instant"])
def test_a_result_is_in_time_from_the_first_day_to_its_last_instant(reports: Reports, when: str) -> None:
    assert went_as_told(reports[when])["stage"] == "accredited"
    assert deadlines_of(reports[when], "appeal_result") == [(RESULT_DUE, True)]
    assert notices_of(reports[when], "appeal_result_overdue") == []
    assert days_of(reports[when], "attention") == []


def test_the_office_is_told_at_30_days_that_the_result_is_expected(reports: Reports) -> None:
    assert notices_of(reports["no result"], "appeal_result_due") == [pytest.approx(36 + MORNING, abs=1e-6)]
    assert notices_of(reports["result at once"], "appeal_result_due") == []


@pytest.mark.parametrize("how", ["no result", "result a second late"])
def test_at_45_days_it_is_overdue_both_sides_are_told_and_the_case_waits_on(reports: Reports, how: str) -> None:
    told = reports[how]
    assert notices_of(told, "appeal_result_overdue") == [RESULT_DUE]
    (overdue,) = [one for one in told["notices"] if one["kind"] == "appeal_result_overdue"]
    assert any("facility" in address for address in overdue["to"])
    assert days_of(told, "attention")[0] == RESULT_DUE
    assert deadlines_of(told, "appeal_result") == [(RESULT_DUE, False)]
    assert rules_of(told) == []


def test_an_overdue_result_is_asked_for_every_30_days_for_an_open_case_is_never_forgotten(reports: Reports) -> None:
    told = reports["no result for months"]
    assert went_as_told(told)["stage"] == "appeal"
    mornings = [
        82 + 2 * MORNING,
        112 + 2 * MORNING,
    ]
    assert notices_of(told, "waiting") == pytest.approx(mornings, abs=1e-6)
    waiting = [one for one in told["notices"] if one["kind"] == "waiting"]
    assert [one["to"] for one in waiting] == [["accreditation@office.example.org"]] * 2
    assert notices_of(told, "appeal_result_overdue") == [RESULT_DUE]
    assert notices_of(reports["result a second late"], "waiting") == []


def test_a_late_result_ends_the_attention_and_counts(reports: Reports) -> None:
    late, waiting = went_as_told(reports["result a second late"]), went_as_told(reports["no result"])
    assert (late["stage"], late["attention"]) == ("accredited", [])
    assert waiting["stage"] == "appeal"
    assert [item["item"] for item in waiting["attention"]] == ["appeal_result"]


def test_no_clock_of_the_result_runs_before_the_materials_are_complete(reports: Reports) -> None:
    told = reports["materials never come"]
    status = went_as_told(told)
    assert (status["stage"], status["awaited_party"]) == ("appeal", "facility")
    assert deadlines_of(told, "appeal_result") == []
    assert len(notices_of(told, "waiting")) == 3
