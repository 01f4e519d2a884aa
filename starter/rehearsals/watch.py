"""Shows a life as it passes: on a terminal at a pace that a person can follow, elsewhere line by line at once.

What is shown follows the life, which is lived at full speed: how long somebody looks at it never changes a life. On a
terminal the case's clock runs at the foot of the screen, with the stage, who is awaited, and the windows that run.
"""

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from pictures.wording import saying
from policy.dates import local_day
from policy.status import DeadlineView, EntryView
from policy.text.visible import on_one_line
from policy.words import day_in_words, dollars
from rehearsal.preparation import PreparedScenario
from rehearsal.scenes import Scene, Scenes
from services.words import distance, stage_words, window_words
from starter.terminal.output import print_hung

MOST_WINDOWS = 4
"""Windows that are shown; the nearest ones."""
BAR = 16
"""Columns of the bar that shows how much of a window has passed."""


class Footer:
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
            Text(f"Awaited: {on_one_line(self._awaited) or 'nobody; time passes'}"),
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


PACE = 4.0
"""Seconds that a year takes, where nothing else is said: a straight life of three years then takes some 20."""
READING = 1 / 12
"""The part of a year's time that an entry stays before the next one comes."""
YEAR = timedelta(days=365)
FRAME = 0.05
"""Seconds between two looks at the clock that runs."""
LABELS = {"message": "accepted", "refusal": "refused"}
"""Kinds that a person reads as the verdict they stand for."""
STYLES = {
    "stage": "bold cyan",
    "message": "green",
    "refusal": "bold red",
    "invoice": "yellow",
    "payment": "yellow",
    "deadline": "blue",
    "extension": "blue",
    "warning": "bold yellow",
    "attention": "bold yellow",
    "notice": "dim",
}
KIND_WIDTH = 9


class Audience:
    """Whoever watches. Lives are shown one after the other.

    Attributes:
        pace: Seconds that a year of the life takes to pass by; 0: none.
    """

    def __init__(self, pace: float = PACE) -> None:
        """Watch on standard output, as it is now."""
        self._console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
        self.pace = pace if self._console.is_terminal else 0.0

    async def watch(self, plan: PreparedScenario, scenes: Scenes) -> None:
        """Show a life from its opening to its end."""
        self._console.print()
        print_hung(self._console, plan.scenario.title, "bold")
        footer = Footer(plan.settings.zone, plan.opened_at, designation=_is_designation(plan))
        if not self._console.is_terminal:
            async for scene in scenes:
                self._tell(scene, plan, footer)
            return
        with Live(get_renderable=footer.render, console=self._console, auto_refresh=False, transient=True) as live:
            async for scene in scenes:
                await self._come_to(scene.at, footer, live)
                footer.take(scene)
                live.refresh()
                for entry in scene.entries:
                    self._print(entry, scene, plan, footer)
                    await asyncio.sleep(self.pace * READING)

    def _tell(self, scene: Scene, plan: PreparedScenario, footer: Footer) -> None:
        for entry in scene.entries:
            self._print(entry, scene, plan, footer)

    async def _come_to(self, instant: datetime, footer: Footer, live: Live) -> None:
        """Let the clock run to an instant; it never runs back.

        It is drawn here alone: a thread that refreshed it beside this one could bring an earlier day after a later one.
        """
        step = YEAR * (FRAME / self.pace) if self.pace else YEAR
        while self.pace and footer.clock + step < instant:
            footer.clock += step
            live.refresh()
            await asyncio.sleep(FRAME)
        footer.clock = max(footer.clock, instant)

    def _print(self, entry: EntryView, scene: Scene, plan: PreparedScenario, footer: Footer) -> None:
        zone = plan.settings.zone
        said = saying(entry, zone, designation=_is_designation(plan)).text
        whose = "" if scene.case_id == plan.case_id else "The renewal: "
        head = f"{local_day(entry.at, zone)}  {LABELS.get(entry.kind, entry.kind):<{KIND_WIDTH}}  "
        print_hung(self._console, f"{head}{whose}{said}", STYLES.get(entry.kind, ""))


def _is_designation(plan: PreparedScenario) -> bool:
    return plan.scenario.application.program == "dicoe"
