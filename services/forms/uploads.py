"""Documents that people upload: written under a name of our own, read at once as a worker will, and let go in the end.

A document is streamed to the folder of uploads (`[documents] uploads`), below `portal/ORGANISATION/CASE`, for the owner
alone; never into memory as a whole. Then the reading process opens and searches it. What it may not be is told with
its rule, and its content is removed at once; the books keep that it came, and why it was not taken.

The same document handed in again with the same form (a double click, a Back and another try) is the same upload, at
the same place: the message that names it stays the same message.
"""

import hashlib
import json
import os
import tempfile
import unicodedata
import zipfile
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from sqlmodel import Session, col, func, select

from activities.documents.contract import DocumentRef, DocumentsToRead
from activities.documents.reading import read_documents
from activities.places import file_in, file_of_case, folder_of_case
from policy.documents import INSTEAD
from policy.office import Documents
from policy.rules import RULES
from policy.verdict import Verdict
from records.books import Books
from records.queries import timeline
from records.tables import Upload
from services.errors import NotReachable

KEPT = timedelta(days=180)
"""How long a content is kept from its upload on: the office reads plans, an arbitrator gets the letter of appeal."""
MOST_OF_CASE = 200
"""Uploads that lie for one case at once; one that is removed makes room."""
PORTAL, PIECE, MEGABYTE = "portal", 1024 * 1024, 1024 * 1024
LONGEST_NAME = 150
"""Characters of a document's name, so that it has room in a message beside its ending."""
UNREADABLE = "document.unreadable"
HEAD = 1024
"""Bytes within which a program looks for the beginning of a PDF."""


class Purpose(NamedTuple):
    """For what somebody hands in a document.

    Attributes:
        org: Which facility or practice.
        case_id: For which case.
        person_id: Who.
        field: Under which field of the form.
        form: The id of the message that the form sends: the same document with the same form is the same upload.
        message: The name of that message.
        letter: Whether it must be a letter: no image, nor anything that holds images.
        screened: Whether it is searched for what identifies a patient, as the rules of the case want it.
    """

    org: str
    case_id: str
    person_id: str
    field: str
    form: str
    message: str
    letter: bool = False
    screened: bool = False


class Taken(NamedTuple):
    """What came of an upload: the row of the books, or the refusal; warnings about what no program can search."""

    upload: Upload
    refusal: Verdict | None = None
    warnings: tuple[str, ...] = ()


class _Written(NamedTuple):
    """A content that was written: in a draft of its own, so large, with that digest and beginning."""

    draft: Path
    size: int
    sha256: str
    head: bytes


def plain_name(name: str) -> str:
    """Return the name that a browser gives a file without folders, control characters, and what works unseen."""
    last = name.replace("\\", "/").rpartition("/")[2]
    signs = (
        sign for sign in unicodedata.normalize("NFC", last) if sign == " " or unicodedata.category(sign)[0] not in "CZ"
    )
    seen = " ".join("".join(signs).split()).strip(" .")
    stem, dot, ending = seen.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}" if stem else f"document.{ending}"
    return seen[:LONGEST_NAME] or "document"


def take(books: Books, content: IO[bytes], name: str, purpose: Purpose, settings: Documents, at: datetime) -> Taken:
    """Keep an uploaded document, read it, and say whether it can be handed in. Runs in a thread.

    Args:
        books: Where it is noted that it came.
        content: The file, from its beginning on.
        name: What the browser calls it.
        purpose: For what it is handed in.
        settings: Where uploads lie, and what a document may take.
        at: Now (UTC).

    Raises:
        NotReachable: The folder of uploads cannot be written, or no process can read: nothing was taken.
    """
    called = plain_name(name)
    try:
        folder = folder_of_uploads(Path(os.path.abspath(settings.uploads)), purpose.org, purpose.case_id)
        written = _write(content, folder, settings)
        upload = _row(written, called, purpose, settings, at)
        verdict, warnings = _judged(written, upload, purpose, settings)
    except OSError:
        raise _unreachable() from None
    if verdict is not None:
        upload.fault, upload.removed_at = f"{verdict.rule}: {verdict.reason}", at
    with books.writing() as session:
        kept = session.merge(upload)
        session.flush()
        session.refresh(kept)
        session.expunge(kept)
    return Taken(kept, verdict, warnings)


def kept(session: Session, org: str, case_id: str, upload_ids: Collection[str]) -> list[Upload]:
    """Return those of some uploads that were taken for a case and whose content is still there, in their order."""
    if not upload_ids:
        return []
    wanted = select(Upload).where(
        col(Upload.upload_id).in_(upload_ids),
        Upload.org == org,
        Upload.case_id == case_id,
        col(Upload.removed_at).is_(None),
    )
    return list(session.exec(wanted.order_by(col(Upload.at), col(Upload.upload_id))))


def is_full(session: Session, org: str, case_id: str) -> bool:
    """Whether a case has as many uploads lying for it as it may: `MOST_OF_CASE`, whoever sent how many forms."""
    lying = select(func.count()).where(Upload.org == org, Upload.case_id == case_id, col(Upload.removed_at).is_(None))
    return session.exec(lying).one() >= MOST_OF_CASE


def not_handed_in(session: Session, case_id: str, uploads: Sequence[Upload]) -> list[Upload]:
    """Return those of some uploads that no message has named which the case took: what was handed in stays."""
    told = json.dumps([one.detail for one in timeline(session, case_id)], default=str)
    return [one for one in uploads if one.upload_id not in told]


def as_document(upload: Upload, signed_by: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return an upload as a message names it. `signed_by`: a role and a name, as the sender says; null: nobody."""
    return {"name": upload.name, "uri": upload.uri, "sha256": upload.sha256, "signed_by": signed_by}


def remove(books: Books, uploads: Sequence[Upload], settings: Documents, at: datetime) -> None:
    """Remove the content of some uploads; the books keep that they came.

    Raises:
        NotReachable: The folder of uploads cannot be written.
    """
    for one in uploads:
        try:
            _place(one, settings).unlink(missing_ok=True)
        except OSError:
            raise _unreachable() from None
    with books.writing() as session:
        for one in uploads:
            found = session.get(Upload, one.upload_id)
            if found is not None and found.removed_at is None:
                found.removed_at = at
                session.add(found)


def let_go(books: Books, settings: Documents, at: datetime) -> int:
    """Remove every content that was uploaded longer ago than `KEPT`, and return how many.

    Args:
        books: Where they are noted.
        settings: Where uploads lie.
        at: Now (UTC).

    Raises:
        NotReachable: The folder of uploads cannot be written.
    """
    with books.reading() as session:
        old = list(session.exec(select(Upload).where(Upload.at < at - KEPT, col(Upload.removed_at).is_(None))))
    if old:
        remove(books, old, settings, at)
    return len(old)


def _unreachable() -> NotReachable:
    step = "Nothing was sent. Try again in some minutes; if it goes on, tell the office."
    return NotReachable("store of documents", "the office", step)


def folder_of_uploads(uploads: Path, org: str, case_id: str) -> Path:
    """Return the folder of a case's uploads, made for the owner alone.

    Raises:
        PlaceRefused: The organisation or the case is none, or a link leads elsewhere.
    """
    root = uploads / PORTAL
    folder = folder_of_case(file_in(root, org), case_id)
    for one in (uploads, root, folder.parent, folder):
        one.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _place(upload: Upload, settings: Documents) -> Path:
    root = Path(os.path.abspath(settings.uploads)) / PORTAL
    return file_of_case(file_in(root, upload.org), upload.case_id or "", upload.upload_id)


def _write(content: IO[bytes], folder: Path, settings: Documents) -> _Written:
    """Write a content piece by piece to a draft, never more of it than a document may have and one piece."""
    digest, size, head = hashlib.sha256(), 0, b""
    number, draft = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
    try:
        with os.fdopen(number, "wb") as file:
            while size <= settings.largest * MEGABYTE and (piece := content.read(PIECE)):
                size, head = size + len(piece), head or piece[:HEAD]
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return _Written(Path(draft), size, digest.hexdigest(), head)


def _row(written: _Written, name: str, purpose: Purpose, settings: Documents, at: datetime) -> Upload:
    said = "\0".join((purpose.org, purpose.case_id, purpose.field, purpose.form, name, written.sha256))
    upload = Upload(
        upload_id=uuid5(NAMESPACE_URL, said).hex,
        org=purpose.org,
        case_id=purpose.case_id,
        person_id=purpose.person_id,
        purpose=purpose.field,
        name=name,
        size=written.size,
        sha256=written.sha256,
        uri="",
        at=at,
    )
    upload.uri = _place(upload, settings).as_uri()
    return upload


def _judged(
    written: _Written, upload: Upload, purpose: Purpose, settings: Documents
) -> tuple[Verdict | None, tuple[str, ...]]:
    """Put a document in its place and have it read as a worker would; return why it is refused, and what to look at.

    Whatever happens, nothing stays of a document that was not taken.
    """
    place, stays = _place(upload, settings), False
    try:
        if (refusal := _unread(written, upload.name, settings)) is not None:
            return refusal, ()
        written.draft.replace(place)
        request = DocumentsToRead(
            message=purpose.message,
            documents=(DocumentRef(name=upload.name, uri=upload.uri, sha256=upload.sha256),),
            letters=(0,) if purpose.letter else (),
            screened=purpose.screened,
        )
        read = read_documents(request, settings)
        stays = not read.faults
        if stays:
            return None, read.warnings
        return _refusal([(fault.rule, f"{fault.document}: {fault.reason}") for fault in read.faults]), ()
    finally:
        written.draft.unlink(missing_ok=True)
        if not stays:
            place.unlink(missing_ok=True)


def _unread(written: _Written, name: str, settings: Documents) -> Verdict | None:
    """Return why a content is refused before anything reads it; None: it may be read."""
    if written.size > settings.largest * MEGABYTE:
        reason = f"{name} is larger than a document may be: {settings.largest} MB."
        return _refusal([(UNREADABLE, reason)], "Hand in a smaller document, or several.")
    if _is_two_things(written):
        reason = f"{name} can be read as two kinds of file at once: who opens it may see what nobody has searched."
        return _refusal([(UNREADABLE, reason)], "Save it anew by the program that made it, or print it into a PDF.")
    return None


def _is_two_things(written: _Written) -> bool:
    """Whether a content is a PDF or picture to some programs and something else to others (a polyglot).

    A PDF is found within the first 1,024 bytes, an archive from its end: what else there is, its reader leaves out.
    """
    begins = written.head.lstrip(b"\xef\xbb\xbf\x00\t\r\n ")
    if b"%PDF-" in written.head and not begins.startswith(b"%PDF-"):
        return True
    return not written.head.startswith(b"PK") and zipfile.is_zipfile(written.draft)


def _refusal(faults: Sequence[tuple[str, str]], *instead: str) -> Verdict:
    rules = list(dict.fromkeys(rule for rule, _ in faults))
    return Verdict(
        accepted=False,
        rule=rules[0],
        reason=" ".join(reason for _, reason in faults),
        source="; ".join(dict.fromkeys(RULES[rule] for rule in rules)),
        instead=tuple(instead) or tuple(INSTEAD[rule] for rule in rules if rule in INSTEAD),
    )
