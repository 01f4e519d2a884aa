"""A case that goes on in a new run changes neither days nor state nor answers: the run is the server's business."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from embedded.server import EmbeddedServer
from tests.workflows.driving import Driven, a_place, at_work, goes_on, told_of, until
from tests.workflows.stories import (
    HEAD,
    Said,
    Story,
    accepted,
    begun,
    chosen,
    deficient,
    package,
    paid,
    report,
    say,
    viewed,
)

pytestmark = pytest.mark.server
DUE = 20.625


async def told_on_both_sides(
    server: EmbeddedServer, folder: Path, said: Iterable[Said], until_day: float, *, continuing: bool
) -> dict[str, Any]:
    """Live a story, continuing as new after everything that is said or never, and return what is told of it."""
    async with a_place(server, folder) as place, at_work(place):
        case = Driven(place, Story([]))
        await case.begin()
        runs = {(await case.handle.describe()).run_id}
        for one in said:
            assert (await case.tell(one)).rule == one.refused
            if continuing:
                await goes_on(case.handle)
                runs.add((await case.handle.describe()).run_id)
        agenda = await case.handle.query("agenda")
        await case.live_to(until_day)
        status, timeline = await case.status(), await case.timeline()
        return {"runs": len(runs), "agenda": agenda, "status": status, "timeline": told_of(timeline)}


LIFE = [
    *deficient(),
    chosen(6, "appeal", additional_images=True),
    chosen(6.5, "repeat", refused="option_form.already_chosen"),
    Said(8, "submit_appeal_materials", {"complete": True}),
    Said(
        20,
        "issue_appeal_result",
        {"arbitrator": "Sample Arbitrator", "findings": [{"area": HEAD, "acceptable": False}]},
    ),
    viewed(21),
    chosen(23, "repeat"),
    paid(24),
    accepted(25),
    package(30, [HEAD], patients="B"),
    report(40, [], [HEAD]),
]


async def test_a_life_that_continues_as_new_after_every_message_is_the_same_life(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    once = await told_on_both_sides(temporal_server, tmp_path / "one run", LIFE, 1200, continuing=False)
    often = await told_on_both_sides(temporal_server, tmp_path / "many runs", LIFE, 1200, continuing=True)
    assert (once.pop("runs"), often.pop("runs")) == (1, len(LIFE) + 1)
    assert often["status"] == once["status"]
    assert often == once
    assert once["status"]["outcome"] == "expired"


async def test_windows_do_not_begin_anew_in_a_new_run(temporal_server: EmbeddedServer, tmp_path: Path) -> None:
    said = [*deficient(), Said(12, "assign_arbitrator", {"arbitrator": "Nobody"}, refused="case.wrong_stage")]
    told = await told_on_both_sides(temporal_server, tmp_path / "runs", said, 60, continuing=True)
    due = {one["name"]: (one["due_at"], one["met"]) for one in told["status"]["deadlines"]}
    opened = Story([]).opened_at
    assert due["option_form"] == ((opened + timedelta(days=DUE)).isoformat(), False)
    assert due["closure"] == ((opened + timedelta(days=DUE + 30)).isoformat(), False)
    assert told["status"]["closed_at"] == (opened + timedelta(days=DUE + 30)).isoformat()


async def test_a_pause_lasts_over_new_runs_and_another_worker(temporal_server: EmbeddedServer, tmp_path: Path) -> None:
    """Twenty days lie between pause and resumption; the worker that pauses the case is not the one that resumes it."""
    async with a_place(temporal_server, tmp_path) as place:
        case = Driven(place, Story(deficient()))
        async with at_work(place):
            await case.begin()
            before = due_on_the_wall(await case.status(), place.settings.zone)
            assert (await case.tell(say(6, "pause_case", reason="A flood."))).accepted
            await goes_on(case.handle)
            assert await case.handle.query("agenda") == []
        async with at_work(place):
            refused = await case.tell(chosen(25, "repeat"))
            assert refused.rule == "case.paused"
            assert (await case.tell(say(26, "resume_case"))).accepted
            await goes_on(case.handle)
            after = due_on_the_wall(await case.status(), place.settings.zone)
            assert (await case.tell(chosen(DUE + 20 - 0.1, "repeat"))).accepted
    assert after == {name: due + timedelta(days=20) for name, due in before.items()}
    assert set(before) == {"option_form", "closure", "appeal"}


def due_on_the_wall(status: dict[str, Any], zone: ZoneInfo) -> dict[str, datetime]:
    """Return when each window that runs is due, as the office's clock shows it."""
    running = {one["name"]: datetime.fromisoformat(one["due_at"]) for one in status["deadlines"] if one["met"] is None}
    return {name: due_at.astimezone(zone).replace(tzinfo=None) for name, due_at in running.items()}


async def test_a_message_is_known_again_in_a_new_run(temporal_server: EmbeddedServer, tmp_path: Path) -> None:
    async with a_place(temporal_server, tmp_path) as place, at_work(place):
        case = Driven(place, Story(deficient()))
        await case.begin()
        await case.come_to(6)
        refused = case.message(chosen(6, "reinstate"), "refused")
        form = case.message(chosen(6, "repeat"), "the-form")
        first = [await case.update(refused), await case.update(form)]
        await case.settle()
        await goes_on(case.handle)
        before = told_of(await case.timeline())
        assert [await case.update(refused), await case.signal(form)] == first
        assert [await case.signal(refused), await case.update(form)] == first
        other = case.message(chosen(6, "withdraw"), "the-form")
        assert (await case.update(other)).rule == "message.id_reused"
        assert told_of(await case.timeline()) == before
        assert (await case.signal(other)).rule == "message.id_reused"
        # Whose verdict is known already is answered before the signal is heard; it has no other answer than these two.
        timeline = await until(case.timeline, lambda timeline: len(timeline) >= len(before) + 2)
        told = told_of(timeline)[len(before) :]
        assert [kind for _, kind, _ in told] == ["refusal", "notice"]


async def test_an_accredited_case_continues_and_is_still_renewed_on_its_days(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    said = [*begun(), package(2), report(3)]
    once = await told_on_both_sides(temporal_server, tmp_path / "one run", said, 1200, continuing=False)
    often = await told_on_both_sides(temporal_server, tmp_path / "many runs", said, 1200, continuing=True)
    assert often["agenda"] == once["agenda"]
    assert often["timeline"] == once["timeline"]
