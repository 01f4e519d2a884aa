"""Shows a life as it passes: on a terminal at a pace that a person can follow, elsewhere line by line at once.

What is shown follows the life, which is lived at full speed: how long somebody looks at it never changes a life. On a
terminal the case's clock runs at the foot of the screen, with the stage, who is awaited, and the windows that run.
"""

import asyncio
from datetime import datetime, timedelta

from rich.console import Console
from rich.live import Live

from policy.dates import local_day
from starter.desk.situation import EntryView
from starter.output import print_hung
from starter.pictures.sayings import saying
from starter.rehearsal.foot import Foot
from starter.rehearsal.plan import Plan
from starter.rehearsal.scenes import Scene, Scenes

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

    async def watch(self, plan: Plan, scenes: Scenes) -> None:
        """Show a life from its opening to its end."""
        print_hung(self._console, f"\n{plan.scenario.title}", "bold")
        foot = Foot(plan.settings.zone, plan.opened_at, designation=_is_designation(plan))
        if not self._console.is_terminal:
            async for scene in scenes:
                self._tell(scene, plan, foot)
            return
        with Live(get_renderable=foot.render, console=self._console, refresh_per_second=20, transient=True):
            async for scene in scenes:
                await self._come_to(scene.at, foot)
                foot.take(scene)
                for entry in scene.entries:
                    self._print(entry, scene, plan, foot)
                    await asyncio.sleep(self.pace * READING)

    def _tell(self, scene: Scene, plan: Plan, foot: Foot) -> None:
        for entry in scene.entries:
            self._print(entry, scene, plan, foot)

    async def _come_to(self, instant: datetime, foot: Foot) -> None:
        """Let the clock run to an instant; it never runs back."""
        step = YEAR * (FRAME / self.pace) if self.pace else YEAR
        while self.pace and foot.clock + step < instant:
            foot.clock += step
            await asyncio.sleep(FRAME)
        foot.clock = max(foot.clock, instant)

    def _print(self, entry: EntryView, scene: Scene, plan: Plan, foot: Foot) -> None:
        zone = plan.settings.zone
        said = saying(entry, zone, designation=_is_designation(plan)).text
        whose = "" if scene.case_id == plan.case_id else "The renewal: "
        head = f"{local_day(entry.at, zone)}  {LABELS.get(entry.kind, entry.kind):<{KIND_WIDTH}}  "
        print_hung(self._console, f"{head}{whose}{said}", STYLES.get(entry.kind, ""))


def _is_designation(plan: Plan) -> bool:
    return plan.scenario.application.program == "dicoe"
