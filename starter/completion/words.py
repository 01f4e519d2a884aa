"""Cases and invoices for the shell to complete: read from the office's books, where they can be read at once.

The books are read without the program's own code for them, which alone takes longer than an answer may.
"""

import contextlib
import re
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

from services.paths import DEMO_BOOKS

MOST = 200
"""Words that are offered at most."""
WITHIN = 0.3
"""Seconds in which the books must answer."""
SQLITE = "sqlite:///"
WORD = re.compile(r"[A-Za-z0-9._-]+")
"""What can be completed: a shell reads nothing into these signs."""
QUERIES = {
    "CASE": "SELECT case_id, stage FROM cases WHERE substr(case_id, 1, ?) = ? ORDER BY closed_at IS NULL DESC, case_id",
    "INVOICE": "SELECT number, status FROM invoices WHERE substr(number, 1, ?) = ? ORDER BY number DESC",
    "FACILITY": "SELECT DISTINCT facility_id, facility_name FROM cases WHERE substr(facility_id, 1, ?) = ? ORDER BY 1",
}
"""What stands for a case, an invoice or a facility, and what is said of it: open cases and new invoices first."""


def from_books(value: str, begun: str, office: Path | None, *, demo: bool) -> list[tuple[str, str]]:
    """Return words that begin in some way, each with a word about it; none where the books do not answer at once.

    Args:
        value: What is completed, by its name in the outline, for example `CASE`.
        begun: How it begins.
        office: The settings' file that `--office` names.
        demo: Whether the demonstration is looked at, not the office.

    Raises:
        Unusable: The settings cannot be read.
        sqlite3.Error: There are no books, or no books yet, where they should be.
    """
    query = QUERIES.get(value)
    if query is None:
        return []
    url = f"{SQLITE}{DEMO_BOOKS}" if demo else _url(office)
    query, given = f"{query} LIMIT {MOST}", (len(begun), begun)
    in_file = url.startswith(SQLITE)
    found = _sqlite(url, query, given) if in_file else _in_time(lambda: _postgresql(url, query, given))
    return [(word, about) for word, about in found if WORD.fullmatch(word)]


def _url(office: Path | None) -> str:
    from services.settings import load_settings

    return load_settings(office).database.url


def _in_time(read: Callable[[], list[tuple[str, str]]]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def find() -> None:
        with contextlib.suppress(Exception):  # a thread would print it
            found.extend(read())

    reading = threading.Thread(target=find, daemon=True)
    reading.start()
    reading.join(WITHIN)
    return list(found)


def _sqlite(url: str, query: str, given: tuple[int, str]) -> list[tuple[str, str]]:
    file = Path(unquote(url.removeprefix(SQLITE))).absolute()
    books = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=WITHIN)
    try:
        return books.execute(query, given).fetchall()
    finally:
        books.close()


def _postgresql(url: str, query: str, given: tuple[int, str]) -> list[tuple[str, str]]:
    import psycopg

    scheme, _, rest = url.partition("://")
    address = f"{scheme.partition('+')[0]}://{rest}"
    with psycopg.connect(address) as books:
        return books.execute(query.replace("?", "%s").encode(), given).fetchall()
