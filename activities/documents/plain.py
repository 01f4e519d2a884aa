"""Plain text, in whatever alphabet it came."""

from collections.abc import Iterator
from typing import IO

from activities.documents.kinds import DocumentFault, Place, PlaceSort
from activities.documents.parts import Part, Passage, Unreadable
from activities.documents.sorts import decoded

PIECE = 400
"""Lines that are searched at once; neighbouring pieces share some, so that no form is cut through."""
SHARED = 12


def parts_of_text(file: IO[bytes], *, deep: bool) -> Iterator[Part]:
    """Yield a text in pieces of some hundred lines, each placed by its first line.

    Raises:
        Unreadable: It turns out to be no text.
    """
    text = decoded(file.read())
    if text is None:
        raise Unreadable(DocumentFault.UNEXPECTED)
    if not deep:
        return
    lines = text.replace("\r\n", "\n").replace("\f", "\n").split("\n")
    for begin in range(0, len(lines), PIECE - SHARED):
        yield Passage(Place(sort=PlaceSort.LINE, number=begin + 1), "\n".join(lines[begin : begin + PIECE]))
        if begin + PIECE >= len(lines):
            return
