"""Shows how far rehearsals have come: a line for each on a terminal, and nothing but the end of each elsewhere."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from starter.output import note
from starter.rehearsal.plan import Plan
from starter.rehearsal.runner import DONE, Watcher

BAR = 12
"""Columns of the bar."""
CLOCK = 10
"""Columns of the time that has passed, and of the gaps."""


@contextmanager
def watching(plans: Sequence[Plan]) -> Iterator[Watcher]:
    """Give a function that is told how far each life has come; what it shows goes to stderr."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _tell_end
        return
    title, now = _title_and_now(console.width)
    columns = TextColumn("{task.description}", markup=False), BarColumn(BAR), TimeElapsedColumn()
    with Progress(*columns, TextColumn("{task.fields[now]}", markup=False), console=console) as bars:
        tasks = {
            id(plan): bars.add_task(_cut(plan.scenario.title, title), total=_steps(plan), now="") for plan in plans
        }
        yield lambda plan, text: bars.update(tasks[id(plan)], advance=1, now=_cut(text, now))


def _title_and_now(width: int) -> tuple[int, int]:
    """Return how much room a life's title and what happens in it have beside bar and clock."""
    room = width - BAR - CLOCK
    return room - room // 2, room // 2


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: max(room - 1, 0)]}…"


def _steps(plan: Plan) -> int:
    """Return how often a life tells how far it has come: each event, the way to the end, and the end."""
    return len(plan.scenario.events) + 2


def _tell_end(plan: Plan, text: str) -> None:
    if text == DONE:
        note(f"Lived through: {plan.scenario.title}")
