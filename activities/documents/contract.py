"""What a case asks about the documents of a message, and what it hears back. Plain data, as `activities.contract`."""

from activities.contract import Carried

READ_DOCUMENTS = "read_documents"
"""The activity's name: workflow code never imports who carries it out."""


class DocumentRef(Carried):
    """A document to read: where it is, and the SHA-256 that its sender vouched for."""

    name: str
    uri: str
    sha256: str


class DocumentsToRead(Carried):
    """The documents of one message.

    Attributes:
        message: The message's name.
        documents: All of them.
        letters: The places (from 0) of those that must be letters, not images.
        screened: Whether they are searched for protected health information.
    """

    message: str
    documents: tuple[DocumentRef, ...]
    letters: tuple[int, ...] = ()
    screened: bool = False


class DocumentFault(Carried):
    """What is wrong with a document: the rule, the document's name, and why in words that never hold what was found."""

    rule: str
    document: str
    reason: str


class DocumentsRead(Carried):
    """What came of reading: nothing of any content. `warnings`: what a person should look at (a scan without text)."""

    faults: tuple[DocumentFault, ...] = ()
    warnings: tuple[str, ...] = ()
