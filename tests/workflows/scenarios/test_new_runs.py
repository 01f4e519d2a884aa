"""The longest shipped life, lived on a server that soon suggests a new run: days, letters and money are the same."""

from pathlib import Path
from typing import Any

import pytest

from embedded import configuration
from embedded.server import embedded_server
from rehearsal.playing import live
from rehearsal.runner import Report
from rehearsal.world import world
from tests.workflows.shipped import Life

pytestmark = pytest.mark.server
LONGEST = "the-whole-ladder"

SUGGESTED_AFTER = "limit.historyCount.suggestContinueAsNew"
"""The server's setting: so many events, and it suggests to a case to continue as new."""


async def test_a_case_continues_as_new_when_the_server_suggests_it_and_lives_the_same_life(
    shipped: dict[str, Life], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = shipped[LONGEST]
    monkeypatch.setitem(configuration.REHEARSAL, SUGGESTED_AFTER, 60)
    plan = once.plan
    async with (
        embedded_server(fast=True, use_configured=False) as server,
        world(server.address, "continued", plan.settings, tmp_path / "continued") as place,
    ):
        often = await live(plan, place, lambda text: None)
        last = await place.client.get_workflow_handle(plan.case_id).fetch_history()
    assert last.events[0].workflow_execution_started_event_attributes.continued_execution_run_id
    assert often["history"]["events"] < 200
    assert _told(often) == _told(once.report)


def _told(report: Report) -> dict[str, Any]:
    entries = [(entry["day"], entry["kind"], entry["by"], entry["text"]) for entry in report["timeline"]]
    same = {name: report[name] for name in ("failures", "invoices", "deadlines", "refusals")}
    notices = [(one["day"], one["kind"], one["to"], one["subject"]) for one in report["notices"]]
    return {**same, "timeline": sorted(entries), "notices": notices, "areas": report["status"]["areas"]}
