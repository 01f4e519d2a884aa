"""What the books hold, table by table, so that it can be compared before a loss and after it was mended."""

from collections import Counter
from typing import Any, NamedTuple

from sqlmodel import select

from records.books import Books
from records.tables import METADATA

OF_CASES = (
    "cases", "steps", "timeline", "messages", "deadlines", "invoices", "invoice_lines", "payments", "reversals",
    "credit_notes", "refunds", "write_offs", "notices", "papers", "signatures", "invoice_counters", "counters",
)  # fmt: skip
"""The tables that follow from what happens in cases."""
AS_IT_COMES = {
    "timeline": {"id"},
    "papers": {"template"},
    "cases": {"history_exported_at"},
}
"""Columns that say nothing of what happened: the order of writing, the version of a template."""
LIVED_AGAIN = {
    "cases": {"first_run_id", "run_id", "history_exported_at", "status"},
    "timeline": {"id", "run_id", "step", "position", "detail"},
    "messages": {"handled_at", "sender"},
    "notices": {"run_id", "step", "sent_at"},
    "papers": {"template"},
}
"""Columns that differ where a case lives through the same days again: by which run, in which step, handled when."""


Rows = dict[str, Counter[tuple[Any, ...]]]
"""The rows of each table, each with how often it is there."""


class Difference(NamedTuple):
    """Rows of a table that are missing, and rows that are too many."""

    table: str
    missing: list[tuple[Any, ...]]
    more: list[tuple[Any, ...]]


def rows(books: Books, *, lived_again: bool = False) -> Rows:
    """Return the rows of every table about cases; `lived_again`: without what differs in a second life, its steps."""
    passed_over = LIVED_AGAIN if lived_again else AS_IT_COMES
    tables = [name for name in OF_CASES if not (lived_again and name == "steps")]
    found: Rows = {}
    with books.reading() as session:
        for name in tables:
            columns = [one for one in METADATA.tables[name].columns if one.name not in passed_over.get(name, ())]
            found[name] = Counter(tuple(map(repr, row)) for row in session.execute(select(*columns)).all())
    return found


def differences(before: Rows, after: Rows) -> list[Difference]:
    """Return the tables whose rows are not the same."""
    return [
        Difference(name, [*(before[name] - after[name]).elements()], [*(after[name] - before[name]).elements()])
        for name in before
        if before[name] != after[name]
    ]
