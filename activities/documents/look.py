"""Looks at one file: what it is, whether it can be read, what identifies a patient in it. In the reading process."""

import io
from typing import IO

from activities.documents.kinds import DocumentFault, Found, Place, PlaceSort, Reading, Sort
from activities.documents.parsers import ONLY_WITHIN, parser_of
from activities.documents.parts import Attached, Blind, Doubtful, Part, Passage, Picture, Shown, Tagged, Unreadable
from activities.documents.sorts import sort_of
from policy.phi.kinds import Kind
from policy.phi.search import search

IMAGES = frozenset({Sort.IMAGE, Sort.DICOM, Sort.ARCHIVE})
DEEPEST = 3
"""Files within files within files."""
MOST_FOUND = 200
"""Identifiers after which nobody needs more."""


def look(file: IO[bytes], *, screened: bool) -> Reading:
    """Return what a file is and holds.

    Args:
        file: Its content.
        screened: Whether to search it for what identifies a patient.
    """
    sort = sort_of(file)
    seen = _Seen(screened)
    try:
        seen.look_at(file, sort, within=None, depth=0)
    except Unreadable as error:
        return Reading(sort=sort, trouble=error.trouble, holds_images=seen.holds_images)
    except MemoryError:
        return Reading(sort=sort, trouble=DocumentFault.MEMORY)
    except Exception:
        # A parser's exception may quote what it stumbled over. It ends here: that the document is broken is enough.
        return Reading(sort=sort, trouble=DocumentFault.BROKEN)
    return seen.reading(sort)


class _Seen:
    """What has been seen so far in a file and the files within it."""

    def __init__(self, screened: bool) -> None:
        self._screened = screened
        self._found: dict[tuple[Kind, Place], None] = {}
        self._blind: list[int] = []
        self._pictured: dict[int, None] = {}
        self._picture = self._burned_in = self._doubtful = False
        self.holds_images = False

    def reading(self, sort: Sort) -> Reading:
        """Return it as plain data."""
        return Reading(
            sort=sort,
            found=tuple(Found(kind=kind, place=place) for kind, place in self._found),
            unsearchable=tuple(self._blind),
            pictures=self._picture and sort is Sort.IMAGE,
            pictured=tuple(self._pictured),
            doubtful=self._doubtful,
            burned_in=self._burned_in,
            holds_images=self.holds_images,
        )

    def look_at(self, file: IO[bytes], sort: Sort, *, within: Place | None, depth: int) -> None:
        """Look at a file; `within` is the place that stands for whatever a file within the document holds.

        Raises:
            Unreadable: It, or a file within it, cannot be read.
        """
        reader = None if sort in ONLY_WITHIN and not depth else parser_of(sort)
        if reader is None or depth > DEEPEST:
            raise Unreadable(
                DocumentFault.TOO_DEEP if reader else DocumentFault.ATTACHMENT if depth else _trouble(file, sort)
            )
        file.seek(0)
        attached = 0
        for part in reader(file, deep=self._screened):
            if isinstance(part, Attached):
                attached += 1
                self._look_within(part, attached, within, depth)
            else:
                self._take(part, within)

    def _look_within(self, part: Attached, number: int, within: Place | None, depth: int) -> None:
        file = io.BytesIO(part.content)
        sort = sort_of(file)
        if sort is Sort.EMPTY:
            return
        self.holds_images = self.holds_images or (sort in IMAGES and not part.drawn)
        if self._screened:
            place = within or Place(sort=PlaceSort.ATTACHMENT, number=number)
            try:
                self.look_at(file, sort, within=place, depth=depth + 1)
            except Exception:
                if not part.drawn:  # a person looks at what is drawn, whether or not it can be opened
                    raise

    def _take(self, part: Part, within: Place | None) -> None:
        if isinstance(part, Blind):
            self._blind.append(part.page if within is None else 0)
        elif isinstance(part, Picture):
            self._picture = True
            self._burned_in = self._burned_in or part.burned_in
        elif isinstance(part, Shown):
            self._pictured[part.page if within is None else 0] = None
        elif isinstance(part, Doubtful):
            self._doubtful = True
        elif isinstance(part, Tagged):
            self._add(part.kind, within or part.place)
        elif isinstance(part, Passage) and self._screened:
            for kind, line in search(part.text):
                place = part.place
                if place.sort is PlaceSort.LINE:
                    place = Place(sort=PlaceSort.LINE, number=(place.number or 1) + line - 1)
                self._add(kind, within or place)

    def _add(self, kind: Kind, place: Place) -> None:
        if len(self._found) < MOST_FOUND:
            self._found[kind, place] = None


def _trouble(file: IO[bytes], sort: Sort) -> DocumentFault:
    """Return why a file of a sort that is not read cannot be: a locked DOCX looks like an old Word file."""
    if sort is Sort.OLD_OFFICE:
        file.seek(0)
        if "EncryptedPackage".encode("utf-16-le") in file.read():
            return DocumentFault.PROTECTED
    return DocumentFault.BROKEN if sort is Sort.EMPTY else DocumentFault.UNEXPECTED
