"""The data converter: payloads are the project's models, and what cannot be read is quoted nowhere.

Pydantic says of a wrong value what it is. Where a worker cannot read a payload, that would be a line in its log and a
failure that it reports to the server, with whatever a stranger has put into a message: names, numbers of patients.
Here such a failure says which fields are wrong, and how.
"""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter, pydantic_data_converter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
)

from policy.status import CaseStatus
from policy.terms.register import ON_THE_WIRE
from policy.verdict import Verdict

if TYPE_CHECKING:
    from policy.messages import Message

SHOWN = 10
"""Fields that are named."""
NOT_SHOWN = "…"
"""Stands for a name that came with the payload: of an unknown field, or a key."""


ANSWERS = (Verdict, CaseStatus)
"""What is answered to people and scripts, who may read it as plain JSON: written whole, nulls and empty lists too."""


class LeanJson(PydanticJSONPlainPayloadConverter):
    """Writes models as JSON without what is left at its default, which they find again when they are read.

    A default is therefore for ever, as it was before: older payloads lack the fields that came later.
    """

    def to_payload(self, value: Any) -> Payload | None:
        """Return a value as a payload."""
        if not isinstance(value, BaseModel) or isinstance(value, ANSWERS):
            return super().to_payload(value)
        data = value.__pydantic_serializer__.to_json(value, exclude_defaults=True, context={**ON_THE_WIRE})
        return Payload(metadata={"encoding": self.encoding.encode()}, data=data)

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        """Return the value of a payload; of a message without the fields that this version does not know.

        A history that a later version wrote is read by this one too. Where a message comes in, its validator refuses it
        for them (`Message.unknown`).
        """
        try:
            return super().from_payload(payload, type_hint)
        except ValidationError as error:
            from policy.messages import Message  # here: a command that shows a case reads no message

            if not (isinstance(type_hint, type) and issubclass(type_hint, Message)):
                raise
            return _without_unknown(type_hint, payload.data, error)


def _without_unknown(kind: "type[Message]", data: bytes, error: ValidationError) -> "Message":
    """Return a message that has nothing wrong but fields that its kind does not know. Raises the error otherwise."""
    wrong = error.errors(include_input=False, include_context=False, include_url=False)
    if any(one["type"] != "extra_forbidden" for one in wrong):
        raise error
    values = json.loads(data)
    for one in wrong:
        *path, name = one["loc"]
        place = values
        for part in path:
            place = place[part] if isinstance(part, int) or part in place else None
            if place is None:  # the path names a way of an alternative
                raise error
        del place[name]
    return kind.model_validate(values).without(len(wrong))


_CONVERTERS = tuple(
    LeanJson() if isinstance(one, JSONPlainPayloadConverter) else one
    for one in DefaultPayloadConverter.default_encoding_payload_converters
)
"""Made once: the SDK makes a converter anew for each task of a case, and one of its own would know no model yet."""


class UnreadablePayload(ValueError):
    """A payload that is not what was expected; says which fields are wrong, never what stands in them."""


class ReticentPayloadConverter(CompositePayloadConverter):
    """Reads and writes the project's models, and quotes nothing of what it cannot read."""

    def __init__(self) -> None:
        """Take the SDK's converters, with ours for JSON."""
        super().__init__(*_CONVERTERS)

    def from_payloads(self, payloads: Sequence[Payload], type_hints: list[type] | None = None) -> list[Any]:
        """Return the values of payloads.

        Raises:
            UnreadablePayload: One of them is not of its type.
        """
        try:
            return super().from_payloads(payloads, type_hints)
        except ValidationError as error:
            names = frozenset(name for hint in type_hints or () for name in field_names(hint))
            told = told_without_values(error, names)
        except Exception as error:  # another encoding, for example, whose name the sender chose
            told = f"a payload cannot be read ({type(error).__name__})"
        raise UnreadablePayload(told) from None


def told_without_values(error: ValidationError, names: frozenset[str]) -> str:
    """Return what is wrong by fields and kinds of trouble, for example `2 fields wrong: by.name (missing) …`.

    Args:
        error: What a model raised.
        names: The names that may be told; every other one came with the payload.
    """
    wrong = error.errors(include_input=False, include_context=False, include_url=False)
    shown = [f"{_place(one['loc'], names)} ({one['type']})" for one in wrong[:SHOWN]]
    more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
    return f"{len(wrong)} field{'s' if len(wrong) > 1 else ''} wrong: {', '.join(shown)}{more}"


def _place(path: tuple[int | str, ...], names: frozenset[str]) -> str:
    return ".".join(str(part) if isinstance(part, int) or part in names else NOT_SHOWN for part in path) or "all of it"


@cache
def field_names(hint: Any) -> frozenset[str]:
    """Return the names of all fields that a type and what it consists of have."""
    try:
        return frozenset(_names(TypeAdapter(hint).json_schema()))
    except Exception:  # no type that can be described: then no name is told
        return frozenset()


def _names(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from node.get("properties", {})
        for part in node.values():
            yield from _names(part)
    elif isinstance(node, list):
        for part in node:
            yield from _names(part)


class ClosedDataConverter(DataConverter):
    """Follows no reference to a store of large payloads: the office has none, so that only a stranger can send one.

    The SDK would raise before anything else looks at it, and fail the task of the case again and again. As it came it
    is a payload of an encoding that nobody reads.
    """

    async def _decode_reference_payload_sequence(self, payloads: Sequence[Payload]) -> list[Payload]:
        return list(payloads)

    async def _external_retrieve_payload_sequence(self, payloads: Sequence[Payload]) -> list[Payload]:
        return list(payloads)


def data_converter() -> DataConverter:
    """Return the converter of every client, worker and replay."""
    given = pydantic_data_converter
    return ClosedDataConverter(
        payload_converter_class=ReticentPayloadConverter, failure_converter_class=given.failure_converter_class
    )
