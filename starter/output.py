"""How a command prints: data to stdout, what is said about it to stderr.

On a terminal tables have frames and words have colours; into a pipe or a file the same goes out plain, one row a line
and never cut, so that it can be searched. What people typed is printed as it is, never read as markup.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text


def _console(*, stderr: bool = False) -> Console:
    """Return a console on the stream as it is now (a test or a pipe may have replaced it)."""
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)


def say(text: str = "", style: str = "") -> None:
    """Print a line of data."""
    _console().print(Text(text, style=style))


def note(text: str, style: str = "") -> None:
    """Print a remark, beside the data: to stderr."""
    _console(stderr=True).print(Text(text, style=style))


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
    """Print rows under their columns; the columns named in `right` are aligned to the right."""
    console = _console()
    cells = [list(row) for row in rows]
    if console.is_terminal:
        table = Table(header_style="bold")
        for column in columns:
            table.add_column(column, justify="right" if column in right else "left", overflow="fold")
        for row in cells:
            table.add_row(*(Text(cell) for cell in row))
        console.print(table, soft_wrap=False)
        return
    widths = [max(len(row[i]) for row in [list(columns), *cells]) for i in range(len(columns))]
    for row in [list(columns), *cells]:
        aligned = [
            cell.rjust(width) if column in right else cell.ljust(width)
            for cell, width, column in zip(row, widths, columns, strict=True)
        ]
        sys.stdout.write("  ".join(aligned).rstrip() + "\n")
