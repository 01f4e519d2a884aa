"""The parsers of documents, each read in when the first file of its sort comes. In the reading process.

To read in all of them takes twice the processor time of the rest of a reading process's start, and twice its memory;
most letters are PDF files, and need one. A parser is no part of a document: the time in which it is read in does not
count, and what memory its code takes is granted beyond the limit that the document is read under. (Of a file within a
document, its time counts.)
"""

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path

from activities.documents.kinds import Sort
from activities.documents.parts import Part

MEGABYTE = 1024 * 1024
UNKNOWN_SIZE = 512 * MEGABYTE
_PARSERS = {
    Sort.PDF: ("pdf", "parts_of_pdf"),
    Sort.DOCX: ("word", "parts_of_docx"),
    Sort.TEXT: ("plain", "parts_of_text"),
    Sort.IMAGE: ("pictures", "parts_of_image"),
    Sort.DICOM: ("dicom", "parts_of_dicom"),
    Sort.WORKBOOK: ("sheet", "parts_of_workbook"),
}
"""The module and the function of each; whatever is not here is not read."""
ONLY_WITHIN = frozenset({Sort.WORKBOOK})
"""What is read within a document alone, and expected nowhere else."""


@cache
def parser_of(sort: Sort) -> Callable[..., Iterator[Part]] | None:
    """Return what reads a sort of file; None: nothing does."""
    if sort not in _PARSERS:
        return None
    module, name = _PARSERS[sort]
    with _beyond_the_limit():
        parser: Callable[..., Iterator[Part]] = getattr(import_module(f"activities.documents.{module}"), name)
    return parser


def has_come(sort: Sort) -> bool:
    """Read in the parser of a sort of file; False where it was there, or there is none."""
    before = parser_of.cache_info().misses
    return parser_of(sort) is not None and parser_of.cache_info().misses > before


def limit_memory(megabytes: int) -> None:
    """Let this process take so much more memory than it has now, where the system can hold it to that."""
    _limit(_size() + megabytes * MEGABYTE)


@contextmanager
def _beyond_the_limit() -> Iterator[None]:
    """Grant what a block takes beside what was granted before it."""
    granted, hard = resource.getrlimit(resource.RLIMIT_AS)
    if granted == resource.RLIM_INFINITY:
        yield
        return
    _limit(hard)
    before = _size()
    try:
        yield
    finally:
        _limit(granted + max(_size() - before, 0))


def _limit(wanted: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        wanted = hard if wanted == resource.RLIM_INFINITY else min(wanted, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    except (ValueError, OSError):  # macOS has the limit and does not take it
        return


def _size() -> int:
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return UNKNOWN_SIZE
