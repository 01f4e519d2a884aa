"""CSV that a spreadsheet program opens: what people typed is text in it, whatever it begins with."""

import csv
import io
from collections.abc import Iterable, Sequence

from policy.text.visible import visible

FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula, the wide forms too."""
MARK = "\ufeff"
"""What such a file begins with, so that Excel knows its encoding."""


def harmless(cell: str) -> str:
    """Return a text that no spreadsheet runs and no terminal obeys: what people typed may begin as a formula does."""
    text = visible(cell)
    return f"'{text}" if text.lstrip().startswith(FORMULA) or cell[:1] in ("\t", "\r", "\n") else text


def csv_lines(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as lines of CSV (RFC 4180), every cell of them harmless."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()
