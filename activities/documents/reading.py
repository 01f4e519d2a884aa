"""Reads the documents of a message: fetched, held against their digest, opened, searched. Nothing of them is kept."""

from collections.abc import Iterator

from activities.documents.contract import DocumentFault, DocumentRef, DocumentsRead, DocumentsToRead
from activities.documents.fetch import UNREADABLE, Unfetched, fetched
from activities.documents.kinds import Order, Reading, Sort
from activities.documents.reader import Readers, readers
from activities.documents.wording import cannot, holds, to_look_at
from policy.office import Documents

IMAGES = frozenset({Sort.IMAGE, Sort.DICOM, Sort.ARCHIVE})
NO_LETTER = {
    Sort.IMAGE: "It is no letter but an image.",
    Sort.DICOM: "It is no letter but a DICOM file.",
    Sort.ARCHIVE: "It is no letter but an archive of files.",
}


def read_documents(request: DocumentsToRead, settings: Documents, reading: Readers | None = None) -> DocumentsRead:
    """Read all documents of a message and tell everything that is wrong with them. Runs in a thread.

    Nobody loses an appeal because of where a letter lies: what this office cannot open is taken as named, with a
    warning that a person must look at it. A file that is not there is a fault where it must be searched.

    Args:
        request: The documents, which of them must be letters, and whether they are searched.
        settings: Where documents may lie, and how much time and memory one may take.
        reading: The processes that read; left out, those of this program.

    Raises:
        OSError: A store does not answer, or no process can be started: nothing is known of the documents yet, and
            trying again may help.
    """
    order = Order(screened=request.screened, memory=settings.memory, within=settings.within)
    faults: list[DocumentFault] = []
    warnings: list[str] = []
    for place, document in enumerate(request.documents):
        try:
            with fetched(document, settings) as file:
                read = (reading or readers()).read(file, order)
        except Unfetched as error:
            if error.elsewhere or (error.rule == UNREADABLE and not request.screened):
                warnings.append(f"{document.name}: {error.reason} Nobody has opened it; a person must look at it.")
            else:
                faults.append(DocumentFault(rule=error.rule, document=document.name, reason=error.reason))
            continue
        wrong = list(_faults(document, read, order, letter=place in request.letters))
        faults += wrong
        looks = [] if wrong or not request.screened else to_look_at(read)
        warnings += [f"{document.name}: {look}; a person must look at it." for look in looks]
    return DocumentsRead(faults=tuple(faults), warnings=tuple(warnings))


def _faults(document: DocumentRef, read: Reading, order: Order, *, letter: bool) -> Iterator[DocumentFault]:
    """Yield what is wrong with a document, once for each rule that it breaks."""
    if letter and (read.sort in IMAGES or read.holds_images):
        reason = NO_LETTER.get(read.sort, "Images are attached to it.")
        yield DocumentFault(rule="appeal.images_with_letter", document=document.name, reason=reason)
        if read.sort in IMAGES:
            return
    if read.trouble is not None:
        reason = cannot(read, within=order.within, memory=order.memory)
        yield DocumentFault(rule=UNREADABLE, document=document.name, reason=reason)
    if read.found:
        yield DocumentFault(rule="document.contains_phi", document=document.name, reason=holds(read.found))
