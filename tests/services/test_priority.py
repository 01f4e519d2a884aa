"""Who comes first where tasks have piled up, by the order in which they were done: people before what starts itself."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.worker import PollerBehaviorSimpleMaximum, Worker

from activities.case_activities import CaseActivities
from activities.contract import Step, StepTaken
from activities.mail import MailFolder
from activities.precedence import IMPORTED
from embedded import configuration
from embedded.server import embedded_server
from services.connect import connect
from services.opening import start_case
from services.settings import SAMPLE, load_settings
from services.workers import build_worker, replayer
from tests.office import LivingOffice, a_living_office
from tests.worker_process import until

pytestmark = pytest.mark.server
ONE = {"matching.numTaskqueueReadPartitions": 1, "matching.numTaskqueueWritePartitions": 1}
"""A queue in one part has one order; in four parts, as usual, each part has its own."""


class Noting(CaseActivities):
    """The activities, which note in which order steps are carried out."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.done: list[str] = []

    def carry_out(self, step: Step) -> StepTaken:
        self.done.append(step.case_id)
        return super().carry_out(step)


class Office:
    """An office without a worker, and the two halves of one: what decides, and what carries out; each one at a time."""

    def __init__(self, living: LivingOffice, activities: Noting) -> None:
        self.living, self.activities = living, activities

    @property
    def client(self) -> Client:
        return self.living.client

    async def deciding(self) -> Worker:
        return await self._worker(no_remote_activities=True)

    async def carrying_out(self) -> Worker:
        return await self._worker(workflows=[])

    async def _connected(self) -> Client:
        """Return a client of its own: the SDK lets one have one worker of a kind."""
        return await connect(self.client.service_client.config.target_host, self.client.namespace)

    async def _worker(self, **changes: Any) -> Worker:
        template = await self._connected()
        built: dict[str, Any] = dict(
            build_worker(template, activities=self.activities, versioned=False, senders=self.living.senders()).config()
        )
        one: dict[str, Any] = {
            "max_concurrent_workflow_tasks": 1,
            "max_concurrent_activities": 1,
            "workflow_task_poller_behavior": PollerBehaviorSimpleMaximum(1),
            "activity_task_poller_behavior": PollerBehaviorSimpleMaximum(1),
            "max_cached_workflows": 0,
            "client": await self._connected(),
        }
        return Worker(**(built | one | changes))

    async def open(self, number: int, **how: Any) -> list[str]:
        """Announce and start cases."""
        cases = []
        for _ in range(number):
            case_id, part, opened_at = self.living.announce()
            await start_case(self.client, case_id, part, opened_at, load_settings(SAMPLE, {}).zone, **how)
            cases.append(case_id)
        return cases

    async def until_waiting(self, cases: Sequence[str]) -> None:
        """Wait until each of the cases has a step that waits to be carried out."""

        async def waiting() -> list[int]:
            described = [await self.client.get_workflow_handle(case_id).describe() for case_id in cases]
            return [len(one.raw_description.pending_activities) for one in described]

        await until(waiting, lambda found: all(found))

    async def begun(self, case_id: str) -> float:
        """Return when a case's first task was taken."""
        history = await self.client.get_workflow_handle(case_id).fetch_history()
        kind = EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED
        return next(one.event_time.ToNanoseconds() for one in history.events if one.event_type == kind)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """An office on a server of its own, whose queues are in one part."""
    folder: Path = tmp_path_factory.mktemp("priority")
    async with AsyncExitStack() as running:
        patch = running.enter_context(pytest.MonkeyPatch.context())
        for name, value in ONE.items():
            patch.setitem(configuration.REHEARSAL, name, value)
        server = await running.enter_async_context(embedded_server(fast=True, use_configured=False))
        living = await running.enter_async_context(a_living_office(server.address, folder, at_work=False))
        settings = load_settings(SAMPLE, {})
        mail = MailFolder(folder / "mail")
        yield Office(living, Noting(living.books, lambda: settings, mail, living.client))


async def test_what_people_open_begins_before_what_was_imported_before_it(office: Office) -> None:
    imported = await office.open(4, priority=IMPORTED)
    people = await office.open(3)
    async with await office.deciding():
        await office.until_waiting([*imported, *people])
    assert max([await office.begun(one) for one in people]) < min([await office.begun(one) for one in imported])


async def test_an_imported_case_is_like_any_other_once_it_has_begun_and_its_history_replays(office: Office) -> None:
    (case_id,) = await office.open(1, priority=IMPORTED)
    handle = office.client.get_workflow_handle(case_id)

    async def priority() -> int:
        return (await handle.describe()).raw_description.workflow_execution_info.priority.priority_key

    assert await priority() == IMPORTED.priority_key
    async with await office.deciding(), await office.carrying_out():
        await until(priority, lambda now: now == 3)
        await office.living.until(
            case_id, "an invoice", lambda told: told["invoices"] and told["invoices"][0]["number"]
        )
    await replayer().replay_workflow(await handle.fetch_history())


async def test_what_answers_people_is_carried_out_before_what_set_itself_off_before_it(office: Office) -> None:
    asked = await office.open(3)
    async with await office.deciding(), await office.carrying_out():
        for case_id in asked:
            await office.living.until(case_id, "an invoice", numbered)
        await until(_as_answer(office.activities.done), lambda done: set(asked) <= set(done))
    async with await office.deciding():
        opened = await office.open(4)
        await office.until_waiting(opened)
        await asyncio.gather(*[office.living.tell(case_id, "note", text="somebody waits") for case_id in asked])
        await office.until_waiting(asked)
        office.activities.done.clear()
        async with await office.carrying_out():
            await until(_as_answer(office.activities.done), lambda done: {*asked, *opened} <= {*done})
    first = list(dict.fromkeys(office.activities.done))
    assert set(first[:3]) == set(asked), first


def numbered(told: dict[str, Any]) -> bool:
    """Whether a case has an invoice with its number."""
    return bool(told["invoices"] and told["invoices"][0]["number"])


def _as_answer(done: list[str]) -> Any:
    async def ask() -> list[str]:
        return done

    return ask
