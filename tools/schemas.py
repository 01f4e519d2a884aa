"""Holds the shapes of what histories keep: `python -m tools.schemas` writes them down, unless old cases would break.

A case's facts, its messages, its opening and what it tells activities are read again for years by code that came later.
What may change about them is little: a field with a default may come, a bound may widen. What is taken away, renamed,
added without a default, given another default or narrowed makes an old history say something else, or nothing at all.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from activities import contract
from policy.accreditation.cycle import CycleFacts
from policy.designation.edition import DicoeEdition
from policy.designation.facts import DesignationFacts
from policy.edition import Edition
from policy.messages import Message
from workflows.accreditation.effects import EFFECTS as CYCLE
from workflows.case.opening import OpenCase
from workflows.designation.effects import EFFECTS as DESIGNATION
from workflows.designation.workflow import OpenDesignation

FOLDER = Path(__file__).parents[1] / "tests" / "histories" / "shapes"
CONTRACT = (
    contract.Step,
    contract.StepTaken,
    contract.TermsRequest,
    contract.RenewalToJudge,
    contract.RenewalRules,
    contract.RenewalOrder,
    contract.RenewalGranted,
    contract.AccreditationNews,
    contract.NewsToAsk,
    contract.NewsFound,
    contract.SignalToVerify,
    contract.SignalVerified,
)
ROOTS: Mapping[str, tuple[type[BaseModel], ...]] = {
    "facts": (CycleFacts, DesignationFacts),
    "openings": (OpenCase, OpenDesignation),
    "contract": CONTRACT,
    "editions": (Edition, DicoeEdition),
    "messages": tuple(sorted({*CYCLE, *DESIGNATION}, key=lambda message: message.__name__)),
}
"""What is kept in histories, by the file in which its shape stands."""
WORDS = frozenset({"description", "title", "examples"})
LIMITS = {"maxLength": 1, "maxItems": 1, "maximum": 1, "exclusiveMaximum": 1, "minLength": -1, "minItems": -1}
LIMITS |= {"minimum": -1, "exclusiveMinimum": -1, "maxProperties": 1}
"""Bounds, and in which direction they widen."""
REFERENCE = "$ref"
WRITTEN = "written"
"""The fields that are written also while they have their defaults; a message's alone."""
Json = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """One difference between two shapes. `breaks`: an old history would not be read as it was written."""

    where: str
    what: str
    breaks: bool

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.where}: {self.what}"


def shape_of(model: type[BaseModel], *, is_message: bool = False) -> Json:
    """Return the JSON schema of a model without its words, which may change freely.

    A message's has `written` too: the fields that are content also while they have their defaults, and so count in the
    digest by which a repeated message is known. What comes later must not (`exclude_if`).
    """
    shape: Json = _without_words(model.model_json_schema())
    if is_message or issubclass(model, Message):
        parts = shape.get("$defs", {})
        for kind in _models(model):
            part = shape if kind is model else parts.get(kind.__name__)
            if part is not None:
                part[WRITTEN] = sorted(
                    name for name, field in kind.model_fields.items() if _is_written(kind, name, field)
                )
    return shape


def _models(kind: Any) -> set[type[BaseModel]]:
    """Return a model and all models that its fields hold."""
    found: set[type[BaseModel]] = set()
    ahead: list[Any] = [kind]
    while ahead:
        one = ahead.pop()
        ahead += get_args(one)
        if isinstance(one, type) and issubclass(one, BaseModel) and one not in found:
            found.add(one)
            ahead += [field.annotation for field in one.model_fields.values()]
    return found


def _is_written(kind: type[BaseModel], name: str, field: FieldInfo) -> bool:
    """Whether a field that has its default is part of what a model says."""
    if field.is_required():
        return True
    if name in getattr(kind, "LATER", ()):
        return False
    return field.exclude_if is None or not field.exclude_if(field.get_default(call_default_factory=True))


def shapes() -> dict[str, dict[str, Json]]:
    """Return the shapes of today, by file and name of the model."""
    return {file: {model.__name__: shape_of(model) for model in models} for file, models in ROOTS.items()}


def kept() -> dict[str, dict[str, Json]]:
    """Return the shapes that are written down; nothing where there is no file yet."""
    files = {name: FOLDER / f"{name}.json" for name in ROOTS}
    return {name: json.loads(file.read_text("utf-8")) if file.is_file() else {} for name, file in files.items()}


def changes(before: Mapping[str, Mapping[str, Json]], now: Mapping[str, Mapping[str, Json]]) -> list[Change]:
    """Return what has changed from one set of shapes to another."""
    return [one for file in ROOTS for one in _of_models(before.get(file, {}), now.get(file, {}))]


def _of_models(before: Mapping[str, Json], now: Mapping[str, Json]) -> Iterator[Change]:
    for name, shape in before.items():
        if name not in now:
            yield Change(name, "is gone: histories hold it", breaks=True)
        else:
            yield from _Comparison(shape, now[name]).of(shape, now[name], name)
    for name in now.keys() - before.keys():
        yield Change(name, "is new", breaks=False)


class _Comparison:
    """Compares two schemas, each with its own definitions; a pair of definitions once."""

    def __init__(self, before: Json, now: Json) -> None:
        self._before, self._now = before.get("$defs", {}), now.get("$defs", {})
        self._seen: set[tuple[str, str]] = set()

    def of(self, before: Json, now: Json, where: str) -> Iterator[Change]:
        pair = str(before.get(REFERENCE)), str(now.get(REFERENCE))
        if REFERENCE in before or REFERENCE in now:
            if pair in self._seen:
                return
            self._seen.add(pair)
            where = pair[1].rpartition("/")[2] if REFERENCE in now else where
        before, now = _target(before, self._before), _target(now, self._now)
        if not _ways(before) and not _ways(now):
            yield from self._fields(before, now, where)
        yield from self._kinds(before, now, where)
        for part in ("items", "additionalProperties"):
            if isinstance(before.get(part), dict) and isinstance(now.get(part), dict):
                yield from self.of(before[part], now[part], where)
        yield from _default(before, now, where)
        yield from _limits(before, now, where)

    def _fields(self, before: Json, now: Json, where: str) -> Iterator[Change]:
        old, new = before.get("properties", {}), now.get("properties", {})
        required, was_required = set(now.get("required", ())), set(before.get("required", ()))
        for name in old.keys() - new.keys():
            yield Change(f"{where}.{name}", "is gone, or has another name: histories hold it", breaks=True)
        for name in new.keys() - old.keys():
            if old and name in required:
                yield Change(f"{where}.{name}", "is new and has no default: histories lack it", breaks=True)
            elif old:
                yield Change(f"{where}.{name}", "is new", breaks=False)
        yield from _digests(before, now, where)
        for name in sorted(old.keys() & new.keys()):
            if name in required - was_required:
                yield Change(f"{where}.{name}", "has no default any more: histories may lack it", breaks=True)
            yield from self.of(old[name], new[name], f"{where}.{name}")

    def _kinds(self, before: Json, now: Json, where: str) -> Iterator[Change]:
        """Compare what is allowed: types, choices, and the ways of an alternative."""
        old, new = self._allowed(before, self._before), self._allowed(now, self._now)
        if lost := sorted(old - new):
            yield Change(where, f"does not take {', '.join(lost)} any more", breaks=True)
        elif come := sorted(new - old):
            yield Change(where, f"takes {', '.join(come)} too", breaks=False)
        if _ways(before) or _ways(now):
            one, other = _named_ways(before), _named_ways(now)
            for name in sorted(one.keys() & other.keys()):
                yield from self.of(one[name], other[name], where)

    def _allowed(self, shape: Json, definitions: Json) -> set[str]:
        shape = _target(shape, definitions)
        if "enum" in shape:
            return {repr(value) for value in shape["enum"]}
        if "const" in shape:
            return {repr(shape["const"])}
        if ways := _ways(shape):
            return {kind for way in ways for kind in self._allowed(way, definitions)}
        return {str(shape["type"])} if "type" in shape else set()


def _digests(before: Json, now: Json, where: str) -> Iterator[Change]:
    """Compare what counts in a message's digest while it has its default."""
    if WRITTEN not in before or WRITTEN not in now:
        return
    for name in sorted({*now[WRITTEN]} - {*before[WRITTEN]}):
        told = "counts in the digest while it has its default: leave it out then (`exclude_if`)"
        yield Change(f"{where}.{name}", f"{told}, or a repeated message is taken for another one", breaks=True)
    for name in sorted({*before[WRITTEN]} - {*now[WRITTEN]}):
        if name in now.get("properties", {}):
            told = "counts in the digest no more: a repeated message is taken for another one"
            yield Change(f"{where}.{name}", told, breaks=True)


def _target(shape: Json, definitions: Json) -> Json:
    name = shape.get(REFERENCE, "").rpartition("/")[2]
    return {**definitions[name], **{key: value for key, value in shape.items() if key != REFERENCE}} if name else shape


def _ways(shape: Json) -> list[Json]:
    return [*shape.get("anyOf", ()), *shape.get("oneOf", ())]


def _named_ways(shape: Json) -> dict[str, Json]:
    """Return the ways of an alternative by what they are, so that two alternatives can be compared way by way."""
    ways = _ways(shape) or [shape]
    models = [way for way in ways if REFERENCE in way]
    if len(models) <= 1:
        return {str(way.get("type", "object")): way for way in ways}
    return {str(way.get(REFERENCE, way.get("type"))): way for way in ways}


def _default(before: Json, now: Json, where: str) -> Iterator[Change]:
    if "default" not in before or "default" not in now:
        return
    old, new = before["default"], now["default"]
    if isinstance(old, dict) and isinstance(new, dict):  # a model's: what has come to it has a default of its own
        new = {name: value for name, value in new.items() if name in old}
    if old != new:
        told = f"has {now['default']!r} as its default, not {before['default']!r}: histories leave defaults out"
        yield Change(where, told, breaks=True)


def _limits(before: Json, now: Json, where: str) -> Iterator[Change]:
    for name, wider in LIMITS.items():
        old, new = before.get(name), now.get(name)
        if new is not None and (old is None or (new - old) * wider < 0):
            yield Change(where, f"has {name} {new}, before {old if old is not None else 'none'}", breaks=True)
    if now.get("pattern") != before.get("pattern"):
        yield Change(where, "has another pattern", breaks="pattern" in now)


def _without_words(value: Any) -> Any:
    if isinstance(value, dict):
        found = {name: part for name, part in value.items() if name not in WORDS or isinstance(part, dict)}
        return {name: _without_words(part) for name, part in found.items()}
    return [_without_words(part) for part in value] if isinstance(value, list) else value


def write() -> list[Change]:
    """Write the shapes of today down where nothing breaks; return what does, and then nothing is written."""
    breaking = [one for one in changes(kept(), shapes()) if one.breaks]
    if not breaking:
        FOLDER.mkdir(exist_ok=True)
        for name, models in shapes().items():
            text = json.dumps(models, indent=1, sort_keys=True, ensure_ascii=False)
            (FOLDER / f"{name}.json").write_text(text + "\n", "utf-8")
    return breaking


if __name__ == "__main__":
    for change in (found := write()):
        print(change)
    sys.exit("Nothing is written: old histories would break." if found else 0)
