"""Annual updates as cases live them, on a leap day's anniversaries, and surveys before a certificate is issued."""

from calendar import isleap
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import pytest
import pytest_asyncio

from embedded.server import EmbeddedServer
from policy.status import EntryView
from services.facility.entries import facility_entries
from tests.workflows.lives import Reports, deadlines_of, lived, notices_of, went_as_told
from tests.workflows.stories import Said, Story, begun, findings, nine_o_clock, package, report, say
from tests.workflows.test_held_and_unheld import BREAST, MAMMOGRAPHY, certified, images

pytestmark = pytest.mark.server
YEAR = next(year for year in count(datetime.now(UTC).year + 1) if isleap(year))
OPENED = nine_o_clock(date(YEAR, 2, 1))
"""Days count from 09:00 on 1 February of a leap year; a report on day 28 comes on the 29th."""
ANNIVERSARY = 28 + 365 - 1 / 24
"""08:00 on 28 February of the next year."""


def breast(*said: Said, until: float) -> Story:
    """A mammography unit that is accredited on 29 February."""
    passed = say(28, "issue_final_report", reviewers=["Sample Reviewer"], findings=findings(BREAST))
    told = [*begun(), certified(1.5, 1500), images(20), passed, *said]
    return Story(told, until=until, opened_at=OPENED, application=MAMMOGRAPHY)


def ordered(day: float, **fields: Any) -> Said:
    return say(day, "order_validation_survey", announced=False, **fields)


OFF = {"reason": "The radiologist is ill."}
STORIES = {
    "the-day-before": breast(until=ANNIVERSARY - 0.1),
    "asked": breast(until=ANNIVERSARY + 1),
    "answered": breast(say(ANNIVERSARY + 1, "submit_annual_update", confirmed=True), until=ANNIVERSARY + 365.1),
    "silence": breast(until=ANNIVERSARY + 95),
    "surveyed": breast(
        say(ANNIVERSARY + 5, "order_validation_survey", announced=True),
        say(ANNIVERSARY + 100, "call_off_validation_survey", **OFF),
        until=ANNIVERSARY + 101,
    ),
    "held": Story([*begun(), ordered(1.5), package(2), report(3)], until=20),
    "let-go": Story(
        [*begun(), ordered(1.5), package(2), report(3), say(15, "call_off_validation_survey", **OFF)], until=20
    ),
    "beside": Story([*begun(), ordered(1.5, without_waiting=True), package(2), report(3)], until=20),
    "closed": Story([*begun(), ordered(1.5), package(2), say(3, "close_case", reason="Sold.")], until=20),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def reports(temporal_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """What is reported of the stories, lived side by side."""
    return await lived(temporal_server, tmp_path_factory.mktemp("updates"), STORIES)


def test_nobody_is_asked_before_the_anniversary(reports: Reports) -> None:
    told = reports["the-day-before"]
    status = went_as_told(told)
    assert notices_of(told, "annual_update") == []
    assert deadlines_of(told, "annual_update") == [(pytest.approx(ANNIVERSARY), None)]
    assert (status["awaited_party"], "annual_update" in status) == (None, False)


def test_a_leap_day_has_its_anniversary_on_the_28th_and_the_next_one_is_known(reports: Reports) -> None:
    told = reports["asked"]
    status = went_as_told(told)
    assert notices_of(told, "annual_update") == [pytest.approx(ANNIVERSARY)]
    due = [(pytest.approx(ANNIVERSARY), True), (pytest.approx(ANNIVERSARY + 365), None)]
    assert deadlines_of(told, "annual_update") == due
    assert (status["awaited_party"], status["awaited"]) == ("facility", "the annual update")
    assert status["annual_update"]["number"] == 1


def test_an_answer_ends_it_until_the_next_anniversary(reports: Reports) -> None:
    told = reports["answered"]
    status = went_as_told(told)
    assert notices_of(told, "annual_update_received") == [pytest.approx(ANNIVERSARY + 1)]
    assert notices_of(told, "annual_update") == [pytest.approx(ANNIVERSARY), pytest.approx(ANNIVERSARY + 365)]
    assert notices_of(told, "waiting") == []
    assert status["annual_update"]["number"] == 2


def test_silence_is_reminded_of_every_30_days_and_looked_at_after_90(reports: Reports) -> None:
    told = reports["silence"]
    status = went_as_told(told)
    assert [round(day - ANNIVERSARY) for day in notices_of(told, "waiting")] == [30, 60, 90]
    assert [one["item"] for one in status["attention"]] == ["waiting.annual_update.1"]
    assert status["stage"] == "accredited"


def test_a_survey_is_asked_for_first_and_the_update_again_after_it(reports: Reports) -> None:
    told = reports["surveyed"]
    status = went_as_told(told)
    assert notices_of(told, "validation_called_off") == [pytest.approx(ANNIVERSARY + 100)]
    assert status["awaited"] == "the annual update"
    assert [one["item"] for one in status["attention"]] == ["annual_update"]  # 90 days of silence are not forgotten


def test_a_certificate_waits_for_a_survey_of_which_its_facility_is_not_told(reports: Reports) -> None:
    told = reports["held"]
    status = went_as_told(told)
    assert (status["stage"], status["certificate"]) == ("review", None)
    assert (status["awaited_party"], status["awaited"]) == ("surveyor", "the validation survey's report")
    entries = [EntryView.model_validate(entry) for entry in told["timeline"]]
    assert "validation" not in str([one.text for one in facility_entries(told["case"], entries)]).lower()


def test_a_survey_that_is_called_off_lets_the_certificate_go(reports: Reports) -> None:
    told = reports["let-go"]
    status = went_as_told(told)
    assert notices_of(told, "accredited") == [15]
    assert notices_of(told, "validation_called_off") == []
    assert (status["stage"], status["awaited_party"]) == ("accredited", None)


def test_an_order_may_let_the_certificate_go_on_without_waiting(reports: Reports) -> None:
    told = reports["beside"]
    assert went_as_told(told)["stage"] == "accredited"
    assert notices_of(told, "accredited") == [3]


def test_a_case_that_closes_with_a_survey_open_tells_the_office(reports: Reports) -> None:
    told = reports["closed"]
    assert went_as_told(told)["outcome"] == "closed_by_acr"
    assert notices_of(told, "needs_attention") == [3]
