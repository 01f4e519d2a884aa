"""Checks an edition that an office has written: every mistake at once, with its line, what was found, what is expected.

A shipped edition is read strictly too (`policy.edition`); whoever writes one by hand needs to be told more: that a
number counts other days than he thinks, that a reminder comes after what it reminds of, that a name is taken.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from policy.designation.edition import PARTS, DicoeEdition, merged_values, shipped_parts
from policy.edition import Edition, Rules, shipped_editions, unknown_names
from policy.editions.lines import line_of, lines_of
from policy.editions.sense import senseless
from policy.rules import RULES
from policy.terms.provision import Certainty, Provision
from policy.words import listed

PROGRAMS: dict[str, type[Rules]] = {"accreditation": Edition, "dicoe": DicoeEdition}
PROVISION = {
    "value": "the value itself",
    "unit": "a text: what the value counts",
    "effective": "a date without quotes, as 2026-01-31",
    "source": "the name of a table [sources.NAME] of this file",
    "certainty": f"one of {', '.join(Certainty)}",
    "note": "a text: where exactly it stands, or why it was decided so",
}
"""The fields of a value, and what is expected in each."""
HEAD = {
    "edition": "a name of letters, digits, dots and hyphens, 40 at most",
    "program": f"one of {', '.join(PROGRAMS)}",
    "effective": PROVISION["effective"],
    "title": "a text of 200 characters at most",
}
"""The fields of an edition that are no values, and what is expected in each."""
BY_TYPE = {
    "int_type": "a whole number, without quotes",
    "int_from_float": "a whole number",
    "string_type": "a text in quotes",
    "list_type": "a list in square brackets",
    "bool_type": "true or false, without quotes",
    "date_type": PROVISION["effective"],
    "date_from_datetime_inexact": PROVISION["effective"],
    "model_type": "a table",
    "model_attributes_type": "a table",
    "dict_type": "a table",
}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,39}")
LONGEST_SHOWN, LONGEST_BODY, LONGEST_CITATION = 60, 40, 200


class Problem(NamedTuple):
    """One mistake in an edition's file: its line, the dotted name, what was found there and what is expected."""

    line: int
    field: str
    found: str
    expected: str


class CheckedEdition(NamedTuple):
    """What became of a file.

    Attributes:
        values: What the file says.
        rules: The edition; of a part of the designation's: merged with the shipped other parts of its day. None where
            there is a mistake.
        problems: Every mistake, in the order of the lines.
    """

    values: dict[str, Any]
    rules: Rules | None
    problems: tuple[Problem, ...]


def check_edition(values: dict[str, Any], text: str, taken: Collection[tuple[str, str]] = ()) -> CheckedEdition:
    """Check an edition that an office has written.

    Args:
        values: What the file says, read from TOML.
        text: The file's text, for the lines.
        taken: Program and name of other editions that are known.
    """
    found = dict.fromkeys(_problems(values, taken))
    lines = lines_of(text)
    problems = sorted(Problem(line_of(field, lines), field, *rest) for field, *rest in found)
    rules = None if problems else PROGRAMS[values["program"]].model_validate(_whole(values), strict=True)
    return CheckedEdition(values, rules, tuple(problems))


Found = Iterator[tuple[str, str, str]]
"""Field, what was found, what is expected."""


def _problems(values: dict[str, Any], taken: Collection[tuple[str, str]]) -> Found:
    program = values.get("program")
    yield from _problems_of_head(values, taken)
    if not isinstance(program, str) or program not in PROGRAMS:
        return
    if program == "dicoe" and values.get("part") not in PARTS:
        yield "part", _shown(values, "part"), f"one of {', '.join(PARTS)}"
        return
    wrong = {field for field in ("sources", "effective") if not isinstance(values.get(field), _HEAD_TYPES[field])}
    yield from _problems_of_shape(values, PROGRAMS[program])
    sources = values.get("sources") if "sources" not in wrong else {}
    of_edition = values.get("effective") if "effective" not in wrong else None
    units = _units(program)
    for name, one in provisions_in(values):
        yield from _problems_of_provision(name, one, sources or {}, of_edition, units.get(name))
    yield from _problems_of_words(values)
    yield from _left_out(values)
    yield from senseless(values)


def _problems_of_words(values: dict[str, Any]) -> Found:
    """Yield what is wrong with the words of an edition: they stand in letters, and rules are known by their ids."""
    words = values.get("words")
    if not isinstance(words, dict):
        return
    body, citations = words.get("body", "ACR"), words.get("citations", {})
    if isinstance(body, str) and not 0 < len(body) <= LONGEST_BODY:
        yield (
            "words.body",
            _said(body),
            f"a name of {LONGEST_BODY} characters at most, as letters put it into a sentence",
        )
    for rule, place in citations.items() if isinstance(citations, dict) else ():
        if rule not in RULES:
            near = get_close_matches(rule, RULES, n=1)
            expected = f"the id of a rule, for example {near[0] if near else 'option_form.past_due'}"
            yield f"words.citations.{rule}", "a rule that is not known", expected
        elif isinstance(place, str) and not 0 < len(place) <= LONGEST_CITATION:
            yield f"words.citations.{rule}", _said(place), f"where it stands, {LONGEST_CITATION} characters at most"


def _left_out(values: dict[str, Any]) -> Found:
    """Yield what old editions lack, and a new one must not: without it a case would go by rules of before."""
    if values["program"] == "dicoe" and values.get("part") != "payment":
        return
    fees = values.get("fees")
    needed = ["dates", *(["documents"] if values["program"] == "accreditation" else [])]
    missing = [name for name in needed if name not in values]
    missing += ["fees.reminders"] if isinstance(fees, dict) and "reminders" not in fees else []
    for name in missing:
        example = name if "." in name else {"dates": "dates.far", "documents": "documents.screened"}[name]
        yield name, "nothing", f"as in every edition that ships, for example [{example}]"


_HEAD_TYPES: dict[str, type] = {"sources": dict, "effective": date}


def _problems_of_head(values: dict[str, Any], taken: Collection[tuple[str, str]]) -> Found:
    for field in ("edition", "program", "title"):
        said = values.get(field)
        right = isinstance(said, str) and bool(said.strip())
        if right and field == "edition":
            right = bool(_NAME.fullmatch(str(said)))
        elif right and field == "program":
            right = said in PROGRAMS
        elif right:
            right = len(str(said)) <= 200
        if not right:
            yield field, _shown(values, field), HEAD[field]
    effective = values.get("effective")
    if not isinstance(effective, date) or isinstance(effective, datetime):
        yield "effective", _shown(values, "effective"), HEAD["effective"]
    if (values.get("program"), values.get("edition")) in taken:
        expected = "a name that no other edition of the program has: what cases carry under a name never changes"
        yield "edition", _shown(values, "edition"), expected


def _problems_of_shape(values: dict[str, Any], kind: type[Rules]) -> Found:
    """Yield what is missing, unknown or of another type than the code reads."""
    whole = _whole(values)
    own = _own_tables(values)
    errors = []
    try:
        read: BaseModel | None = kind.model_validate(whole, strict=True)
    except ValidationError as error:
        read, errors = None, error.errors()
    for one in errors:
        path = [str(part) for part in one["loc"]]
        if not path or path[0] in HEAD or path[0] not in own:
            continue  # told before, or of another part of the designation's rules
        if one["type"] in ("value_error", "assertion_error"):
            continue  # what a value must not be is told with the value
        missing = one["type"] == "missing"
        yield ".".join(path), "nothing" if missing else _said(one["input"]), _expected(path, one["type"], kind)
    for name in _unknown(values, kind) if read is None else unknown_names(whole, read):
        if name.partition(".")[0] in own | values.keys() and name != "part":
            yield name, "an unknown name", _known(name, kind, own)


def _missing_table(path: list[str], edition: type[Rules]) -> str:
    """Return what is expected where a value is missing, or a table of values with all of them."""
    model = next(iter(_models_in(edition.model_fields[path[0]].annotation)), None)
    if len(path) == 1 and model is not None and not issubclass(model, Provision):
        return f"the table(s) {listed(f'[{path[0]}.{name}]' for name in model.model_fields)}"
    return f"a table [{'.'.join(path)}] with {listed(PROVISION)}"


def _expected(path: list[str], kind: str, edition: type[Rules]) -> str:
    """Return what is expected at a place, by the type that the code reads there."""
    last = path[-1]
    if last in PROVISION and last != "value" and path[0] != "sources":
        return PROVISION[last]
    if path[0] == "sources":
        return "a table [sources.NAME] with title, url and revised"
    if kind == "missing" and last != "value":
        return _missing_table(path, edition)
    if kind == "missing":
        return PROVISION["value"]
    return BY_TYPE.get(kind, f"what a shipped edition has there ({kind.replace('_', ' ')})")


def _unknown(values: dict[str, Any], kind: type[BaseModel], path: str = "") -> list[str]:
    """Return the unknown names of a file that has mistakes: what its model does not know, as far as tables lead."""
    unknown = []
    for name, value in values.items():
        field = kind.model_fields.get(name)
        if field is None:
            unknown.append(f"{path}{name}")
            continue
        models = _models_in(field.annotation)
        if isinstance(value, dict) and name == "sources":
            for key, below in value.items():
                if isinstance(below, dict):
                    unknown += _unknown(below, models[0], f"{path}{name}.{key}.")
        elif isinstance(value, dict) and models:
            unknown += _unknown(value, models[0], f"{path}{name}.")
    return unknown


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    kinds = (annotation, *getattr(annotation, "__args__", ()))
    return [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]


def _known(name: str, kind: type[BaseModel], own: Collection[str]) -> str:
    """Return the names that may stand in the place of an unknown one."""
    *path, last = name.split(".")
    model: type[BaseModel] | None = kind
    for part in path:
        field = model.model_fields.get(part) if model else None
        inner = _models_in(field.annotation) if field else []
        model = inner[0] if inner else model if path[0] == "sources" else None
    names = [one for one in model.model_fields if path or one in own] if model else []
    if near := get_close_matches(last, names, n=1):
        return f"{near[0]} (is that meant?)"
    if not path:
        return "a table that the editions that ship have"
    return f"one of {', '.join(names)}" if names else "no such name"


def provisions_in(values: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what is meant to be a value, by its dotted name: a table with a field of one."""
    for name, part in values.items():
        if not isinstance(part, dict) or (not path and name == "sources"):
            continue
        if part.keys() & {"value", "unit", "certainty"}:
            yield f"{path}{name}", part
        elif not path:
            yield from provisions_in(part, f"{name}.")


def _problems_of_provision(
    name: str, one: dict[str, Any], sources: Mapping[str, Any], of_edition: date | None, counted: str | None
) -> Found:
    source, certainty, effective, unit = (one.get(key) for key in ("source", "certainty", "effective", "unit"))
    if isinstance(source, str) and source not in sources:
        names = f"one of {', '.join(sources)}" if sources else "none is there"
        yield f"{name}.source", _said(source), f"the name of a table [sources.NAME] of this file ({names})"
    if isinstance(certainty, str) and certainty not in list(Certainty):
        yield f"{name}.certainty", _said(certainty), PROVISION["certainty"]
    if not str(one.get("note", "")).strip():
        if certainty == Certainty.DECIDED:
            yield f"{name}.note", "nothing", "why it was decided so: a decided value needs a note"
        elif certainty == Certainty.UNKNOWN:
            yield f"{name}.note", "nothing", "who decides it, and how: a value that is not known needs a note"
    if isinstance(effective, date) and isinstance(of_edition, date) and _day(effective) > _day(of_edition):
        yield f"{name}.effective", f"{effective}", f"no later day than the edition's own, {of_edition}"
    if isinstance(unit, str) and counted and unit.partition(" ")[0] != counted:
        yield f"{name}.unit", _said(unit), f'a unit that begins with "{counted}": that is what the value is counted in'


def _day(day: date) -> date:
    return date(day.year, day.month, day.day)  # a file's own words: a date, or one with an hour


COUNTED = ("days", "hours", "months", "years", "year", "USD")


def _units(program: str) -> dict[str, str]:
    """Return in what each number of a program is counted, by the editions that ship."""
    if program == "accreditation":
        known = {name: one.unit for edition in shipped_editions(program) for name, one in edition.provisions().items()}
    else:
        known = {name: one["unit"] for part in shipped_parts() for name, one in provisions_in(part)}
    first = {name: unit.partition(" ")[0] for name, unit in known.items()}
    return {name: word for name, word in first.items() if word in COUNTED}


def _own_tables(values: dict[str, Any]) -> set[str]:
    """Return the names at the top that the file answers for; another part's of the designation's rules are not."""
    if values.get("program") != "dicoe":
        return {*Edition.model_fields} - HEAD.keys()
    mine = [part for part in shipped_parts() if part["part"] == values.get("part")]
    others = {name for part in shipped_parts() if part["part"] != values.get("part") for name in part}
    named = {name for part in mine for name in part} | (values.keys() - others) | {"sources"}
    return named - HEAD.keys() - {"part"}


def _whole(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a whole edition: a part of the designation's, with the newest shipped others of its day."""
    if values.get("program") != "dicoe":
        return values
    day = values.get("effective")
    others = [part for part in shipped_parts() if part["part"] != values.get("part")]
    of_day = [part for part in others if isinstance(day, date) and part["effective"] <= day] or others
    newest = {part["part"]: part for part in of_day}
    own = {"sources": {}, "effective": date.max, "edition": "", "title": "", **values}
    return merged_values((*newest.values(), own))


def _shown(values: Mapping[str, Any], field: str) -> str:
    return _said(values[field]) if field in values else "nothing"


def _said(value: Any) -> str:
    """Return a value as it stood in the file, shortened."""
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, str):
        text = f'"{value}"'
    elif isinstance(value, dict):
        text = f"a table of {listed(value) if value else 'nothing'}"
    else:
        text = str(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]} …"
