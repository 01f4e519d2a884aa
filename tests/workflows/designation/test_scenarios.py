"""Whole lives of designations: what must be true of each of the shipped scenarios."""

import pytest

from starter.rehearsals.demo import SCENARIOS
from tests.rehearsal.rehearsing import texts
from tests.workflows.designation.lived import (
    DESIGNATED,
    END,
    MID_CYCLE,
    NAMES,
    NOTICE,
    Lives,
    days,
    money,
    near,
    refusals,
)

pytestmark = pytest.mark.server


def test_no_shipped_scenario_of_a_designation_is_left_out() -> None:
    assert {file.stem for file in SCENARIOS.glob("dicoe-*.toml")} == {f"dicoe-{name}" for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_life_goes_as_it_is_written(lives: Lives, name: str) -> None:
    assert lives[name]["failures"] == []
    assert lives[name]["ok"]
    assert {notice["status"] for notice in lives[name]["notices"]} == {"sent"}
    assert lives[name]["history"]["events"] < 500


def test_a_designation_lives_from_its_application_to_its_expiry(lives: Lives) -> None:
    report = lives["whole-life"]
    assert report["case"] == "dicoe.PRACTICE-01.OH.1"
    stages = [entry["detail"]["stage"] for entry in report["timeline"] if entry["kind"] == "stage"]
    assert stages == ["application", "survey", "decision", "designated", "closed"]
    status = report["status"]
    assert (status["stage"], status["outcome"], status["awaited_party"]) == ("closed", "expired", None)
    assert status["designation"] == {
        "designated_day": DESIGNATED,
        "mid_cycle_day": MID_CYCLE,
        "expires_day": END,
    }
    assert money(report) == [
        ("designation", "5000.00", "paid"),
        ("travel_expenses", "1850.50", "paid"),
        ("additional_locations", "600.00", "paid"),
    ]
    assert {one["name"]: (one["due_day"], one["met"]) for one in report["deadlines"]} == {
        "mid_cycle": (MID_CYCLE, True),
        "renewal_notice": (NOTICE, True),
        "renewal_application": (pytest.approx(962.583333), False),
        "expiry": (END, False),
    }


def test_its_notices_come_on_their_days(lives: Lives) -> None:
    report = lives["whole-life"]
    for kind, expected in (
        ("designated", [DESIGNATED]),
        ("mid_cycle", [MID_CYCLE]),
        ("pledge_renewal", [274.958333, 639.958333, 1004.958333]),
        ("renewal_notice", [NOTICE]),
        ("renewal_reminder", [947.916667]),
        ("expired", [END]),
    ):
        assert days(report, kind) == near(*expected), kind
    assert days(report, "needs_attention") == []


def test_a_renewal_is_surveyed_by_video_and_the_old_term_closes_as_renewed(lives: Lives) -> None:
    report = lives["renewed"]
    status = report["status"]
    assert (status["outcome"], status["renewal"]) == ("renewed", "dicoe.PRACTICE-02.OH.2")
    assert refusals(report) == ["renewal.too_early", "renewal.wrong_kind", "payment.amount_differs"]
    assert days(report, "closed") == near(950.0)
    assert (days(report, "renewal_reminder"), days(report, "expired")) == ([], [])
    assert {one["name"]: one["met"] for one in report["deadlines"]}["renewal_application"] is True


def test_a_first_survey_is_on_site_by_a_whole_team_and_the_report_complete(lives: Lives) -> None:
    assert refusals(lives["first-survey"]) == [
        "case.wrong_stage",
        "survey.mode_not_allowed",
        "survey.team_incomplete",
        "survey.no_location",
        "case.wrong_stage",
        "survey.area_missing",
    ]
    assert lives["first-survey"]["status"]["stage"] == "designated"


def test_a_pledge_is_asked_for_twice_needs_attention_and_may_come_early(lives: Lives) -> None:
    report = lives["pledges"]
    asked = days(report, "pledge_renewal")
    assert asked == near(274.958333, 306.958333, 1004.958333), "2041 twice, 2042 never, 2043 once"
    assert days(report, "needs_attention") == near(335.958333)
    attention = texts(report, "attention")
    assert [text for _, text in attention] == [
        "Needs attention: the Image Wisely pledge for 2041 is not confirmed",
        "Attention no longer needed: pledge.2041",
    ]
    assert [day for day, _ in attention] == near(335.958333, 345.0)


def test_a_practice_that_is_not_designated_is_told_why_and_the_case_is_closed(lives: Lives) -> None:
    report = lives["not-designated"]
    status = report["status"]
    assert (status["stage"], status["outcome"], status["designation"]) == ("closed", "not_designated", None)
    assert status["locations"] == []
    assert days(report, "not_designated") == [50.0]
    assert refusals(report) == ["case.closed"]


def test_a_lapsed_accreditation_needs_attention_until_it_is_regained_or_resolved(lives: Lives) -> None:
    report = lives["lapse"]
    assert report["status"]["stage"] == "designated", "the designation does not end by that"
    told = [(day, entry.partition(":")[0]) for day, entry in texts(report, "attention")]
    assert told == [
        (200.0, "Needs attention"),
        (260.0, "Attention no longer needed"),
        (300.0, "Needs attention"),
        (310.0, "Attention no longer needed"),
    ]
    ended = [notice for notice in report["notices"] if notice["kind"] == "accreditation_ended"]
    assert [notice["day"] for notice in ended] == [200.0, 300.0]
    assert all("accreditation@office.example.org" in notice["to"] for notice in ended), "the office is told, too"
    assert all(len(notice["to"]) > 1 for notice in ended), "and the practice"
    assert report["status"]["attention"] == []
