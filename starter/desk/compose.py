"""Makes a message of what a sender typed: fills in what may be left out, and says all that is wrong at once."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from policy.messages import OFFICE, Message, Role, StartRenewal
from starter.desk.documents import complete_documents
from starter.desk.shape import known_fields, messages, node_at, schema_of, words
from starter.files import read_application
from starter.problems import Trouble, Unusable

LONGEST_SHOWN = 60
"""Characters of a wrong value that an error shows."""
SAID_BY_WORDS = {"missing", "enum", "literal_error", "bool_parsing", "bool_type", "string_type", "tuple_type"}
"""Kinds of errors to which pydantic's own sentence would add nothing."""


def message_named(name: str) -> type[Message]:
    """Return the message of that name.

    Raises:
        Unusable: There is none; the problem lists those that exist.
    """
    known = messages()
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=1)
    raise Unusable(
        [Trouble("MESSAGE", "", repr(name), f"one of {', '.join(known)}")],
        next_step=f"Did you mean {near[0]}?" if near else "",
    )


def compose(model: type[Message], fields: Mapping[str, Any], *, folder: Path, user: str | None) -> Message:
    """Return the message, completed: its id, who speaks, when it was received (now), and its documents.

    Args:
        model: Which message.
        fields: What the sender gave, as JSON values.
        folder: Where relative documents lie.
        user: The name of whoever works at this desk, who speaks for the office where nothing else is said.

    Raises:
        Unusable: It is not that message; every trouble is named, and the fields that it knows. Or the application of
            a renewal, whose file may be named, cannot be read.
        Refused: A document cannot be read, or is not the one that its digest says.
    """
    filled = {
        "message_id": uuid4().hex,
        "received_at": datetime.now(UTC).isoformat(),
        **{name: value for name, value in fields.items() if name != "received_at" or value is not None},
        **_speakers(model, fields, user),
    }
    filled = complete_documents(model, _with_application(model, filled, folder), folder)
    try:
        return model.model_validate(filled)
    except ValidationError as error:
        raise Unusable(troubles_of(error, model), next_step=fields_in_words(model)) from None


def _with_application(model: type[Message], fields: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return the fields of a renewal with its application read, where its file is named.

    Raises:
        Unusable: The file is no application.
    """
    named = fields.get("application")
    if model is not StartRenewal or not isinstance(named, str):
        return fields
    return {**fields, "application": read_application(folder / named).model_dump(mode="json")}


def fields_in_words(model: type[Message]) -> str:
    """Return the list of a message's fields, for a person who has just got one wrong."""
    return "\n".join([f"The fields of {model.NAME}:", *(f"  {line}" for line in known_fields(model))])


def _speakers(model: type[Message], fields: Mapping[str, Any], user: str | None) -> dict[str, Any]:
    """Return `by` (and `on_behalf_of`, where given) with the roles that the message suggests.

    What both may send is the office's, unless somebody is named: whoever works at this desk needs no name there.
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


def troubles_of(error: ValidationError, model: type[Message]) -> list[Trouble]:
    """Say, field by field, what was found and what is expected."""
    schema = schema_of(model)
    said: dict[str, Trouble] = {}
    for one in error.errors():
        path = tuple(one["loc"])
        while path and node_at(schema, path) is None and one["type"] != "extra_forbidden":
            path = path[:-1]  # the rest names an alternative of a union, not a field
        field = ".".join(str(part) for part in path)
        expected = _expected(one, field, words(schema, node_at(schema, path)))
        said.setdefault(field, Trouble(model.NAME, field, _found(one["type"], one["input"]), expected))
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
