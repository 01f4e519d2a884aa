"""The drills: what is lost, by which commands it is backed up and restored, and what must be the same afterwards."""

import asyncio
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from typing import NamedTuple

from chaos.page import RESTORE, commands
from chaos.restore_drill.ledger import Difference, Rows, differences, rows
from chaos.restore_drill.lives import Lives
from chaos.restore_drill.office import Drilled

MEND = "Mend"


class Drill(NamedTuple):
    """One drill.

    Attributes:
        name: What it is called.
        back_up: The heading under which the commands of the backup stand.
        restore: Likewise of the restore.
        server: Whether it is the server's database that is lost; else the books.
    """

    name: str
    back_up: str
    restore: str
    server: bool = False


SQLITE_BOOKS = Drill("books on SQLite", "Back up SQLite", "Restore SQLite")
POSTGRES_BOOKS = Drill("books on PostgreSQL", "Back up PostgreSQL", "Restore PostgreSQL")
SERVER = Drill("the server's database", "Back up the server", "Restore the server's database", server=True)
POSTGRES_SERVER = Drill(
    "the server on PostgreSQL", "Back up a server on PostgreSQL", "Restore a server on PostgreSQL", server=True
)


@dataclass
class Outcome:
    """What came of a drill.

    Attributes:
        drill: Which.
        age: Seconds between the backup and the loss: what would be lost without mending.
        lost_rows: Rows of the books that the backup lacks, or that the server's cases did not know.
        mended_in: Seconds from the first command of the restore to books and server in line.
        rows: Rows of the books about cases before the loss.
        differing: Tables that are not the same afterwards.
        letters_again: Letters that went out twice.
        told: What the mending said.
    """

    drill: Drill
    age: float
    lost_rows: int
    mended_in: float
    rows: int
    differing: list[Difference]
    letters_again: list[str]
    told: list[str]

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost and nothing happened twice."""
        return not self.differing and not self.letters_again


async def carry_out(drill: Drill, place: Drilled) -> Outcome:
    """Carry out a drill in a place of its own.

    Args:
        drill: Which.
        place: A place in which nothing has happened yet.

    Raises:
        CommandFailed: A command of the page did not do what it says.
    """
    lives = Lives()
    async with place.serving() as client, place.at_work(client) as office:
        await lives.before(office)
        for command in commands(RESTORE, drill.back_up):
            await asyncio.to_thread(place.run, command)
        backed_up, at_backup = time.monotonic(), _rows(place, drill)
        await lives.after(office)
        age = time.monotonic() - backed_up
        before, letters = _rows(place, drill), _letters(place)
    began = time.monotonic()
    for command in commands(RESTORE, drill.restore):
        place.run(command)
    async with place.serving():
        told = await asyncio.to_thread(mend, place)
        mended_in = time.monotonic() - began
        after = _rows(place, drill)
    return Outcome(
        drill=drill,
        age=age,
        rows=sum(map(Counter.total, before.values())),
        lost_rows=sum((before[name] - at_backup[name]).total() for name in before),
        mended_in=mended_in,
        differing=differences(before, after),
        letters_again=[name for name, written in letters.items() if _letters(place).get(name) != written],
        told=told,
    )


def mend(place: Drilled) -> list[str]:
    """Run the commands of the page that mend, and return what they said. The last one must find all in line."""
    look, mending, look_again = commands(RESTORE, MEND)
    return [place.run(look, codes=(1,)), place.run(mending), place.run(look_again)]


def _rows(place: Drilled, drill: Drill) -> Rows:
    with closing(place.books()) as books:
        return rows(books, lived_again=drill.server)


def _letters(place: Drilled) -> dict[str, int]:
    """Return when each copy of a letter was written."""
    mail = place.folder / "var" / "mail"
    return {str(file.relative_to(mail)): file.stat().st_mtime_ns for file in sorted(mail.rglob("*.eml"))}
