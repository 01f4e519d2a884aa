"""The one place where a file that a person gives is read: bounded before it is read, and looked at before it is parsed.

A parser takes what it gets: forty thousand bytes of dotted TOML keys become a gigabyte, and lists within lists end in a
traceback. So a text is first looked at by its signs alone, which takes a step for each of them: how deep it nests, how
many parts its longest key has, how many digits its longest number. What a workbook may hold, its own reader says
(`intake.workbook.upload_limits`).
"""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from services.errors import InputFault, Unusable

SETTINGS_LIMIT = 256 * 1024
"""Bytes of a file of settings or a scenario: the sample of the office's has 10,000, the longest life 5,000. A table in
TOML costs its reader a thousand times its bytes in memory.
"""
MESSAGE_LIMIT = 1024 * 1024
"""Bytes of a message's file, blanks and all: ten times what the message may have."""
APPLICATION_LIMIT = 2 * 1024 * 1024
"""Bytes of an application's `.json` file, blanks and all: twenty times what the application may have."""
HISTORY_LIMIT = 100 * 1024 * 1024
"""Bytes of an exported history: the server ends a run at 50 MB, and in JSON it takes some more."""
DEEPEST = 32
"""Objects and lists within each other; a message has five."""
KEY_PARTS = 8
"""Parts of a key in TOML; `fees.accreditation.ct.repeat` has four."""
DIGITS = 100
"""Digits of a number; an amount has eleven."""

_JSON_TEXT = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_TOML_TEXT = re.compile(
    r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"""(?:""|"(?!"))?|\\?\Z)'
    r"|'''(?:[^']++|'(?!''))*+(?:'''(?:''|'(?!'))?|\Z)"
    r'|"(?:[^"\\\n]++|\\.)*+(?:"|\n|\\?\Z)'
    r"|'[^'\n]*+(?:'|\n|\Z)"
    r"|\#[^\n]*+",
    re.DOTALL,
)
"""A text or a comment, also one that does not end: whatever stands in it is no structure. Nothing is tried twice."""
_DIGITS = re.compile(rf"[\d_]{{{DIGITS + 1},}}+")
_KEY = re.compile(rf"[\w-]++(?:[ \t]*+\.[ \t]*+[\w-]++){{{KEY_PARTS},}}+")


ENDLESS = ("objects or lists within each other without end", f"{DEEPEST} objects and lists within each other at most")


class NoData(ValueError):
    """Text that is not taken: the field, what was found, what is expected."""

    def __init__(self, found: str, expected: str, field: str = "") -> None:
        super().__init__(found)
        self.field, self.found, self.expected = field, found, expected


def read_text(path: Path, most: int, expected: str, *, next_step: str = "") -> str:
    """Return the text of a file, without the mark that some editors write at its beginning.

    Args:
        path: The file.
        most: Bytes that it may have; no more are ever read.
        expected: What it should be, in words.
        next_step: What to do about it otherwise.

    Raises:
        Unusable: There is no such file, it cannot be read, is too large, or is no UTF-8.
    """
    try:
        with path.open("rb") as file:
            return _text(file, most, expected, str(path))
    except Unusable as unusable:
        raise Unusable(unusable.troubles, next_step=next_step) from None
    except FileNotFoundError:
        found = "no such file"
    except OSError as error:
        found = error.strerror or str(error)
    raise Unusable([InputFault(str(path), "", found, expected)], next_step=next_step)


def read_input(stream: IO[bytes], most: int, expected: str) -> str:
    """Return what comes by standard input. Raises as `read_text` does."""
    return _text(stream, most, expected, "standard input")


def _text(file: IO[bytes], most: int, expected: str, name: str) -> str:
    content = file.read(most + 1)
    if len(content) > most:
        raise Unusable([InputFault(name, "", f"more than {most:,} bytes", f"{expected} of {most:,} bytes at most")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"a byte at position {error.start} that is no UTF-8"
        raise Unusable([InputFault(name, "", found, f"{expected} in UTF-8")]) from None


def json_values(text: str, name: str, expected: str) -> Any:
    """Return the values of a JSON text.

    Args:
        text: The text.
        name: Where it stood, for whoever is told what is wrong.
        expected: What it should be, in words.

    Raises:
        Unusable: It is no JSON, a name stands twice in one object, or it nests too deep.
    """
    try:
        _look_at(_JSON_TEXT.sub('""', text))
        return json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_constant)
    except NoData as wrong:
        trouble = InputFault(name, wrong.field, wrong.found, wrong.expected)
    except RecursionError:
        trouble = InputFault(name, "", *ENDLESS)
    except json.JSONDecodeError as error:
        found = f"no JSON in line {error.lineno}, column {error.colno} ({error.msg})"
        trouble = InputFault(name, "", found, expected)
    raise Unusable([trouble])


def toml_values(text: str, name: str, expected: str, *, next_step: str = "") -> dict[str, Any]:
    """Return the values of a TOML text. Raises as `json_values` does."""
    try:
        bare = _TOML_TEXT.sub(_in_place, text)
        _look_at(bare)
        if long := _KEY.search(bare):
            parts = long[0].count(".") + 1
            raise NoData(f"a key of {parts:,} parts", f"keys of {KEY_PARTS} parts at most")
        return tomllib.loads(text)
    except NoData as wrong:
        trouble = InputFault(name, wrong.field, wrong.found, wrong.expected)
    except RecursionError:
        trouble = InputFault(name, "", *ENDLESS)
    except (tomllib.TOMLDecodeError, ValueError) as error:  # the latter for a date that is none
        trouble = InputFault(name, "", f"no TOML: {error}", expected)
    raise Unusable([trouble], next_step=next_step)


def nests_too_deep(text: str) -> bool:
    """Whether a text, read as JSON, would nest deeper than anything that is taken."""
    try:
        _look_at(_JSON_TEXT.sub('""', text))
    except NoData:
        return True
    return False


def _in_place(text: re.Match[str]) -> str:
    """Return what stands for a text: one part of a key; and nothing for a comment."""
    return "" if text[0].startswith("#") else "_"


def _look_at(bare: str) -> None:
    """Raise `NoData` for what no parser should see, in a text whose own texts are taken out."""
    for depth in _depths(bare):
        if depth > DEEPEST:
            raise NoData(*ENDLESS)
    if _DIGITS.search(bare):
        raise NoData(f"a number of more than {DIGITS} digits", f"numbers of {DIGITS} digits at most")


def _depths(bare: str) -> Iterator[int]:
    depth = 0
    for sign in re.finditer(r"[\[{]|[\]}]", bare):
        depth += 1 if sign[0] in "[{" else -1
        yield depth


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    once = dict(pairs)
    if len(once) < len(pairs):
        seen: set[str] = set()
        twice = sorted({name for name, _ in pairs if name in seen or seen.add(name)})  # type: ignore[func-returns-value]
        raise NoData("the name twice in one object", "each name once", ", ".join(twice[:DEEPEST]))
    return once


def _no_constant(name: str) -> Any:
    raise NoData(name, "JSON values only")
