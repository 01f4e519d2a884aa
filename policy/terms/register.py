"""The forms of shipped editions that a history names by their digest, instead of holding seven thousand bytes of them.

A form is the JSON of a whole edition, without what is left at its default. It lies in `policy/editions/kept`, called by
its SHA-256: what a digest stands for never changes, whatever becomes of the file that the edition was read from. A form
is never taken away either, because a case names it for as long as its history is kept; `python -m tools.editions` adds
those that are missing, and a test sees that none is. An edition without a form (one that a test makes up, or an
office's own) is carried whole.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

ON_THE_WIRE: Mapping[str, bool] = {"on_the_wire": True}
"""The context of a serialisation for a history: there a model may name what it need not repeat."""
DIGEST = "digest"
NAMED = frozenset({"edition", "program", DIGEST})
"""The fields of an edition that is named."""


def is_on_the_wire(context: Any) -> bool:
    """Whether a model is written for a history."""
    return isinstance(context, Mapping) and bool(context.get("on_the_wire"))


def digest_of(form: bytes) -> str:
    """Return what a form is called by."""
    return hashlib.sha256(form).hexdigest()


@cache
def kept_forms() -> dict[str, bytes]:
    """Return the forms by their digests; a file that is not what its name says counts as missing."""
    found = {}
    for file in (files("policy") / "editions" / "kept").iterdir():
        if file.name.endswith(".json"):
            form = file.read_bytes()
            digest = digest_of(form)
            if file.name.endswith(f"{digest}.json"):
                found[digest] = form
    return found


@cache
def values_of(digest: str) -> dict[str, Any] | None:
    """Return the values of a form that is kept; None where none has that digest. Not to be changed."""
    form = kept_forms().get(digest)
    values: dict[str, Any] | None = json.loads(form) if form is not None else None
    return values
