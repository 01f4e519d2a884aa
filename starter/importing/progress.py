"""How far an import is: on a terminal a bar, elsewhere a plain line now and then. All of it goes to stderr."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

PLAIN_STEPS = 10
"""How many plain lines tell of the way from nothing to all."""


@contextmanager
def progress(title: str, total: int, console: Console | None = None) -> Iterator[Callable[[], None]]:
    """Show how many of a total are done; the function given to the block says that one more is.

    Args:
        title: What is being done, for example `Starting applications`.
        total: How many there are.
        console: Where to; left out: stderr.
    """
    console = console or Console(stderr=True, highlight=False, markup=False)
    if console.is_terminal:
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        with Progress(*columns, TimeRemainingColumn(), console=console) as bar:
            task = bar.add_task(title, total=total)
            yield lambda: bar.advance(task)
        return
    done, step = 0, max(1, -(-total // PLAIN_STEPS))

    def advance() -> None:
        nonlocal done
        done += 1
        if done % step == 0 or done == total:
            console.print(f"{title}: {done} of {total}", soft_wrap=True)

    yield advance
