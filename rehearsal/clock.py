"""The one module that skips time. What Temporal calls time skipping is experimental: everything about it stands here.

Time is skipped towards an instant of our choice, and a timer that is due but has not fired yet when the next skip
begins would be jumped over. So the clock is never led to a due instant, but to one at least `SPARE` away from every due
instant that the case has announced (its *agenda*). A message is judged by its stamp, so it may be handed over a little
before or after the instant that it is stamped with, as long as nothing that comes after it has happened already.

Each case has a clock of its own. It runs like any clock, until it is led forward to an instant; on its way the server
fires every timer at its time and waits for all that is under way.
"""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle, WorkflowQueryFailedError
from temporalio.service import RPCError, RPCStatusCode

from rehearsal.skipping import Skipping

SPARE = timedelta(minutes=1)
"""How far from a due instant the clock is led."""
EARLY = timedelta(minutes=4)
"""How far ahead of its stamp a message is handed over at most (a case believes stamps up to five minutes ahead)."""
LATE = timedelta(minutes=5)
"""How far behind its stamp a message is handed over at most, where there is a choice."""
STOPOVER = timedelta(minutes=10)
"""How long before an event the clock is stopped to ask what has come up on the way."""
OPENING = "opening"
"""The kind of due instant that happens before a message of the same instant."""


class Due(NamedTuple):
    """An instant at which the case does something by itself; of which kind, the case's agenda says."""

    at: datetime
    kind: str = "deadline"

    def precedes(self, stamp: datetime) -> bool:
        """Whether it happens before a message with that stamp is judged."""
        return self.at < stamp or (self.at == stamp and self.kind == OPENING)


def handover(stamp: datetime, now: datetime, agenda: Iterable[Due]) -> datetime:
    """Return where the clock should stand when a message with that stamp is handed over; `now` where it is past that.

    Everything that precedes the message should have happened and nothing that follows it may have. Where due instants
    are so close that no instant has `SPARE` on both sides, the message goes first: the case itself lets happen what
    precedes its stamp.
    """
    dues = list(agenda)
    earlier = [due.at for due in dues if due.precedes(stamp)]
    later = [due.at for due in dues if not due.precedes(stamp)]
    around = sorted(_around(stamp, early=EARLY, late=LATE), key=lambda instant: abs(instant - stamp))
    open_ones = [instant for instant in around if instant >= now and all(instant + SPARE <= due for due in later)]
    for instant in open_ones:
        if all(due + SPARE <= instant for due in earlier):
            return instant
    for instant in open_ones:
        if _is_quiet(instant, earlier):
            return instant
    return max(now, stamp - EARLY) if not open_ones else max(now, min(open_ones))


def end_point(end: datetime, now: datetime, agenda: Iterable[Due]) -> datetime:
    """Return where the clock should stand to have lived through everything up to an instant, and nothing beyond it."""
    dues = [due.at for due in agenda]
    past = [due for due in dues if due <= end]
    coming = [due for due in dues if due > end]
    for instant in sorted(_around(end, early=EARLY, late=LATE), key=lambda instant: abs(instant - end)):
        if all(due + SPARE <= instant for due in past) and all(instant + SPARE <= due for due in coming):
            return max(now, instant)
    return max(now, max(past) + (min(coming) - max(past)) / 2)  # something just before the end, something just after


def quiet(instant: datetime, agenda: Iterable[Due]) -> datetime:
    """Return the instant, or the last one before it that is `SPARE` away from everything on the agenda."""
    dues = [due.at for due in agenda]
    while not _is_quiet(instant, dues):
        instant -= SPARE / 2
    return instant


def breather(now: datetime, agenda: Iterable[Due], until: datetime | None) -> datetime | None:
    """Return where the clock can be led after something happened: up to five minutes on, past nothing; None: nowhere.

    Args:
        now: Where the clock stands.
        agenda: What the case does next.
        until: The next thing that somebody will do, if anything.
    """
    dues = [due.at for due in agenda if due.at > now]
    for minutes in (5, 4, 3, 2, 1):
        instant = now + timedelta(minutes=minutes)
        if all(instant + SPARE <= due for due in dues) and (until is None or instant <= until):
            return instant
    return None


def _around(instant: datetime, *, early: timedelta, late: timedelta) -> list[datetime]:
    steps = range(-int(early / SPARE), int(late / SPARE) + 1)
    return [instant + step * SPARE for step in steps]


def _is_quiet(instant: datetime, dues: Iterable[datetime]) -> bool:
    return all(abs(instant - due) >= SPARE for due in dues)


PATIENCE = 120.0
"""Seconds of real time in which a case must come to rest."""
LOOK_AGAIN, LOOK_SELDOM = 0.005, 0.1
"""Seconds of real time until the second look at a case that is busy, half as much again from look to look, and at most:
a look costs 3 ms of processor time, and what a case is busy with takes longer where many are."""
LOOK_AFTER = 1.0
"""Seconds of real time between two looks at a case whose time is skipped."""
FAILS_FROM = 4
"""Attempts at one workflow task after which its code counts as at fault; one may fail when a worker begins."""
PAST_BACKOFF = timedelta(minutes=1)
"""How far the clock is led where an activity waits for its next attempt."""
NOTED_OF_A_LEAD = 2
"""Events that are in a history of a lead on whose way nothing happened: its options were changed, time was skipped."""


class CaseStuck(Exception):
    """A case does not come to rest. The message says what it is busy with."""


class ClockReading(NamedTuple):
    """How a case stands.

    Attributes:
        now: What its clock shows.
        running: Whether it still runs.
        busy_with: What is under way, in words; empty: it is at rest.
        backs_off: Whether an activity failed and waits for its next attempt.
        fails: Whether its own code failed several times in a row at the same place.
        run: Its run.
        events: How many events the history of that run has.
    """

    now: datetime
    running: bool
    busy_with: str
    backs_off: bool
    fails: bool
    run: str
    events: int


class Rest(NamedTuple):
    """A case at rest: how it stands, and its agenda."""

    reading: ClockReading
    agenda: list[Due]


class CaseClock:
    """The clock of one case (of the newest run of that id).

    Attributes:
        handle: The case.
        rested: How the case stood, and what was due next, when it last came to rest; None: it never did.
    """

    def __init__(self, client: Client, case_id: str) -> None:
        """Take the clock of a case that has been started."""
        self._client = client
        self._skipping = Skipping(client, case_id)
        self.handle: WorkflowHandle[Any, Any] = client.get_workflow_handle(case_id)
        self.rested: Rest | None = None
        self._leads = 0
        """How often it was led since it was `rested`."""
        self._question = DescribeWorkflowExecutionRequest(
            namespace=client.namespace, execution=WorkflowExecution(workflow_id=case_id)
        )

    async def look(self) -> ClockReading:
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
        info, busy = described.workflow_execution_info, "; ".join(busy_with) if running else ""
        fails = attempt >= FAILS_FROM
        return ClockReading(now, running, busy, backs_off, fails, info.execution.run_id, info.history_length)

    async def agenda(self) -> list[Due]:
        """Return what the case does next by itself, sorted by instant."""
        coming = await self.handle.query("agenda")
        return sorted(Due(datetime.fromisoformat(one["at"]), one["kind"]) for one in coming)

    async def lead_to(self, instant: datetime, reading: ClockReading) -> None:
        """Lead the clock forward to an instant (or to the case's end); nothing where it is past that.

        It arrives as much later as the time that has gone by since `reading` was looked at: some milliseconds.
        """
        stop = asyncio.get_running_loop().time() + PATIENCE
        try:
            while reading.running and instant > reading.now:
                order = await self._skipping.order(instant - reading.now)
                if order and await self._arrives(order, stop):
                    self._leads += 1
                    return
                reading = await self.look()
                if asyncio.get_running_loop().time() > stop:
                    raise CaseStuck(f"{self.handle.id} does not get on: the server does not skip its time")
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise  # else the case has ended meanwhile

    async def _arrives(self, order: str, stop: float) -> bool:
        """Look after a case while its time is skipped: one whose code is at fault would never arrive.

        Returns:
            Whether it has arrived. Not where the order came to nothing, and where its time does not go on though all
            that it does is to wait for the next attempt of an activity: rarely the server passes over that, until it is
            told anew.

        Raises:
            CaseStuck: Its workflow task fails again and again, or it has not arrived by `stop` (of the loop's clock).
        """
        before: ClockReading | None = None
        arriving = asyncio.create_task(self._skipping.arrived(order))
        try:
            while not (await asyncio.wait([arriving], timeout=LOOK_AFTER))[0]:
                reading = await self.look()
                if reading.fails or asyncio.get_running_loop().time() > stop:
                    raise CaseStuck(f"{self.handle.id} does not get on: {reading.busy_with or 'nobody knows why'}")
                if before and before.backs_off and reading.backs_off and reading.now - before.now < PAST_BACKOFF:
                    return False
                before = reading
            return await arriving
        finally:
            arriving.cancel()

    async def rest(self) -> Rest:
        """Wait until the case is at rest: nothing under way, and nothing due that has not happened.

        Raises:
            CaseStuck: It does not come to rest.
        """
        stop, pause = asyncio.get_running_loop().time() + PATIENCE, LOOK_AGAIN
        while True:
            reading = await self.look()
            if not reading.running:
                return self._rest(reading, [])
            overdue = ""
            if not reading.busy_with:
                try:
                    agenda = self._agenda_as_it_was(reading) or await self.agenda()
                except WorkflowQueryFailedError as failed:  # as where its worker has no processor for two seconds
                    overdue = f"it does not say what is due: {failed}"
                else:
                    if not agenda or agenda[0].at > reading.now:
                        return self._rest(reading, agenda)
                    overdue = f"{agenda[0].kind} of {agenda[0].at.isoformat()}, which is due"
            if reading.fails or asyncio.get_running_loop().time() > stop:
                raise CaseStuck(f"{self.handle.id} does not come to rest: {reading.busy_with or overdue}")
            if reading.backs_off:
                await self.lead_to(reading.now + PAST_BACKOFF, reading)
            else:
                await asyncio.sleep(pause)
                pause = min(1.5 * pause, LOOK_SELDOM)

    def _rest(self, reading: ClockReading, agenda: list[Due]) -> Rest:
        self.rested, self._leads = Rest(reading, agenda), 0
        return self.rested

    def _agenda_as_it_was(self, reading: ClockReading) -> list[Due]:
        """Return the agenda of the last rest where nothing has happened in the case since then; else nothing.

        To ask the case costs three times as much as to look at it, and after most leads it would say the same.
        """
        if self.rested is None:
            return []
        before, agenda = self.rested
        unchanged = before.events + NOTED_OF_A_LEAD * self._leads
        is_unchanged = (reading.run, reading.events) == (before.run, unchanged)
        return agenda if is_unchanged and agenda and agenda[0].at > reading.now else []
