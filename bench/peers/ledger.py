"""The rows of the peers that keep no books: one file of SQLite, one writer at a time, the same code for all of them."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, create_engine, event, insert

ROWS = Table(
    "rows",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("life", String, nullable=False),
    Column("what", String, nullable=False),
)
LEDGER_QUERY = "SELECT id, life, what FROM rows WHERE id > ? ORDER BY id"
BOOKS_QUERY = "SELECT rowid, case_id, kind FROM notices WHERE rowid > ? ORDER BY rowid"
LOOK_EVERY = 0.004
"""Seconds between two looks at the newest rows."""
SEEN_WITHIN = 240.0
"""Seconds after which a row that does not come is a fault of the measurement."""


class Ledger:
    """A file of rows, open for writing."""

    def __init__(self, file: str) -> None:
        self._engine: Engine = create_engine(f"sqlite:///{file}")
        event.listen(self._engine, "connect", _set_up)
        ROWS.metadata.create_all(self._engine)
        self._turn = threading.Lock()

    def write(self, life: str, what: Iterable[str]) -> None:
        """Write rows of a life in one transaction."""
        rows = [{"life": life, "what": each} for each in what]
        if rows:
            with self._turn, self._engine.begin() as connection:
                connection.execute(insert(ROWS), rows)


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    for setting in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {setting}")


class Tail:
    """Sees when a row of a life becomes visible, in the ledger or in the product's books."""

    def __init__(self, file: str, query: str) -> None:
        self._db = sqlite3.connect(f"{Path(file).resolve().as_uri()}?mode=ro", uri=True)
        self._query = query
        self._last = 0
        self._count: dict[tuple[str, str], int] = {}
        self._seen: dict[tuple[str, str, int], asyncio.Future[float]] = {}

    async def watch(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            with suppress(sqlite3.OperationalError):  # the file is being made, or is locked for a moment
                for number, life, what in self._db.execute(self._query, (self._last,)).fetchall():
                    self._last = number
                    self._count[life, what] = nth = self._count.get((life, what), 0) + 1
                    future = self._future(life, what, nth)
                    if not future.done():
                        future.set_result(time.perf_counter())
            await asyncio.sleep(LOOK_EVERY)

    async def seen(self, life: str, what: str, nth: int = 1) -> float:
        """Wait for the n-th row of a kind of a life; return when it was seen (`time.perf_counter`).

        Raises:
            TimeoutError: It does not come.
        """
        try:
            async with asyncio.timeout(SEEN_WITHIN):
                return await self._future(life, what, nth)
        except TimeoutError:
            raise TimeoutError(f"{life}: no {what} (number {nth}) within {SEEN_WITHIN:.0f} s") from None

    def ask(self, query: str, *values: object) -> tuple[object, ...] | None:
        """Return the first row of another question to the same file."""
        row: tuple[object, ...] | None = self._db.execute(query, values).fetchone()
        return row

    def _future(self, life: str, what: str, nth: int) -> asyncio.Future[float]:
        key = (life, what, nth)
        if key not in self._seen:
            self._seen[key] = asyncio.get_running_loop().create_future()
        return self._seen[key]
