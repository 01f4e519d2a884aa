"""The rows of a `.csv` file as a sheet: texts alone, where the cells of a workbook take ten times as much memory.

A list may have twenty thousand rows, and its texts are wanted until the last one is in: for what is refused late.
"""

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils.exceptions import IllegalCharacterError

from intake.workbook.cells import AnyCell
from intake.workbook.pages import Sheet
from intake.workbook.upload_limits import COLUMN_LIMIT


class TextSheet(Sheet):
    """A sheet whose cells are made for each answer, from the texts of its rows."""

    def __init__(self) -> None:
        """Begin without a row."""
        super().__init__(Workbook().create_sheet(), 0)
        self._texts: dict[int, tuple[str, ...]] = {}
        self._known: dict[str, str] = {}

    def add(self, row: int, texts: Sequence[str]) -> None:
        """Add a row; a text that stands in many rows is kept once.

        Raises:
            IllegalCharacterError: A text has a character that no spreadsheet holds.
        """
        if any(ILLEGAL_CHARACTERS_RE.search(text) for text in texts):
            raise IllegalCharacterError
        self._texts[row] = tuple(self._known.setdefault(text, text) for text in texts)
        self.rows = range(1, row + 1)
        self.columns = range(1, min(COLUMN_LIMIT, max(len(texts), len(self.columns))) + 1)

    def cell(self, row: int, column: int) -> AnyCell:
        """Return a cell as a workbook would hold it."""
        return Cell(self._sheet, row=row, column=column, value=self._text(row, column) or None)

    def is_blank(self, row: int, column: int) -> bool:
        """Whether a cell holds nothing, or spaces only."""
        return not self._text(row, column).strip()

    def _text(self, row: int, column: int) -> str:
        texts = self._texts.get(row, ())
        return texts[column - 1] if column <= len(texts) else ""
