"""Drives a life through whatever happens: every message with an id and an instant of its own, until there is an answer.

The clock of a case is led to absolute instants. Where leading it fails on the way, the server may still be at it: it is
waited for, and looked at anew, before the clock is led again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import WorkflowExecutionStatus, WorkflowQueryFailedError, WorkflowUpdateFailedError
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from chaos.lives.kinds import Plan
from chaos.place.office import Office
from policy.messages import Message, StartRenewal
from policy.office import Documents
from policy.rules import refuse
from policy.verdict import Refused, Verdict
from records.money_queries import bills
from records.problems import BooksError
from rehearsal.acting import Outcome
from rehearsal.clock import CaseClock, CaseStuck
from rehearsal.clocks import CaseClocks
from rehearsal.scenario import Event, Owed
from services.errors import ServiceError
from services.opening import start_case
from services.queries import NotRunning
from services.security.naming import name_documents
from services.sending import send_signal, send_update

T = TypeVar("T")
TROUBLES = (
    RPCError, WorkflowQueryFailedError, ServiceError, CaseStuck, TimeoutError, SQLAlchemyError, BooksError, OSError,
    RuntimeError,
)  # fmt: skip
"""What a question can end in while nobody is there to answer it."""
PATIENCE = 900.0
"""Seconds in which there must be an answer, or a life counts as lost."""
WITHIN = timedelta(seconds=20)
PAUSE, CALM_WITHIN = 0.3, 60.0
NOT_VERIFIED = "actor.not_verified"
"""What a validator turns a message away by whose proof it does not believe. Nothing is kept of it: it is sent again."""


class GaveUp(Exception):
    """No answer came. The message is what was asked for, and the last trouble."""


async def insisted(what: str, ask: Callable[[], Awaitable[T]]) -> T:
    """Ask until there is an answer.

    Raises:
        GaveUp: There is none in `PATIENCE`.
    """
    clock = asyncio.get_running_loop().time
    stop = clock() + PATIENCE
    while True:
        try:
            return await ask()
        except TROUBLES as trouble:
            if clock() > stop:
                raise GaveUp(f"{what}: {type(trouble).__name__}: {str(trouble)[:300]}") from trouble
            await asyncio.sleep(PAUSE)


class Driver:
    """Drives one life.

    Attributes:
        plan: What is to be lived.
        at: The case that the last message went to, for whoever looks after cases under way.
        failures: What went otherwise than its scenario has it.
    """

    def __init__(self, office: Office, plan: Plan, gate: Callable[[], Awaitable[None]]) -> None:
        """Live in an office; `gate` is passed before each message."""
        self._office, self.plan, self._gate = office, plan, gate
        self._prepared = plan.prepared
        self._clocks = CaseClocks(office.client, plan.prepared.case_id)
        self.failures: list[str] = []

    @property
    def cases(self) -> list[str]:
        """The cases of this life so far."""
        return [clock.handle.id for clock in self._all_clocks()]

    def _all_clocks(self) -> list[CaseClock]:
        return [clock for clock in (self._clocks.first, self._clocks.renewal) if clock]

    async def live(self) -> None:
        """Live to the end of the scenario. Raises `GaveUp`."""
        opened_at, end = self._prepared.opened_at, self._prepared.end
        await insisted("the start", self._start)
        await self._led("the opening", lambda: self._clocks.open(opened_at))
        events = [event for event in self._prepared.scenario.events if event.instant(opened_at) <= end]
        for event, following in zip(events, [*events, None][1:], strict=True):
            assert isinstance(event, Event)
            await self._gate()
            instant = event.instant(opened_at)
            await self._led(str(event), lambda at=instant: self._clocks.come_to(at))  # type: ignore[misc]
            verdict = await self._say(event)
            if failure := Outcome(event, instant, "", verdict).failure():
                self.failures.append(failure)
            until = following.instant(opened_at) if following else None
            await self._led(f"after {event}", lambda at=until: self._clocks.settle(at))  # type: ignore[misc]
            if event.model is StartRenewal and verdict.accepted:
                await self._led("the renewal", self._find_renewal)
        await self._gate()
        await self._led("the end", lambda: self._clocks.live_on(end))

    async def _start(self) -> None:
        plan = self._prepared
        delay = max(plan.opened_at - datetime.now(UTC), timedelta(0))
        zone = plan.settings.zone
        try:
            await start_case(self._office.client, plan.case_id, plan.part, plan.opened_at, zone, start_delay=delay)
        except WorkflowAlreadyStartedError:
            return  # an earlier try has come through, and its answer has not

    async def _find_renewal(self) -> None:
        """Find the case that renews this one. Raises `TimeoutError` where it is not there yet."""
        told = await self._clocks.first.handle.query("status", rpc_timeout=WITHIN)
        await self._clocks.look_for_renewal()
        renewal = self._clocks.renewal
        if told.get("renewal") and (renewal is None or renewal.handle.id != told["renewal"]):
            raise TimeoutError("the renewal is not there yet")

    async def _led(self, what: str, lead: Callable[[], Awaitable[None]]) -> None:
        """Lead the clocks, from where they stand, until they have arrived."""
        in_trouble = False

        async def anew() -> None:
            nonlocal in_trouble
            if in_trouble:
                for clock in self._all_clocks():
                    await _calm(clock)
            in_trouble = True
            for clock in self._all_clocks():
                clock.rested = None
            await lead()

        await insisted(what, anew)

    async def _say(self, event: Event) -> Verdict:
        """Send an event's message, the same however often, and return the verdict."""
        case_id = self._addressee(event)
        try:
            message = await insisted(str(event), lambda: self._message(event, case_id))
        except Refused as refused:
            return refused.verdict()
        except ValidationError:
            return await insisted(str(event), lambda: self._unreadable(event, case_id))
        send = send_signal if event.via == "signal" else send_update

        async def said() -> Verdict:
            sign = self._office.sign if event.via == "update" else None
            try:
                verdict = await send(self._office.client, case_id, message, WITHIN, sign)
            except NotRunning:
                return refuse("case.closed", "It is closed.", "").verdict(message.digest())
            if verdict.rule == NOT_VERIFIED:
                raise TimeoutError("a worker whose clock is wrong holds the proof for too old, or for one to come")
            return verdict

        return await insisted(str(event), said)

    def _addressee(self, event: Event) -> str:
        clock = self._clocks.renewal if event.case == "renewal" else self._clocks.first
        return (clock or self._clocks.first).handle.id

    async def _message(self, event: Event, case_id: str) -> Message:
        content = await asyncio.to_thread(self._content, event, case_id)
        message = event.model.model_validate(content)
        name_documents(message, Documents(uploads=str(self._office.uploads)))
        return message

    def _content(self, event: Event, case_id: str) -> dict[str, Any]:
        plan = self._prepared
        with self._office.books.reading() as session:
            owed = [
                Owed(b.invoice.number, b.outstanding) for b in bills(session, event.instant(plan.opened_at), case_id)
            ]
        return event.content(plan.opened_at, plan.settings.zone, owed)

    async def _unreadable(self, event: Event, case_id: str) -> Verdict:
        """Send what is no message of its name, as a scenario wants it; its validator turns it away."""
        content = await asyncio.to_thread(self._content, event, case_id)
        handle = self._office.client.get_workflow_handle(case_id)
        try:
            await handle.execute_update(event.model.NAME, content, id=event.own_id, rpc_timeout=WITHIN)
        except WorkflowUpdateFailedError:
            return Verdict(accepted=False, rule="message.unreadable", reason="", source="")
        return Verdict(accepted=True)


async def _calm(clock: CaseClock) -> None:
    """Wait until nobody leads a clock any more: an order that was given before may still be carried out."""
    now = asyncio.get_running_loop().time
    stop = now() + CALM_WITHIN
    while now() < stop:
        described = await clock.handle.describe()
        skipping = described.raw_description.workflow_extended_info.time_skipping_info
        if described.status != WorkflowExecutionStatus.RUNNING or not skipping.effective_config.enabled:
            return
        await asyncio.sleep(PAUSE)
