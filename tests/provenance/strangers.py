"""Somebody who reaches the server and has no key: a worker, a queue and workflows of his own."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from policy.identity import TASK_QUEUE
from records.outbox import notices
from records.tables import METADATA
from records.words import NoticeStatus
from tests import patience
from tests.office import LivingOffice

HIS_QUEUE = "a-stranger's"
SOON = timedelta(seconds=30)
Call = tuple[str, Any]
"""An activity's name, and what it is called with."""


async def call_all(calls: Sequence[Call], queue: str) -> list[str]:
    """Call activities one by one, and return what each was refused by; `done` where it was carried out."""
    verdicts = []
    for name, said in calls:
        try:
            await workflow.execute_activity(
                name,
                said,
                task_queue=queue,
                start_to_close_timeout=SOON,
                retry_policy=RetryPolicy(maximum_attempts=2),
            )
        except ActivityError as error:
            verdicts.append(str(error.cause.type if isinstance(error.cause, ApplicationError) else error.cause))
        else:
            verdicts.append("done")
    return verdicts


@workflow.defn(name="Rogue")
class Rogue:
    """A workflow of a type of his own."""

    @workflow.run
    async def run(self, calls: list[Any], queue: str) -> list[str]:
        """Call activities on another queue."""
        return await call_all([(name, said) for name, said in calls], queue)


@workflow.defn(name="AccreditationCycle")
class Forged:
    """A workflow of a case's type, with a stranger's code."""

    @workflow.run
    async def run(self, calls: list[Any], queue: str, onward: Any = None) -> list[str]:
        """Call activities on another queue; or go on as a case of the office, with what that is to have known."""
        if onward:
            workflow.continue_as_new(onward, task_queue=TASK_QUEUE)
        said = [(name, with_run(asked)) for name, asked in calls]
        return await call_all(said, queue)


@workflow.defn(name="Reconciliation")
class ForgedRound:
    """A workflow of the nightly round's type, under a name that is not the Schedule's."""

    @workflow.run
    async def run(self, queue: str) -> list[str]:
        """Ask for the round."""
        try:
            await workflow.execute_activity(
                "reconcile", task_queue=queue, start_to_close_timeout=SOON, retry_policy=RetryPolicy(maximum_attempts=2)
            )
        except ActivityError as error:
            return [str(error.cause.type if isinstance(error.cause, ApplicationError) else error.cause)]
        return ["done"]


def with_run(asked: Any) -> Any:
    """Let a step speak for the run that sends it."""
    return asked | {"run_id": workflow.info().run_id} if isinstance(asked, dict) and "run_id" in asked else asked


def his_worker(client: Client) -> AbstractAsyncContextManager[Worker]:
    """Return a stranger's worker."""
    return Worker(
        client,
        task_queue=HIS_QUEUE,
        workflows=[Rogue, Forged, ForgedRound],
        workflow_runner=UnsandboxedWorkflowRunner(),
        build_id="a-stranger's",
    )


async def everything(office: LivingOffice) -> dict[str, Any]:
    """Return all that an office has, once its letters are out: every row of its books, every file beside them."""
    stop = asyncio.get_running_loop().time() + patience.WITHIN
    while _letters_wait(office):
        assert asyncio.get_running_loop().time() < stop, "letters that never go out"
        await asyncio.sleep(0.05)
    with office.books.engine.connect() as connection:
        tables: dict[str, Any] = {
            table.name: sorted(repr(row) for row in connection.execute(table.select()))
            for table in METADATA.sorted_tables
        }
    files = (
        path for path in office.folder.parent.rglob("*") if path.is_file() and not path.name.startswith("books.db")
    )
    return tables | {"files": sorted((str(path), path.stat().st_size) for path in files)}


def _letters_wait(office: LivingOffice) -> bool:
    with office.books.reading() as session:
        return any(notice.status == NoticeStatus.PENDING for notice in notices(session))
