"""What one cell says: text, an amount, a choice or a yes; whatever else stands there is told, never guessed at.

A spreadsheet turns what is typed into what it takes it for: 0417 into the number 417, 3-1 into the first of March. What
was typed is lost then, so that such a cell is told instead of being turned back.
"""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from openpyxl.cell.cell import Cell, MergedCell

from intake.workbook.plan import Entry, Kind
from policy.application import AreaKind, CertificateKind, ContactRole, Medium, Modality
from policy.designation.application import Pledge
from policy.fees import title
from services.validation import shown

YES, NO = "yes", "no"
KINDS = {"initial": "initial", "renewal": "renewal"}
ROLES = {role.value.replace("_", " "): role.value for role in ContactRole}
MODALITIES = {title(modality): modality.value for modality in Modality}
SERVICES = {**MODALITIES, "X-ray": "xray", "fluoroscopy": "fluoroscopy"}
CERTIFICATES = {kind.value: kind.value for kind in CertificateKind}
MEDIA = {"upload": Medium.UPLOAD.value, "CD": Medium.CD.value, "film": Medium.FILM.value}
AREA_KINDS = {kind.value: kind.value for kind in AreaKind}
PLEDGES = {"Image Gently": Pledge.IMAGE_GENTLY.value, "Image Wisely": Pledge.IMAGE_WISELY.value}
METHODS = {name: name for name in ("check", "wire", "card", "ach")}
_POSTAL_CODES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH "
    "OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY PR GU VI AS MP"
)
STATES = {code: code for code in _POSTAL_CODES.split()}
"""The postal codes of the states and territories of the United States; states elsewhere may be typed."""


def offered(choices: dict[str, str], codes: Iterable[str]) -> dict[str, str]:
    """Return the part of a list that holds these codes."""
    wanted = set(codes)
    return {label: code for label, code in choices.items() if code in wanted}


Value = str | bool
"""What an application holds."""
AnyCell = Cell | MergedCell
"""A cell as it is read; one that a merged range covers holds nothing."""
_TEXT_HINT = "text: format the cell as text, then type it again"
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"


class Unreadable(Exception):
    """A cell holds what cannot be read: what was found, and what is expected."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(f"found {found}, expected {expected}")
        self.found = found
        self.expected = expected


def is_empty(cell: AnyCell) -> bool:
    """Whether a cell holds nothing, or spaces only."""
    return cell.value is None or (isinstance(cell.value, str) and not cell.value.strip())


def formula_of(cell: AnyCell) -> str:
    """Return the formula that a cell holds, empty where it holds none; one of a whole range is told as one, too."""
    if cell.data_type != "f":
        return ""
    text = str(getattr(cell.value, "text", cell.value))
    return text if text.startswith("=") else "=TABLE()"


def read_cell(cell: AnyCell, entry: Entry) -> Value | None:
    """Return what a cell says, None where it is empty.

    Raises:
        Unreadable: It holds a formula, a number, a date, or none of the values that may stand there.
    """
    if is_empty(cell):
        return None
    if formula := formula_of(cell):
        raise Unreadable(f"the formula {shown(formula)}", "its result, typed in")
    if cell.data_type == "e":
        raise Unreadable(f"the error {cell.value}", "a value")
    match entry.kind:
        case Kind.YES_NO if isinstance(cell.value, bool):
            return cell.value
        case Kind.AMOUNT if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
            return _amount(cell.value)
    return read_text(_text(cell, entry), entry)


def read_text(text: str, entry: Entry) -> Value | None:
    """Return what a text says that stands in a cell or was typed into a form, None where it is empty.

    Raises:
        Unreadable: It is none of the values that may stand there.
    """
    if not text.strip():
        return None
    match entry.kind:
        case Kind.YES_NO:
            return _choice(text, {YES: True, NO: False})
        case Kind.CHOICE if not entry.open:
            return _choice(text, entry.choices)
        case Kind.TEXT | Kind.CHOICE:
            return text.strip()
    return text.strip(_INVISIBLE).strip()


def _text(cell: AnyCell, entry: Entry) -> str:
    value = cell.value
    if isinstance(value, str):
        return value.strip()
    expected = "an amount in US dollars such as 2900.00" if entry.kind is Kind.AMOUNT else _TEXT_HINT
    if isinstance(value, datetime | date | time | timedelta):
        raise Unreadable(f"the {_moment(value)}", expected)
    if isinstance(value, bool):
        raise Unreadable(f"the truth value {str(value).upper()}", expected)
    if isinstance(value, int | float):
        raise Unreadable(f"the number {value}{_as_shown(value, cell)}", expected)
    raise Unreadable(f"a {type(value).__name__}", expected)


def _moment(value: datetime | date | time | timedelta) -> str:
    if isinstance(value, datetime) and value.time() == time():
        return f"date {value.date().isoformat()}"
    if isinstance(value, datetime | date):
        return f"date {value.isoformat(sep=' ') if isinstance(value, datetime) else value.isoformat()}"
    return f"time {value}"


def _as_shown(value: Any, cell: AnyCell) -> str:
    """Return how a cell shows a whole number that is padded with zeros, for example ` (shown as 0417)`."""
    pattern = cell.number_format
    if isinstance(value, int) and re.fullmatch("0{2,}", pattern):
        return f" (shown as {value:0{len(pattern)}})"
    return ""


def _amount(value: float) -> str:
    """Return a typed number as an amount: what the sheet shows with two decimals."""
    if not math.isfinite(value):
        raise Unreadable(f"the number {value}", "an amount in US dollars such as 2900.00")
    amount = Decimal(repr(value))
    if amount != round(amount, 2) or amount < 0:
        raise Unreadable(f"the number {value}", "an amount in US dollars, with two decimals at most, such as 2900.00")
    return f"{amount:.2f}"


def _choice(text: str, choices: Mapping[str, Value]) -> Value:
    """Return what is meant by a text: one of the list as it is read or as an application holds it, in any case."""
    wanted = _folded(text)
    for label, held in choices.items():
        if wanted in (_folded(label), _folded(str(held))):
            return held
    raise Unreadable(shown(text), f"one of {', '.join(choices)}")


def _folded(text: str) -> str:
    return " ".join(text.strip(_INVISIBLE).split()).casefold()
