"""The leanest workflows that live a life: what the product is measured against, not what anybody should run.

They judge nothing, know no dates but lengths, refuse nothing, tell nobody where they stand and cannot be asked
anything. `LeanCycle` takes its messages as updates and labels its timers and activities, as the product does;
`FloorCycle` takes signals and labels nothing.
"""

from datetime import timedelta

from temporalio import workflow

from bench.peers.life import LIVES, Stand, Tell

WRITE = "write"
"""The activity that writes a row."""
TIMEOUT = timedelta(minutes=1)
LEAN_QUEUE, FLOOR_QUEUE = "lean", "floor"


@workflow.defn
class LeanCycle:
    """A life step by step, with updates."""

    def __init__(self) -> None:
        """Begin with nothing received."""
        self._received = 0
        self._awaited = 0

    @workflow.run
    async def run(self, life: str) -> str:
        """Live through a life."""
        for step in LIVES[life]:
            if isinstance(step, Tell):
                await workflow.execute_activity(WRITE, step.what, start_to_close_timeout=TIMEOUT, summary=step.what)
            elif isinstance(step, Stand):
                await workflow.sleep(timedelta(days=step.days), summary=step.what)
            else:
                self._awaited += 1
                await workflow.wait_condition(
                    lambda: self._received >= self._awaited,
                    timeout=timedelta(days=step.days),
                    timeout_summary=step.what,
                )
        return "ended"

    @workflow.update
    async def receive(self, what: str) -> str:
        """Take whatever comes."""
        self._received += 1
        return "accepted"


@workflow.defn
class FloorCycle:
    """A life step by step, with signals."""

    def __init__(self) -> None:
        """Begin with nothing received."""
        self._received = set[str]()

    @workflow.run
    async def run(self, life: str) -> str:
        """Live through a life."""
        for step in LIVES[life]:
            if isinstance(step, Tell):
                await workflow.execute_activity(WRITE, step.what, start_to_close_timeout=TIMEOUT)
            elif isinstance(step, Stand):
                await workflow.sleep(timedelta(days=step.days))
            else:
                awaited = step.what
                await workflow.wait_condition(
                    lambda awaited=awaited: awaited in self._received,  # type: ignore[misc]  # mypy cannot infer it
                    timeout=timedelta(days=step.days),
                )
        return "ended"

    @workflow.signal
    async def receive(self, what: str) -> None:
        """Take whatever comes."""
        self._received.add(what)
