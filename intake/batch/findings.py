"""What stands against a row, and the file of refused rows, to be mended and imported again."""

import csv
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from intake.batch.grid import FORMULA_STARTS, QUOTE, Grid
from intake.submission import UNREADABLE
from policy.verdict import Finding
from services.errors import InputFault
from services.programs import INSTEAD

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
        self._headings = grid.headings
        self._first = first
        self._unreadable = OF_APPLICATIONS if grid.layout.program else OF_MESSAGES
        # a .csv file has no sheets: other cells are named without the sheet into which it was read
        self._other_cells = (f"{grid.sheet.name}!", "cell ") if grid.delimiter else ("", "")

    def unreadable(self, trouble: InputFault) -> Against:
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


Refused = Mapping[int, Sequence[Against]]
"""What stands against each row, by its number."""


def refused_file(file: Path) -> Path:
    """Return where the refused rows of a file go: beside it, and of its kind."""
    return file.with_name(f"{file.stem}.refused{file.suffix.lower()}")


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Give a file to write that takes the target's place when the block ends, or is gone where it fails."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        yield draft
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def write_refused(target: Path, grid: Grid, refused: Refused) -> None:
    """Write the refused rows of a `.csv` file; as a whole or not at all, over an older file of them.

    Raises:
        OSError: It cannot be written there.
    """
    headings = list(grid.columns)
    with whole(target) as draft, draft.open("x", encoding="utf-8-sig", newline="") as file:  # its mark is for Excel
        writer = csv.writer(file, delimiter=grid.delimiter or ",")
        writer.writerow([*headings, *grid.layout.remarks])
        for row, found in sorted(refused.items()):
            texts = grid.texts(row)
            writer.writerow(guarded_cell(text) for text in [*(texts[h] for h in headings), *remarks_on(found)])


def guarded_cell(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula: behind a quote, which is left out in reading."""
    return QUOTE + text if text.startswith(FORMULA_STARTS) else text


def remarks_on(found: Sequence[Against]) -> list[str]:
    """Return what stands behind a refused row: rules, reasons, sources, and what is possible instead."""
    reasons = [f"{one.column}: {one.reason}" if one.column else one.reason for one in found]
    rules, sources = [one.rule for one in found], [one.source for one in found]
    columns = (("; ", rules), (" ", reasons), ("; ", sources), (" ", [one.instead for one in found]))
    return [between.join(filter(None, dict.fromkeys(column))) for between, column in columns]
