"""What `accredit scenario new` writes: a straight life, chapters that may be taken into it, and their TOML.

The standard library reads TOML and does not write it; a scenario needs little of it, in a form that people go on
editing: one field a line, the parts of a list one below the other.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from services.programs import Application


class Sent(NamedTuple):
    """An event of a scenario: on which day (since the case opened) which message is sent, with which fields.

    `fields` are the message's own and, where an event needs them, `refused`, `via` and `case`.
    """

    day: float
    send: str
    fields: Mapping[str, Any] = {}


class Chapter(NamedTuple):
    """A few events that belong together, and what is said before them."""

    words: Sequence[str]
    events: Sequence[Sent]


class Tale(NamedTuple):
    """A whole skeleton.

    Attributes:
        title: What happens in the straight life.
        opens: The day on which it opens, where its events name years; null: the next morning will do.
        straight: The life that goes through as it is written.
        others: Chapters that may be taken in.
    """

    title: str
    opens: date | None
    straight: Sequence[Chapter]
    others: Sequence[Chapter]


PAID = {"invoice": "$invoice", "amount": "$due", "method": "check"}
"""What pays the newest open invoice in full."""
GIVEN_UP = (
    "Somebody gives up, by a letter that the office enters on their behalf and dates back to the day on which it",
    "arrived. Take it in instead of everything after that day.",
)
REFUSED = (
    "What a rule must refuse: `refused` names it. The case goes on as if nothing had been sent, and the rehearsal",
    "fails if the message is accepted, or refused by another rule.",
)
RENEWED = (
    "The renewal, from its notice on (8 months before the end). It opens a case of its own, to which",
    '`case = "renewal"` sends. Its application is of the kind renewal: here the first one, for a try.',
)


def renewed(application: Application) -> dict[str, Any]:
    """Return an application as one that renews, with what it names alone."""
    told = application.model_copy(update={"kind": "renewal"})
    return told.model_dump(mode="json", exclude_none=True, exclude_defaults=True)


INDENT = "    "
EXPLAINS = "## "
"""Before a line that explains; what stands behind a single `# ` is TOML that can be taken in."""


def written(chapter: Chapter) -> list[str]:
    """Return the lines of a chapter, as part of the story."""
    return [*explained(chapter.words), *_events(chapter)]


def offered(chapter: Chapter) -> list[str]:
    """Return the lines of a chapter that is commented out."""
    return [*explained(chapter.words), *(f"# {line}" if line else "" for line in _events(chapter))]


def explained(words: Sequence[str]) -> list[str]:
    """Return words as comments, and an empty line behind them."""
    return [*(f"{EXPLAINS}{line}" for line in words), ""] if words else []


def _events(chapter: Chapter) -> list[str]:
    lines: list[str] = []
    for event in chapter.events:
        fields = {"day": float(event.day), "send": event.send, **event.fields}
        lines += ["[[event]]", *_body("event", fields), ""]
    return lines


def table(name: str, fields: Mapping[str, Any]) -> list[str]:
    """Return the lines of a table, with the tables below it."""
    return [f"[{name}]", *_body(name, fields), ""]


def _body(name: str, fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield the fields of a table: plain ones first, because what follows a table's head belongs to that table."""
    known = {key: value for key, value in fields.items() if value is not None}
    tables = {key: value for key, value in known.items() if _needs_table(value)}
    for key, one in known.items():
        if key not in tables:
            yield from _field(key, one)
    for key, below in tables.items():
        head = f"[{name}.{key}]" if isinstance(below, Mapping) else f"[[{name}.{key}]]"
        for one in [below] if isinstance(below, Mapping) else below:
            yield from ("", head, *_body(f"{name}.{key}", one))


def _needs_table(value: object) -> bool:
    """Whether a value holds more than fits on a line: an object with objects or several lists in it."""
    if isinstance(value, Mapping):
        return len(inline(value)) > 100 or any(isinstance(part, Mapping) for part in value.values())
    return isinstance(value, list) and any(isinstance(one, Mapping) and _needs_table(one) for one in value)


def _field(key: str, value: Any) -> Iterator[str]:
    if isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        yield f"{key} = ["
        yield from (f"{INDENT}{inline(one)}," for one in value)
        yield "]"
    else:
        yield f"{key} = {inline(value)}"


def inline(value: Any) -> str:
    """Return a value on one line."""
    match value:
        case bool() | int() | float():
            return str(value).lower()
        case date():
            return value.isoformat()
        case Mapping():
            parts = [f"{key} = {inline(one)}" for key, one in value.items() if one is not None]
            return f"{{ {', '.join(parts)} }}" if parts else "{}"
        case list() | tuple():
            return f"[{', '.join(inline(one) for one in value)}]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
