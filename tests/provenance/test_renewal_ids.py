"""A renewal's id that somebody else has taken is a matter for the office, and never a renewal."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from activities.next_cycle import ID_TAKEN
from embedded.server import EmbeddedServer
from records.queries import case_by_id
from tests.applications import sample
from tests.workflows.driving import Driven, a_place, at_work, until
from tests.workflows.stories import Story, begun, package, report, say

pytestmark = pytest.mark.server
WINDOW = 900.0
"""A day on which the renewal can be applied for: its notice came some weeks ago."""
NOBODYS = "a-queue-without-workers"


@pytest_asyncio.fixture
async def applied(temporal_server: EmbeddedServer, tmp_path: Path) -> AsyncIterator[tuple[Driven, str]]:
    """A case that has applied for its renewal after a stranger has taken the renewal's id."""
    async with a_place(temporal_server, tmp_path) as place, at_work(place):
        case = Driven(place, Story([*begun(), package(2), report(3)]), "taken")
        await case.begin()
        await case.live_to(WINDOW)
        taken = case.plan.case_id.removesuffix(".1") + ".2"
        await place.client.start_workflow("AccreditationCycle", {"x": 1}, id=taken, task_queue=NOBODYS)
        data = sample()
        facility = data["facility"] | {"id": case.plan.case_id.split(".")[1]}
        renewal = data | {"application_id": "APP-2", "kind": "renewal", "facility": facility}
        asked = await case.update(case.message(say(WINDOW, "start_renewal", application=renewal), "renewal"))
        assert asked.accepted, asked
        await until(case.status, lambda told: bool(told["attention"]))
        yield case, taken


async def resolve(case: Driven, action: str, message_id: str) -> None:
    """Let the office end the attention item."""
    item = (await case.status())["attention"][0]["item"]
    told = say(WINDOW, "resolve_attention", item=item, action=action, reason="looked at")
    assert (await case.update(case.message(told, message_id))).accepted


async def asked_to_look(case: Driven, times: int) -> None:
    """Wait until the office was asked so often to look at the renewal."""

    async def told() -> int:
        return sum(entry["text"].startswith("Needs attention: The renewal") for entry in await case.timeline())

    await until(told, lambda found: found == times)


async def test_it_is_an_attention_item_until_the_office_has_thrown_the_stranger_out(
    applied: tuple[Driven, str],
) -> None:
    case, taken = applied
    (attention,) = (await case.status())["attention"]
    assert (attention["item"], attention["rule"]) == (f"renewal.{taken}", ID_TAKEN)
    assert attention["text"].endswith(f"there is another case {taken} on the server, which the office has not started.")
    stranger = case.place.client.get_workflow_handle(taken)
    await stranger.signal("renewal_granted", args=[taken, "2027-06-01T00:00:00"])
    await case.handle.signal("renewal_granted", args=[taken, datetime.now(UTC)])
    assert (await case.status())["stage"] == "accredited"

    await resolve(case, "retry", "while he is there still")
    await asked_to_look(case, 2)

    await stranger.terminate()
    await resolve(case, "retry", "once he is gone")

    async def opened() -> str:
        with case.place.books.reading() as session:
            row = case_by_id(session, taken)
        return row.stage if row else ""

    await until(opened, lambda stage: stage == "application")
    with case.place.books.reading() as session:
        row = case_by_id(session, taken)
    assert row is not None
    assert row.predecessor == case.plan.case_id
    assert (await case.status())["renewal"] == taken


async def test_the_office_may_leave_it_to_the_facility_to_apply_anew(applied: tuple[Driven, str]) -> None:
    case, taken = applied
    await resolve(case, "skip", "skipped")
    status = await case.status()
    assert (status["renewal"], status["attention"]) == (None, [])
    await case.place.client.get_workflow_handle(taken).terminate()
    facility = (await case.status())["application"]["facility"]
    renewal = sample() | {"application_id": "APP-3", "kind": "renewal", "facility": facility}
    asked = await case.update(case.message(say(WINDOW, "start_renewal", application=renewal), "another"))
    assert asked.accepted, asked
    assert (await case.status())["renewal"] == taken.removesuffix(".2") + ".3"
