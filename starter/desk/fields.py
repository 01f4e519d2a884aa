"""Reads `field=value` from the command line and a message's file into one nested object.

A value is JSON where it parses, else text; where only text may stand, a number is kept as it was typed. A dotted name
is a nested field (`by.name`, `findings.0.acceptable`); a name given twice, or one thing where a list stands, is a list.
Nothing is judged here: whether the object is a message, `compose` says.
"""

import json
from collections.abc import Iterable
from typing import Any

from policy.messages import Message
from starter.desk.shape import is_list, is_text, node_at, schema_of
from starter.problems import Trouble, Unusable

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
    troubles: list[Trouble] = []
    for pair in pairs:
        name, equals, text = pair.partition("=")
        place = _place(name)
        if not equals or not all(str(part) for part in place):
            troubles.append(Trouble(model.NAME, "", repr(pair), EXPECTED_PAIR))
            continue
        given.setdefault(place, []).append(_value(model, place, text))
    fields: dict[str, Any] = {}
    for place, values in given.items():
        if not _put(fields, place, _one_or_list(model, place, values)):
            where = ".".join(str(part) for part in place)
            troubles.append(Trouble(model.NAME, where, "what contradicts another field", EXPECTED_PLACE))
    if troubles:
        raise Unusable(troubles, next_step=f"`accredit schema {model.NAME}` describes its fields.")
    return fields


def read_object(text: str, name: str) -> dict[str, Any]:
    """Read a message's file (or standard input): one JSON object.

    Raises:
        Unusable: It is no JSON, or no object.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
        raise Unusable([Trouble(name, "", f"no JSON ({error})", EXPECTED_OBJECT)]) from None
    if not isinstance(data, dict):
        raise Unusable([Trouble(name, "", f"a JSON {type(data).__name__}", EXPECTED_OBJECT)])
    return data


def merged(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Return `under` with the fields of `over` laid upon it, objects field by field."""
    result = dict(under)
    for name, value in over.items():
        below = result.get(name)
        result[name] = merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return result


def _place(name: str) -> Place:
    return tuple(int(part) if part.isdigit() else part for part in name.strip().split("."))


def _value(model: type[Message], place: Place, text: str) -> Any:
    try:
        value = json.loads(text, parse_constant=str)
    except ValueError:
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
