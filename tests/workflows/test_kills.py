"""The longest life, with its worker killed twenty times and its server five times: it comes out as if nothing had been.

Every message has an id of its own and an absolute instant, and is sent until there is an answer. The moments are chosen
by a seeded generator; half of the worker's deaths fall into an activity: before it has written anything, or just after.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import pytest
import pytest_asyncio
from temporalio.service import RPCError

from embedded.server import EmbeddedServer
from policy.messages import Message
from policy.office import Documents
from policy.verdict import Verdict
from records.money_queries import bills
from rehearsal.clock import CaseStuck
from rehearsal.clocks import CaseClocks
from rehearsal.preparation import PreparedScenario
from rehearsal.report import life_in_books, status_in_days
from rehearsal.runner import Report
from rehearsal.scenario import Event, Owed
from services.errors import ServiceError
from services.opening import start_case
from services.security.naming import name_documents
from services.sending import send_update
from tests.workflows.driving import WITHIN
from tests.workflows.killing import Scene
from tests.workflows.shipped import ACCREDITATION, DESIGNATION, Life, live_shipped

pytestmark = [pytest.mark.server, pytest.mark.kills, pytest.mark.timeout(900)]

T = TypeVar("T")
LONGEST, DESIGNATIONS = "the-whole-ladder", ["dicoe-other-state", "dicoe-top-tier"]
SEED = 20210308
WAYS = (
    ["before a step is written"] * 5
    + ["after a step is written"] * 5
    + ["soon after a message"] * 8
    + ["left to the server"] * 2
    + ["the server"] * 5
)
"""How somebody is killed, once each: 20 times the worker, 5 times the server."""
FEWER_WAYS = WAYS[:3] + WAYS[5:8] + WAYS[10:12] + WAYS[20:22]
"""Ten of them, for a life of a dozen messages: 8 times the worker, 2 times the server."""
LASTING = ("stage", "outcome", "certificate", "areas", "deficiencies", "designation", "locations")
"""What the status tells that must be the same."""
TROUBLES = (RPCError, ServiceError, CaseStuck, TimeoutError)
"""What a question can end in while nobody is there to answer it."""


async def insisted(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask until there is an answer."""
    stop = asyncio.get_running_loop().time() + 3 * WITHIN.total_seconds()
    while True:
        try:
            return await ask()
        except TROUBLES:
            assert asyncio.get_running_loop().time() < stop, "no answer in three minutes"
            await asyncio.sleep(0.2)


def messages_of(plan: PreparedScenario) -> list[Event]:
    """Return what is sent in a life."""
    return [event for event in plan.scenario.events if isinstance(event, Event)]


class Disturbed:
    """A life that is lived against all odds."""

    def __init__(self, scene: Scene, plan: PreparedScenario, chance: Random) -> None:
        self.scene, self.plan, self.chance = scene, plan, chance
        self.case_id = plan.case_id
        self.lives = CaseClocks(scene.client, plan.case_id)
        self.in_activity = 0
        self.verdicts: list[tuple[Event, Verdict]] = []

    async def live(self, ways: dict[int, str]) -> None:
        """Send every event on its day; `ways` says at which of them somebody is killed, and how."""
        plan, place = self.plan, self.scene.place
        delay = plan.opened_at - datetime.now(UTC)
        await start_case(place.client, self.case_id, plan.part, plan.opened_at, place.settings.zone, start_delay=delay)
        await insisted(lambda: self.lives.open(plan.opened_at))
        for number, event in enumerate(messages_of(plan)):
            instant = event.instant(plan.opened_at)
            await insisted(lambda at=instant: self.lives.come_to(at))  # type: ignore[misc]
            verdict = await self.sent(self.message(event), ways.get(number))
            self.verdicts.append((event, verdict))
            await insisted(lambda: self.lives.settle(until=None))
        await insisted(lambda: self.lives.live_on(plan.end))

    def message(self, event: Event) -> Message:
        """Return the message of an event: made once, however often it is sent."""
        with self.scene.place.books.reading() as session:
            owed = [Owed(b.invoice.number, b.outstanding) for b in bills(session, self.plan.end, self.case_id)]
        content = event.content(self.plan.opened_at, self.plan.settings.zone, owed)
        message = event.model.model_validate(content)
        name_documents(message, Documents(uploads=str(self.scene.folder / "uploads")))
        return message

    async def sent(self, message: Message, way: str | None) -> Verdict:
        """Send a message, kill somebody while it is on its way or just after, and return the verdict in the end."""
        scene = self.scene

        async def send() -> Verdict:
            return await insisted(lambda: send_update(scene.client, self.case_id, message, WITHIN, scene.place.sign))

        match way:
            case None:
                return await send()
            case "before a step is written":
                with scene.locked_books():
                    first = await send()
                    self.in_activity += await scene.until_in_activity(self.case_id)
                    await scene.kill_worker()
                await scene.another_worker(self.case_id)
            case "after a step is written":
                steps = scene.steps(self.case_id)
                with scene.locked_books():
                    first = await send()
                    begun = await scene.until_in_activity(self.case_id)
                    scene.deafen_server()
                await scene.until_written(self.case_id, steps if begun else -1)
                self.in_activity += begun
                await scene.kill_worker()
                scene.deafen_server(ended=True)
                await scene.another_worker(self.case_id)
            case _:
                on_its_way = asyncio.create_task(send())
                await asyncio.sleep(self.chance.uniform(0, 0.06))
                if way == "the server":
                    await scene.kill_server()
                else:
                    await scene.kill_worker()
                    await scene.another_worker(self.case_id, unasked=way == "left to the server")
                first = await on_its_way
        assert await send() == first  # the same message again is answered the same
        return first

    async def report(self) -> Report:
        """Return what the books and the case tell of the life."""
        status = await insisted(lambda: self.lives.first.handle.query("status"))
        opened_at = self.plan.opened_at
        with self.scene.place.books.reading() as session:
            told = life_in_books(session, self.case_id, opened_at, self.plan.end, [])
        return {**told, "status": status_in_days(status, opened_at)}


def life(report: Report) -> dict[str, Any]:
    """Return what must be the same, whoever was killed: everything but when a message was handled."""
    entries = [(one["day"], one["kind"], one["by"], one["text"]) for one in report["timeline"]]
    notices = [(one["day"], one["kind"], one["to"], one["subject"], one["status"]) for one in report["notices"]]
    told = {name: report["status"][name] for name in LASTING}
    return {
        "timeline": sorted(entries),
        "notices": notices,
        "invoices": report["invoices"],
        "deadlines": report["status"]["deadlines"],
        "refusals": report["refusals"],
        "status": told,
    }


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def undisturbed(temporal_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Life]:
    """The lives as they go where nobody is killed."""
    folder, names = tmp_path_factory.mktemp("undisturbed"), {*DESIGNATIONS, LONGEST}
    return await live_shipped(temporal_server.address, folder, ACCREDITATION, DESIGNATION, names=names)


async def test_twenty_five_kills_change_nothing_in_the_longest_cycle(
    undisturbed: dict[str, Life], tmp_path: Path
) -> None:
    await survived(undisturbed[LONGEST], WAYS, tmp_path)


@pytest.mark.parametrize("name", DESIGNATIONS)
async def test_twenty_kills_change_nothing_in_two_designations(
    undisturbed: dict[str, Life], name: str, tmp_path: Path
) -> None:
    await survived(undisturbed[name], FEWER_WAYS, tmp_path)


async def survived(undisturbed: Life, ways: list[str], folder: Path) -> None:
    """Live a life again while somebody is killed at seeded messages, and see that it comes out the same."""
    plan, chance = undisturbed.plan, Random(SEED)
    places = chance.sample(range(len(messages_of(plan))), len(ways))
    async with Scene(folder, plan.settings).set_up() as scene:
        disturbed = Disturbed(scene, plan, chance)
        await disturbed.live(dict(zip(places, ways, strict=True)))
        told = await disturbed.report()
        letters = sorted(file.name for file in (folder / "mail").rglob("*.eml"))
    servers = ways.count("the server")
    assert scene.kills == {"worker": len(ways) - servers, "server": servers}
    assert disturbed.in_activity >= 0.8 * sum("a step" in way for way in ways)
    assert [(event.number, v.rule) for event, v in disturbed.verdicts if v.rule != event.refused] == []
    assert life(told) == life(undisturbed.report)
    assert len(letters) == len(set(letters)) == len(told["notices"])
