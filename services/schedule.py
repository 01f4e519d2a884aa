"""What the office's worker does every night: `reconcile`, started by a Temporal Schedule that the UI shows.

It has a task queue and a worker of its own, beside those of the cases: it is housekeeping, and no case waits for it.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from temporalio import activity
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleRange,
    ScheduleSpec,
)
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.contract import RECONCILE
from activities.provenance import RoundProvenance
from records.books import Books
from services.reconcile import HISTORIES, Deliver, bring_in_line
from workflows.reconciliation import Reconciliation

log = logging.getLogger("accredit.schedule")
SCHEDULE = "accredit-reconcile"
QUEUE = "accredit-housekeeping"
HOUR = 3
"""Of the night, office time."""
SHARED = SandboxRestrictions.default.with_passthrough_modules("policy", "activities", "workflows")


class Housekeeping:
    """The activity of the round."""

    def __init__(
        self,
        client: Client,
        books: Books,
        zone: ZoneInfo,
        deliver: Deliver | None = None,
        *,
        closes: bool = True,
        histories: Path = HISTORIES,
    ) -> None:
        """Keep house for an office's server and books: what `bring_in_line` takes."""
        self._client, self._books, self._zone, self._deliver, self._closes = client, books, zone, deliver, closes
        self._histories = histories

    @activity.defn(name=RECONCILE)
    async def reconcile(self) -> str:
        """Bring the books in line with the server, as `accredit reconcile` does."""
        report = await bring_in_line(
            self._client, self._books, self._zone, self._histories, self._deliver, closes=self._closes
        )
        for case_id, trouble in report.troubles.items():
            log.warning("%s: %s", case_id, trouble)
        parts = {
            "started": report.started,
            "closed": report.closed,
            "with letters delivered": report.delivered,
            "exported": report.exported,
            "need somebody": report.troubles,
        }
        return ", ".join(f"{len(cases)} {what}" for what, cases in parts.items())


@asynccontextmanager
async def housekeeping(
    client: Client,
    books: Books,
    zone: ZoneInfo,
    deliver: Deliver | None = None,
    *,
    closes: bool = True,
    histories: Path = HISTORIES,
) -> AsyncIterator[None]:
    """See that the nightly Schedule stands, and work for it as long as the block lasts.

    `closes`: whether the round closes in the books what somebody has ended on the server (`bring_in_line`);
    `histories`: the folder that it exports histories to.
    """
    await schedule_nightly(client, zone)
    async with Worker(
        client,
        task_queue=QUEUE,
        workflows=[Reconciliation],
        activities=[Housekeeping(client, books, zone, deliver, closes=closes, histories=histories).reconcile],
        interceptors=[RoundProvenance(client, SCHEDULE, QUEUE)],
        workflow_runner=SandboxedWorkflowRunner(restrictions=SHARED),
        build_id="housekeeping",
    ):
        yield


async def schedule_nightly(client: Client, zone: ZoneInfo) -> None:
    """Make the Schedule, once; one that stands is left as it is, so that an office may change its hour in the UI."""
    nightly = ScheduleCalendarSpec(hour=[ScheduleRange(HOUR)], comment="bring the books in line with the server")
    round_ = ScheduleActionStartWorkflow(
        Reconciliation.run, id=SCHEDULE, task_queue=QUEUE, static_summary="Bring the books in line with the server"
    )
    spec = ScheduleSpec(calendars=[nightly], time_zone_name=zone.key)
    try:
        await client.create_schedule(SCHEDULE, Schedule(action=round_, spec=spec))
    except ScheduleAlreadyRunningError:
        return
