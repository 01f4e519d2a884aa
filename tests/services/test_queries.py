"""Who asked for tasks lately is counted on the server's clock, also from a machine whose own is wrong."""

from datetime import UTC, datetime, timedelta

import pytest
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.client import Client

from services.queries import POLLED_WITHIN, Poller, pollers, server_time
from tests.office import LivingOffice

DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)
WORKFLOW, ACTIVITY = TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY
pytestmark = pytest.mark.server


async def test_the_server_tells_its_time(office: LivingOffice) -> None:
    before = datetime.now(UTC)
    told = await server_time(office.client)
    assert before - SECOND < told < datetime.now(UTC) + SECOND, "both clocks are this machine's here"
    assert await server_time(office.client) > told, "a note of before is not taken for a new one"


@pytest.mark.parametrize("wrong", [3 * DAY, -3 * DAY, 4 * MINUTE, -4 * MINUTE, POLLED_WITHIN / 2, 0 * DAY])
async def test_a_worker_that_asks_counts_whatever_this_machine_takes_for_the_present(
    office: LivingOffice, monkeypatch: pytest.MonkeyPatch, wrong: timedelta
) -> None:
    await office.until_polled(activities=True)
    monkeypatch.setattr("services.queries.now", lambda: datetime.now(UTC) + wrong)
    assert await found(office.client) == [1, 1]


async def test_a_worker_that_has_not_asked_for_long_is_none(
    office: LivingOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two minutes are not waited for: the server's present is said to be two minutes on."""
    await office.until_polled(activities=True)

    async def later(client: Client) -> datetime:
        return await server_time(client) + 2 * MINUTE

    monkeypatch.setattr("services.queries.now", lambda: datetime.now(UTC) + 2 * MINUTE)
    monkeypatch.setattr("services.queries.server_time", later)
    assert await found(office.client) == [0, 0]


async def found(client: Client) -> list[int]:
    """Count the workers that ask for tasks of either kind."""
    asking: list[list[Poller]] = [await pollers(client, kind=kind) for kind in (WORKFLOW, ACTIVITY)]
    return [len({one.identity for one in several}) for several in asking]
