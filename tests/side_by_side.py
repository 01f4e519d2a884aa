"""How the tests are given to several processes: what stays together goes to one, and one that is lost costs little.

pytest-xdist's own scheduling by files waits for ever when a process is lost (3.8.0, `LoadScopeScheduling.remove_node`):
it puts all that the process had back into the queue, the files that were finished too. Another process that holds back
its last test until it has more to do is then given such a file, which is nothing to do, and nobody hears of it again.
The test at which the process was lost is also run again, and would take one process after the other with it.
"""

from collections.abc import Callable
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

FEW = 2
"""Of so many tests or fewer a process is near its end: it holds the last one back until it knows what comes next."""


class Scheduling(LoadFileScheduling):  # type: ignore[misc]
    """Gives tests out by groups; of a process that is lost, only what it had not run is given out again.

    Args:
        config: The run's.
        log: Where pytest-xdist writes with `--debug`.
        group_of: What a test stays together with, by its id.
    """

    def __init__(self, config: pytest.Config, log: Any, group_of: Callable[[str], str]) -> None:
        super().__init__(config, log)
        self._group_of = group_of

    def _split_scope(self, nodeid: str) -> str:
        return self._group_of(nodeid)

    def remove_node(self, node: Any) -> str | None:
        """Take a process out; return the test at which it was lost, or None where it had run all it had.

        Raises:
            KeyError: The process had not been ready yet.
        """
        workload = self.assigned_work.pop(node)
        not_run: list[str] = [nodeid for unit in workload.values() for nodeid, done in unit.items() if not done]
        if not not_run:
            return None
        lost, *others = not_run
        for nodeid in reversed(others):  # in front of the queue, in their order: what takes longest came first
            group = self._split_scope(nodeid)
            self.workqueue[group] = {nodeid: False} | self.workqueue.get(group, {})
            self.workqueue.move_to_end(group, last=False)
        for other in self.assigned_work:
            self._reschedule(other)
        return lost

    def _reschedule(self, node: Any) -> None:
        """Give a process what it needs to go on: enough tests to finish the last of those that it has, or the end.

        One more group need not be enough. A process that came for a lost one, and was given a single test, would hold
        it back, and so never ask for more.
        """
        if node.shutting_down:
            return
        while self.workqueue and self._pending_of(self.assigned_work[node]) <= FEW:
            self._assign_work_unit(node)
        if not self.workqueue:
            node.shutdown()
