"""What the books have heard from a run of where the case stands, so that a step says only what has changed.

Steps go out one after the other, each only once the one before it was taken; a new run tells everything again. So does
a case that goes on with another version of the program: a replay shows what this version would have told, and the
books have what the other one did. And so does a case whose books say that they have missed a step.
"""

from collections.abc import Sequence
from typing import Any

from activities.contract import CaseRow, DeadlineEntry


class Told:
    """What this run has told."""

    def __init__(self) -> None:
        """Begin with nothing told."""
        self._deadlines: dict[int, DeadlineEntry] = {}
        self._status: dict[str, Any] = {}
        self._version: str | None = None

    def begin_step(self, version: str | None) -> None:
        """Begin a step that a version of the program makes; what another one told does not count."""
        if version != self._version:
            self.forget()
            self._version = version

    def forget(self) -> None:
        """Let nothing count as told: the next step tells everything."""
        self._deadlines.clear()
        self._status = {}

    def new_deadlines(self, deadlines: Sequence[DeadlineEntry]) -> tuple[DeadlineEntry, ...]:
        """Return those of a case's deadlines that are new or have changed; they count as told."""
        new = tuple(one for one in deadlines if self._deadlines.get(one.number) != one)
        self._deadlines |= {one.number: one for one in new}
        return new

    def row(self, row: CaseRow) -> CaseRow:
        """Return a row with what has changed in its status, and the names of what has not."""
        before, self._status = self._status, row.status
        same = tuple(name for name, value in row.status.items() if name in before and before[name] == value)
        changed = {name: value for name, value in row.status.items() if name not in same}
        return row.model_copy(update={"status": changed, "as_before": same or None})
