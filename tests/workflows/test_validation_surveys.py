"""Validation surveys as cases live them: what a facility hears of one and when, silence, and what decisions bring."""

from typing import Any

import pytest
import pytest_asyncio

from embedded.server import EmbeddedServer
from policy.status import EntryView
from rehearsal.runner import Report
from services.facility.entries import facility_entries
from tests.workflows.lives import Reports, days_of, deadlines_of, lived, notices_of, went_as_told
from tests.workflows.stories import Said, Story, begun, extended, package, report, say

pytestmark = pytest.mark.server
OFFICE = "accreditation@office.example.org"
FOUND = [{"area": "exclusion check", "acceptable": False, "comments": "Nobody checks the list."}]
ANSWER = [{"area": "exclusion check", "action": "The list is checked every month."}]


def accredited() -> list[Said]:
    return [*begun(), package(2), report(3)]


def order(day: float, on: float, *, announced: bool = False) -> Said:
    return say(day, "order_validation_survey", announced=announced, on=on, reason="A complaint about the site.")


def filed(day: float, by: float) -> Said:
    return say(day, "file_validation_report", satisfactory=False, findings=FOUND, respond_by=by)


def decided(day: float, decision: str, **fields: Any) -> Said:
    return say(day, "decide_validation", decision=decision, **fields)


def answered(day: float) -> Said:
    return say(day, "submit_validation_response", actions=ANSWER)


STORIES = {
    "before-the-day": Story([*accredited(), order(10, 30)], until=29.9),
    "after-the-day": Story([*accredited(), order(10, 30)], until=75),
    "announced": Story([*accredited(), order(10, 30, announced=True)], until=29),
    "announced-after-all": Story([*accredited(), order(10, 30), order(12, 40, announced=True)], until=20),
    "reported": Story([*accredited(), order(10, 30), filed(31, 50)], until=40),
    "silence": Story([*accredited(), order(10, 30), filed(31, 50)], until=120),
    "more-time": Story(
        [*accredited(), order(10, 30), filed(31, 50), extended(51, "validation_response", 60)], until=58
    ),
    "revoked": Story([*accredited(), order(10, 30), filed(31, 50), decided(55, "revoked", reasons=["Nothing came."])]),
    "no-date": Story(
        [
            *accredited(),
            order(10, 30),
            filed(31, 50),
            answered(40),
            decided(45, "under_corrective_action", reasons=["x"]),
        ],
        until=80,
    ),
    "cut-short": Story([*accredited(), order(1090, 1095), filed(1096, 1200)]),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def reports(temporal_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """What is reported of the stories, lived side by side."""
    return await lived(temporal_server, tmp_path_factory.mktemp("validation"), STORIES)


def told_to_facility(told: Report) -> list[str]:
    """Return the kinds of the notices that went to anybody but the office."""
    return [one["kind"] for one in told["notices"] if set(one["to"]) - {OFFICE}]


def seen_by_facility(told: Report) -> str:
    entries = [EntryView.model_validate(entry) for entry in told["timeline"]]
    return " ".join(f"{one.text} {one.detail}" for one in facility_entries(told["case"], entries))


def test_of_an_unannounced_survey_nothing_that_a_facility_sees_tells_before_its_day(reports: Reports) -> None:
    told = reports["before-the-day"]
    status = went_as_told(told)
    assert "validation" not in str({**status, "application": None}).lower()
    assert (status["awaited_party"], status["attention"]) == (None, [])
    assert [kind for kind in told_to_facility(told) if "validation" in kind] == []
    assert "validation" not in seen_by_facility(told).lower()
    assert notices_of(told, "validation_ordered") == [10]


def test_once_its_day_is_over_the_report_is_awaited_of_the_surveyors(reports: Reports) -> None:
    told = reports["after-the-day"]
    status = went_as_told(told)
    assert (status["awaited_party"], status["awaited"]) == ("surveyor", "the validation survey's report")
    assert len(notices_of(told, "waiting")) == 1
    assert "validation" not in seen_by_facility(told).lower()


@pytest.mark.parametrize(("name", "day"), [("announced", 10), ("announced-after-all", 12)])
def test_an_announced_survey_is_told_with_its_day(reports: Reports, name: str, day: float) -> None:
    told = reports[name]
    status = went_as_told(told)
    assert notices_of(told, "validation_announced") == [day]
    assert "validation_announced" in told_to_facility(told)
    assert status["validation"]["state"] == "ordered"
    assert [fate for _, fate in deadlines_of(told, "validation_survey")] == [None]
    assert "complaint" not in seen_by_facility(told).lower()  # why it was ordered is the office's own


def test_with_the_report_a_response_is_owed_by_the_day_that_the_office_has_set(reports: Reports) -> None:
    told = reports["reported"]
    status = went_as_told(told)
    assert (status["awaited_party"], status["awaited"]) == ("facility", "the validation response")
    assert status["validation"]["to_address"] == ["exclusion check"]
    assert deadlines_of(told, "validation_response") == [(pytest.approx(50.625), None)]


def test_silence_tells_both_sides_reminds_on_and_ends_nothing(reports: Reports) -> None:
    told = reports["silence"]
    status = went_as_told(told)
    assert len(notices_of(told, "validation_reminder")) == 2
    assert notices_of(told, "validation_overdue") == [pytest.approx(50.625)]
    assert len(notices_of(told, "waiting")) == 2
    assert [one["item"] for one in status["attention"]] == ["validation.1"]
    assert (status["stage"], status["awaited"]) == ("accredited", "the validation response")


def test_more_time_settles_what_was_overdue_and_reminds_again(reports: Reports) -> None:
    told = reports["more-time"]
    status = went_as_told(told)
    assert status["attention"] == []
    assert deadlines_of(told, "validation_response") == [(60, None)]
    assert len(notices_of(told, "validation_reminder")) == 3


def test_a_revocation_closes_the_case_and_tells_why(reports: Reports) -> None:
    told = reports["revoked"]
    status = went_as_told(told)
    assert (status["stage"], status["outcome"], status["attention"]) == ("closed", "revoked", [])
    assert notices_of(told, "revoked") == [55]
    assert "validation" not in status


def test_corrective_action_without_a_date_is_reminded_of_every_30_days(reports: Reports) -> None:
    told = reports["no-date"]
    status = went_as_told(told)
    assert (status["stage"], status["awaited_party"]) == ("accredited", "facility")
    assert status["validation"]["state"] == "corrective_action"
    assert len(days_of(told, "notice", "waiting")) == 1


def test_a_survey_that_the_certificate_cuts_short_is_looked_at(reports: Reports) -> None:
    told = reports["cut-short"]
    status = went_as_told(told)
    assert (status["stage"], status["outcome"]) == ("closed", "expired")
    (entry,) = [one for one in told["timeline"] if one["detail"].get("rule") == "validation.open_at_end"]
    assert entry["kind"] == "attention"
