"""Tables and forms in a text: a value may stand in another cell than its label, or some lines below it.

Each is told again as a line that reads `label: value`, so that one set of labels serves prose, forms and tables.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

_GAP = re.compile(r"[ ]*[\t|][ \t|]*|[ ]{2,}")
_DIGIT = re.compile(r"\d")
_NUM = r"(?: ?(?:number|no\.?|#|id))?"
_LABELS = re.compile(
    r"(?:(?:patient|pt)\.?(?:'s)?[ _]?)?(?:(?:full|last|first|given|sur|middle|maiden)?[ _]?names?|last|first|id|mrn"
    rf"|m\.r\.n\.|medical record{_NUM}|dob|d\.o\.b\.|(?:date of )?birth ?(?:date)?|ssn|social security{_NUM}"
    rf"|accession{_NUM}|account{_NUM}|phone{_NUM}|tel(?:ephone)?\.?{_NUM}|e-?mail|(?:home )?address|sex"
    rf"|gender|age|exam(?: date)?|date of (?:exam|service|admission|discharge)|(?:admission|discharge) date"
    rf"|medicare{_NUM}|member{_NUM})"
    r" ?[:.]? ?",
    re.IGNORECASE,
)
_PAIR = re.compile(r"[\"'](\w{2,40})[\"']\s*[:=]\s*[\"']?([^\"',{}\[\]]{2,80})")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_COMMAS = (",", ";")
_QUOTED = " \t\"'"
LONGEST_LABEL = 48
HEADS = 2
"""Rows at the top of a table that can be its heading."""


class Cell(NamedTuple):
    """A cell of a row: where it begins and ends in its line, and what stands in it."""

    begin: int
    end: int
    text: str


def rows_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield every row of a table and every value of a stacked form with its labels, with the number of its line."""
    table: list[tuple[int, list[Cell]]] = []
    labels: list[str] = []
    told = 0
    commas = ""
    for number, line in enumerate(text.split("\n"), start=1):
        pairs = (f"{_HUMP.sub(' ', key)}: {value}" for key, value in _PAIR.findall(line))
        yield number, " | ".join(pairs)
    for number, line in enumerate(text.split("\n"), start=1):
        commas = _commas_of(line) or (commas if commas and commas in line else "")
        cells = _cells(_parted(line, commas) if commas else line)
        table = [*table[:HEADS], (number, cells)] if len(cells) > 1 else []
        yield from _told_by_rows(table)
        if len(cells) != 1:
            labels, told = ([], 0) if cells else (labels, told)
        elif _LABELS.fullmatch(cells[0].text):
            labels, told = [*([] if told else labels), cells[0].text], 0
        elif told < len(labels) > 1:
            yield number, f"{labels[told].rstrip(': ')}: {cells[0].text}"
            told += 1
        else:
            labels, told = [], 0


def _commas_of(line: str) -> str:
    """Return what parts the columns of a list that a program wrote, where a line is the heading of one."""
    for mark in _COMMAS:
        heads = [head.strip(_QUOTED) for head in line.split(mark)]
        if len(heads) < 2 or any(len(head) > LONGEST_LABEL for head in heads):
            continue
        if sum(bool(_LABELS.fullmatch(head)) for head in heads) >= 2:
            return mark
    return ""


def _parted(line: str, mark: str) -> str:
    """Return a line of a list with tabs between its columns; a mark within quotes parts nothing."""
    pieces, quoted = [""], False
    for char in line:
        quoted ^= char == '"'
        if char == mark and not quoted:
            pieces.append("")
        else:
            pieces[-1] += char
    return "\t".join(piece.strip(_QUOTED) or "-" for piece in pieces)


def _told_by_rows(table: list[tuple[int, list[Cell]]]) -> Iterator[tuple[int, str]]:
    """Yield the last row of a table: each cell as the label of the next one, and with the labels above."""
    if not table:
        return
    number, cells = table[-1]
    beside = (f"{left.text}: {right.text}" for left, right in pairwise(cells) if _is_label(left.text))
    yield number, " | ".join(beside)
    for _, heads in table[:-1]:
        if all(_is_label(head.text) for head in heads):
            same = len(heads) == len(cells)
            pairs = zip(heads, cells, strict=True) if same else ((_above(heads, cell), cell) for cell in cells)
            yield number, " | ".join(f"{head.text.rstrip(': ')}: {cell.text}" for head, cell in pairs if head)


def _cells(line: str) -> list[Cell]:
    cells, begin = [], 0
    for gap in [*_GAP.finditer(line), None]:
        end = gap.start() if gap else len(line)
        if content := line[begin:end].strip():
            cells.append(Cell(begin, end, content))
        begin = gap.end() if gap else end
    return cells


def _is_label(text: str) -> bool:
    return len(text) <= LONGEST_LABEL and not _DIGIT.search(text) and any(char.isalpha() for char in text)


def _above(heads: list[Cell], cell: Cell) -> Cell | None:
    """Return the heading that stands over most of a cell."""
    over = [(min(head.end, cell.end) - max(head.begin, cell.begin), head) for head in heads]
    width, head = max(over, key=lambda pair: pair[0], default=(0, None))
    return head if width > 0 else None
