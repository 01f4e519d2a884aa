"""Workbooks within a DOCX: Word keeps one behind every chart. As a document of its own none is expected."""

from collections.abc import Iterator
from typing import IO

from openpyxl import load_workbook

from activities.documents.kinds import Place, PlaceSort
from activities.documents.parts import Part, Passage
from activities.documents.word import refuse_a_bomb


def parts_of_workbook(file: IO[bytes], *, deep: bool) -> Iterator[Part]:
    """Yield the rows of each sheet.

    Args:
        file: The workbook.
        deep: Whether its text is wanted; else it is opened only.

    Raises:
        Unreadable: It unpacks to more than it may.
    """
    refuse_a_bomb(file)
    book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets if deep else []:
        rows = (
            "\t".join("" if cell is None else str(cell) for cell in row) for row in sheet.iter_rows(values_only=True)
        )
        yield Passage(Place(sort=PlaceSort.TEXT), "\n".join(rows))
