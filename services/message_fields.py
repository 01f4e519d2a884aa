"""What a message consists of, in words: for help, for reading `field=value`, and for errors that say what is expected.

Everything is read from the message's own model (its JSON schema), so that no second list of fields can go stale.
"""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # who only reads settings needs no message
    from policy.messages import Message

Node = dict[str, Any]
"""A part of a JSON schema."""
IN_WORDS = {
    "^[A-Za-z0-9_-]+$": "letters, digits, underscores and hyphens only",
    r"^[^@\s]+@[^@\s]+\.[^@\s]+$": "an e-mail address",
    r"^\d{1,9}(\.\d{2})?$": 'an amount in US dollars such as "2900.00"',
    "^[0-9a-fA-F]{64}$": "64 hexadecimal digits",
}
"""Patterns of texts, as a person reads them."""


@cache
def messages() -> "dict[str, type[Message]]":
    """Return every message by its name, in the order in which they are defined."""
    from policy.messages import Message

    return {model.NAME: model for model in Message.__subclasses__()}


@cache
def schema_of(model: "type[Message]") -> Node:
    """Return the JSON schema of a message."""
    return model.model_json_schema()


def node_at(schema: Node, path: Sequence[str | int]) -> Node | None:
    """Return the part of the schema that a path leads to, or None where the message knows no such field."""
    node = schema
    for part in path:
        inner = next((found for way in ways(schema, node) if (found := _step(way, part)) is not None), None)
        if inner is None:
            return None
        node = inner
    return node


def _step(node: Node, part: str | int) -> Node | None:
    inner = node.get("items") if isinstance(part, int) else node.get("properties", {}).get(part)
    if inner is None and node.get("additionalProperties") is True:
        return {}
    return inner if isinstance(inner, dict) else None


def ways(schema: Node, node: Node) -> list[Node]:
    """Return what may stand at a node: its alternatives without null, with references followed."""
    if "$ref" in node:
        return ways(schema, schema["$defs"][node["$ref"].rpartition("/")[2]])
    if "anyOf" in node:
        return [way for part in node["anyOf"] if part.get("type") != "null" for way in ways(schema, part)]
    return [node]


def is_text(schema: Node, node: Node | None) -> bool:
    """Whether only text may stand there (a number typed there is meant as text: an invoice number, a date)."""
    return node is not None and all(way.get("type") == "string" for way in ways(schema, node))


def is_list(schema: Node, node: Node | None) -> bool:
    """Whether a list stands there."""
    return node is not None and any(way.get("type") == "array" for way in ways(schema, node))


def words(schema: Node, node: Node | None) -> str:
    """Say what is expected at a node, for example `one of upload, cd, film`."""
    if not node:
        return "any JSON value"
    said = [_say(schema, way) for way in ways(schema, node)]
    if "a number" in said and len(said) > 1:  # how pydantic describes a Decimal: a number or its text
        return "an amount such as 1250.00"
    return " or ".join(dict.fromkeys(said))


def _say(schema: Node, way: Node) -> str:
    if "enum" in way:
        return "one of " + ", ".join(str(value) for value in way["enum"])
    match way.get("type"):
        case "string":
            return _say_text(way)
        case "boolean":
            return "true or false"
        case "integer" | "number":
            return "a number"
        case "array":
            return f"a list, each {words(schema, way['items'])}"
        case "object" if "properties" in way:
            names = [name + ("" if name in way.get("required", []) else "?") for name in way["properties"]]
            return "{" + ", ".join(names) + "}"
        case _:
            return "a JSON object"


def _say_text(way: Node) -> str:
    if "const" in way:
        return str(way["const"])
    match way.get("format"):
        case "date-time":
            return "a date-time such as 2028-05-01T10:30-04:00"
        case "date":
            return "a date such as 2028-05-01"
    if "pattern" not in way:
        return "text"
    return IN_WORDS.get(way["pattern"], f"text that matches {way['pattern']}")


def known_fields(model: "type[Message]") -> list[str]:
    """Return one line for each field of a message: its name, whether it is required, what is expected, its meaning."""
    schema = schema_of(model)
    required = set(schema.get("required", [])) - {"message_id", "by"}
    return [
        f"{name}{' (required)' if name in required else ''}: {words(schema, node)}. {node['description']}"
        for name, node in schema["properties"].items()
    ]
