"""Says what is wrong with a file that was read: field by field, what was found and what is expected."""

import json
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from services.errors import InputFault
from services.message_fields import IN_WORDS, Node, ways, words

LONGEST_SHOWN = 60
"""Characters of a wrong value that are shown."""
MOST_TOLD = 200
"""Errors that are told: nobody mends more of them at once."""
SECRETS = frozenset({"password", "url", "storage", "client_secret"})
"""Fields of which nothing is ever shown (a database's address may hold a password, a store's settings a key)."""
SECRET_SECTIONS = frozenset({"mail", "database", "documents", "security", "portal"})
"""Sections of the office's settings of which no value is shown: a password is easily put into the field beside it."""


def input_faults(
    error: ValidationError, model: type[BaseModel], file: str, elsewhere: Mapping[str, str] | None = None
) -> list[InputFault]:
    """Return every trouble that a model found.

    Args:
        error: What the model raised.
        model: The model, whose schema tells what is expected.
        file: Where the data stood.
        elsewhere: For fields that did not come from the file (dotted names): where they came from instead.
    """
    schema = model.model_json_schema()
    found: dict[str, InputFault] = {}
    for one in error.errors()[:MOST_TOLD]:
        one["loc"] = _without_alternative(one["loc"])
        field = ".".join(str(part) for part in one["loc"] if part != "[key]")
        place = (elsewhere or {}).get(field)
        trouble = InputFault(place or file, "" if place else field, _found(one), _expected(one, schema))
        found.setdefault(field, trouble)
    return list(found.values())


def _without_alternative(path: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Return a path without the name of the alternative (`str-enum[Modality]`) that was tried for its last field."""
    last = path[-1] if path else ""
    return path[:-1] if isinstance(last, str) and last.endswith("]") and last != "[key]" else path


def shown(value: Any) -> str:
    """Return a value as it stood in the file, shortened."""
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]} …"


def _found(error: ErrorDetails) -> str:
    if error["type"] == "missing":
        return "nothing"
    if error["type"] == "extra_forbidden":
        return f"the unknown field {error['loc'][-1]}"
    if error["type"] == "duplicate_id":
        return f"{', '.join(error['input'])} more than once"
    if not SECRETS.isdisjoint(error["loc"]) or not SECRET_SECTIONS.isdisjoint(error["loc"][:1]):
        return "a value that is not shown"
    return shown(error["input"])


def _expected(error: ErrorDetails, schema: Node) -> str:
    kind, message = error["type"], error["msg"].removeprefix("Value error, ")
    if kind == "value_error":  # one of our own validators, whose text says what is expected
        return message
    if kind == "duplicate_id":
        return "each id once"
    if kind == "extra_forbidden":
        return _known_fields(schema, error["loc"])
    node = _node_at(schema, error["loc"])
    pattern = next((way["pattern"] for way in ways(schema, node) if "pattern" in way), None)
    if kind in ("string_pattern_mismatch", "string_type") and pattern in IN_WORDS:
        return IN_WORDS[pattern]
    said = words(schema, node) if node and kind.endswith(("_type", "enum", "literal_error", "_parsing")) else message
    return said.removeprefix("Input should be ")


def _known_fields(schema: Node, path: tuple[int | str, ...]) -> str:
    """Return what may stand in the place of an unknown field; the nearest name, where one is near."""
    known = [name for way in ways(schema, _node_at(schema, path[:-1])) for name in way.get("properties", {})]
    near = get_close_matches(str(path[-1]), known, n=1)
    if near:
        return f"{near[0]} (is that meant?)"
    return f"one of {', '.join(known)}" if known else "no such field"


def _node_at(schema: Node, path: tuple[int | str, ...]) -> Node:
    """Return the part of the schema that a path leads to; nothing where it leads to a name of the file's own."""
    node = schema
    for part in path:
        steps = [_step(way, part) for way in ways(schema, node)]
        node = next((step for step in steps if step), {})
    return node


def _step(node: Node, part: int | str) -> Node:
    if isinstance(part, int):
        step = node.get("items")
    else:
        step = node.get("properties", {}).get(part) or node.get("additionalProperties")
    return step if isinstance(step, dict) else {}
