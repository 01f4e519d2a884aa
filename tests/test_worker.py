"""The worker lives cases, hands them over from version to version, and ends without leaving work half done."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from signal import SIGINT, SIGTERM, Signals
from typing import Any

import pytest
from temporalio.api.deployment.v1 import WorkerDeploymentInfo
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.api.workflowservice.v1 import DescribeWorkerDeploymentRequest
from temporalio.client import Client, WorkflowHandle

from activities.case_activities import CaseActivities
from activities.mail import MailFolder
from embedded.process import HOST, free_ports
from policy.identity import TASK_QUEUE
from records.books import Books, open_books
from records.queries import case_by_id, timeline
from services import deployment
from services.deployment import build_id
from services.errors import ExitCode
from services.settings import load_settings
from services.workers import read_books, replayer, workflow_runner, working
from tests.applications import sample
from tests.worker_process import a_worker, until

pytestmark = pytest.mark.server
CASE = "accreditation.OH-0417.ct.CT-1.1"
STARTED = PendingActivityState.PENDING_ACTIVITY_STATE_STARTED


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    """New books of an office, in a file."""
    opened = open_books(f"sqlite:///{tmp_path}/books.db")
    yield opened
    opened.close()


@pytest.fixture
def activities(books: Books, client: Client, tmp_path: Path) -> CaseActivities:
    """The activities of an office with sample settings."""
    return CaseActivities(books, load_settings, MailFolder(tmp_path / "mail"), client)


async def start_case(client: Client) -> WorkflowHandle[Any, Any]:
    return await client.start_workflow("AccreditationCycle", {"application": sample()}, id=CASE, task_queue=TASK_QUEUE)


def stage_in(books: Books) -> str | None:
    with books.reading() as session:
        case = case_by_id(session, CASE)
        return case.stage if case else None


async def until_opened(books: Books) -> None:
    """Wait until the case's first step is in the books."""

    async def told() -> int:
        with books.reading() as session:
            return len(timeline(session, CASE))

    await until(told, bool)


@pytest.mark.parametrize("versioned", [True, False])
async def test_a_case_is_lived_by_an_offices_worker_and_by_a_rehearsals(
    client: Client, activities: CaseActivities, books: Books, versioned: bool
) -> None:
    async with working(client, activities=activities, versioned=versioned):
        await start_case(client)
        await until_opened(books)
    assert stage_in(books) == "application"


async def test_a_running_case_goes_on_with_the_version_that_was_made_current_last(
    client: Client, activities: CaseActivities, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lived_by() -> str:
        described = await case.describe()
        return described.raw_description.workflow_execution_info.versioning_info.deployment_version.build_id

    async with working(client, activities=activities):
        case = await start_case(client)
        await until_opened(books)
    first = build_id()
    assert await lived_by() == first

    monkeypatch.setattr(deployment, "tree_digest", lambda root: "another-tree")
    async with working(client, activities=activities):
        form = {"message_id": "1", "by": {"name": "Sample", "role": "facility"}, "option": "withdraw"}
        await case.signal("choose_option", form)
        assert await until(lived_by, lambda now: now != first) == build_id()


async def test_a_worker_that_shall_not_take_over_leaves_the_cases_with_the_current_version(
    client: Client, activities: CaseActivities, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def described() -> WorkerDeploymentInfo:
        request = DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=TASK_QUEUE)
        return (await client.workflow_service.describe_worker_deployment(request)).worker_deployment_info

    async with working(client, activities=activities):
        first = build_id()
    monkeypatch.setattr(deployment, "tree_digest", lambda root: "another-tree")
    async with working(client, activities=activities, current=False):
        known = await until(described, lambda now: len(now.version_summaries) == 2)
    assert build_id() in {summary.deployment_version.build_id for summary in known.version_summaries}
    assert known.routing_config.current_deployment_version.build_id == first


async def test_the_lives_call_nothing_that_a_replay_could_not_repeat(
    client: Client, activities: CaseActivities, books: Books
) -> None:
    async with working(client, activities=activities, versioned=False):
        case = await start_case(client)
        await until_opened(books)
    await replayer(runner=workflow_runner(strict=True)).replay_workflow(await case.fetch_history())


def test_books_whose_file_is_gone_are_not_taken_for_well(books: Books, tmp_path: Path) -> None:
    read_books(books)
    (tmp_path / "books.db").unlink()
    with pytest.raises(FileNotFoundError, match=r"books\.db is gone"):
        read_books(books)


@asynccontextmanager
async def an_activity_under_way(client: Client, books: Books) -> AsyncIterator[WorkflowHandle[Any, Any]]:
    """Start a case whose first activity runs for as long as the block lasts: somebody else is writing in the books."""

    async def runs() -> bool:
        pending = (await case.describe()).raw_description.pending_activities
        return any(activity.state == STARTED and activity.attempt == 1 for activity in pending)

    with books.writing() as session:
        session.connection()  # takes the lock
        case = await start_case(client)
        await until(runs, bool)
        yield case


@pytest.mark.parametrize("told", [SIGTERM, SIGINT])
async def test_an_activity_that_runs_may_finish_when_the_worker_is_told_to_stop(
    client: Client, books: Books, tmp_path: Path, told: Signals
) -> None:
    async with a_worker(client, books.address, tmp_path) as worker:
        await worker.says("Health: ")
        async with an_activity_under_way(client, books) as case:
            worker.process.send_signal(told)
            await worker.says("running activities have 30 s to finish")
            assert stage_in(books) is None
        assert await worker.ends() == 0
    assert stage_in(books) == "application"
    history = await case.fetch_history()
    assert [event for event in history.events if event.HasField("activity_task_completed_event_attributes")]


async def test_a_second_signal_ends_the_worker_at_once(client: Client, books: Books, tmp_path: Path) -> None:
    async with a_worker(client, books.address, tmp_path) as worker:
        await worker.says("Health: ")
        async with an_activity_under_way(client, books):
            worker.process.send_signal(SIGTERM)
            await worker.says("to finish")
            worker.process.send_signal(SIGTERM)
            assert await worker.ends() == 128 + SIGTERM
            assert stage_in(books) is None


async def test_a_worker_without_a_server_says_where_it_looked_for_one(
    client: Client, books: Books, tmp_path: Path
) -> None:
    nobody = f"{HOST}:{free_ports(1)[0]}"
    async with a_worker(client, books.address, tmp_path, TEMPORAL_ADDRESS=nobody) as worker:
        assert await worker.ends() == ExitCode.NOT_REACHABLE
    assert nobody in worker.log[-1]
    assert "Traceback" not in worker.log[-1]


async def test_a_worker_without_books_says_which_database_it_wanted(client: Client, tmp_path: Path) -> None:
    nowhere = f"postgresql://nobody@{HOST}:{free_ports(1)[0]}/books"
    async with a_worker(client, nowhere, tmp_path) as worker:
        assert await worker.ends() == ExitCode.NOT_REACHABLE
    assert nowhere.removeprefix("postgresql") in worker.log[-1]
    assert "Traceback" not in worker.log[-1]


async def test_a_worker_in_a_namespace_that_the_server_lacks_says_how_to_set_it_up(
    client: Client, books: Books, tmp_path: Path
) -> None:
    async with a_worker(client, books.address, tmp_path, TEMPORAL_NAMESPACE="nobodys") as worker:
        assert await worker.ends() == ExitCode.NOT_REACHABLE
    assert "The namespace nobodys cannot be used: the server does not have it." in worker.log[-1]
    assert "Traceback" not in worker.log[-1]
