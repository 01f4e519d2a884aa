"""The folder of papers: each lies in a folder of its case, whole or not at all."""

import hashlib
import os
import threading
from pathlib import Path


def put(folder: Path, file: str, content: bytes) -> None:
    """Write a paper's file.

    Raises:
        OSError: It cannot be written.
    """
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    # Two attempts at one notice may overlap: each writes a draft of its own.
    draft = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.part")
    with draft.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(path)


def get(folder: Path, file: str, sha256: str) -> bytes | None:
    """Return a paper's file; None where it is missing or has another digest.

    Raises:
        OSError: It is there and cannot be read.
    """
    try:
        content = (folder / file).read_bytes()
    except FileNotFoundError:
        return None
    return content if digest(content) == sha256 else None


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file's content, in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()
