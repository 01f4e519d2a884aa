"""The folder of papers: each lies in a folder of its case, whole or not at all."""

import hashlib
from pathlib import Path

from activities.places import file_of_case, write_whole


def name_of(case_id: str, paper: str) -> str:
    """Return what the books call a paper's file: the case's folder, and the file's name in it."""
    return f"{case_id}/{paper}"


def put(folder: Path, file: str, content: bytes) -> None:
    """Write a paper's file.

    Raises:
        OSError: It cannot be written, or would lie outside the folder.
    """
    write_whole(_place(folder, file), content)


def get(folder: Path, file: str, sha256: str) -> bytes | None:
    """Return a paper's file; None where it is missing or has another digest.

    Raises:
        OSError: It is there and cannot be read, or would lie outside the folder.
    """
    try:
        content = _place(folder, file).read_bytes()
    except FileNotFoundError:
        return None
    return content if digest(content) == sha256 else None


def numbers_in(folder: Path) -> set[str]:
    """Return the numbers of all papers that lie in the folder, whichever case they are of."""
    cases = [place for place in folder.iterdir() if place.is_dir()] if folder.is_dir() else []
    return {file.name.rpartition("-")[0] for place in cases for file in place.glob("*.pdf")}


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file's content, in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _place(folder: Path, file: str) -> Path:
    case_id, _, name = file.partition("/")
    return file_of_case(folder, case_id, name)
