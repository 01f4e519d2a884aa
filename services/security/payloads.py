"""Every payload in a message of Temporal's API: a history, a description, a failure."""

from collections.abc import Iterator
from typing import Any

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload, SearchAttributes
from temporalio.api.history.v1 import History, MarkerRecordedEventAttributes
from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter

from services.security.codec import ENCODING, ENCRYPTED, KEY_ID, HistoryCodec

RESULT = "result"
"""What a marker tells of a local activity beside the SDK's own words (its name, its times), which no codec encodes."""


def payloads_in(message: Message) -> Iterator[Payload]:
    """Yield the payloads in a message that a codec encodes, wherever they stand; search attributes are none."""
    if isinstance(message, Payload):
        yield message
    elif isinstance(message, MarkerRecordedEventAttributes):
        yield from message.details[RESULT].payloads if RESULT in message.details else ()
    elif not isinstance(message, SearchAttributes):
        for field, value in message.ListFields():
            for part in _messages(field, value):
                yield from payloads_in(part)


def _messages(field: Any, value: Any) -> Iterator[Message]:
    if field.message_type is None:
        return
    if field.message_type.GetOptions().map_entry:
        yield from (part for part in value.values() if isinstance(part, Message))
    elif isinstance(value, Message):
        yield value
    else:
        yield from value


def keys_in(message: Message) -> set[str]:
    """Return the ids of the keys under which a message's payloads are encrypted; that of plain ones is empty."""
    return {
        payload.metadata.get(KEY_ID, b"").decode("ascii", "replace") if _is_encrypted(payload) else ""
        for payload in payloads_in(message)
    }


def _is_encrypted(payload: Payload) -> bool:
    return payload.metadata.get(ENCODING) == ENCRYPTED


async def see_keys(history: WorkflowHistory, converter: DataConverter) -> None:
    """See that a converter has every key that a history needs: one payload for each is decoded.

    Raises:
        KeyMissing: One is not there.
        NotDecoded: What is encrypted with it does not open.
    """
    codec, seen = converter.payload_codec, {b""}
    for payload in payloads_in(History(events=history.events)) if codec else ():
        if codec and (key := payload.metadata.get(KEY_ID, b"")) not in seen:
            seen.add(key)
            await codec.decode([payload])


def decoded_history(history: WorkflowHistory, codec: HistoryCodec) -> WorkflowHistory:
    """Return a history with every payload as it was before it was encoded. Raises what the codec raises."""
    whole = History()
    for event in history.events:
        whole.events.add().CopyFrom(event)
    for payload in payloads_in(whole):
        payload.CopyFrom(codec.decoded(payload))
    return WorkflowHistory(history.workflow_id, list(whole.events))
