"""Completes the documents of a message before it is sent: where they are, and the SHA-256 of their content.

The case sees names, addresses and digests, never content: whoever sends a message is the last who can open the file.
"""

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from policy.messages import Message
from policy.verdict import Refused
from starter.desk.shape import Node, node_at, schema_of, ways

SOURCE = "Office rule: a history carries a document's name, place and SHA-256, never its content"


def complete_documents(model: type[Message], fields: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return a message's fields with every document completed.

    A document may be given as its path alone. A `uri` without a scheme is a file relative to `folder` and becomes
    absolute; a missing name is the file's name, a missing `sha256` is computed from the file.

    Raises:
        Refused: `document.unreadable` (no such file, or one that cannot be read), `document.digest_differs`.
    """
    completed = dict(fields)
    for name, value in fields.items():
        if _is_document(model, (name,)):
            completed[name] = _complete(value, folder, name)
        elif _is_document(model, (name, 0)) and isinstance(value, list):
            completed[name] = [_complete(one, folder, f"{name}.{place}") for place, one in enumerate(value)]
    return completed


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_document(model: type[Message], path: tuple[str | int, ...]) -> bool:
    schema = schema_of(model)
    node: Node | None = node_at(schema, path)
    return node is not None and any(way.get("title") == "Document" for way in ways(schema, node))


def _complete(document: Any, folder: Path, where: str) -> Any:
    given = {"uri": document} if isinstance(document, str) else document
    if not isinstance(given, dict) or not isinstance(given.get("uri"), str):
        return document  # no document at all: the message's model says so
    place = urlsplit(given["uri"])
    if place.scheme not in ("", "file"):
        return {"name": unquote(place.path).rpartition("/")[2] or given["uri"], **given}
    path = Path(unquote(place.path)) if place.scheme else folder / given["uri"]
    done = {"name": path.name, **given, "uri": path.resolve().as_uri()}
    if place.scheme and given.get("sha256") and not path.exists():
        return done  # a file of another machine, whose digest its sender vouches for
    return {**done, "sha256": _checked_digest(path, given.get("sha256"), where)}


def _checked_digest(path: Path, claimed: Any, where: str) -> str:
    try:
        digest = sha256_of(path)
    except OSError as error:
        found = f"{where}: {path.resolve()} cannot be read: {error.strerror or error}"
        instead = ("Name a file that exists, relative to this folder.",)
        raise Refused("document.unreadable", found, source=SOURCE, instead=instead) from None
    if claimed is not None and str(claimed).lower() != digest:
        found = f"{where}: {path.name} has the SHA-256 {digest}, the message says {claimed}"
        instead = ("Leave sha256 out: it is computed from the file.",)
        raise Refused("document.digest_differs", found, source=SOURCE, instead=instead)
    return digest
