"""What is judged of a message where it comes in, before any rule of its subject: its size, its texts, its times.

A validator does that, which leaves no trace in a history and is not asked in a replay, so that a message which a case
took before a bound was set is one that it has taken. Only what no validator sees is judged in the case itself, and so
again in each replay: a signal, and what comes before the case has opened. A bound that becomes narrower needs a new
rules revision for these.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from policy.bounds import INCOMING, LARGEST
from policy.dates import exists, not_left_out
from policy.messages import Message
from policy.messages.values import EARLIEST_YEAR
from policy.rules import refuse


def judge_incoming(message: Message, zone: ZoneInfo) -> None:
    """Judge a message that has just come in.

    Args:
        message: The message.
        zone: The office's time zone.

    Raises:
        Refused: `message.too_large`, `message.date_out_of_range` or `message.no_such_time`.
    """
    for field, when in _times(message):
        _judge_year(field, when)
        judge_time(field, when, zone)
    judge_size(message)


def judge_size(message: Message) -> None:
    """Judge that a message is not too large, as a whole and in every field.

    Raises:
        Refused: `message.too_large`.
    """
    whole = message.model_dump(mode="json")
    size = len(json.dumps(whole, ensure_ascii=False).encode("utf-8", "replace"))
    if size > LARGEST:
        raise refuse(
            "message.too_large",
            f"The message has {size:,} bytes; {LARGEST:,} at most are taken.",
            "Put long texts into a document and send its name.",
        )
    try:
        type(message).model_validate(whole, context=INCOMING)
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_input=False)]
        raise refuse("message.too_large", f"{'; '.join(wrong)}.", "Mend what is named and send it again.") from None


def judge_time(field: str, when: date | datetime, zone: ZoneInfo) -> None:
    """Judge that the clocks show a date-time which names no offset.

    Raises:
        Refused: `message.no_such_time`.
    """
    if isinstance(when, datetime) and not exists(when, zone):
        said, shown = when.isoformat(" ", "minutes"), not_left_out(when, zone).isoformat(timespec="minutes")
        raise refuse(
            "message.no_such_time",
            f"{field}: the clocks of {zone.key} never show {said}; they are put forward over it.",
            f"Say {shown}, or name the offset.",
        )


def _judge_year(field: str, when: date) -> None:
    if when.year < EARLIEST_YEAR:
        raise refuse(
            "message.date_out_of_range",
            f"{field} lies in the year {when.year}.",
            f"Give a date from {EARLIEST_YEAR} on.",
        )


def _times(message: Message) -> Iterator[tuple[str, date | datetime]]:
    """Yield the dates and date-times of a message, with the names of their fields."""
    yield from ((name, value) for name, value in message if isinstance(value, date))
