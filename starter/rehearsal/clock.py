"""The one module that skips time. What Temporal calls time skipping is experimental: everything about it stands here.

Each case has a clock of its own. It runs like any clock, until it is led forward to an instant; on its way the server
fires every timer at its time and waits for all that is under way.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from starter.rehearsal.moments import Due

MOST_SKIPS = 100_000
"""Skips that the server allows between two orders (200 by default, then it stops without a word)."""
PATIENCE = 120.0
"""Seconds of real time in which a case must come to rest."""
LOOK_AGAIN = 0.005
"""Seconds of real time between two looks at a case that is busy."""
LOOK_AFTER = 1.0
"""Seconds of real time between two looks at a case whose time is skipped."""
FAILS_FROM = 4
"""Attempts at one workflow task after which its code counts as at fault; one may fail when a worker begins."""
PAST_BACKOFF = timedelta(minutes=1)
"""How far the clock is led where an activity waits for its next attempt."""


class CaseStuck(Exception):
    """A case does not come to rest. The message says what it is busy with."""


class Standing(NamedTuple):
    """How a case stands.

    Attributes:
        now: What its clock shows.
        running: Whether it still runs.
        busy_with: What is under way, in words; empty: it is at rest.
        backs_off: Whether an activity failed and waits for its next attempt.
        fails: Whether its own code failed several times in a row at the same place.
    """

    now: datetime
    running: bool
    busy_with: str
    backs_off: bool
    fails: bool


class Rest(NamedTuple):
    """A case at rest: how it stands, and its agenda."""

    standing: Standing
    agenda: list[Due]


class CaseClock:
    """The clock of one case (of the newest run of that id).

    Attributes:
        handle: The case.
        rested: How the case stood, and what was due next, when it last came to rest; None: it never did.
    """

    def __init__(self, client: Client, case_id: str) -> None:
        """Take the clock of a case that has been started."""
        config = TimeSkippingConfig(max_session_skip_count=MOST_SKIPS)
        self._client = client
        self._skipper = TimeSkipper(client, config=config)
        self.handle: WorkflowHandle[Any, Any] = client.get_workflow_handle(case_id)
        self.rested: Rest | None = None
        self._question = DescribeWorkflowExecutionRequest(
            namespace=client.namespace, execution=WorkflowExecution(workflow_id=case_id)
        )

    async def look(self) -> Standing:
        """Return how the case stands now."""
        described = await self._client.workflow_service.describe_workflow_execution(self._question, retry=True)
        skipping = described.workflow_extended_info.time_skipping_info
        running = described.workflow_execution_info.status == int(WorkflowExecutionStatus.RUNNING)
        skips = described.workflow_extended_info.HasField("time_skipping_info")
        busy_with = [
            f"activity {pending.activity_type.name}, attempt {pending.attempt}"
            + (f": {pending.last_failure.message}" if pending.HasField("last_failure") else "")
            for pending in described.pending_activities
        ]
        attempt = described.pending_workflow_task.attempt
        if described.HasField("pending_workflow_task"):
            busy_with.append(f"workflow task, attempt {attempt}")
        backs_off = any(
            pending.state == PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED and pending.attempt > 1
            for pending in described.pending_activities
        )
        now = skipping.current_time.ToDatetime(tzinfo=UTC) if skips else datetime.now(UTC)
        return Standing(now, running, "; ".join(busy_with) if running else "", backs_off, attempt >= FAILS_FROM)

    async def agenda(self) -> list[Due]:
        """Return what the case does next by itself, sorted by instant."""
        coming = await self.handle.query("agenda")
        return sorted(Due(datetime.fromisoformat(one["at"]), one["kind"]) for one in coming)

    async def lead_to(self, instant: datetime, standing: Standing) -> None:
        """Lead the clock forward to an instant (or to the case's end); nothing where it is past that.

        It arrives as much later as the time that has gone by since `standing` was looked at: some milliseconds.
        """
        if not standing.running or instant <= standing.now:
            return
        skipping = asyncio.create_task(self._skipper.fast_forward(self.handle, instant - standing.now))
        try:
            await self._watch(skipping)
            await skipping
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:  # not found: the case has ended meanwhile
                raise
        finally:
            skipping.cancel()

    async def _watch(self, skipping: asyncio.Task[bool]) -> None:
        """Look after a case while its time is skipped: one whose code is at fault would never arrive.

        Raises:
            CaseStuck: Its workflow task fails again and again, or it does not arrive within `PATIENCE`.
        """
        clock = asyncio.get_running_loop().time
        stop = clock() + PATIENCE
        while not (await asyncio.wait([skipping], timeout=LOOK_AFTER))[0]:
            standing = await self.look()
            if standing.fails or clock() > stop:
                raise CaseStuck(f"{self.handle.id} does not get on: {standing.busy_with or 'nobody knows why'}")

    async def rest(self) -> Rest:
        """Wait until the case is at rest: nothing under way, and nothing due that has not happened.

        Raises:
            CaseStuck: It does not come to rest.
        """
        stop = asyncio.get_running_loop().time() + PATIENCE
        while True:
            standing = await self.look()
            if not standing.running:
                self.rested = Rest(standing, [])
                return self.rested
            overdue = ""
            if not standing.busy_with:
                agenda = await self.agenda()
                if not agenda or agenda[0].at > standing.now:
                    self.rested = Rest(standing, agenda)
                    return self.rested
                overdue = f"{agenda[0].kind} of {agenda[0].at.isoformat()}, which is due"
            if standing.fails or asyncio.get_running_loop().time() > stop:
                raise CaseStuck(f"{self.handle.id} does not come to rest: {standing.busy_with or overdue}")
            if standing.backs_off:
                await self.lead_to(standing.now + PAST_BACKOFF, standing)
            else:
                await asyncio.sleep(LOOK_AGAIN)
