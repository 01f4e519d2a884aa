"""Bars in a terminal: each part in its colour and with a sign of its own, so that no colour is needed to read them."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from policy.text.visible import on_one_line
from services.reports.shape import Bar, Table, Tone

SIGNS = {Tone.MET: "█", Tone.MISSED: "▓", Tone.OPEN: "▒", Tone.DROPPED: "░", Tone.PLAIN: "█"}
STYLES = {Tone.MET: "green", Tone.MISSED: "red", Tone.OPEN: "blue", Tone.DROPPED: "bright_black", Tone.PLAIN: ""}
WIDEST, LEAST = 48, 8
"""Columns of the longest bar."""
LABELS = 34
"""Columns of the longest label; a longer one is cut."""
PLAIN = 100
"""Columns of a line that goes into a pipe or a file."""


def show_bars(table: Table) -> None:
    """Print the bars of a table, and what their signs stand for."""
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    width = console.width if console.is_terminal else PLAIN
    for line in bar_lines(table.bars, width):
        console.print(line)
    if len(table.legend) > 1:
        legend = Text("  ")
        for tone, words in table.legend:
            legend.append(SIGNS[tone], STYLES[tone]).append(f" {words}   ")
        legend.rstrip()
        console.print(legend)


def bar_lines(bars: Sequence[Bar], width: int) -> list[Text]:
    """Return bars as lines of a width: label, bar, and what it comes to."""
    if not bars:
        return []
    labels = [_cut(on_one_line(bar.label), min(LABELS, width // 3)) for bar in bars]
    wide = max(map(cell_len, labels))
    says = max(cell_len(bar.says) for bar in bars)
    rounded = max(len(bar.segments) for bar in bars)  # each part is at least one column, and may need one more
    room = max(LEAST, min(WIDEST, width - wide - min(says, 40) - 6 - rounded))
    longest = max(bar.length for bar in bars) or 1.0
    lines = []
    for label, bar in zip(labels, bars, strict=True):
        line = Text(f"  {label}{' ' * (wide - cell_len(label))}  ")
        used = 0
        for tone, columns in _parts(bar, room / longest):
            line.append(SIGNS[tone] * columns, STYLES[tone])
            used += columns
        line.append(f" {_cut(on_one_line(bar.says), max(LEAST, width - cell_len(line.plain) - 2))}")
        lines.append(line)
    return lines


def _parts(bar: Bar, scale: float) -> list[tuple[Tone, int]]:
    """Return how many columns each part of a bar takes: together as many as the whole, each at least one."""
    parts, done, end = [], 0, 0.0
    for segment in bar.segments:
        end += segment.value * scale
        columns = max(round(end) - done, 1)
        parts.append((segment.tone, columns))
        done += columns
    return parts


def _cut(text: str, columns: int) -> str:
    if cell_len(text) <= columns:
        return text
    while cell_len(text) > columns - 1:
        text = text[:-1]
    return f"{text.rstrip()}…"
