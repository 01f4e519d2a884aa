"""How a command prints: data to stdout, what is said about it to stderr.

On a terminal tables have frames and words have colours, and everything fits the width; into a pipe or a file the same
goes out plain, one row a line and never cut, so that it can be searched. What people typed is printed as it is, never
read as markup, and never obeyed by a terminal: see `policy.text.visible`.

An id, a number or a date is one word, and no word is ever broken in two: a line with a word that is wider than the
screen is longer than the screen. Widths are those of a terminal, where a Chinese character takes two columns.
"""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from io import TextIOWrapper
from os import devnull
from pathlib import Path
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from policy.text.visible import on_one_line, unseen, visible

GAP = re.compile(r"(?<=\S) {2,}(?=\S)")
"""What stands between two columns of a line."""
LEAST_TEXT = 24
"""Columns that wrapped text needs to be read with ease."""
SHORT = 16
"""A cell up to this wide is never wrapped."""
FRAME = 3
"""What each column of a framed table takes beside its text; one more for the whole table."""
BETWEEN = "   "
CONTINUED = "\n    "


def prepare_streams() -> None:
    r"""Let every text be printed wherever output goes: what an encoding lacks is shown as its number, as `\u2026`."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever called
            setattr(sys, name, Path(devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - for as long as it runs
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def hung(text: str, width: int) -> list[str]:
    """Return a text in lines of a width; what is continued hangs under its last column.

    Args:
        text: The text; the columns of a line are told apart by two spaces or more.
        width: Columns of the screen.
    """
    return [line for part in text.split("\n") for line in _hung_line(part, width)]


def _hung_line(line: str, width: int) -> list[str]:
    if cell_len(line) <= width:
        return [line]
    leading = len(line) - len(line.lstrip(" "))
    gaps = [(gap.end(), cell_len(line[: gap.end()])) for gap in GAP.finditer(line)]
    roomy = [(at, used) for at, used in gaps if used + max(LEAST_TEXT, _longest_word([line[at:]])) <= width]
    at, used = max(roomy, default=(leading, leading))
    return _wrapped(line[:at], line[at:], width, hanging=used if roomy else leading + 2)


def _wrapped(head: str, text: str, width: int, *, hanging: int) -> list[str]:
    """Return a line in several, broken at spaces only; all but the first begin with so many spaces."""
    lines, line, bare = [], head, True
    for word in text.split():
        if not bare and cell_len(line) + 1 + cell_len(word) > width:
            lines.append(line)
            line, bare = " " * hanging, True
        line += word if bare else f" {word}"
        bare = False
    return [*lines, line]


def widths(rows: Sequence[Sequence[str]], width: int) -> list[int] | None:
    """Return the width of each column of a framed table, or None where a screen is too narrow for one.

    Args:
        rows: The cells, the columns' titles among them.
        width: Columns of the screen.
    """
    columns = [*zip(*rows, strict=True)]
    room = width - FRAME * len(columns) - 1
    natural = [max(cell_len(cell) for cell in cells) for cells in columns]
    if sum(natural) <= room:
        return natural
    found = [
        full if full <= SHORT else max(_longest_word(cells), min(full, LEAST_TEXT))
        for full, cells in zip(natural, columns, strict=True)
    ]
    while (left := room - sum(found)) > 0:
        place = min(range(len(found)), key=lambda one: found[one] / natural[one] if natural[one] else 1.0)
        found[place] += min(left, 1)
    return found if left == 0 else None


def _longest_word(cells: Sequence[str]) -> int:
    return max((cell_len(word) for cell in cells for word in cell.split()), default=0)


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
        if line and cell_len(line) + len(BETWEEN) + cell_len(piece) <= width:
            line += BETWEEN + piece
            continue
        lines += [line] if line else []
        line = f"  {piece}"
    lines += [line] if line else []
    return [part for each in lines for part in _card_line(each, width)]


def _card_line(line: str, width: int) -> list[str]:
    if cell_len(line) <= width:
        return [line]
    return _wrapped(line[: len(line) - len(line.lstrip(" "))], line, width, hanging=4)


def _console(*, stderr: bool = False) -> Console:
    """Return a console on the stream as it is now (a test or a pipe may have replaced it)."""
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)


def say(text: str = "", style: str = "") -> None:
    """Print a line of data; on a terminal it wraps at words, and hangs under its last column."""
    print_hung(_console(), text, style)


def say_lines(text: str) -> None:
    """Print a text of several lines, such as a letter."""
    for line in text.splitlines():
        say(line)


def note(text: str, style: str = "") -> None:
    """Print a remark, beside the data: to stderr."""
    print_hung(_console(stderr=True), text, style)


def print_hung(console: Console, text: str, style: str = "") -> None:
    """Print a line on a console, wrapped at words where that is a terminal; what people typed is made visible.

    Where they broke it, what is continued stands further in: no name makes a line that looks like one of ours.
    """
    text = visible(text).replace("\n", CONTINUED)
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
    with console.status(Text(f"{visible(text)} …")) as line:
        yield lambda text: line.update(Text(f"{visible(text)} …"))


def warn(text: str) -> None:
    """Print a warning to stderr."""
    note(f"Warning: {text}", style="bold yellow")


def show_json(data: Any) -> None:
    """Print data as JSON; amounts as text with two decimals, other things (instants, models' values) as text."""
    text = json.dumps(data, indent=2, ensure_ascii=False, default=_as_text)
    sys.stdout.write(unseen(text).sub(lambda match: json.dumps(match[0])[1:-1], text) + "\n")


def _as_text(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[str] = ()) -> None:
    """Print rows under their columns; the columns named in `right` are aligned to the right.

    On a terminal that is too narrow for the table each row is a card: its cells one below the other, by their names.
    """
    console = _console()
    cells = [[on_one_line(cell) for cell in row] for row in rows]
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
    wide = [max(cell_len(row[i]) for row in [list(columns), *cells]) for i in range(len(columns))]
    for row in [list(columns), *cells]:
        aligned = []
        for cell, width, column in zip(row, wide, columns, strict=True):
            beside = " " * (width - cell_len(cell))
            aligned.append(beside + cell if column in right else cell + beside)
        sys.stdout.write("  ".join(aligned).rstrip() + "\n")
