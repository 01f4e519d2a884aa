"""What the pages of a workbook say, before it is put together as an application."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from starter.problems import Trouble
from starter.workbook.cells import Unreadable, Value
from starter.workbook.places import placed


@dataclass
class Row:
    """A row of a table that is not empty.

    Attributes:
        values: What its cells say, by the names of their columns; empty ones are left out.
        cells: Where they stand, for example `Facility!C24`.
        bad: What could not be read; None where that has been told already.
    """

    values: dict[str, Value] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    bad: dict[str, Unreadable | None] = field(default_factory=dict)

    @property
    def first(self) -> str:
        """Where the row begins."""
        return next(iter(self.cells.values()))


class Rows(NamedTuple):
    """A table as it was read: where its headings stand, and its rows."""

    headings: Mapping[str, str]
    rows: list[Row]


@dataclass
class Content:
    """Everything that was read from a workbook.

    Attributes:
        file: Its name.
        values: The single fields by their paths; empty ones are left out.
        tables: The tables by their names; one whose sheet or headings are missing is left out.
        missing: The titles of the sheets that the workbook does not have.
        places: Where each field stands, by its path.
        troubles: What could not be read, and everything that stands where nothing is read.
        unreadable: The paths of fields that stand there but could not be read: they are not missing.
    """

    file: str
    values: dict[str, Value] = field(default_factory=dict)
    tables: dict[str, Rows] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    places: dict[str, str] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)

    def tell(self, where: str, found: str, expected: str) -> None:
        """Take down a trouble."""
        self.troubles.append(Trouble(self.file, where, found, expected))

    def cannot_read(self, path: str, why: Unreadable | None) -> None:
        """Take down that a field could not be read; without a reason where that has been told."""
        self.unreadable.add(path)
        if why is not None:
            self.tell(placed(self.places, path), why.found, why.expected)
