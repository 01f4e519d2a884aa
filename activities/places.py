"""Where a file lies that is named after a case, and how it is written. Nothing else joins an id to a path.

An id comes from outside: whoever starts a workflow chooses it. It is parsed first, and the place that follows from it
must lie below its folder, links followed. Ids that differ in case alone would be one folder on some disks, so that only
the first of them gets one.
"""

import os
import re
import tempfile
from pathlib import Path

from policy.identity import NoCaseId, parse_case_id

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,239}")
"""A file's name that is a name on every disk: no separator, no dot in front."""


class PlaceRefused(OSError):
    """A file would lie where it does not belong. Nothing was written."""


def folder_of_case(folder: Path, case_id: str) -> Path:
    """Return the folder of a case, below a folder; nothing is made.

    Raises:
        PlaceRefused: The id is none, it would lie elsewhere, or another case has it, whose id differs in case alone.
    """
    return _below(folder, _parsed(case_id))


def file_of_case(folder: Path, case_id: str, name: str) -> Path:
    """Return the place of a file in the folder of its case.

    Raises:
        PlaceRefused: As `folder_of_case` does; also where the name is none for a file.
    """
    return _below(folder_of_case(folder, case_id), name, beyond=folder)


def file_named_after(folder: Path, case_id: str, ending: str) -> Path:
    """Return the place of a file that lies in a folder and is called by the case's id and an ending, as `.json`.

    Raises:
        PlaceRefused: As `file_of_case` does.
    """
    return _below(folder, f"{_parsed(case_id)}{ending}")


def file_in(folder: Path, name: str) -> Path:
    """Return the place of a file called by a paper's number, an invoice's or the like.

    Raises:
        PlaceRefused: The name is none for a file, or the place is a link that leads elsewhere.
    """
    return _below(folder, name)


def write_whole(place: Path, content: bytes) -> None:
    """Write a file whole or not at all, over an older one too; its folder is made, for the owner alone.

    Raises:
        OSError: It cannot be written.
    """
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Two attempts at one step may overlap: each writes a draft of its own.
    number, draft = tempfile.mkstemp(dir=place.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(place)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _parsed(case_id: str) -> str:
    try:
        return str(parse_case_id(case_id))
    except NoCaseId as error:
        raise PlaceRefused(str(error)) from None


def _below(folder: Path, name: str, *, beyond: Path | None = None) -> Path:
    """Return a place in a folder, once it is certain that it lies there (`beyond`: within that one too)."""
    if not _NAME.fullmatch(name):
        raise PlaceRefused(f"{name[:80]!r} is no name for a file of the office's")
    place = folder / name
    try:
        whole, root = place.resolve(), (beyond or folder).resolve()
    except (OSError, RuntimeError):
        raise PlaceRefused(f"{name} cannot be followed to where it lies in {folder}") from None
    if not whole.is_relative_to(root) or whole == root or place.is_symlink():
        raise PlaceRefused(f"{name} would lie outside {folder}: a link leads away from it")
    if other := _spelt_otherwise(folder, name):
        raise PlaceRefused(f"{name} differs in case alone from {other}, which lies there already: some disks keep one")
    return place


def _spelt_otherwise(folder: Path, name: str) -> str | None:
    """Return what lies in a folder under a name that differs in case alone; None where nothing does."""
    if os.path.lexists(folder / name) and not os.path.lexists(folder / name.swapcase()):
        return None  # it is there by its own name, on a disk that tells them apart: no need to look through the folder
    try:
        with os.scandir(folder) as entries:
            known = [one.name for one in entries if one.name.casefold() == name.casefold()]
    except FileNotFoundError:
        return None
    return None if name in known else next(iter(known), None)
