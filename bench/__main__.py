"""`make bench`: events, bytes, actions and lives per second of the product, beside the leanest workflow of its steps.

Both live on the same server, one after the other, with the same driver and the same activities, which answer at once.
Goal: at most 1.35 times the events, at least 0.70 of the lives per second.
"""

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from temporalio.client import Client, WorkflowHandle
from temporalio.testing import TimeSkipper, TimeSkippingConfig
from temporalio.worker import Worker

from bench.lean import LeanCycle
from bench.lives import LIVES, Said
from bench.work import ACTIVITIES
from embedded.server import embedded_server
from policy.application import AccreditationApplication
from policy.identity import TASK_QUEUE
from rehearsal.report import weigh
from services.connect import connect
from services.exits import leave
from services.namespace import prepare_namespace
from services.workers import workflow_runner
from starter.terminal.output import say, show_table
from workflows.accreditation.workflow import AccreditationCycle
from workflows.case.opening import OpenCase

ROUNDS = 8
SKIPS = 10_000
YEARS = timedelta(days=1600)


class Cost(NamedTuple):
    """What a life cost: its history, and seconds of wall time."""

    events: int
    size: int
    actions: int
    seconds: float


def an_application() -> AccreditationApplication:
    """Return an application for one CT unit with a clinical area and a phantom."""
    areas = [{"id": "chest", "kind": "clinical"}, {"id": "phantom", "kind": "phantom"}]
    return AccreditationApplication.model_validate(
        {"program": "accreditation", "medium": "upload", "modality": "ct", "units": [{"id": "CT-1", "areas": areas}]}
    )


async def main() -> None:
    """Measure both workflows over both lives, and print the table."""
    async with embedded_server(None, fast=True, use_configured=False) as server:
        await prepare_namespace(server.address, "bench", rehearsal=True)
        client = await connect(server.address, "bench")
        with ThreadPoolExecutor(4) as threads:
            async with Worker(
                client,
                task_queue=TASK_QUEUE,
                workflows=[AccreditationCycle, LeanCycle],
                activities=ACTIVITIES,
                activity_executor=threads,
                workflow_runner=workflow_runner(),
            ):
                costs = {
                    (life, lean): await _measure(client, life, lean=lean) for life in LIVES for lean in (False, True)
                }
    _show(costs)


async def _measure(client: Client, life: str, *, lean: bool) -> Cost:
    """Live a life several times, one after the other; the first one warms up and does not count."""
    await _live(client, life, "warm", lean=lean)
    begin = time.perf_counter()
    handles = [await _live(client, life, str(number), lean=lean) for number in range(ROUNDS)]
    seconds = (time.perf_counter() - begin) / ROUNDS
    history = await handles[-1].fetch_history()
    return Cost(*weigh(history.events), seconds)


async def _live(client: Client, life: str, number: str, *, lean: bool) -> WorkflowHandle[Any, Any]:
    skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=True, max_session_skip_count=SKIPS))
    opened_at = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    case_id = f"{life}-{'lean' if lean else 'product'}-{number}"
    with skipper.with_time_skipping_disabled():
        if lean:
            handle: WorkflowHandle[Any, Any] = await skipper.client.start_workflow(
                LeanCycle.run, life, id=case_id, task_queue=TASK_QUEUE, start_delay=timedelta(hours=1)
            )
        else:
            opening = OpenCase(application=an_application(), opened_at=opened_at)
            handle = await skipper.client.start_workflow(
                AccreditationCycle.run, opening, id=case_id, task_queue=TASK_QUEUE, start_delay=timedelta(hours=1)
            )
    for said in LIVES[life]:
        await _forward(skipper, handle, opened_at + timedelta(days=said.day))
        await _say(handle, said, opened_at, lean=lean)
    await _forward(skipper, handle, opened_at + YEARS)
    await handle.result()
    return handle


async def _forward(skipper: TimeSkipper, handle: WorkflowHandle[Any, Any], to: datetime) -> None:
    left = to - await skipper.get_current_time(handle)
    if left > timedelta(0):
        await skipper.fast_forward(handle, left)


async def _say(handle: WorkflowHandle[Any, Any], said: Said, opened_at: datetime, *, lean: bool) -> None:
    if lean:
        await handle.execute_update(LeanCycle.receive, said.kind.NAME)
        return
    fields = said.fields
    if "invoice" in fields:
        fields = fields | {"invoice": (await handle.query("status"))["invoices"][-1]["number"]}
    stamp = opened_at + timedelta(days=said.day)
    message = said.kind.model_validate({"message_id": f"{said.day}", "received_at": stamp.isoformat(), **fields})
    verdict = await handle.execute_update(said.kind.NAME, message, id=message.key())
    if not verdict["accepted"]:
        raise RuntimeError(f"{said.kind.NAME} on day {said.day}: {json.dumps(verdict)}")


def _show(costs: dict[tuple[str, bool], Cost]) -> None:
    rows = []
    for life in LIVES:
        product, lean = costs[life, False], costs[life, True]
        for name, cost in (("product", product), ("lean", lean)):
            rows.append(
                [life, name, *(f"{part:,}" for part in cost[:3]), f"{cost.seconds:.2f}", f"{1 / cost.seconds:.2f}"]
            )
        events, rate = product.events / lean.events, lean.seconds / product.seconds
        rows.append([life, "ratio", f"{events:.2f}", f"{product.size / lean.size:.2f}", "", "", f"{rate:.2f}"])
    show_table(["Life", "Workflow", "Events", "Bytes", "Actions", "Seconds", "Lives/s"], rows)
    say("Goal: at most 1.35 times the events, at least 0.70 of the lives per second.")


if __name__ == "__main__":
    asyncio.run(main())
    leave(0)
