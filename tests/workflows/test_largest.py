"""A case that is sent the largest of everything answers, takes messages and goes on in a new run."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from temporalio.api.enums.v1 import EventType

from embedded.server import EmbeddedServer
from policy.bounds import LARGEST
from policy.incoming import size_of
from policy.status import EntryView
from records.queries import timeline
from records.tables import MessageRecord
from services.case_snapshot import whole_timeline
from tests.workflows.driving import Driven, a_place, at_work, goes_on
from tests.workflows.stories import AREAS, CHEST, Said, Story, accepted, chosen, letter, paid, report, say, viewed
from workflows.case.carrying import LARGEST_CARRIED, TIMELINE

pytestmark = pytest.mark.server

PAYLOAD = 2 * 1024 * 1024
"""Bytes that the server takes of one payload."""
MANY = 28
"""Messages of 90 kB: together more than one payload."""


def documents(prefix: str) -> list[dict[str, Any]]:
    """Return as many documents, with as long names, as a message has room for."""
    place = f"https://files.example.org/{'x' * 500}"
    return [{**letter(f"{prefix}-{n:02}-{'x' * 180}.pdf"), "uri": f"{place}{prefix}-{n:02}.pdf"} for n in range(100)]


def large_package(day: float) -> Said:
    """Return a package as large as may be: one exam of many patients."""
    subjects = {area: None if area == "phantom" else f"A-{area}" for area in AREAS}
    exams = [{"area": area, "exam": f"exam of {area}", "subject": subject} for area, subject in subjects.items()]
    exams += [{"area": CHEST, "exam": f"exam of {CHEST}", "subject": f"A-{n:03}-{'B2-' * 18}"} for n in range(440)]
    return say(day, "submit_testing_package", medium="upload", exams=exams)


def flood(day: float, *, refused: str) -> list[Said]:
    """Return what a facility can send in any stage as often as it likes: a large application for a renewal."""
    application = {"program": "accreditation", "note": {f"n{n}": "x" * 3900 for n in range(24)}}
    return [say(day + n / 100, "start_renewal", application=application, refused=refused) for n in range(3)]


async def carried_bytes(case: Driven) -> int:
    """Return the bytes with which the present run began."""
    async for event in case.handle.fetch_history_events():
        assert event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED
        return len(event.workflow_execution_started_event_attributes.input.payloads[0].data)
    raise AssertionError("a run has a first event")


async def test_the_largest_of_everything_in_every_stage_fits_into_new_runs(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    wrong = "case.wrong_stage"
    materials = [
        say(7 + n / 100, "submit_appeal_materials", documents=documents(f"{n:02}"), complete=n == MANY - 1)
        for n in range(MANY)
    ]
    stages: list[list[Said]] = [
        [*flood(0.1, refused=wrong), paid(0.5)],
        [accepted(1), *flood(1.1, refused=wrong), large_package(2)],
        [*flood(2.1, refused=wrong), report(3, [CHEST])],
        [viewed(3.5), *flood(4, refused=wrong), chosen(6, "appeal", additional_images=True)],
        materials,
    ]
    async with a_place(temporal_server, tmp_path) as place, at_work(place):
        case = Driven(place, Story([]))
        await case.begin()
        status, told = await case.status(), await case.timeline()
        for said in stages:
            for one in said:
                verdict = await case.tell(one)
                assert verdict.rule == one.refused, verdict
            await goes_on(case.handle)
            assert await carried_bytes(case) < LARGEST_CARRIED
            status, told = await case.status(), await case.timeline()
            assert max(size_of(status), size_of(told)) < PAYLOAD
        assert size_of(told) <= TIMELINE
        assert status["stage"] == "appeal"
        assert len(status["attention"]) <= 51
        too_large = case.message(say(8, "submit_appeal_materials", sequences=[{"area": "a" * 60}] * 1500), "large")
        assert (await case.update(too_large)).rule == "message.too_large"
        with place.books.reading() as session:
            kept = [EntryView.model_validate(one, from_attributes=True) for one in timeline(session, case.plan.case_id)]
            judged = session.exec(select(MessageRecord).where(MessageRecord.case_id == case.plan.case_id)).all()
        assert sum(one.accepted for one in judged) == sum(one.refused is None for said in stages for one in said)
        assert "large" not in json.dumps([one.key for one in judged])
        assert status["earlier_entries"] + len(told) == len(kept)
        whole = whole_timeline([EntryView.model_validate(one) for one in told], status["earlier_entries"], kept)
        assert list(whole) == kept
        assert size_of([one.model_dump(mode="json") for one in kept]) > PAYLOAD > LARGEST
