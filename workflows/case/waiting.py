"""The only module that waits.

A case has one open timer, for the next instant that matters to it; everything else that it will do on some date is a
mark in its facts. That costs fewer events than a timer for each, shows one named date in the UI, and is the only way in
which skipped time never passes over a due instant.

Messages are handled one at a time and only while `run` is at rest, so that each is judged by the case as the one before
left it. They are judged in the order of the case's own clock: what was due before the instant as of which a message
counts has happened before the message is judged, even where both reached the worker together.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from temporalio import workflow

from policy.facts import CaseFacts, Mark, Stage

SOON = timedelta(milliseconds=1)


class CaseClosed(Exception):
    """The case was closed while one of its stages waited for something."""


class StageLeft(Exception):
    """The case was put back to another stage while one waited: what that one waited for is not awaited any more."""


class Waiting:
    """How a case waits: for a condition, for its next mark, for its turn."""

    def __init__(self, facts: CaseFacts, fire: Callable[[Mark], None], on_idle: Callable[[], None]) -> None:
        """Wait for a case.

        Args:
            facts: What the case knows; its marks are the agenda.
            fire: Does what a mark stands for.
            on_idle: Called whenever the case comes to rest.
        """
        self._facts = facts
        self._fire = fire
        self._on_idle = on_idle
        self._resting = False
        self._woken = False
        self._held = False
        self._seen_to: datetime | None = None
        self._timer: asyncio.Task[None] | None = None
        self._timer_at: datetime | None = None
        self._given_up: Exception | None = None
        self._left = False

    @property
    def at_rest(self) -> bool:
        """Whether `run` waits and nothing has happened since it last looked."""
        return self._resting and not self._woken

    def wake(self) -> None:
        """Let `run` look again: something has happened."""
        self._woken = True

    def leave(self) -> None:
        """Let the stage that waits be left, as soon as `run` looks."""
        self._left = True
        self.wake()

    def give_up(self, reason: Exception) -> None:
        """Let `run` end by raising a reason, as soon as it looks: nothing that it does would count."""
        self._given_up = reason
        self.wake()

    async def until(self, done: Callable[[], bool]) -> None:
        """Wait until a condition holds; the marks that come before take effect.

        Raises:
            CaseClosed: The case was closed meanwhile.
        """
        while not done():
            await self.change()

    async def change(self) -> None:
        """Wait until something has happened: a mark has come, a message was handled, a step was carried out.

        Raises:
            CaseClosed: The case was closed.
            StageLeft: It was put back to another stage.
        """
        await self._rest()
        if self._facts.stage is Stage.CLOSED:
            raise CaseClosed
        if self._left:
            self._left = False
            raise StageLeft

    async def finish(self, done: Callable[[], bool]) -> None:
        """Wait until a closed case has nothing left to do; no mark comes any more, but messages are still answered."""
        self._set_timer()
        self._resting = True
        while not done():
            self._raise_given_up()
            self._woken = False
            self._on_idle()
            await workflow.wait_condition(lambda: self._woken or done())

    async def acquire(self) -> None:
        """Wait until a message can be judged: `run` is at rest."""
        await workflow.wait_condition(lambda: self.at_rest)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Let no mark come while a block runs, until `catch_up` says as of when its message counts.

        It is still being asked who sent it; that takes an instant, in which its deadline must not pass over it.
        """
        self._held = True
        try:
            yield
        finally:
            self._held = False

    async def catch_up(self, at: datetime) -> None:
        """Let everything happen that comes before a message which counts as of an instant."""
        self._seen_to, self._held = at, False
        if self._due():
            self.wake()
            await self.acquire()

    def _due(self) -> Mark | None:
        """Return the next mark if its time has come.

        While a message waits to be judged, that is the time for which it counts and not the clock's: what has come
        since then follows after it.
        """
        mark = self._facts.next_mark()
        if mark is None:
            return None
        if self._seen_to is None:
            return mark if mark.at <= workflow.now() and not self._facts.adopting else None
        before = mark.at < self._seen_to or (mark.at == self._seen_to and mark.kind == "opening")
        return mark if before else None

    async def _rest(self) -> None:
        """Let the next mark take effect if it is due, else wait for it or for whatever wakes the case first."""
        self._raise_given_up()
        self._woken = False
        if not self._held and (mark := self._due()):
            self._facts.marks.remove(mark)
            self._fire(mark)
            return
        self._seen_to = None
        self._set_timer()
        self._on_idle()
        self._resting = True
        try:
            await workflow.wait_condition(lambda: self._woken or (self._timer_fired() and not self._held))
        finally:
            self._resting = False

    def _raise_given_up(self) -> None:
        if self._given_up:
            raise self._given_up

    def _timer_fired(self) -> bool:
        return self._timer is not None and self._timer.done()

    def _set_timer(self) -> None:
        """Keep the open timer if it is for the next mark, else replace it."""
        mark = None if self._facts.adopting else self._facts.next_mark()
        running = self._timer is not None and not self._timer.done()
        if running and mark and mark.at == self._timer_at:
            return
        if running and self._timer:
            self._timer.cancel()
        self._timer, self._timer_at = None, None
        if mark:
            length = max(mark.at - workflow.now(), SOON)
            self._timer = asyncio.create_task(workflow.sleep(length, summary=mark.label))
            self._timer_at = mark.at
