"""What a pause does not hold, where it ends by itself, and what accredited mammography and oncology are asked for."""

import json
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from embedded.server import EmbeddedServer
from starter.rehearsals.demo import SCENARIOS
from tests.workflows.lives import Reports, days_of, deadlines_of, lived, notices_of, went_as_told
from tests.workflows.stories import AREAS, HEAD, Said, Story, begun, extended, findings, package, report, say

pytestmark = pytest.mark.server
BREAST = ("ffdm", "phantom")
MAMMOGRAPHY, ONCOLOGY = (
    json.loads(Path(SCENARIOS / "applications" / f"{name}.json").read_text())
    for name in ("mammography-unit-4", "oncology-1")
)
FLOOD = {"reason": "The site is flooded."}


def certified(day: float, until: float) -> Said:
    return say(day, "record_mqsa_certificate", kind="full", expires_on=until)


def images(day: float) -> Said:
    exams = [{"area": area, "exam": "exam", "subject": "S-1", "performed_on": day - 1} for area in BREAST[:1]]
    exams.append({"area": "phantom", "exam": "phantom", "performed_on": day - 1})
    return say(day, "submit_testing_package", medium="upload", exams=exams)


def failed(day: float, **fields: Any) -> Said:
    found = findings(BREAST, ["ffdm"])
    return say(day, "issue_final_report", reviewers=["Sample Reviewer"], findings=found, **fields)


def corrected(day: float, areas: tuple[str, ...] = BREAST) -> Said:
    told: dict[str, Any] = {"findings": findings(areas), "reason": "It was another unit's."}
    return say(day, "correct_final_report", reviewers=["Sample Reviewer"], **told)


def checked(day: float) -> list[Said]:
    """Images are checked at random, and a plan is due 14 days after the report."""
    found = findings(BREAST, ["ffdm"])
    return [say(day, "order_image_check", reason="At random."), say(day + 30, "report_image_check", findings=found)]


def of_mammography(*said: Said, until: float) -> Story:
    return Story([*begun(), certified(1.5, 70), *said], until=until, application=MAMMOGRAPHY)


def sites(day: float, name: str, **fields: Any) -> Said:
    """Say something that finds both sites of the practice acceptable."""
    found = [{"area": site, "acceptable": True} for site in ("MAIN", "SAT-1")]
    return say(day, name, findings=found, **fields)


def surveyed_practice() -> list[Said]:
    """A practice is accredited, and a validation survey finds something; the response is due on day 70."""
    roles = ("radiation_oncologist", "medical_physicist")
    team = [{"name": f"Sample {role}", "role": role} for role in roles]
    found = [{"area": "MAIN", "acceptable": False, "comments": "Nobody checks the list."}]
    return [
        *begun(),
        say(2, "schedule_survey", team=team, mode="on_site", on=20),
        sites(22, "file_survey_report", satisfactory=True),
        sites(30, "decide_accreditation", outcome="accredited"),
        say(40, "order_validation_survey", announced=True, on=45),
        say(46, "file_validation_report", satisfactory=False, findings=found, respond_by=70),
    ]


STORIES = {
    "oncology": Story([*surveyed_practice(), extended(72, "validation_response", 90)], until=88, application=ONCOLOGY),
    "certificate": of_mammography(say(30, "pause_case", **FLOOD), say(90, "resume_case"), until=100),
    "granted": Story(
        [*begun(), package(2), report(3, [HEAD]), say(5, "pause_case", **FLOOD), corrected(10, AREAS)], until=30
    ),
    "taken-back": of_mammography(images(20), failed(30, serious_risk=True), corrected(33), until=40),
    "images": of_mammography(
        images(20),
        say(30, "issue_final_report", reviewers=["Sample Reviewer"], findings=findings(BREAST)),
        certified(40, 1090),
        *checked(870),
        until=935,
    ),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def reports(temporal_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """What is reported of the stories, lived side by side."""
    return await lived(temporal_server, tmp_path_factory.mktemp("held"), STORIES)


def test_a_pause_neither_holds_nor_moves_the_end_of_a_federal_certificate(reports: Reports) -> None:
    told = reports["certificate"]
    status = went_as_told(told)
    assert deadlines_of(told, "mqsa_certificate")[-1] == (pytest.approx(70.625, abs=0.05), False)
    assert days_of(told, "attention", "MQSA certificate has ended") == [pytest.approx(70.625, abs=0.05)]
    assert deadlines_of(told, "testing_package")[0][1] is None
    assert status["paused"] is None
    assert days_of(told, "extension", "Mqsa certificate") == []
    assert days_of(told, "extension", "Testing package moved by the pause") == [90]


def test_a_certificate_ends_the_pause_and_its_term_never_moves(reports: Reports) -> None:
    told = reports["granted"]
    status = went_as_told(told)
    assert (status["stage"], status["paused"]) == ("accredited", None)
    assert notices_of(told, "case_resumed") == notices_of(told, "accredited") == [10]
    expiry = [one for one in told["deadlines"] if one["name"] == "expiry"]
    assert len(expiry) == 1
    assert days_of(told, "extension", "Expiry") == []


def test_more_time_for_a_practice_settles_what_was_overdue_and_reminds_again(reports: Reports) -> None:
    told = reports["oncology"]
    status = went_as_told(told)
    assert status["attention"] == []
    assert deadlines_of(told, "validation_response") == [(90, None)]
    before, after = (
        [one for one in notices_of(told, "validation_reminder") if (one > 72) is late] for late in (False, True)
    )
    assert before
    assert after
    assert len(notices_of(told, "validation_overdue")) == 1


def test_fda_hears_that_a_failure_was_none_by_a_correction(reports: Reports) -> None:
    told = reports["taken-back"]
    status = went_as_told(told)
    assert status["stage"] == "accredited"
    assert notices_of(told, "fda_failure") == [30, 33]
    assert "after_failure" not in [one["item"] for one in status["attention"]]


def test_the_plan_after_an_image_check_is_asked_for_before_the_renewal(reports: Reports) -> None:
    told = reports["images"]
    status = went_as_told(told)
    (renewal,) = notices_of(told, "renewal_notice")
    assert 870 < renewal < 900  # after the check was ordered, before its report
    assert [fate for _, fate in deadlines_of(told, "image_check_plan")] == [False]
    assert [day for day in notices_of(told, "waiting") if renewal < day < 901] == [pytest.approx(900, abs=1)]
    assert (status["awaited_party"], status["awaited"]) == ("facility", "the corrective plan")
