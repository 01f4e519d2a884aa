"""What stands in the fields of a form: filled in before, or typed, and read back into the values of a message.

Fields have dotted names, rows are numbered (`findings.0.area`), as the faults of a message name them; so a fault finds
its field by itself. A row in which nothing stands is left out.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from policy.dates import exists
from portal.forms.entries import Entry, Kind

Typed = dict[str, list[str]]
"""By the name of a field what stands in it; several where several boxes are checked."""
Given = Mapping[str, Sequence[dict[str, Any]]]
"""The documents that came with a form, by the name of their field."""
YES, NO = "yes", "no"
CLOCK: Final = ".time"
"""Behind the name of a date: its time, where one is meant."""
MOST_ROWS = 500


def typed_of(entries: Iterable[Entry], raw: Mapping[str, Sequence[str]]) -> Typed:
    """Return what was typed into the fields of a form: what no field is called is left out, and empty rows too."""
    typed: Typed = {}
    for entry in entries:
        _take(entry, entry.key, entry.key, raw, typed)
    return typed


def _take(entry: Entry, old: str, new: str, raw: Mapping[str, Sequence[str]], typed: Typed) -> None:
    """Take over what stands in a field, under its new name: rows are numbered anew without the empty ones."""
    if entry.kind is Kind.GROUP:
        for part in entry.parts:
            _take(part, f"{old}.{part.key}", f"{new}.{part.key}", raw, typed)
    elif entry.kind is Kind.ROWS:
        kept = 0
        for number in _numbers(old, raw):
            row: Typed = {}
            _take(entry.row, f"{old}.{number}", f"{new}.{kept}", raw, row)
            if any(value for values in row.values() for value in values):
                typed |= row
                kept += 1
    else:
        for name in ("", CLOCK) if entry.kind is Kind.WHEN else ("",):
            values = [_clean(value) for value in raw.get(old + name, ())]
            if any(values):
                typed[new + name] = values


def _clean(value: str) -> str:
    return value.replace("\r\n", "\n").strip()


def _numbers(name: str, raw: Mapping[str, Sequence[str]]) -> list[int]:
    found = {key[len(name) + 1 :].partition(".")[0] for key in raw if key.startswith(f"{name}.")}
    return sorted(int(part) for part in found if re.fullmatch("[0-9]{1,4}", part))[:MOST_ROWS]


def rows_in(name: str, typed: Typed) -> int:
    """Return how many rows stand in a form."""
    return len(_numbers(name, typed))


def values_of(entries: Iterable[Entry], typed: Typed, zone: ZoneInfo, given: Given | None = None) -> dict[str, Any]:
    """Return the fields of a message as JSON values; where nothing stands, nothing is said.

    Args:
        entries: What the form asks.
        typed: What stands in it (`typed_of`).
        zone: The office's, in which its times are meant.
        given: The documents that came with it.
    """
    told = {entry.key: _read(entry, entry.key, typed, zone, given or {}) for entry in entries}
    return {name: value for name, value in told.items() if value is not None}


def _read(entry: Entry, name: str, typed: Typed, zone: ZoneInfo, given: Given) -> Any:
    """Return what stands in a field, as a JSON value; None where nothing does."""
    match entry.kind:
        case Kind.DOCUMENTS:
            documents = list(given.get(name, ()))
            return (documents or None) if entry.many else next(iter(documents), None)
        case Kind.GROUP:
            parts = {part.key: _read(part, f"{name}.{part.key}", typed, zone, given) for part in entry.parts}
            return {key: value for key, value in parts.items() if value is not None} or None
        case Kind.ROWS:
            numbers = _numbers(name, typed)
            return [_read(entry.row, f"{name}.{number}", typed, zone, given) for number in numbers] or None
        case Kind.SEVERAL:
            return [value for value in typed.get(name, ()) if value] or None
        case Kind.WHEN:
            return _when(_one(name, typed), _one(name + CLOCK, typed), zone)
    text = _one(name, typed)
    return _value(entry.kind, text) if text else None


def _one(name: str, typed: Typed) -> str:
    return next(iter(typed.get(name, ())), "")


def _value(kind: Kind, text: str) -> Any:
    match kind:
        case Kind.YES_NO | Kind.BOX:
            return {YES: True, NO: False}.get(text, text)
        case Kind.AMOUNT:
            return text.removeprefix("$").replace(",", "").strip()
        case Kind.NUMBER:
            return int(text) if re.fullmatch("[0-9]{1,9}", text) else text
        case Kind.JSON:
            try:
                return json.loads(text)
            except (ValueError, RecursionError):
                return text
    return text


def _when(day: str, clock: str, zone: ZoneInfo) -> str | None:
    """Return a date, or a date and time on the office's clock with its offset; as it was typed where it is neither."""
    if not day or not clock:
        return day or (clock or None)
    text = f"{day}T{clock}"
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return text
    if local.tzinfo is not None or not exists(local, zone):  # the message's own judgement says so
        return text
    return local.replace(tzinfo=zone).isoformat()


def filled(entries: Iterable[Entry], values: Mapping[str, Any], zone: ZoneInfo) -> Typed:
    """Return what stands in a form's fields for the values of a message; documents are given anew."""
    typed: Typed = {}
    for entry in entries:
        if values.get(entry.key) is not None:
            _fill(entry, entry.key, values[entry.key], zone, typed)
    return typed


def _fill(entry: Entry, name: str, value: Any, zone: ZoneInfo, typed: Typed) -> None:
    match entry.kind:
        case Kind.DOCUMENTS:
            return
        case Kind.GROUP:
            for part in entry.parts:
                if isinstance(value, Mapping) and value.get(part.key) is not None:
                    _fill(part, f"{name}.{part.key}", value[part.key], zone, typed)
        case Kind.ROWS:
            for number, one in enumerate(value):
                _fill(entry.row, f"{name}.{number}", one, zone, typed)
        case Kind.SEVERAL:
            typed[name] = [str(one) for one in value]
        case Kind.YES_NO | Kind.BOX:
            if value or entry.kind is Kind.YES_NO:
                typed[name] = [YES if value else NO]
        case Kind.WHEN:
            _fill_when(name, value, zone, typed)
        case Kind.JSON:
            typed[name] = [json.dumps(value, indent=2, ensure_ascii=False)]
        case _:
            typed[name] = [str(value)]


def _fill_when(name: str, value: Any, zone: ZoneInfo, typed: Typed) -> None:
    text = value.isoformat() if isinstance(value, date) else str(value)
    day, at, _ = text.partition("T")
    if at:
        local = datetime.fromisoformat(text)
        local = local.astimezone(zone) if local.tzinfo else local
        clock = local.time().isoformat() if local.second or local.microsecond else f"{local:%H:%M}"
        day, typed[name + CLOCK] = local.date().isoformat(), [clock]
    typed[name] = [day]
