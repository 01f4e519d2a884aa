"""What came of reading a document, in words: kinds and places, never what stands there."""

from collections.abc import Iterator
from itertools import groupby

from activities.documents.kinds import DocumentFault, Found, Place, PlaceSort, Reading, Sort
from policy.phi.kinds import KINDS
from policy.words import listed

MOST_TOLD = 12
"""Identifiers that are listed; a document with more is not mended one by one."""
PLACES = {
    PlaceSort.PAGE: "on page {number}",
    PlaceSort.LINE: "in line {number}",
    PlaceSort.TEXT: "in the text",
    PlaceSort.HEADER: "in a header or footer",
    PlaceSort.NOTE: "in a footnote",
    PlaceSort.PROPERTY: "in the file's properties",
    PlaceSort.FIELD: "in a form field",
    PlaceSort.ANNOTATION: "in a comment",
    PlaceSort.ATTACHMENT: "in file {number} within it",
    PlaceSort.TAG: "in the DICOM tag {tag}",
    PlaceSort.EARLIER: "in an earlier version that is still in the file",
}
EXPECTED = "A PDF, a DOCX, plain text, an image or DICOM is expected."
SORTS = {
    Sort.ARCHIVE: "It is an archive of files.",
    Sort.PROGRAM: "It is a program.",
    Sort.OLD_OFFICE: "It is a document of an older office program.",
    Sort.WORKBOOK: "It is a workbook.",
    Sort.OTHER_OFFICE: "It is slides or another office document.",
    Sort.MARKUP: "It is a web page, XML, PostScript or rich text.",
    Sort.MAIL: "It is an e-mail.",
    Sort.DOCX: "It has macros in it.",
}
TROUBLES = {
    DocumentFault.BROKEN: "It is broken or incomplete.",
    DocumentFault.PROTECTED: "It is protected by a password.",
    DocumentFault.TOO_LARGE_INSIDE: "It unpacks to more than a document may have.",
    DocumentFault.TOO_DEEP: "It holds files within files within files.",
    DocumentFault.ATTACHMENT: f"A file within it cannot be read. {EXPECTED}",
    DocumentFault.MEMORY: "Reading it takes more than {memory} megabytes of memory.",
    DocumentFault.TIME: "Reading it takes more than {within} seconds.",
    DocumentFault.CRASH: "It brings down the program that reads it.",
}


def holds(found: tuple[Found, ...]) -> str:
    """Return what identifies patients in a document, and where, in one sentence."""
    told = [f"{KINDS[one.kind]} {_place(one.place)}" for one in found]
    parts = told[:MOST_TOLD] + ([f"{len(told) - MOST_TOLD} more"] if len(told) > MOST_TOLD else [])
    return f"It holds {listed(parts)}."


def cannot(reading: Reading, *, within: int, memory: int) -> str:
    """Return why a document cannot be read.

    Args:
        reading: What came of reading it.
        within: The seconds that it had.
        memory: The megabytes that it had.
    """
    if reading.trouble is DocumentFault.UNEXPECTED:
        return f"{SORTS.get(reading.sort, 'It is nothing that is read here.')} {EXPECTED}"
    if reading.sort is Sort.EMPTY:
        return "It is empty."
    return TROUBLES[reading.trouble or DocumentFault.BROKEN].format(within=within, memory=memory)


def to_look_at(reading: Reading) -> Iterator[str]:
    """Yield what no program can search, for a person to look at."""
    pages = [number for number in reading.unsearchable if number]
    if reading.sort is Sort.DOCX and pages:
        yield "it consists of pictures"
    elif pages:
        yield f"{'page' if len(pages) == 1 else 'pages'} {listed(_spans(pages))} cannot be searched (no text)"
    if len(pages) < len(reading.unsearchable):
        yield "a file within it has pages that cannot be searched"
    yield from _pictured(reading, pages)
    if reading.doubtful:
        yield "it may name a patient where nothing says whose name or number it is"
    if reading.burned_in:
        yield "its picture may have a patient's data burned in"
    elif reading.pictures:
        yield "it is a picture, whose words and faces cannot be searched"


def _pictured(reading: Reading, told: list[int]) -> Iterator[str]:
    """Yield which pages show pictures, but those that are told as a whole."""
    if reading.sort is Sort.DOCX and told:
        return
    pages = [number for number in reading.pictured if number and number not in told]
    if pages:
        which = f"{'page' if len(pages) == 1 else 'pages'} {listed(_spans(pages))}"
        yield f"{which} {'shows' if len(pages) == 1 else 'show'} a picture, whose words and faces cannot be searched"
    if 0 in reading.pictured:
        yield "it shows pictures, whose words and faces cannot be searched"


def _spans(pages: list[int]) -> list[str]:
    """Return page numbers with runs drawn together: `1-3`, `7`."""
    runs = [[page for _, page in run] for _, run in groupby(enumerate(pages), lambda one: one[1] - one[0])]
    return [f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs]


def _place(place: Place) -> str:
    return PLACES[place.sort].format(number=place.number, tag=place.tag)
