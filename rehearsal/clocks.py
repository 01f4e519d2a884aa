"""The clocks of a scenario's cases, led in step: the first case, and the renewal once it has been opened."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from rehearsal.clock import EARLY, SPARE, STOPOVER, CaseClock, ClockReading, Due, breather, end_point, handover, quiet
from services.queries import ask

ANSWER_WITHIN = timedelta(seconds=10)
"""Real time in which a case must say which case renews it."""
Point = Callable[[datetime, datetime, Iterable[Due]], datetime]
"""Where a clock should stand for a goal, given where it stands now and what is due."""


class CaseClocks:
    """The clocks of one scenario's cases."""

    def __init__(self, client: Client, case_id: str) -> None:
        """Begin with the first case, which has been started for some instant to come."""
        self._client = client
        self.first = CaseClock(client, case_id)
        self.renewal: CaseClock | None = None

    async def open(self, opened_at: datetime) -> None:
        """Lead the first case's clock past the instant at which it opens."""
        await self.first.lead_to(opened_at + SPARE, await self.first.look())
        await self.first.rest()

    async def come_to(self, stamp: datetime) -> None:
        """Lead every clock to where a message with that stamp can be handed over."""
        await self._each(lambda clock: _approach(clock, stamp))

    async def settle(self, until: datetime | None) -> None:
        """Let everything follow that follows at once from what has just happened.

        A clock that is led a few minutes forward arrives when all that was under way is done, a message to another
        case included.

        Args:
            until: The next thing that somebody will do, if anything.
        """
        await self._each(lambda clock: _breathe(clock, until))
        if self.renewal:
            await self.first.rest()  # the renewal may have told it something while its own clock was led

    async def look_for_renewal(self) -> None:
        """Lead the clock of the newest renewal too from now on, if one has been opened.

        A renewal that was closed without a grant has no days to come: the next one takes its place.
        """
        opened = (await ask(self._client, self.first.handle.id, "status", within=ANSWER_WITHIN) or {}).get("renewal")
        if opened and (self.renewal is None or self.renewal.handle.id != opened) and await self._is_there(opened):
            self.renewal = CaseClock(self._client, opened)

    async def live_on(self, end: datetime) -> None:
        """Lead the first case's clock to an instant or to the case's end, and the renewal's as far."""
        await _live_on(self.first, end)
        if self.renewal:
            await _live_on(self.renewal, min(end, (await self.first.look()).now))

    async def _is_there(self, case_id: str) -> bool:
        try:
            await self._client.get_workflow_handle(case_id).describe()
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND:
                return False
            raise
        return True

    async def _each(self, lead: Callable[[CaseClock], Awaitable[None]]) -> None:
        await asyncio.gather(*(lead(clock) for clock in (self.first, self.renewal) if clock))


async def _approach(clock: CaseClock, stamp: datetime) -> None:
    """Lead a clock to the handover of a message; nothing has happened since the case last came to rest."""
    reading, agenda = clock.rested or await clock.rest()
    if reading.now < stamp:
        await _lead(clock, stamp, reading, agenda, handover)


async def _live_on(clock: CaseClock, end: datetime) -> None:
    """Lead a clock to the end of a life."""
    reading, agenda = clock.rested or await clock.rest()
    if reading.now < end:
        await _lead(clock, end, reading, agenda, end_point)


async def _lead(clock: CaseClock, goal: datetime, reading: ClockReading, agenda: list[Due], point: Point) -> None:
    """Lead a clock to where it should stand for a goal, with a stop before where much may come up on the way."""
    ahead = any(reading.now < due.at < goal for due in agenda)
    if ahead and goal - reading.now > STOPOVER + EARLY:
        await clock.lead_to(quiet(goal - STOPOVER, agenda), reading)
        reading, agenda = await clock.rest()
    await clock.lead_to(point(goal, reading.now, agenda), reading)
    await clock.rest()


async def _breathe(clock: CaseClock, until: datetime | None) -> None:
    reading, agenda = await clock.rest()
    target = breather(reading.now, agenda, until)
    if reading.running and target:
        await clock.lead_to(target, reading)
        await clock.rest()
