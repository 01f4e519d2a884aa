"""The foot of the screen while a life passes by: the case's clock, its stage, who is awaited, the windows that run."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from rich.console import Group
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from policy.dates import local_day
from policy.words import day_in_words
from starter.desk.page import distance
from starter.desk.situation import DeadlineView
from starter.output import dollars
from starter.pictures.words import stage_words, window_words
from starter.rehearsal.scenes import Scene

MOST_WINDOWS = 4
"""Windows that are shown; the nearest ones."""
BAR = 16
"""Columns of the bar that shows how much of a window has passed."""


class Foot:
    """What stands at the foot.

    Attributes:
        clock: What the case's clock shows.
    """

    def __init__(self, zone: ZoneInfo, opened_at: datetime, *, designation: bool = False) -> None:
        """Begin at the instant at which the case opens."""
        self.clock = opened_at
        self._zone = zone
        self._opened_at = opened_at
        self._designation = designation
        self._stage = ""
        self._awaited = ""
        self._running: tuple[DeadlineView, ...] = ()
        self._owed = Decimal("0.00")

    def take(self, scene: Scene) -> None:
        """Take over how the case stands after a scene; what is not known of it stays as it was."""
        if scene.stage:
            self._stage, self._awaited = scene.stage, scene.awaited
            self._running, self._owed = scene.running, scene.owed

    def render(self) -> Panel:
        """Return it as it is now."""
        head = Table.grid(expand=True)
        head.add_column()
        head.add_column(justify="right")
        day = day_in_words(local_day(self.clock, self._zone))
        head.add_row(Text(day, style="bold"), Text(f"day {(self.clock - self._opened_at) // timedelta(days=1):,}"))
        owed = f"; open: {dollars(self._owed)}" if self._owed else ""
        lines = [
            Text(f"Stage: {stage_words(self._stage) if self._stage else 'not yet open'}{owed}"),
            Text(f"Awaited: {self._awaited or 'nobody; time passes'}"),
        ]
        return Panel(Group(head, *lines, self._windows()))

    def _windows(self) -> Table:
        """Return the windows that run, each with how much of it has passed."""
        table = Table.grid(padding=(0, 1))
        table.add_column(no_wrap=True)
        table.add_column(width=BAR)
        table.add_column(no_wrap=True)
        for window in [one for one in self._running if one.due_at > self.clock][:MOST_WINDOWS]:
            whole, gone = (window.due_at - window.opens_at), self.clock - window.opens_at
            total, completed = max(whole.total_seconds(), 1.0), max(gone.total_seconds(), 0.0)
            bar = ProgressBar(total=total, completed=completed, width=BAR)
            left = distance(window.due_at, self._zone, self.clock)
            table.add_row(Text(window_words(window.name, designation=self._designation)), bar, Text(left))
        return table
