"""What the user sees while something takes minutes: on a terminal a line that lives, elsewhere plain lines.

Everything goes to stderr, because stdout belongs to the data that a command prints.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress as LiveLine
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from policy.text.visible import visible

PLAIN_EVERY = 15.0
"""Seconds between two plain lines about the same task."""


class Progress:
    """Tells a person what is being done.

    Args:
        console: Where to; left out: stderr.
    """

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False, markup=False)

    def say(self, text: str) -> None:
        """Print a line that stays."""
        self._console.print(visible(text), markup=False, soft_wrap=True)

    @contextmanager
    def task(self, title: str) -> Iterator[Callable[[str], None]]:
        """Show that a task runs and for how long; the function given to the block shows how far it is."""
        started = time.monotonic()
        with self._live(title) if self._console.is_terminal else self._plain(title) as show:
            yield show
        self.say(f"{title}: done in {time.monotonic() - started:.0f} s")

    @contextmanager
    def _live(self, title: str) -> Iterator[Callable[[str], None]]:
        columns = SpinnerColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False)
        with LiveLine(*columns, console=self._console, transient=True) as line:
            task = line.add_task(title, total=None)
            yield lambda detail: line.update(task, description=visible(f"{title}: {detail}"))

    @contextmanager
    def _plain(self, title: str) -> Iterator[Callable[[str], None]]:
        self.say(f"{title} ...")
        last = time.monotonic()

        def show(detail: str) -> None:
            nonlocal last
            if time.monotonic() - last >= PLAIN_EVERY:
                last = time.monotonic()
                self.say(f"{title}: {detail}")

        yield show
