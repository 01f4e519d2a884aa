"""The files of imports: kept in a folder of their own, named after their content, until their import is finished."""

import hashlib
import re
from pathlib import Path

from starlette.datastructures import UploadFile

from activities.places import file_in, write_whole
from intake.batch.columns import CSV, XLSX
from intake.batch.grid import CSV_LIMIT
from policy.office import OfficeSettings
from services.errors import InputFault, Unusable

FOLDER = "imports"
UPLOAD = "Upload it again: what has started is not started twice."
LIMIT = CSV_LIMIT
"""Bytes of one file, of either kind."""
MEGABYTE = 1024 * 1024
LONGEST_NAME = 100
"""Characters of a file's name that are kept."""
_UNSAFE = re.compile(r"[^A-Za-z0-9_. -]|^[. ]+")


async def uploaded(file: object, field: str, kinds: tuple[str, ...] = (CSV, XLSX)) -> tuple[str, bytes] | None:
    """Return name and content of an uploaded file; None where none was chosen.

    Raises:
        Unusable: It is of another kind, or too large.
    """
    if not isinstance(file, UploadFile) or not file.filename:
        return None
    expected = f"a {' or '.join(kinds)} file of {LIMIT // MEGABYTE} MB at most"
    kind = Path(file.filename).suffix.lower()
    if kind not in kinds:
        raise Unusable([InputFault(field, "", f"a file of the kind {kind or 'without an ending'}", expected)])
    content = await file.read(LIMIT + 1)
    if len(content) > LIMIT:
        raise Unusable([InputFault(field, "", f"more than {LIMIT // MEGABYTE} MB", f"{expected}; divide it")])
    return Path(file.filename).stem[:LONGEST_NAME] + kind, content


def folder_of(settings: OfficeSettings) -> Path:
    """Return the folder of the files of imports."""
    return Path(settings.documents.uploads) / FOLDER


def keep(settings: OfficeSettings, name: str, content: bytes) -> str:
    """Write a file, readable for its owner alone, and return where: its SHA-256 as a folder, and its name in it."""
    digest = hashlib.sha256(content).hexdigest()
    kept = f"{digest}/{_UNSAFE.sub('_', name)}"
    write_whole(place_of(settings, kept), content)
    return kept


def place_of(settings: OfficeSettings, kept: str) -> Path:
    """Return where a file was kept, below its digest. Raises `PlaceRefused` where that would lie elsewhere."""
    digest, _, name = kept.partition("/")
    return file_in(file_in(folder_of(settings), digest), name)


def path_of(settings: OfficeSettings, name: str) -> Path:
    """Return where a file lies, after looking whether it is still the one that was checked.

    Raises:
        Unusable: It is gone, or another one lies there.
    """
    path = place_of(settings, name)
    try:
        content = path.read_bytes() if path.stat().st_size <= LIMIT else b""
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != name.partition("/")[0]:
        raise Unusable(
            [InputFault("the file", "", "another file, or none", "the file that was checked")], next_step=UPLOAD
        )
    return path
