"""How a command prints: data to stdout, what is said about it to stderr.

On a terminal tables have frames and words have colours, and everything fits the width (`starter.layout`); into a pipe
or a file the same goes out plain, one row a line and never cut, so that it can be searched. What people typed is
printed as it is, never read as markup.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from starter.layout import card, hung, widths


def _console(*, stderr: bool = False) -> Console:
    """Return a console on the stream as it is now (a test or a pipe may have replaced it)."""
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)


def say(text: str = "", style: str = "") -> None:
    """Print a line of data; on a terminal it wraps at words, and hangs under its last column."""
    print_hung(_console(), text, style)


def note(text: str, style: str = "") -> None:
    """Print a remark, beside the data: to stderr."""
    print_hung(_console(stderr=True), text, style)


def print_hung(console: Console, text: str, style: str = "") -> None:
    """Print a line on a console, wrapped at words where that is a terminal."""
    for line in hung(text, console.width) if console.is_terminal else [text]:
        console.print(Text(line, style=style), soft_wrap=True)


@contextmanager
def under_way(text: str) -> Iterator[Callable[[str], None]]:
    """Show on a terminal that something takes its time, until the block ends; nothing must be printed meanwhile.

    Args:
        text: What is being done, for example `Asking the case`.

    Returns:
        A function that says how far it is, in the place of the text.
    """
    console = _console(stderr=True)
    if not console.is_terminal:
        yield lambda text: None
        return
    with console.status(Text(f"{text} …")) as line:
        yield lambda text: line.update(Text(f"{text} …"))


def warn(text: str) -> None:
    """Print a warning to stderr."""
    note(f"Warning: {text}", style="bold yellow")


def show_json(data: Any) -> None:
    """Print data as JSON; amounts as text with two decimals, other things (instants, models' values) as text."""
    sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=False, default=_as_text) + "\n")


def _as_text(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)


def dollars(amount: Decimal) -> str:
    """Return an amount as an invoice prints it, for example $2,900.00."""
    return f"${amount:,.2f}"


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[str] = ()) -> None:
    """Print rows under their columns; the columns named in `right` are aligned to the right.

    On a terminal that is too narrow for the table each row is a card: its cells one below the other, by their names.
    """
    console = _console()
    cells = [list(row) for row in rows]
    if not console.is_terminal:
        _write_plain(columns, cells, right)
    elif wide := widths([list(columns), *cells], console.width):
        table = Table(header_style="bold")
        for column, width in zip(columns, wide, strict=True):
            table.add_column(column, justify="right" if column in right else "left", width=width, overflow="fold")
        for row in cells:
            table.add_row(*(Text(cell) for cell in row))
        console.print(table, soft_wrap=False)
    else:
        for row in cells:
            for number, line in enumerate(card(columns, row, console.width)):
                console.print(Text(line, style="" if number else "bold"))


def _write_plain(columns: Sequence[str], cells: list[list[str]], right: Sequence[str]) -> None:
    wide = [max(len(row[i]) for row in [list(columns), *cells]) for i in range(len(columns))]
    for row in [list(columns), *cells]:
        aligned = [
            cell.rjust(width) if column in right else cell.ljust(width)
            for cell, width, column in zip(row, wide, columns, strict=True)
        ]
        sys.stdout.write("  ".join(aligned).rstrip() + "\n")
