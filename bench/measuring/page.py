"""The page of figures: tables and bars in Markdown, shown as they come and kept in a file."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from starter.terminal.output import note, say

WIDTH = 40
"""Of the longest bar, in characters."""


class Page:
    """What was measured, section by section."""

    def __init__(self, title: str, about: Sequence[str]) -> None:
        self._lines = [f"# {title}", "", *about, ""]

    def section(self, title: str, *about: str) -> None:
        """Begin a section."""
        self._add(f"## {title}", "", *about, *([""] if about else []))

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Add a table; the first column holds names, the others figures."""
        widths = [max(map(len, cells)) for cells in zip(columns, *rows, strict=True)]

        def line(cells: Sequence[str]) -> str:
            first, *others = zip(cells, widths, strict=True)
            told = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
            return f"| {' | '.join(told)} |"

        rule = "|".join(["-" * (widths[0] + 2), *(f"{'-' * (width + 1)}:" for width in widths[1:])])
        self._add(line(columns), f"|{rule}|", *map(line, rows), "")

    def bars(self, title: str, figures: Mapping[str, float], unit: str) -> None:
        """Add bars, each with its figure."""
        most, name = max(figures.values(), default=0.0) or 1.0, max(map(len, figures), default=0)
        drawn = [f"{key:<{name}}  {'█' * round(WIDTH * value / most)} {value:.4g}" for key, value in figures.items()]
        self._add("```", f"{title} ({unit})", *drawn, "```", "")

    def tell(self, *lines: str) -> None:
        """Add lines of text."""
        self._add(*lines, "")

    def write(self, file: Path) -> None:
        """Keep the page in a file."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(self._lines).rstrip() + "\n", "utf-8")

    def _add(self, *lines: str) -> None:
        self._lines += lines
        for line in lines:
            say(line)


def progress(text: str) -> None:
    """Tell how far a measurement has come, beside its figures."""
    note(text)


def spread(figures: Sequence[float], digits: int = 1) -> str:
    """Return the middle of repeated figures with the smallest and the largest: `12.3 (11.8-14.0)`; `-` for none."""
    if not figures:
        return "-"
    middle = f"{median(figures):.{digits}f}"
    if len(figures) == 1:
        return middle
    return f"{middle} ({min(figures):.{digits}f}-{max(figures):.{digits}f})"


def percentile(figures: Sequence[float], part: float) -> float:
    """Return the figure below which a part (0 to 1) of them lies; 0 where there is none."""
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0
