"""What stands against a row: where in the file, which rule, why, where the rule stands and what is possible instead."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from policy.verdict import Finding
from starter.handed_in import UNREADABLE
from starter.importing.grid import Grid
from starter.offline import INSTEAD
from starter.problems import Trouble

OF_APPLICATIONS = UNREADABLE, "The shape of an application (`accredit schema`, `accredit import --template`)"
OF_MESSAGES = "message.unreadable", "The shape of a message (`accredit schema MESSAGE`)"
"""The rule under which it is told that a cell cannot be read, and where it stands what is expected."""
TOGETHER = "application.together"
"""The rows of one application go in together or not at all."""
MEND = "Mend the cell and import the row again."
_PLACE = re.compile(r"(?:(.*)!)?([A-Z]{1,3})(\d+)")


class Against(NamedTuple):
    """One thing that stands against a row.

    Attributes:
        sheet: The sheet; empty for a `.csv` file.
        row: The number of the row, as a spreadsheet counts them.
        column: The heading of its column; empty where it is about the whole row.
        rule: The rule's id.
        reason: Why, in a sentence.
        source: Where the rule stands.
        instead: What is possible instead.
    """

    sheet: str
    row: int
    column: str
    rule: str
    reason: str
    source: str
    instead: str = ""

    @property
    def where(self) -> str:
        """The place in words, for example `Accreditation row 12, street`."""
        row = f"{self.sheet} row {self.row}".strip()
        return f"{row}, {self.column}" if self.column else row

    def as_json(self) -> dict[str, Any]:
        """Return everything for a script."""
        return {**self._asdict(), "where": self.where}


class Places:
    """Where in a sheet something stands that is told by the name of its cell (`Accreditation!C12`)."""

    def __init__(self, grid: Grid, first: int) -> None:
        """Know a sheet; `first` is the row that is named where nothing more is known."""
        self._sheet = "" if grid.delimiter else grid.sheet.name
        self._headings = {grid.sheet.place(1, column).rpartition("!")[2][:-1]: h for h, column in grid.columns.items()}
        self._first = first
        self._unreadable = OF_APPLICATIONS if grid.layout.program else OF_MESSAGES
        # a .csv file has no sheets: other cells are named without the sheet into which it was read
        self._other_cells = (f"{grid.sheet.name}!", "cell ") if grid.delimiter else ("", "")

    def unreadable(self, trouble: Trouble) -> Against:
        """Return what stands against a row because a cell of it cannot be read."""
        reason = f"Found {trouble.found}, expected {trouble.expected}.".replace(*self._other_cells)
        rule, source = self._unreadable
        return self.against(trouble.field, rule, reason, source, MEND)

    def finding(self, finding: Finding, place: str, instead: Iterable[str] = ()) -> Against:
        """Return what a rule says against the cell of that name; the field's path where there is no such cell."""
        said = " ".join(instead) or INSTEAD.get(finding.rule, "")
        reason = finding.reason if place or not finding.where else f"{finding.where}: {finding.reason}"
        return self.against(place, finding.rule, reason, finding.source, said)

    def against(self, place: str, rule: str, reason: str, source: str, instead: str = "") -> Against:
        """Return what stands against the cell of that name."""
        found = _PLACE.match(place)
        row = int(found[3]) if found else self._first
        column = self._headings.get(found[2], "") if found else ""
        return Against(self._sheet, row, column, rule, reason, source, instead)
