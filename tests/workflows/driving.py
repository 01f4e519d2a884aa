"""A case whose clock a test leads by hand, in a world that a test can take apart: without a worker, without books."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from temporalio.client import WorkflowHandle
from temporalio.worker import Worker

from activities.case_activities import CaseActivities
from activities.mail import MailFolder
from embedded.server import EmbeddedServer
from policy.messages import Message
from policy.verdict import Verdict
from records.books import open_books
from records.words import BooksPurpose
from rehearsal.acting import act
from rehearsal.clocks import CaseClocks
from rehearsal.preparation import PreparedScenario
from rehearsal.world import World, private_settings
from services.connect import connect
from services.namespace import prepare_namespace
from services.opening import start_case
from services.sending import send_signal, send_update
from services.settings import SAMPLE, load_settings
from services.workers import working
from tests import patience
from tests.workflows.stories import Said, Story, event_of, plans_of

T = TypeVar("T")
WITHIN = timedelta(seconds=patience.WITHIN)


@asynccontextmanager
async def a_place(
    server: EmbeddedServer, folder: Path, *, url: str = "", namespace: str | None = None
) -> AsyncIterator[World]:
    """A namespace, books (in SQLite, unless an address is named) and a mail folder, and nobody at work.

    `namespace`: one that is ready and in which no case runs; left out: a new one.
    """
    if namespace is None:
        namespace = f"driven-{uuid4()}"
        await prepare_namespace(server.address, namespace, rehearsal=True)
    client = await connect(server.address, namespace)
    with closing(open_books(url or f"sqlite:///{folder}/books.db", BooksPurpose.REHEARSAL)) as books:
        yield World(client, books, private_settings(load_settings(SAMPLE, {}), folder), folder)


def at_work(place: World, *, versioned: bool = False) -> AbstractAsyncContextManager[Worker]:
    """Have a worker work in a place for as long as a block lasts; `versioned`: as one that takes over from others."""
    activities = CaseActivities(place.books, lambda: place.settings, MailFolder(place.folder / "mail"), place.client)
    return working(place.client, activities=activities, versioned=versioned)


class Driven:
    """A case, and what a test does to it."""

    a_second = timedelta(seconds=1)

    def __init__(self, place: World, story: Story, name: str = "driven") -> None:
        self.place = place
        self.story = story
        self.plan: PreparedScenario = plans_of({name: story})[name]
        self.lives = CaseClocks(place.client, self.plan.case_id)
        self.handle: WorkflowHandle[Any, Any] = self.lives.first.handle
        self._said = 0

    async def begin(self) -> None:
        """Start the case, and say what its story says."""
        plan, zone = self.plan, self.place.settings.zone
        delay = max(plan.opened_at - datetime.now(UTC), timedelta(0))
        await start_case(self.place.client, plan.case_id, plan.part, plan.opened_at, zone, start_delay=delay)
        await self.lives.open(plan.opened_at)
        for one in self.story.said:
            verdict = await self.tell(one)
            assert verdict.rule == one.refused, verdict

    async def tell(self, one: Said) -> Verdict:
        """Lead the clock to the day, say it, and let everything follow."""
        self._said += 1
        event = event_of(self._said, one, self.story.medium)
        await self.come_to(one.day)
        verdict = (await act(self.place, self.plan.case_id, event, self.plan.opened_at)).verdict
        await self.settle()
        return verdict

    async def come_to(self, day: float) -> None:
        """Lead the clock to where a message of that day can be handed over."""
        await self.lives.come_to(self.instant(day))

    async def live_to(self, day: float) -> None:
        """Live through everything up to a day."""
        await self.lives.live_on(self.instant(day))

    async def settle(self) -> None:
        """Let follow what follows at once."""
        await self.lives.settle(until=None)

    def instant(self, day: float) -> datetime:
        """Return a day of the case as an instant."""
        return self.plan.opened_at + timedelta(days=day)

    def message(self, one: Said, message_id: str) -> Message:
        """Return what is said as a message, to be sent by the test itself."""
        event = event_of(1, one._replace(fields={"message_id": message_id, **one.fields}), self.story.medium)
        content = event.content(self.plan.opened_at, self.place.settings.zone, ())
        return event.model.model_validate(content)

    async def update(self, message: Message) -> Verdict:
        """Send a message as an update."""
        return await send_update(self.place.client, self.plan.case_id, message, WITHIN)

    async def signal(self, message: Message) -> Verdict:
        """Send a message as a signal, and wait for its verdict."""
        return await send_signal(self.place.client, self.plan.case_id, message, WITHIN)

    async def status(self) -> dict[str, Any]:
        """Ask where it stands."""
        told: dict[str, Any] = await self.handle.query("status")
        return told

    async def timeline(self) -> list[dict[str, Any]]:
        """Ask for its timeline."""
        told: list[dict[str, Any]] = await self.handle.query("timeline")
        return told


async def until(ask: Callable[[], Awaitable[T]], right: Callable[[T], bool]) -> T:
    """Ask again and again until the answer is right, and return it."""
    stop = asyncio.get_running_loop().time() + WITHIN.total_seconds()
    while not right(answer := await ask()):
        assert asyncio.get_running_loop().time() < stop, f"still {answer}"
        await asyncio.sleep(0.02)
    return answer


async def goes_on(handle: WorkflowHandle[Any, Any]) -> str:
    """Ask a case to go on in a new run, wait until it does, and return which run has ended."""
    before = (await handle.describe()).run_id
    await handle.signal("continue_as_new")
    await until(handle.describe, lambda found: found.run_id != before)
    return str(before)


def told_of(timeline: Iterable[dict[str, Any]], *kinds: str) -> list[tuple[str, str, str]]:
    """Return what a timeline tells, without the instants at which messages were handled."""
    return [(one["at"], one["kind"], one["text"]) for one in timeline if not kinds or one["kind"] in kinds]
