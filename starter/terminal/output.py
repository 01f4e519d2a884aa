"""How a command prints: data to stdout, what is said about it to stderr.

Pure arithmetic on text. An id, a number or a date is one word, and no word is ever broken in two: a line with a word
that is wider than the screen is longer than the screen.

On a terminal tables have frames and words have colours, and everything fits the width; into a pipe or a file the
same goes out plain, one row a line and never cut, so that it can be searched. What people typed is
printed as it is, never read as markup.
"""

import json
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

GAP = re.compile(r"(?<=\S) {2,}(?=\S)")
"""What stands between two columns of a line."""
LEAST_TEXT = 24
"""Columns that wrapped text needs to be read with ease."""
SHORT = 16
"""A cell up to this wide is never wrapped."""
FRAME = 3
"""What each column of a framed table takes beside its text; one more for the whole table."""
BETWEEN = "   "


def hung(text: str, width: int) -> list[str]:
    """Return a text in lines of a width; what is continued hangs under its last column.

    Args:
        text: The text; the columns of a line are told apart by two spaces or more.
        width: Columns of the screen.
    """
    return [line for part in text.split("\n") for line in _hung_line(part, width)]


def _hung_line(line: str, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    leading = len(line) - len(line.lstrip(" "))
    gaps = [gap.end() for gap in GAP.finditer(line)]
    hanging = max((at for at in gaps if at + max(LEAST_TEXT, _longest_word([line[at:]])) <= width), default=leading + 2)
    return textwrap.wrap(
        line,
        width,
        subsequent_indent=" " * hanging,
        replace_whitespace=False,
        break_long_words=False,
        break_on_hyphens=False,
    )


def widths(rows: Sequence[Sequence[str]], width: int) -> list[int] | None:
    """Return the width of each column of a framed table, or None where a screen is too narrow for one.

    Args:
        rows: The cells, the columns' titles among them.
        width: Columns of the screen.
    """
    columns = [*zip(*rows, strict=True)]
    room = width - FRAME * len(columns) - 1
    natural = [max(len(cell) for cell in cells) for cells in columns]
    if sum(natural) <= room:
        return natural
    words = [max((len(word) for cell in cells for word in cell.split()), default=0) for cells in columns]
    found = [
        full if full <= SHORT else max(least, min(full, LEAST_TEXT)) for full, least in zip(natural, words, strict=True)
    ]
    while (left := room - sum(found)) > 0:
        place = min(range(len(found)), key=lambda one: found[one] / natural[one] if natural[one] else 1.0)
        found[place] += min(left, 1)
    return found if left == 0 else None


def _longest_word(cells: Sequence[str]) -> int:
    return max((len(word) for cell in cells for word in cell.split()), default=0)


def card(columns: Sequence[str], row: Sequence[str], width: int) -> list[str]:
    """Return a row for a screen on which its table has no room: what it is about, and below it each cell by its name.

    Args:
        columns: The titles; one that is empty is left out before its cell.
        row: The cells; empty ones are left out, the first of the others stands at the top (a word, such as Total,
            without its title).
        width: Columns of the screen.
    """
    told = [(name, cell) for name, cell in zip(columns, row, strict=True) if cell]
    pieces = [f"{name}: {cell}" if name else cell for name, cell in told]
    lines = [cell if cell.isalpha() else piece for (_, cell), piece in zip(told[:1], pieces[:1], strict=True)]
    line = ""
    for piece in pieces[1:]:
        if line and len(line) + len(BETWEEN) + len(piece) <= width:
            line += BETWEEN + piece
            continue
        lines += [line] if line else []
        line = f"  {piece}"
    return [part for each in [*lines, *([line] if line else [])] for part in _hung_under(each, width)]


def _hung_under(line: str, width: int) -> list[str]:
    """Wrap a line of a card; what is continued hangs four columns in."""
    return textwrap.wrap(line, width, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)


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
