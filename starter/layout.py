"""How text fits the width of a screen: lines wrap at words and hang, tables shrink, or become cards.

Pure arithmetic on text. An id, a number or a date is one word, and no word is ever broken in two: a line with a word
that is wider than the screen is longer than the screen.
"""

import re
import textwrap
from collections.abc import Sequence

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
