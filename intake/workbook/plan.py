"""What a workbook is made of: pages of single fields and tables. Both the writer and the reader follow such a plan.

A field or table is found again by an id in the hidden first column of its row, and a column of a table by its heading,
so that rows and columns may be moved and inserted. Everything else on a page is there for people only.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What is typed into a cell, and so how it is validated and read."""

    TEXT = "text"
    ID = "id"
    EMAIL = "email"
    AMOUNT = "amount"
    CHOICE = "choice"
    YES_NO = "yes_no"
    LINK = "link"


@dataclass(frozen=True)
class Entry:
    """One field, or one column of a table.

    Attributes:
        name: The field's path in the application (`facility.address.city`), in a table that below the row's item.
        label: How the page names it.
        explanation: What belongs there, for the person who fills it in; at most 255 characters.
        kind: What is typed there.
        needed: Whether an application is incomplete without it.
        choices: For a choice, what the list offers (as people read it) and what the application then holds.
        open: Whether something else than the choices may stand there as well; it is then taken as it is.
    """

    name: str
    label: str
    explanation: str
    kind: Kind = Kind.TEXT
    needed: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    open: bool = False


@dataclass(frozen=True)
class Section:
    """Single fields, one below the other: label, value, explanation."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Link:
    """How the rows of a table belong to the rows of another one.

    Attributes:
        to: The name of the other table.
        column: The column that holds the other row's id.
        item: What a row of the other table is called.
        into: The list of that row's item which these rows are items of; empty where each column is a list of values.
    """

    to: str
    column: str
    item: str
    into: str = ""


@dataclass(frozen=True)
class Table:
    """A list of the application: a row for each item, or for each value of the linked item's lists.

    Attributes:
        name: The list's path in the application (`facility.contacts`); a linked table has a name of its own.
        title: Its heading.
        explanation: Lines below the heading, each short enough for one line on the page.
        columns: What a row consists of.
        rows: How many rows an empty workbook has ready; more can be inserted.
        link: The table that its rows belong to.
        path: Where its list lies, if not under its name: `units.0.areas`.
    """

    name: str
    title: str
    explanation: tuple[str, ...]
    columns: tuple[Entry, ...]
    rows: int
    link: Link | None = None
    path: str = ""

    @property
    def at(self) -> str:
        """The path of its list in the application."""
        return self.path or self.name


@dataclass(frozen=True)
class Page:
    """A sheet of the workbook."""

    title: str
    purpose: str
    blocks: tuple[Section | Table, ...]

    def entries(self) -> Iterator[Entry]:
        """Yield the single fields of the page."""
        for block in self.blocks:
            if isinstance(block, Section):
                yield from block.entries

    def tables(self) -> Iterator[Table]:
        """Yield the tables of the page."""
        for block in self.blocks:
            if isinstance(block, Table):
                yield block


@dataclass(frozen=True)
class WorkbookPlan:
    """The whole workbook of a program, or of a modality that is applied for in another way than the others.

    Attributes:
        program: The program of its applications.
        heading: What it is called.
        pages: Its sheets.
        modality: The modality that it is made for; empty where it has a field for it.
        given: What each of its applications says without a cell for it, by its path.
    """

    program: str
    heading: str
    pages: tuple[Page, ...]
    modality: str = ""
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """By which it is asked for, and which its row `program` holds."""
        return self.modality or self.program


PROGRAM = "program"
"""The id of the row that says which program the workbook is for."""
NOTE = "note"
"""The id of a row that is there for people only."""
TABLE = "table "
"""Before a table's name: the id of the row with its headings. Its rows follow."""
END = "end "
"""Before a table's name: the id of the row that ends it."""
ID_COLUMN, LABEL_COLUMN, VALUE_COLUMN, EXPLANATION_COLUMN = 1, 2, 3, 4
MARK = " *"
"""Behind the label of a field that is needed."""
