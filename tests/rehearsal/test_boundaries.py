"""Messages around due instants, lived on the real server: in time is in time and late is late, however close."""

from pathlib import Path
from typing import Any

import pytest

from embedded.server import EmbeddedServer
from tests.rehearsal.rehearsing import lived, next_january, notices, texts
from tests.rehearsal.scenarios import PACKAGE, PAID_AND_ACCEPTED, REPORT, event, write_scenario

pytestmark = pytest.mark.server

DUE = 50.625
"""45 days after the acceptance on day 5, at the end of that day: 24:00, fifteen hours after 09:00."""
SECOND = 1 / 86_400
HEAD = f"opens = {next_january()}\nuntil_day = 66"
PAST_DUE = PACKAGE + 'refused = "testing.past_due"\n'


async def live(server: EmbeddedServer, folder: Path, events: str, head: str = HEAD) -> dict[str, Any]:
    (report,) = await lived(server, folder, write_scenario(folder, PAID_AND_ACCEPTED + events, head))
    return report


@pytest.mark.parametrize("early", [0, SECOND, 30 * SECOND, 59 * SECOND, 61 * SECOND, 300 * SECOND])
async def test_a_package_is_in_time_up_to_the_very_instant(
    temporal_server: EmbeddedServer, tmp_path: Path, early: float
) -> None:
    report = await live(temporal_server, tmp_path, event(DUE - early, PACKAGE))
    assert report["failures"] == []
    assert report["status"]["stage"] == "review"
    (deadline,) = [one for one in report["deadlines"] if one["name"] == "testing_package"]
    assert (deadline["due_day"], deadline["met"]) == (DUE, True)
    assert "testing_overdue" not in {kind for _, kind in notices(report)}


@pytest.mark.parametrize("late", [SECOND, 30 * SECOND, 61 * SECOND, 400 * SECOND])
async def test_a_package_is_late_from_the_next_second_on(
    temporal_server: EmbeddedServer, tmp_path: Path, late: float
) -> None:
    report = await live(temporal_server, tmp_path, event(DUE + late, PAST_DUE))
    assert report["failures"] == []
    assert (DUE, "testing_overdue") in notices(report)
    assert [refusal["rule"] for refusal in report["refusals"]] == ["testing.past_due"]
    assert report["refusals"][0]["day"] == pytest.approx(DUE + late, abs=1e-6)


async def test_messages_on_both_sides_of_a_due_instant_each_get_their_due(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    paid = 'send = "accept_application"\nrefused = "case.wrong_stage"\n'
    events = event(DUE - SECOND, paid) + event(DUE, paid) + event(DUE + SECOND, PAST_DUE)
    report = await live(temporal_server, tmp_path, events)
    assert report["failures"] == []
    told = [entry["kind"] for entry in report["timeline"] if entry["day"] > 50]
    assert told[:5] == ["refusal", "refusal", "deadline", "notice", "refusal"]


async def test_a_second_package_at_the_same_instant_finds_the_first_one_there(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    again = PACKAGE + 'refused = "case.wrong_stage"\n'
    report = await live(temporal_server, tmp_path, event(DUE, PACKAGE) + event(DUE, again) + event(DUE, REPORT))
    assert report["failures"] == []
    assert report["status"]["stage"] == "accredited"
    assert report["status"]["certificate"]["granted_day"] == DUE


async def test_what_is_sent_on_day_zero_counts_as_of_the_opening(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    paid = 'send = "record_payment"\ninvoice = "$invoice"\namount = "$due"'
    events = event(0, paid) + event(0.0, 'send = "accept_application"')
    (report,) = await lived(temporal_server, tmp_path, write_scenario(tmp_path, events, "until_day = 1"))
    assert report["failures"] == []
    assert {day for day, _ in texts(report, "message")} == {0.0}
    assert report["status"]["stage"] == "testing"


async def test_a_life_ends_after_what_is_due_on_its_last_day_and_before_what_comes_then(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    for number, (last_day, missed) in enumerate([(DUE - SECOND, None), (DUE, False), (DUE + SECOND, False)]):
        head = f"opens = {next_january()}\nuntil_day = {last_day!r}"
        report = await live(temporal_server, tmp_path / str(number), "", head)
        assert report["deadlines"][0]["met"] is missed
        assert max(day for day, _ in notices(report)) == (DUE if missed is False else pytest.approx(48.0, abs=1))


async def test_a_stamp_of_the_past_counts_for_the_office_with_a_reason(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    faxed = PACKAGE + 'on_behalf_of = { name = "Sample Administrator" }\nreason = "came by fax"\nreceived_at = 40.5\n'
    report = await live(temporal_server, tmp_path, event(45, faxed))
    assert report["failures"] == []
    assert texts(report, "message")[-1][0] == 40.5
