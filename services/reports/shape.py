"""What a report is made of, whoever shows it: tables with their titles, and bars that show the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from policy.text.spreadsheet import csv_lines


class Tone(StrEnum):
    """What a part of a bar stands for; it has a colour on a page and a sign of its own in a terminal."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"
    DROPPED = "dropped"
    PLAIN = "plain"


class Segment(NamedTuple):
    """A part of a bar: how much, and what it stands for."""

    value: float
    words: str
    tone: Tone


class Bar(NamedTuple):
    """A bar with what it is about before it, and what it comes to behind it."""

    label: str
    segments: tuple[Segment, ...]
    says: str

    @property
    def length(self) -> float:
        """The sum of its parts."""
        return sum(one.value for one in self.segments)


@dataclass(frozen=True)
class Table:
    """A table of a report.

    Attributes:
        name: What scripts call it.
        title: What people call it.
        says: What it counts, in a sentence or two.
        columns: The titles of its columns; the first ones are words, the last ones figures.
        rows: Its cells.
        words: How many of the columns are words.
        bars: The same as a picture; none: there is none.
        counted: Whether parts of bars are numbers of cases, which a picture writes into them.
    """

    name: str
    title: str
    says: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: int = 1
    bars: Sequence[Bar] = ()
    counted: bool = True

    @property
    def figures(self) -> Sequence[str]:
        """The columns that hold figures."""
        return self.columns[self.words :]

    @property
    def legend(self) -> list[tuple[Tone, str]]:
        """What the tones of its bars stand for, each once."""
        return [*dict.fromkeys((part.tone, part.words) for bar in self.bars for part in bar.segments)]


@dataclass(frozen=True)
class Sheet:
    """A report as it is shown.

    Attributes:
        title: What it is about.
        facts: What must be known first: names, and what is to be said of them.
        tables: Its tables.
    """

    title: str
    facts: Sequence[tuple[str, str]]
    tables: Sequence[Table]


LONG = ("table", "about", "figure", "value")
"""The columns of a report as one list, which a spreadsheet can turn as it likes."""
WRITTEN = str.maketrans("", "", "$,%–")
"""What a figure has for people alone: a spreadsheet wants the number."""


def spreadsheet(sheet: Sheet) -> str:
    """Return a sheet as CSV: a list without figures as it stands, figures as one list with a row each."""
    lists = [table for table in sheet.tables if not table.figures]
    return csv_lines([lists[0].columns, *lists[0].rows] if lists else long_rows(sheet))


def long_rows(sheet: Sheet) -> list[Sequence[str]]:
    """Return a report as one list, a row a figure, with the names of the columns on top."""
    rows: list[Sequence[str]] = [LONG]
    for table in sheet.tables:
        for cells in table.rows:
            about = " / ".join(cell for cell in cells[: table.words] if cell)
            rows += [
                (table.name, about, figure, cell.translate(WRITTEN).strip())
                for figure, cell in zip(table.figures, cells[table.words :], strict=True)
            ]
    return rows
