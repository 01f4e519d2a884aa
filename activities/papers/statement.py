"""The statement of account of a facility as PDF. It is no record of its own: it says what the books say on a day."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from activities.notices.filters import as_instant
from activities.papers.cleaning import printable
from activities.papers.fonts import legible
from activities.papers.making import stamp
from activities.papers.press import press


def statement_pdf(data: Mapping[str, Any], fonts: str = "") -> bytes:
    """Return a statement of account as PDF.

    Args:
        data: What it says, ready to print (dates in words, amounts as `$1,000.00`); what is missing is left out.
            `issuer` (name, address, phone, fax, email, hours), `sample`, `holder` (id, name, address as lines,
            attention), `as_of`, `since`, `at` (the instant as of which it holds), `entries` (day, text, charged,
            settled, balance), `charged`, `paid`, `credited`, `written_off`, `balance`, `open_invoices` (number,
            text, due, overdue, outstanding). A `balance` that begins with a minus is in the facility's favour.
        fonts: The office's folder of further fonts, empty where there is none.

    Raises:
        PaperNotMade: The template statement.typ cannot be filled.
    """
    at: datetime | str | None = data.get("at")
    facts = {name: value for name, value in data.items() if name != "at"}
    stamped = facts | ({"stamp": stamp(as_instant(at))} if at else {})
    return press("statement", legible(printable(stamped), fonts), fonts)
