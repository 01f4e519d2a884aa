"""Asks about documents as a case does: puts them into a folder, names them by address and digest, has them read."""

import hashlib
import os
from pathlib import Path

from activities.documents.contract import DocumentRef, DocumentsRead, DocumentsToRead
from activities.documents.reader import Readers
from activities.documents.reading import read_documents
from policy.office import Documents


class Folder:
    """A folder of documents."""

    def __init__(self, path: Path, reading: Readers) -> None:
        """Make the folder."""
        path.mkdir()
        self.path = path
        self._reading = reading

    def put(self, name: str, content: bytes) -> DocumentRef:
        """Keep a document and return how a message names it."""
        file = self.path / name
        file.write_bytes(content)
        return DocumentRef(name=name, uri=file.as_uri(), sha256=hashlib.sha256(content).hexdigest())

    def ask(
        self,
        *documents: DocumentRef,
        letters: tuple[int, ...] = (),
        screened: bool = True,
        settings: Documents | None = None,
    ) -> DocumentsRead:
        """Have documents read by an office that opens this folder, whatever else it sets."""
        asked = settings or Documents()
        asked = asked.model_copy(update={"folders": (*asked.folders, str(self.path))})
        request = DocumentsToRead(message="confirm", documents=documents, letters=letters, screened=screened)
        return read_documents(request, asked, self._reading)

    def read(
        self, content: bytes, *, letter: bool = False, screened: bool = True, settings: Documents | None = None
    ) -> DocumentsRead:
        """Have one document read."""
        asked = self.put("document", content)
        return self.ask(asked, letters=(0,) if letter else (), screened=screened, settings=settings)


def told(read: DocumentsRead) -> list[tuple[str, str]]:
    """Return rule and reason of each fault."""
    return [(fault.rule, fault.reason) for fault in read.faults]


def reading_processes(parent: int | None = None) -> list[int]:
    """Return the reading processes that a process has started (left out: this one), by their ids."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            command = (place / "cmdline").read_bytes()
            started_by = int((place / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if b"activities.documents.child" in command and started_by == (parent or os.getpid()):
            found.append(int(place.name))
    return found
