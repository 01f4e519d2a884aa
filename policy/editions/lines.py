"""Where in a TOML text a name stands, so that whoever writes an edition is led to the line.

The text has been read as TOML before: only headers and keys are looked for here, and what stands within texts and lists
of several lines is passed over.
"""

import re
from collections.abc import Iterator, Mapping

_HEADER = re.compile(r"\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*=")
_TEXT = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|#.*")
_LONG_TEXTS = ('"""', "'''")


def lines_of(text: str) -> dict[str, int]:
    """Return the line, from 1 on, of every table and key of a TOML text by its dotted name; the first one counts."""
    found: dict[str, int] = {}
    table = ""
    for number, line in _outside_of_values(text):
        if header := _HEADER.match(line):
            table = _plain(header[1])
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault(".".join(part for part in (table, _plain(key[1])) if part), number)
    return found


def line_of(name: str, lines: Mapping[str, int]) -> int:
    """Return the line of a dotted name; that of what it would stand in, where it is missing; else the first."""
    while name:
        if name in lines:
            return lines[name]
        if inside := [line for other, line in lines.items() if other.startswith(f"{name}.")]:
            return min(inside)  # [a.b] is there, and [a] nowhere by itself
        name = name.rpartition(".")[0]
    return 1


def _outside_of_values(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that begin outside of texts and lists of several lines."""
    long_text, depth = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if long_text:
            long_text = "" if long_text in line else long_text
            continue
        if not depth:
            yield number, line
        opened = next((quotes for quotes in _LONG_TEXTS if line.count(quotes) % 2), "")
        if opened:
            long_text = opened
        elif depth or not _HEADER.match(line):
            bare = _TEXT.sub("", line)
            depth = max(0, depth + sum(bare.count(sign) for sign in "[{") - sum(bare.count(sign) for sign in "]}"))


def _plain(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))
