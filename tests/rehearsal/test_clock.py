"""The clock of a case on a server that skips time: where it arrives, when a case is at rest, and when it is stuck."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import pytest_asyncio
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from rehearsal.clock import CaseClock, CaseStuck, Due
from rehearsal.playing import why
from rehearsal.skipping import Skipping
from services.workers import NO_VERSION
from tests.workflows.driving import until

pytestmark = pytest.mark.server

DAY = timedelta(days=1)
QUEUE = "clocks"


@activity.defn
async def fail_twice() -> int:
    """Succeed at the third attempt, each of which Temporal puts off by half an hour."""
    attempt = activity.info().attempt
    if attempt < 3:
        raise ApplicationError("not yet", next_retry_delay=timedelta(minutes=30))
    return attempt


@workflow.defn
class Reminded:
    """A case that does something on three days, and needs three attempts for the second thing."""

    @workflow.init
    def __init__(self, opened_at: datetime, broken: bool) -> None:
        self.broken = broken
        self.coming = [opened_at + days * DAY for days in (10, 20, 30)]
        self.done: list[str] = []

    @workflow.run
    async def run(self, opened_at: datetime, broken: bool) -> list[str]:
        while self.coming:
            await workflow.sleep(self.coming[0] - workflow.now())
            if len(self.done) == 1:
                await workflow.execute_activity(fail_twice, start_to_close_timeout=DAY)
            if self.broken:
                raise RuntimeError("a mistake in the case's own code")
            self.done.append(workflow.now().isoformat())
            self.coming.pop(0)
        return self.done

    @workflow.query
    def agenda(self) -> list[dict[str, str]]:
        return [{"at": at.isoformat(), "kind": "reminder"} for at in self.coming]


@pytest_asyncio.fixture
async def working(client: Client) -> AsyncIterator[Client]:
    """A client with a worker that lives such cases."""
    runner = UnsandboxedWorkflowRunner()
    async with Worker(
        client,
        task_queue=QUEUE,
        workflows=[Reminded],
        activities=[fail_twice],
        workflow_runner=runner,
        build_id=NO_VERSION,
    ):
        yield client


async def a_case(client: Client, *, broken: bool = False) -> tuple[CaseClock, datetime]:
    """Start a case that opens in a year, and return its clock and the day on which it opens."""
    opened_at = datetime.now(UTC).replace(microsecond=0) + 365 * DAY
    await client.start_workflow(
        Reminded.run,
        args=[opened_at, broken],
        id=(case_id := f"case-{uuid4()}"),
        task_queue=QUEUE,
        start_delay=opened_at - datetime.now(UTC),
    )
    clock = CaseClock(client, case_id)
    await clock.lead_to(opened_at + timedelta(minutes=1), await clock.look())
    return clock, opened_at


async def test_a_clock_arrives_where_it_is_led_and_nothing_is_passed_over(working: Client) -> None:
    clock, opened_at = await a_case(working)
    standing, agenda = await clock.rest()
    assert opened_at + timedelta(minutes=1) <= standing.now < opened_at + timedelta(minutes=2)
    assert agenda == [Due(opened_at + days * DAY, "reminder") for days in (10, 20, 30)]
    await clock.lead_to(opened_at + 15 * DAY, standing)
    standing, agenda = await clock.rest()
    assert opened_at + 15 * DAY <= standing.now < opened_at + 15 * DAY + timedelta(minutes=1)
    assert [due.at for due in agenda] == [opened_at + 20 * DAY, opened_at + 30 * DAY]


async def test_a_clock_is_never_led_back(working: Client) -> None:
    clock, opened_at = await a_case(working)
    before, _ = await clock.rest()
    await clock.lead_to(opened_at, before)
    after, _ = await clock.rest()
    assert before.now <= after.now < before.now + timedelta(minutes=1)


async def test_an_attempt_that_is_put_off_is_not_waited_for_in_real_time(working: Client) -> None:
    clock, opened_at = await a_case(working)
    await clock.lead_to(opened_at + 20 * DAY + timedelta(minutes=1), await clock.look())
    standing, agenda = await clock.rest()
    assert [due.at for due in agenda] == [opened_at + 30 * DAY]
    assert standing.now < opened_at + 20 * DAY + timedelta(minutes=5)  # the server skips the half hours themselves


async def test_a_clock_that_stands_still_before_an_attempt_is_led_anew(
    working: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, opened_at = await a_case(working)
    await clock.lead_to(opened_at + 20 * DAY + timedelta(minutes=1), await clock.look())
    await until(clock.look, lambda reading: reading.backs_off)
    order, arrived, led = clock._skipping.order, clock._skipping.arrived, list[timedelta]()

    async def passed_over(length: timedelta) -> str | None:
        led.append(length)
        return await order(length) if len(led) > 1 else "passed over"

    async def never(order: str) -> bool:
        return await (asyncio.Event().wait() if order == "passed over" else arrived(order))

    monkeypatch.setattr(clock._skipping, "order", passed_over)
    monkeypatch.setattr(clock._skipping, "arrived", never)
    await clock.lead_to(opened_at + 25 * DAY, await clock.look())
    assert len(led) == 2
    assert (await clock.look()).now >= opened_at + 25 * DAY


async def test_a_clock_whose_order_gives_way_to_another_one_arrives_all_the_same(working: Client) -> None:
    clock, opened_at = await a_case(working)
    before = await clock.look()
    shorter = Skipping(working, clock.handle.id)
    order = await clock._skipping.order(opened_at + 5 * DAY - before.now)
    assert order
    assert await shorter.order(DAY)
    assert not await clock._skipping.arrived(order)
    await clock.lead_to(opened_at + 25 * DAY, await clock.look())
    assert opened_at + 25 * DAY <= (await clock.look()).now < opened_at + 25 * DAY + timedelta(minutes=1)


async def test_a_clock_led_past_the_end_of_a_case_stops_with_it(working: Client) -> None:
    clock, opened_at = await a_case(working)
    await clock.lead_to(opened_at + 400 * DAY, await clock.look())
    standing, agenda = await clock.rest()
    assert (standing.running, agenda) == (False, [])
    await clock.lead_to(opened_at + 500 * DAY, standing._replace(running=True))
    done = [datetime.fromisoformat(at) - opened_at for at in await clock.handle.result()]
    assert [days // DAY for days in done] == [10, 20, 30]
    assert all(days % DAY < timedelta(hours=2) for days in done)  # two half hours are put off


async def test_a_case_whose_code_is_at_fault_is_stuck_and_says_with_what(
    working: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rehearsal.clock.FAILS_FROM", 2)  # Temporal takes 20 s until the fourth attempt
    clock, opened_at = await a_case(working, broken=True)
    with pytest.raises(CaseStuck, match="workflow task, attempt"):
        await clock.lead_to(opened_at + 15 * DAY, await clock.look())
    with pytest.raises(CaseStuck, match="does not come to rest: workflow task") as stuck:
        await clock.rest()
    assert "; because its code failed: " in (told := await why(stuck.value, clock.handle))
    assert "test_clock.py" in told  # where it failed
    await clock.handle.terminate()
