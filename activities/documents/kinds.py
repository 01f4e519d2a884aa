"""What a document can hold or be, as names and numbers alone: all that the process which reads it can say about it.

A file of its own because it is the boundary: what is not listed here cannot leave the reading process, so that no value
that was found leaves it either, not even by mistake.
"""

from enum import StrEnum, auto
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from policy.phi.kinds import Kind

COMES = b" "
"""What the reading process says, before its answer, once a parser has come that it had to read in for a document: that
is no time of the document's. Blanks before it are no part of the answer, which is JSON.
"""


class Sort(StrEnum):
    """What a file is by its content."""

    PDF = auto()
    DOCX = auto()
    TEXT = auto()
    IMAGE = auto()
    DICOM = auto()
    ARCHIVE = auto()
    PROGRAM = auto()
    OLD_OFFICE = auto()
    WORKBOOK = auto()
    OTHER_OFFICE = auto()
    MARKUP = auto()
    MAIL = auto()
    EMPTY = auto()
    UNKNOWN = auto()


class DocumentFault(StrEnum):
    """Why a document cannot be read."""

    BROKEN = auto()
    PROTECTED = auto()
    UNEXPECTED = auto()
    TOO_LARGE_INSIDE = auto()
    TOO_DEEP = auto()
    ATTACHMENT = auto()
    MEMORY = auto()
    TIME = auto()
    CRASH = auto()


class PlaceSort(StrEnum):
    """Where in a document something stands."""

    PAGE = auto()
    LINE = auto()
    TEXT = auto()
    HEADER = auto()
    NOTE = auto()
    PROPERTY = auto()
    FIELD = auto()
    ANNOTATION = auto()
    ATTACHMENT = auto()
    TAG = auto()
    FILE = auto()
    EARLIER = auto()


class Plain(BaseModel):
    """Data that passes from the reading process: exactly this and nothing else."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Place(Plain):
    """A place: a page or line by its number (from 1), a DICOM tag as `(gggg,eeee)`, else the part of the document."""

    sort: PlaceSort
    number: Annotated[int, Field(ge=0)] | None = None
    tag: Annotated[str, Field(pattern=r"^\([0-9a-f]{4},[0-9a-f]{4}\)$")] | None = None


class Found(Plain):
    """A kind of identifier at a place."""

    kind: Kind
    place: Place


class Order(Plain):
    """What the reading process is to do with the file that it gets.

    Attributes:
        screened: Whether to search it for protected health information.
        memory: Megabytes that reading it may take.
        within: Seconds in which it must be read.
    """

    screened: bool
    memory: int
    within: int


class Reading(Plain):
    """What came of reading a file.

    Attributes:
        sort: What it is.
        trouble: Why it could not be read (null: it was).
        found: The identifiers in it, each kind and place once, in the order of the document.
        unsearchable: Pages without text that can be searched.
        pictures: Whether it is, or may be, a picture with words in it that no pattern sees.
        pictured: Pages with a picture on them (0: of a document without pages, or of a file within it).
        doubtful: Whether it holds what may be a patient's and what no pattern can tell.
        burned_in: Whether a DICOM file says that its picture has words burned in, or is of a sort that often has.
        holds_images: Whether images, DICOM files or archives are attached to it.
    """

    sort: Sort
    trouble: DocumentFault | None = None
    found: tuple[Found, ...] = ()
    unsearchable: tuple[int, ...] = ()
    pictures: bool = False
    pictured: tuple[int, ...] = ()
    doubtful: bool = False
    burned_in: bool = False
    holds_images: bool = False
