"""What is judged of a message where it comes in, before any rule of its subject: its size, its texts, its times.

A validator does that, which leaves no trace in a history and is not asked in a replay, so that a message which a case
took before a bound was set is one that it has taken. Only what no validator sees is judged in the case itself, and so
again in each replay: a signal, and by the office's clock what comes before the case has opened. There the bound of a
history holds (`LARGEST_KEPT`), because a case must find again in each replay what it found the first time.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from policy.bounds import INCOMING, LARGEST, NAME, SOME
from policy.dates import exists, not_left_out
from policy.identity import parse_accreditation_id, parse_designation_id
from policy.messages import Message
from policy.messages.values import EARLIEST_YEAR, YEARS_AHEAD
from policy.rules import refuse
from policy.verdict import Refused


def judge_incoming(message: Message, zone: ZoneInfo | None, *, largest: int = LARGEST) -> None:
    """Judge a message that has just come in.

    Args:
        message: The message.
        zone: The office's time zone; None where it is not known yet, because the case has not opened.
        largest: Bytes of the message as JSON. A judgement that a replay repeats passes `LARGEST_KEPT`.

    Raises:
        Refused: `message.too_large`, `message.date_out_of_range` or `message.no_such_time`.
    """
    for field, when in _times(message):
        _judge_year(field, when)
        if zone is not None:
            judge_time(field, when, zone)
    judge_size(message, largest=largest)


def judge_size(message: Message, *, largest: int = LARGEST) -> None:
    """Judge that a message is not too large, as a whole and in every field.

    Raises:
        Refused: `message.too_large`.
    """
    whole = message.model_dump(mode="json")
    _judge_whole("message", whole, largest)
    _judge_fields(type(message), whole)


def judge_opening(
    application: BaseModel,
    *,
    opened_at: datetime | None,
    now: datetime,
    position: int = 1,
    siblings: Sequence[str] = (),
    predecessor: str | None = None,
) -> None:
    """Judge what a case is opened with, by whatever client: its application's size and fields, and the rest of it.

    Never in a workflow: a case that was opened with more before this was judged goes on.

    Args:
        application: The application.
        opened_at: The instant as of which it begins; None: now.
        now: The instant (UTC) of the judgement.
        position: The unit's place in its application.
        siblings: The cases of the application's other units.
        predecessor: The case that it renews.

    Raises:
        Refused: `message.too_large`, `message.date_out_of_range` or `application.incomplete`.
    """
    judge_application(application)
    if opened_at is not None and not EARLIEST_YEAR <= opened_at.year <= now.year + YEARS_AHEAD:
        raise refuse(
            "message.date_out_of_range",
            f"The case would begin in the year {opened_at.year}.",
            f"Give a day from {EARLIEST_YEAR} on and at most {YEARS_AHEAD} years ahead.",
        )
    if not 1 <= position <= SOME or len(siblings) > SOME:
        raise refuse("message.too_large", f"An application opens {SOME} cases at most.", "File more applications.")
    for case_id in [*siblings, *([predecessor] if predecessor else [])]:
        if len(case_id) > NAME or not (parse_accreditation_id(case_id) or parse_designation_id(case_id)):
            raise refuse("application.incomplete", "The opening names a case by what is no case's id.")


def judge_application(application: BaseModel) -> None:
    """Judge that an application is not too large, as a whole and in every field.

    Raises:
        Refused: `message.too_large`.
    """
    whole = application.model_dump(mode="json")
    _judge_whole("application", whole, LARGEST)
    _judge_fields(type(application), whole)


def size_of(values: Any) -> int:
    """Return how many bytes JSON values have as JSON."""
    return len(json.dumps(values, ensure_ascii=False, default=str, separators=(",", ":")).encode("utf-8", "replace"))


def too_large(what: str, size: int, largest: int, most_in: str = "") -> Refused:
    """Return the refusal of something that is too large as a whole; `most_in`: the field that is largest."""
    where = f", most of them in {most_in}" if most_in else ""
    return refuse(
        "message.too_large",
        f"The {what} has {size:,} bytes{where}; {largest:,} bytes at most are taken.",
        "Put long texts into a document and send its name.",
    )


def fields_too_large(wrong: Sequence[str]) -> Refused:
    """Return the refusal of fields that are too large, each named with its bound."""
    return refuse("message.too_large", f"{'; '.join(wrong)}.", "Mend what is named and send it again.")


def _judge_whole(what: str, whole: Any, largest: int) -> None:
    if (size := size_of(whole)) > largest:
        raise too_large(what, size, largest)


def _judge_fields(kind: type[BaseModel], whole: Any) -> None:
    try:
        kind.model_validate(whole, context=INCOMING)
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_input=False)]
        raise fields_too_large(wrong) from None


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
