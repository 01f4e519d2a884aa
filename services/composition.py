"""Makes a message of what a sender gave: fields and files are read, what may be left out is filled in.

The case sees names, addresses and digests, never content: whoever sends a message is the last who can open the file.

A value is JSON where it parses, else text; where only text may stand, a number is kept as it was typed. A dotted name
is a nested field (`by.name`, `findings.0.acceptable`); a name given twice, or one thing where a list stands, is a list.
Nothing is judged here: whether the object is a message, `compose` says.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from policy.bounds import INCOMING, LARGEST, TOO_LARGE
from policy.documents import judge_addresses
from policy.incoming import fields_too_large, judge_size, size_of, too_large
from policy.messages import OFFICE, Message, Role, StartRenewal
from policy.phi.in_messages import judge_private
from policy.verdict import Refused
from services.errors import InputFault, Unusable
from services.input.files import json_values, nests_too_deep
from services.message_fields import Node, is_list, is_text, known_fields, messages, node_at, schema_of, ways, words

MessageT = TypeVar("MessageT", bound=Message)
SOURCE = "Office rule: a history carries a document's name, place and SHA-256, never its content"
NEWEST_INVOICE = "$invoice"
"""In the place of an invoice's number, where a whole life is written down: the newest one that is not fully paid."""
ALL_DUE = "$due"
"""In the place of an amount, likewise: what is still due on that invoice."""


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


def names_files(model: type[Message], fields: Mapping[str, Any]) -> bool:
    """Whether what was given for a message names a document, or an application's file."""
    documents = any(_is_document(model, (name,)) or _is_document(model, (name, 0)) for name in fields)
    return documents or (model is StartRenewal and isinstance(fields.get("application"), str))


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


LONGEST_SHOWN = 60
"""Characters of a wrong value that an error shows."""
MOST_TOLD = 200
"""Errors that are told: nobody mends more of them at once."""
SAID_BY_WORDS = {
    "missing", "enum", "literal_error", "bool_parsing", "bool_type", "string_type", "tuple_type",
    "string_pattern_mismatch", "int_parsing", "decimal_parsing",
}  # fmt: skip
"""Kinds of errors to which pydantic's own sentence would add nothing."""
ALSO_CALLED = {"credit_invoice": "issue_credit_note"}
"""Messages by a second name, under which a sender may know them; a case hears of the first alone."""


def message_named(name: str) -> type[Message]:
    """Return the message of that name.

    Raises:
        Unusable: There is none; the problem lists those that exist.
    """
    known = messages()
    if (kind := known.get(ALSO_CALLED.get(name, name))) is not None:
        return kind
    near = get_close_matches(name, known, n=1)
    raise Unusable(
        [InputFault("MESSAGE", "", repr(name), f"one of {', '.join(known)}")],
        next_step=f"Did you mean {near[0]}?" if near else "",
    )


def compose(model: type[MessageT], fields: Mapping[str, Any], *, folder: Path, user: str | None) -> MessageT:
    """Return the message, completed: its id, who speaks, when it was received (now), and its documents.

    Args:
        model: Which message.
        fields: What the sender gave, as JSON values.
        folder: Where relative documents lie.
        user: The name of whoever works at this computer, who speaks for the office where nothing else is said.

    Raises:
        Unusable: It is not that message; every trouble is named, and the fields that it knows.
        Refused: It is too large (`message.too_large`), a document cannot be read or is not the one that its digest
            says, its address holds a secret, or a text identifies a patient (`message.contains_phi`).
    """
    _not_too_large(model, fields)
    filled = {
        "message_id": uuid4().hex,
        "received_at": datetime.now(UTC).isoformat(),
        **{name: value for name, value in fields.items() if name != "received_at" or value is not None},
        **_speakers(model, fields, user),
    }
    filled = complete_documents(model, filled, folder)
    try:
        message = model.model_validate(filled, context=INCOMING)
    except ValidationError as error:
        if {one["type"] for one in error.errors()} == {TOO_LARGE}:
            told = troubles_of(error, model)
            raise fields_too_large([f"{one.field}: {one.expected}" for one in told]) from None
        raise Unusable(troubles_of(error, model), next_step=fields_in_words(model)) from None
    judge_addresses(message)
    judge_size(message)
    judge_private(message)
    return message


def _not_too_large(model: type[Message], fields: Mapping[str, Any]) -> None:
    """Refuse what no case can keep before anything is done with it.

    Raises:
        Refused: `message.too_large` as a whole.
        Unusable: It is nested too deep, or holds half a character.
    """
    try:
        json.dumps(dict(fields), default=str, ensure_ascii=False).encode()
        size = size_of(dict(fields))
    except RecursionError:
        found, expected = "objects or lists within each other without end", "the fields of the message"
    except UnicodeEncodeError:
        found, expected = "half of a character (a lone surrogate)", "text in whole characters"
    else:
        if size <= LARGEST:
            return
        most_in = max(fields, key=lambda name: size_of(fields[name]))
        raise too_large("message", size, LARGEST, most_in)
    raise Unusable([InputFault(model.NAME, "", found, expected)])


def fields_in_words(model: type[Message]) -> str:
    """Return the list of a message's fields, for a person who has just got one wrong."""
    return "\n".join([f"The fields of {model.NAME}:", *(f"  {line}" for line in known_fields(model))])


def _speakers(model: type[Message], fields: Mapping[str, Any], user: str | None) -> dict[str, Any]:
    """Return `by` (and `on_behalf_of`, where given) with the roles that the message suggests.

    What both may send is the office's, unless somebody is named: whoever works at this computer needs no name there.
    """
    entered_for = fields.get("on_behalf_of")
    by = fields.get("by", {})
    for_office = model.SENDERS == OFFICE or (Role.ACR in model.SENDERS and not by)
    party = Role.ACR if for_office else Role.FACILITY
    speakers: dict[str, Any] = {}
    if isinstance(by, dict):
        by = {"role": (Role.ACR if entered_for else party).value, **by}
        speakers["by"] = {"name": user, **by} if by["role"] == Role.ACR and user else by
    if isinstance(entered_for, dict):
        speakers["on_behalf_of"] = {"role": Role.FACILITY.value, **entered_for}
    return speakers


def troubles_of(error: ValidationError, model: type[Message]) -> list[InputFault]:
    """Say, field by field, what was found and what is expected."""
    schema = schema_of(model)
    said: dict[str, InputFault] = {}
    for one in error.errors()[:MOST_TOLD]:
        path = tuple(one["loc"])
        while path and node_at(schema, path) is None and one["type"] != "extra_forbidden":
            path = path[:-1]  # the rest names an alternative of a union, not a field
        field = ".".join(str(part) for part in path)
        expected = _expected(one, field, words(schema, node_at(schema, path)))
        said.setdefault(field, InputFault(model.NAME, field, _found(one["type"], one["input"]), expected))
    return list(said.values())


def _found(kind: str, value: Any) -> str:
    if kind == "missing":
        return "nothing"
    shown = json.dumps(value, default=str, ensure_ascii=False)
    return shown if len(shown) <= LONGEST_SHOWN else shown[:LONGEST_SHOWN] + " …"


def _expected(error: ErrorDetails, field: str, expected: str) -> str:
    kind = error["type"]
    if kind == "extra_forbidden":
        return "one of its fields"
    if field == "by.name" and kind == "missing":
        return f"{expected}: --by-name; what the office enters for somebody has --for-name NAME --reason TEXT"
    if kind in SAID_BY_WORDS or "isoformat" in error["msg"]:  # Python's words for what is no date
        return expected
    return f"{expected} ({error['msg'].removeprefix('Value error, ')})"


Place = tuple[str | int, ...]
"""Where in a message a field stands: names, and numbers within lists."""
EXPECTED_PAIR = "field=value, for example amount=1250.00 or by.name='Ann Sample'"
EXPECTED_PLACE = "each field as a whole or in parts, the parts of a list counted from 0 without a gap"
EXPECTED_OBJECT = 'one JSON object with the fields of the message, for example {"amount": "1250.00"}'


def read_fields(model: type[Message], pairs: Iterable[str]) -> dict[str, Any]:
    """Read `field=value` pairs.

    Raises:
        Unusable: A pair has no `=`, no name, or contradicts another one (`by=x by.name=y`).
    """
    given: dict[Place, list[Any]] = {}
    troubles: list[InputFault] = []
    for pair in pairs:
        name, equals, text = pair.partition("=")
        place = _place(name)
        if not equals or not all(str(part) for part in place):
            troubles.append(InputFault(model.NAME, "", repr(pair), EXPECTED_PAIR))
            continue
        given.setdefault(place, []).append(_value(model, place, text))
    fields: dict[str, Any] = {}
    for place, values in given.items():
        if not _put(fields, place, _one_or_list(model, place, values)):
            where = ".".join(str(part) for part in place)
            troubles.append(InputFault(model.NAME, where, "what contradicts another field", EXPECTED_PLACE))
    if troubles:
        raise Unusable(troubles, next_step=f"`accredit schema {model.NAME}` describes its fields.")
    return fields


def read_object(text: str, name: str) -> dict[str, Any]:
    """Read a message's file (or standard input): one JSON object.

    Raises:
        Unusable: It is no JSON, or no object.
    """
    data = json_values(text.removeprefix("\ufeff"), name, EXPECTED_OBJECT)
    if not isinstance(data, dict):
        raise Unusable([InputFault(name, "", f"a JSON {type(data).__name__}", EXPECTED_OBJECT)])
    return data


def merged(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Return `under` with the fields of `over` laid upon it, objects field by field."""
    result = dict(under)
    for name, value in over.items():
        below = result.get(name)
        result[name] = merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return result


def _place(name: str) -> Place:
    return tuple(int(part) if re.fullmatch("[0-9]{1,6}", part) else part for part in name.strip().split("."))


def _value(model: type[Message], place: Place, text: str) -> Any:
    if nests_too_deep(text):
        return text
    try:
        value = json.loads(text, parse_constant=str)
    except (ValueError, RecursionError):
        return text
    schema = schema_of(model)
    node = node_at(schema, place)
    if is_list(schema, node) and not isinstance(value, list):
        node = node_at(schema, (*place, 0))
    return value if value is None or isinstance(value, str) or not is_text(schema, node) else text


def _one_or_list(model: type[Message], place: Place, values: list[Any]) -> Any:
    schema = schema_of(model)
    if not is_list(schema, node_at(schema, place)):
        return values[0] if len(values) == 1 else values
    return [item for value in values for item in (value if isinstance(value, list) else [value])]


def _put(fields: dict[str, Any], place: Place, value: Any) -> bool:
    """Put a value at its place; False where something else stands in the way."""
    inside: Any = fields
    for part, following in zip(place, (*place[1:], None), strict=True):
        last = following is None
        empty: Any = value if last else [] if isinstance(following, int) else {}
        if isinstance(part, int) and isinstance(inside, list):
            if part > len(inside) or (last and part < len(inside)):
                return False
            if part == len(inside):
                inside.append(empty)
        elif isinstance(inside, dict) and isinstance(part, str):
            if last and part in inside:
                return False
            inside.setdefault(part, empty)
        else:
            return False
        inside = inside[part]
    return True
