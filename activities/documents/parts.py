"""What the reader of each kind of file yields: stretches of text with their place, and what has no text."""

from typing import NamedTuple

from activities.documents.kinds import DocumentFault, Place
from policy.phi.kinds import Kind


class Unreadable(Exception):
    """A document cannot be read. Holds the trouble alone: what stands in the document is no part of any message."""

    def __init__(self, trouble: DocumentFault) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class Passage(NamedTuple):
    """A stretch of text. Cells of a table's row are parted by tabs."""

    place: Place
    text: str


class Tagged(NamedTuple):
    """A tag whose meaning is fixed holds an identifier."""

    kind: Kind
    place: Place


class Blind(NamedTuple):
    """A page without text that can be searched."""

    page: int


class Picture(NamedTuple):
    """What can be looked at only. `burned_in`: words in the picture are to be expected."""

    burned_in: bool = False


class Shown(NamedTuple):
    """A picture on a page, beside text or not (of a document without pages: 0). Its words and faces no pattern sees."""

    page: int = 0


class Doubtful(NamedTuple):
    """Something that may be a patient's and that no pattern can tell: a name alone, a number without its label."""


class Attached(NamedTuple):
    """A file within the file. `drawn`: a picture that is part of a page (a logo, a signature), not one sent along."""

    content: bytes
    drawn: bool = False


Part = Passage | Tagged | Blind | Picture | Shown | Doubtful | Attached
