"""The archive: letters, papers and histories of cases that closed long ago, one compressed file for each case.

The books keep everything that they held: `show`, `timeline`, `verify` and reports answer as before. Only files leave
the office's folders, once the compressed file has been read back and every digest in it was right.
"""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from activities.places import PlaceRefused, file_in, folder_of_case, write_whole
from policy.office import OfficeSettings
from policy.words import dollars, listed
from records.invoices import UNSETTLED, outstanding
from records.outbox import pending_notices
from records.tables import CaseRecord, Invoice
from services.export.history import exported
from services.export.parts import MANIFEST

LETTERS, PAPERS, HISTORY = "letters", "papers", "history"
WHEN = (1980, 1, 1, 0, 0, 0)
"""The time of each file in an archive: the same files make the same archive, whenever it is made."""


@dataclass(frozen=True)
class Kept:
    """A file of the office's folders that goes into the archive of its case."""

    room: str
    file: Path

    @property
    def path(self) -> str:
        """Where it lies in the archive."""
        return f"{self.room}/{self.file.name}"


@dataclass
class Candidate:
    """A case that closed before a day.

    Attributes:
        case_id: The case.
        closed_at: When it closed.
        files: What of it lies in the office's folders.
        against: Why it stays where it is; empty: nothing stands against it.
    """

    case_id: str
    closed_at: datetime
    files: list[Kept] = field(default_factory=list)
    against: str = ""

    @property
    def size(self) -> int:
        """The bytes of its files."""
        return sum(one.file.stat().st_size for one in self.files)

    def as_json(self) -> dict[str, Any]:
        """Return it for a script."""
        return {
            "case": self.case_id,
            "closed_at": self.closed_at.isoformat(),
            "files": len(self.files),
            "bytes": self.size,
            "against": self.against,
        }


@dataclass(frozen=True)
class Archived:
    """What became of a case: its compressed file with its digest, and how many bytes that saved."""

    case_id: str
    file: Path
    sha256: str
    files: int
    before: int
    after: int

    def as_json(self) -> dict[str, Any]:
        """Return it for a script."""
        return {
            "case": self.case_id, "file": str(self.file), "sha256": self.sha256, "files": self.files,
            "bytes_before": self.before, "bytes_after": self.after,
        }  # fmt: skip


class NotWhole(OSError):
    """An archive does not hold what it should. Nothing was taken away that is not in it."""


def candidates(
    session: Session, settings: OfficeSettings, histories: Path, *, before: datetime, named: Sequence[str] = ()
) -> Iterator[Candidate]:
    """Yield the cases that closed before an instant, or those that are named, with what stands against each.

    Args:
        session: The books.
        settings: The office's settings: where its letters and papers lie.
        histories: Where histories were exported to.
        before: They closed earlier (UTC).
        named: Only these cases, whatever stands against them is told.
    """
    query = select(CaseRecord)
    wanted = col(CaseRecord.case_id).in_(named) if named else col(CaseRecord.closed_at) < before
    for case in session.exec(query.where(wanted).order_by(col(CaseRecord.closed_at), col(CaseRecord.case_id))).all():
        found = Candidate(case.case_id, case.closed_at or case.opened_at)
        found.files = [*_files(settings, histories, case.case_id)]
        found.against = _against(session, case, before)
        if found.files or named:
            yield found


def _against(session: Session, case: CaseRecord, before: datetime) -> str:
    """Return why a case stays where it is; empty: it may go."""
    if case.closed_at is None:
        return "it is open"
    if case.closed_at >= before:
        return "it closed later than that"
    reasons = []
    unpaid = session.exec(
        select(Invoice).where(col(Invoice.case_id) == case.case_id, col(Invoice.status).in_(UNSETTLED))
    ).all()
    if unpaid:
        reasons.append(f"{dollars(sum(map(outstanding, unpaid[1:]), outstanding(unpaid[0])))} of it is unpaid")
    if pending_notices(session, case.case_id):
        reasons.append("letters of it wait to be sent")
    if case.history_exported_at is None and case.run_id is not None:
        reasons.append("its history has not been exported (`accredit reconcile`)")
    return listed(reasons) if reasons else ""


def _files(settings: OfficeSettings, histories: Path, case_id: str) -> Iterator[Kept]:
    for room, folder in ((LETTERS, settings.mail.folder), (PAPERS, settings.papers.folder)):
        try:
            place = folder_of_case(Path(folder), case_id)
        except PlaceRefused:
            continue
        if place.is_dir():
            yield from (Kept(room, one) for one in sorted(place.iterdir()) if one.is_file() and not one.is_symlink())
    yield from (Kept(HISTORY, one) for one in exported(histories, case_id))


def archive_case(found: Candidate, folder: Path, told: dict[str, Any]) -> Archived:
    """Put the files of a case into a compressed file, read it back, and only then take them away.

    Args:
        found: The case; nothing may stand against it.
        folder: Where archives lie; it is made for the owner alone.
        told: What the manifest says beside the files.

    Raises:
        ValueError: Something stands against it.
        NotWhole: What was written is not what was put in, a file has changed meanwhile, or an earlier archive of the
            case is damaged.
        OSError: A file cannot be read, written or taken away. What is archived already stays whole: a second run goes
            on where this one stopped.
    """
    if found.against:
        raise ValueError(f"{found.case_id}: {found.against}")
    place = file_in(folder, f"{found.case_id}.zip")
    before = found.size
    read = {one.path: one.file.read_bytes() for one in found.files}
    contents = _earlier(place) | read
    content = _compressed(contents, {**told, "case": found.case_id})
    write_whole(place, content)
    digest = hashlib.sha256(content).hexdigest()
    if not is_whole(place.read_bytes(), contents):
        raise NotWhole(f"{place} does not hold what was put into it")
    write_whole(file_in(folder, f"{found.case_id}.zip.sha256"), f"{digest}  {place.name}\n".encode())
    for one in found.files:
        _take_away(one.file, read[one.path])
    for parent in {one.file.parent for one in found.files if one.room != HISTORY}:
        if not any(parent.iterdir()):
            parent.rmdir()
    return Archived(found.case_id, place, digest, len(contents), before, len(content))


def _earlier(place: Path) -> dict[str, bytes]:
    """Return what an archive of the case holds already: a paper may have been printed again since."""
    if not place.exists():
        return {}
    try:
        with zipfile.ZipFile(place) as opened:
            return {name: opened.read(name) for name in opened.namelist() if name != MANIFEST}
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise NotWhole(f"{place} is damaged ({error}): put it back from a backup, or move it aside") from None


def _take_away(file: Path, archived: bytes) -> None:
    """Remove a file that is archived, unless it was written again since it was read."""
    if file.read_bytes() != archived:
        raise NotWhole(f"{file} was written again while it was archived: a further run takes it as it is now")
    file.unlink()


def _compressed(contents: dict[str, bytes], told: dict[str, Any]) -> bytes:
    files = [
        {"path": path, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for path, content in sorted(contents.items())
    ]
    manifest = json.dumps({**told, "files": files}, indent=2, ensure_ascii=False).encode()
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in [(MANIFEST, manifest), *sorted(contents.items())]:
            archive.writestr(zipfile.ZipInfo(path, WHEN), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def is_whole(content: bytes, contents: dict[str, bytes]) -> bool:
    """Whether an archive holds exactly these files."""
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        names = {name for name in opened.namelist() if name != MANIFEST}
        return names == {*contents} and all(opened.read(name) == contents[name] for name in names)
