"""The leanest workflow that makes the same activity calls and the same waits as two lives of an accreditation cycle.

It judges nothing, knows no dates but lengths, refuses nothing, tells nobody where it stands and cannot be asked
anything: it is what the product is measured against, not what anybody should run.
"""

from datetime import timedelta

from temporalio import workflow

from activities.contract import TAKE_STEP
from bench.work import Told


@workflow.defn
class LeanCycle:
    """A life as a list of steps: `straight`, or with a lost appeal and a passed repeat."""

    def __init__(self) -> None:
        """Begin with nothing received."""
        self._received: list[str] = []

    @workflow.run
    async def run(self, life: str) -> str:
        """Live through one of the two lives."""
        await self._tell("opened")
        await self._round("application")
        if life == "appeal-and-repeat":
            await self._lose_appeal()
            await self._round("repeat")
        await self._stand()
        return "expired"

    @workflow.update
    async def receive(self, what: str) -> str:
        """Take whatever comes."""
        self._received.append(what)
        return "accepted"

    async def _round(self, kind: str) -> None:
        for what, days in (("payment", 30), ("acceptance", 30), ("package", 45), ("report", 30)):
            await self._wait(f"{kind} {what}", days)
            await self._tell(what)

    async def _lose_appeal(self) -> None:
        await self._wait("view", 2)
        await self._tell("viewed")
        await self._sleep("form opens", 1)
        await self._tell("form open")
        await self._wait("appeal", 15)
        await self._tell("appealed")
        await self._wait("result", 30)
        await self._tell("result")
        await self._wait("view", 2)
        await self._tell("viewed")
        await self._sleep("form opens", 1)
        await self._tell("form open")
        await self._wait("repeat", 15)
        await self._tell("repeat")

    async def _stand(self) -> None:
        for what, days in (("notice", 850), ("reminder", 46), ("due", 15), ("expiry", 185)):
            await self._sleep(what, days)
            await self._tell(what)

    async def _wait(self, what: str, days: int) -> None:
        before = len(self._received)
        await workflow.wait_condition(
            lambda: len(self._received) > before, timeout=timedelta(days=days), timeout_summary=what
        )

    async def _sleep(self, what: str, days: int) -> None:
        await workflow.sleep(timedelta(days=days), summary=what)

    async def _tell(self, what: str) -> None:
        await workflow.execute_activity(
            TAKE_STEP, Told(text=what), start_to_close_timeout=timedelta(minutes=1), summary=what
        )
