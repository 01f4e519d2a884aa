"""A file of an export, and the manifest that names each with its digest."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from activities.places import file_in, write_whole
from services.errors import InputFault, Unusable

MANIFEST, INDEX = "manifest.json", "index.html"


class Audience(StrEnum):
    """For whom an export is made: the office with everything, or the facility with what it may see."""

    OFFICE = "office"
    FACILITY = "facility"


@dataclass(frozen=True)
class Part:
    """A file of an export.

    Attributes:
        room: In which folder of the export it lies; empty: at its top.
        name: What it is called there.
        title: What it is, in words.
        content: What is in it.
    """

    room: str
    name: str
    title: str
    content: bytes

    @property
    def path(self) -> str:
        """Where it lies in the export."""
        return f"{self.room}/{self.name}" if self.room else self.name

    @property
    def sha256(self) -> str:
        """The digest of its content, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass
class Written:
    """A file that was written: where, what it is, its digest and its size in bytes."""

    path: str
    title: str
    sha256: str
    size: int


@dataclass
class Manifest:
    """What an export holds, and what it could not hold.

    Attributes:
        case_id: The case.
        audience: For whom it was made.
        made_at: When (UTC).
        made_by: Who made it.
        told_by: Who told how the case stands.
        files: Every file but the manifest and the index, which shows it.
        missing: What could not be had, and why.
    """

    case_id: str
    audience: Audience
    made_at: datetime
    made_by: str
    told_by: str
    files: list[Written] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def add(self, part: Part) -> None:
        """Take down a file."""
        self.files.append(Written(part.path, part.title, part.sha256, len(part.content)))

    def as_json(self) -> dict[str, Any]:
        """Return everything for a script, and for the file."""
        return {
            "case": self.case_id,
            "for": self.audience.value,
            "made_at": self.made_at.isoformat(),
            "made_by": self.made_by,
            "told_by": self.told_by,
            "files": [vars(one) for one in self.files],
            "missing": self.missing,
        }

    def as_part(self) -> Part:
        """Return the manifest as a file."""
        return Part("", MANIFEST, "What this folder holds, with the SHA-256 of each file", as_json(self.as_json()))


def as_json(data: Any) -> bytes:
    """Return data as a file of JSON; amounts with two decimals, instants with their offset."""
    return (json.dumps(data, indent=2, ensure_ascii=False, default=_as_text) + "\n").encode()


def _as_text(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, (datetime, date)) else str(value)


def new_folder(folder: Path) -> None:
    """Make the folder of an export, for its owner alone.

    Raises:
        Unusable: Something lies there already, or it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise Unusable([InputFault(str(folder), "", "a folder with something in it", "a new or an empty one")])
    except OSError as error:
        found = error.strerror or str(error)
        raise Unusable([InputFault(str(folder), "", found, "a folder that can be written")]) from None


def write_parts(folder: Path, parts: Iterable[Part], manifest: Manifest) -> Iterator[Part]:
    """Write files one after the other, yield each once it is there, and take it down in the manifest.

    Raises:
        OSError: One cannot be written, or would lie outside the folder.
    """
    for part in parts:
        room = file_in(folder, part.room) if part.room else folder
        write_whole(file_in(room, part.name), part.content)
        manifest.add(part)
        yield part


def finish(folder: Path, index: Part, manifest: Manifest) -> None:
    """Write the index, and last of all the manifest: an export without one is not whole. Raises `OSError`."""
    for part in (index, manifest.as_part()):
        write_whole(file_in(folder, part.name), part.content)


def rooms_of(files: Sequence[Written]) -> list[tuple[str, list[Written]]]:
    """Return files by the folder that they lie in, those at the top first."""
    rooms: dict[str, list[Written]] = {"": []}
    for one in files:
        room, _, _ = one.path.rpartition("/")
        rooms.setdefault(room, []).append(one)
    return [(room, ones) for room, ones in rooms.items() if ones]
