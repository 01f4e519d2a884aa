"""How large what people send may be, and which signs it may have: checked where it comes in, not where it is read back.

A case keeps its messages and its application for years and decodes them again whenever it is replayed. A bound that
pydantic enforced there would stop every case that took something longer before the bound was set. So a bound stands
with its field, where schemas and help texts find it, and is enforced only by a validation that says that something is
coming in: `Model.model_validate(data, context=INCOMING)`.
"""

import re
from collections.abc import Callable
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

INCOMING = {"incoming": True}
"""The context of a validation of what comes in."""
LARGEST = 100_000
"""Bytes of a whole message or application as JSON. The server takes two million in all that a step of a case writes,
and in all that a case carries into a new run: `workflows.case.carrying` says how many times this has room there.
"""
LARGEST_KEPT = 512 * 1024
"""The same of what a history may hold: it was the bound of what came in before."""
LARGEST_NUMBER = 10**15
"""Of a number in an object of another shape: more than any amount, count or year, and exact in every JSON reader."""
DEEPEST = 16
"""Objects and lists within each other."""
NAME, LINE, WORDS = 200, 500, 4000
"""Characters of a name, of a line, and of a text in a person's own words."""
PROOF = 8000
"""Characters of a proof: its claims name a person, a case and a message, each with a bound of its own."""
FEW, SOME, MANY = 20, 100, 500
"""Entries of a list: people in one room, parts of one unit, locations of one practice."""
TOO_LARGE = "too_large"
"""The kind of the error of what is longer than its bound."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_WHAT_TO_DO = {"characters": "shorten it, or put it into a document", "entries": "leave out what is not needed"}


class OnlyIncoming:
    """Something that is looked at where it comes in, and left as it is where it is read back.

    Written behind a type: `Annotated[str, OnlyIncoming(check)]`. The check gets the value and returns it, or another
    one to keep in its place; it raises a `PydanticCustomError` whose text says what is expected.
    """

    def __init__(self, check: Callable[[Any], Any]) -> None:
        self._check = check

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Look at the value behind everything else that its type says."""
        return core_schema.with_info_after_validator_function(self._look, handler(source))

    def _look(self, value: Any, info: ValidationInfo) -> Any:
        return self._check(value) if is_incoming(info) else value


class AtMost(OnlyIncoming):
    """The most characters of a text, or entries of a list. A text has no control characters either."""

    def __init__(self, most: int) -> None:
        super().__init__(self._within)
        self._most = most

    def _within(self, value: Any) -> Any:
        unit = "characters" if isinstance(value, str) else "entries"
        if len(value) > self._most:
            raise _too_large(f"{self._most:,} {unit} at most, found {len(value):,}: {_WHAT_TO_DO[unit]}")
        return printed(value) if isinstance(value, str) else value

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Say the bound in the schema."""
        shape = handler(schema)
        word = "maxItems" if shape.get("type") == "array" else "maxLength"
        return {**shape, word: min(self._most, shape.get(word, self._most))}


def is_incoming(info: ValidationInfo) -> bool:
    """Return whether a validation is of something that comes in."""
    return bool(info.context and info.context.get("incoming"))


def printed(text: str) -> str:
    """Return a text as it is.

    Raises:
        PydanticCustomError: It has a sign that no paper, terminal or database can hold.
    """
    if found := _CONTROL.search(text):
        raise _wrong(f"no control characters, found U+{ord(found[0]):04X}: type it anew")
    return text


def small(value: Any) -> Any:
    """Return JSON values as they are; for fields that hold an object of another shape.

    Raises:
        PydanticCustomError: A text or a list in them is too long, a number too large, or they lie too deep within
            each other.
    """
    _look_within(value, DEEPEST)
    return value


def _look_within(value: Any, deep: int) -> None:
    if deep < 0:
        raise _wrong(f"{DEEPEST} objects and lists within each other at most")
    if isinstance(value, str):
        AtMost(WORDS)._within(value)
    elif isinstance(value, dict | list | tuple):
        if len(value) > MANY:
            raise _too_large(f"{MANY} entries at most, found {len(value):,}: {_WHAT_TO_DO['entries']}")
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            _look_within(name, deep) if isinstance(name, str) else None
            _look_within(inner, deep - 1)
    elif isinstance(value, int | float) and not abs(value) <= LARGEST_NUMBER:
        raise _too_large(f"a number of at most {LARGEST_NUMBER:,} is expected")


def _too_large(text: str) -> PydanticCustomError:
    return PydanticCustomError(TOO_LARGE, text)


def _wrong(text: str) -> PydanticCustomError:
    return PydanticCustomError("out_of_bounds", text)
