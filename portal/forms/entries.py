"""What a form asks: the fields of a message, from its JSON schema, each with a label, help, and how it is answered."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from pydantic import BaseModel

from policy.messages import Message
from services.message_fields import Node, schema_of, ways, words
from services.words import plain

Choices = Mapping[str, tuple[tuple[str, str], ...]]
"""What may be chosen where a field holds something of the case: by its place (`findings.area`), values and words."""


class Kind(StrEnum):
    """How a field is answered."""

    LINE = "line"
    TEXT = "text"
    BOX = "box"
    YES_NO = "yes_no"
    CHOICE = "choice"
    SEVERAL = "several"
    DAY = "day"
    WHEN = "when"
    AMOUNT = "amount"
    NUMBER = "number"
    DOCUMENTS = "documents"
    JSON = "json"
    ROWS = "rows"
    GROUP = "group"


@dataclass(frozen=True)
class Entry:
    """A field of a form.

    Attributes:
        key: Its name in the object that it belongs to; empty for what a list's rows are.
        place: Its name in the message, without the numbers of rows: `findings.area`.
        label: What it is called.
        help: What it means, and what is expected.
        kind: How it is answered.
        required: Whether the message is none without it.
        options: What may be chosen, and its words.
        parts: The fields of a group; of rows one alone: what each row is.
        many: Whether several documents may be given.
    """

    key: str
    place: str
    label: str
    help: str
    kind: Kind
    required: bool = False
    options: tuple[tuple[str, str], ...] = ()
    parts: tuple["Entry", ...] = ()
    many: bool = False

    @property
    def row(self) -> "Entry":
        """What each row is."""
        return self.parts[0]


ENVELOPE = ("on_behalf_of", "received_at", "reason")
"""What every message of the office may have beside its own fields."""
UNASKED = frozenset({"by", "message_id", "proof", "closed_run", "known"})
"""What is known: who speaks, under which id, and how it is proved."""
OWN_REASON = frozenset({"withdraw_case", "quote_fee"})
"""Messages whose reason is their own, although they may leave it out."""
LONG = 1000
"""Characters from which on a text gets several lines."""
LABELS = {
    "again": "This is another payment",
    "areas.id": "Area id",
    "id": "Facility id",
    "mqsa": "MQSA certificate",
    "practice.id": "Practice id",
    "units.id": "Unit id",
    "changes": "Changes (JSON merge patch)",
    "complete": "The materials are complete with this",
    "directed": "Directed actions that are done",
    "medium": "Medium of the images",
    "on": "Date",
    "on_behalf_of": "Entered for somebody",
    "received_at": "Received by the office on",
    "until": "New due date",
    "whole_exam": "An entire exam comes again",
}
"""Labels where the field's name alone says too little: by its name, or by that of what it belongs to and its own."""
HELP = {
    "application": "The application, as JSON (`accredit schema accreditation` or `dicoe` describes it).",
    "item": "What is looked at, as the case's page names it.",
    "edition": "By its name, for example 2021-03-08.",
}
"""Help where a field's own speaks of the terminal."""
WORDS = {
    "acr": "The office",
    "acr_staff": "Staff of the office",
    "acr_staff_technologist": "Staff technologist of the office",
    "cd": "CD",
    "ct": "CT",
    "mri": "MRI",
    "pet": "PET",
    "xray": "X-ray",
    "retry": "Try again what failed",
    "skip": "Leave it, it is dealt with",
}
"""Choices in words, where their names alone say too little."""


@cache
def entries_of(model: type[Message]) -> tuple[Entry, ...]:
    """Return what the form of a message asks: its own fields in their order, a reason last."""
    own = [name for name in _own(model) if name != "reason"]
    return tuple(_entry(model, name) for name in [*own, *(["reason"] if "reason" in _own(model) else [])])


@cache
def envelope_of(model: type[Message]) -> tuple[Entry, ...]:
    """Return what the office may say beside: when it was received, for whom it is entered, and why."""
    own = _own(model)
    return tuple(_entry(model, name) for name in ENVELOPE if name not in own)


def rows_of(model: type[BaseModel], key: str, label: str, help: str) -> Entry:
    """Return a list of objects of another shape as rows, where a message only says that there are some.

    An application's fields may all be left out, as far as its shape goes; its rules want them.
    """
    parts = _parts_of(model, key, ())
    row = Entry("", key, _one_of(label), "", Kind.GROUP, required=True, parts=parts)
    return Entry(key, key, label, help, Kind.ROWS, required=True, parts=(row,))


def group_of(model: type[BaseModel], key: str, label: str, help: str, *, without: Collection[str]) -> Entry:
    """Return an object of another shape as a group, where a message only says that there is one.

    Args:
        model: The shape.
        key: The field of the message.
        label: What it is called.
        help: What is expected.
        without: What is not asked, by dotted names (`facility.address.state`).
    """
    fixed = {f"{key}.{name}" for name in without}
    return Entry(key, key, label, help, Kind.GROUP, required=True, parts=_parts_of(model, key, fixed))


def _parts_of(model: type[BaseModel], key: str, without: Collection[str]) -> tuple[Entry, ...]:
    schema = model.model_json_schema()
    return tuple(_wanted(part, without) for part in _parts(schema, schema, key) if part.place not in without)


def _wanted(entry: Entry, without: Collection[str]) -> Entry:
    parts = tuple(_wanted(part, without) for part in entry.parts if part.place not in without)
    return replace(entry, required=True, parts=parts)


def with_choices(entry: Entry, choices: Choices) -> Entry:
    """Return a field with what may be chosen in this case, in it and in its parts."""
    parts = tuple(with_choices(part, choices) for part in entry.parts)
    known = choices.get(entry.place)
    if known is None or entry.kind not in (Kind.LINE, Kind.ROWS, Kind.CHOICE):
        return replace(entry, parts=parts)
    kind = Kind.SEVERAL if entry.kind is Kind.ROWS else Kind.CHOICE
    return replace(entry, kind=kind, options=known, parts=() if kind is Kind.SEVERAL else parts)


def _own(model: type[Message]) -> list[str]:
    shared = set(Message.model_fields) - set(model.__annotations__)
    shared -= {"reason"} if model.NAME in OWN_REASON else set()
    return [name for name in schema_of(model)["properties"] if name not in shared | UNASKED]


def _entry(model: type[Message], name: str) -> Entry:
    schema = schema_of(model)
    return _made(schema, schema["properties"][name], name, name, required=name in schema.get("required", []))


def _made(schema: Node, node: Node, key: str, place: str, *, required: bool) -> Entry:
    """Return a field: a list has rows, an object has parts, everything else one answer."""
    found = ways(schema, node)
    entry = Entry(key, place, _label(key, place), _help(key, node), Kind.LINE, required)
    if any(way.get("title") == "Document" for way in found):
        return replace(entry, kind=Kind.DOCUMENTS)
    if (listed := next((way for way in found if way.get("type") == "array"), None)) is not None:
        return _several(schema, listed, entry)
    if (inner := next((way for way in found if way.get("properties")), None)) is not None:
        return replace(entry, kind=Kind.GROUP, parts=tuple(_parts(schema, inner, place)))
    return _answered(schema, node, found, entry)


def _several(schema: Node, listed: Node, entry: Entry) -> Entry:
    row = _made(schema, listed["items"], "", entry.place, required=True)
    if row.kind is Kind.DOCUMENTS:
        return replace(entry, kind=Kind.DOCUMENTS, many=True)
    if row.kind is Kind.CHOICE:
        return replace(entry, kind=Kind.SEVERAL, options=row.options)
    return replace(entry, kind=Kind.ROWS, parts=(replace(row, label=_one_of(entry.label)),))


def _parts(schema: Node, node: Node, place: str) -> Iterator[Entry]:
    required = node.get("required", [])
    for name, part in node["properties"].items():
        yield _made(schema, part, name, f"{place}.{name}", required=name in required)


def _answered(schema: Node, node: Node, found: list[Node], entry: Entry) -> Entry:
    """Return a field with one answer."""
    first = found[0]
    if names := [str(value) for way in found for value in way.get("enum", [way["const"]] if "const" in way else [])]:
        return replace(entry, kind=Kind.CHOICE, options=tuple((name, choice_words(name)) for name in names))
    if formats := {way["format"] for way in found if way.get("format") in ("date", "date-time")}:
        return replace(entry, kind=Kind.DAY if formats == {"date"} else Kind.WHEN)
    if words(schema, node).startswith("an amount"):
        return replace(entry, kind=Kind.AMOUNT)
    match first.get("type"):
        case "boolean":
            return replace(entry, kind=Kind.YES_NO if entry.required else Kind.BOX)
        case "integer":
            return replace(entry, kind=Kind.NUMBER)
        case "object":
            return replace(entry, kind=Kind.JSON)
    return replace(entry, kind=Kind.TEXT if first.get("maxLength", 0) >= LONG else Kind.LINE)


def choice_words(name: str) -> str:
    """Return a choice in words: `Below minimum` for `below_minimum`."""
    return WORDS.get(name) or plain(name)


def _label(key: str, place: str) -> str:
    return LABELS.get(".".join(place.split(".")[-2:])) or LABELS.get(key) or plain(key)


def _help(key: str, node: Node) -> str:
    return HELP.get(key) or str(node.get("description", ""))


def _one_of(label: str) -> str:
    """Return what one of several is called: `Finding` of `Findings`."""
    single = {"Team": "Member", "Travel expenses": "Expense", "Training": "Training"}
    return single.get(label) or (f"{label[:-3]}y" if label.endswith("ies") else label.removesuffix("s"))
