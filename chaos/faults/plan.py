"""Which fault happens when: drawn by a seed, spread over the messages of all lives, each kind at least once."""

from collections.abc import Iterable
from random import Random
from typing import NamedTuple

from chaos.place.office import WORKERS


class Kind(NamedTuple):
    """A kind of fault.

    Attributes:
        name: What it is called.
        lane: What it happens to: faults of one lane follow each other, those of several may fall together.
        kills: How many processes it kills.
        weight: How often it is drawn among those that kill, or among those that do not.
        lasts: For how many seconds at most.
    """

    name: str
    lane: str
    kills: int
    weight: int
    lasts: float


class Fault(NamedTuple):
    """A fault that will happen.

    Attributes:
        after: After how many messages of all lives together.
        kind: Which.
        wait: How many seconds after that message.
        lasts: For how many seconds.
        chance: What further choices are drawn by.
    """

    after: int
    kind: Kind
    wait: float
    lasts: float
    chance: int


WORKER = Kind("a worker is killed", "workers", 1, 44, 1.0)
ALL_WORKERS = Kind("all workers are killed at once", "workers", WORKERS, 6, 3.0)
CLOCK = Kind("a worker has a wrong clock", "workers", 2, 5, 12.0)
SERVER = Kind("the Temporal server is killed", "server", 1, 14, 1.0)
SERVER_DATABASE = Kind("the server's PostgreSQL is killed", "server-database", 1, 8, 1.0)
BOOKS = Kind("the PostgreSQL of the books is killed", "books", 1, 14, 2.0)
MAIL = Kind("the mail server is killed", "mail", 1, 14, 3.0)
TEMPORAL_CUT = Kind("workers are cut off from Temporal", "wires", 0, 4, 5.0)
TEMPORAL_SILENT = Kind("the wire to Temporal goes silent", "wires", 0, 2, 8.0)
BOOKS_CUT = Kind("workers are cut off from the books", "wires", 0, 4, 5.0)
BOOKS_SILENT = Kind("the wire to the books goes silent", "wires", 0, 2, 8.0)
MAIL_CUT = Kind("workers are cut off from the mail server", "wires", 0, 4, 5.0)
MAIL_SILENT = Kind("the wire to the mail server goes silent", "wires", 0, 2, 8.0)
SERVER_FULL = Kind("the disk of the server's database is full", "disks", 0, 2, 5.0)
BOOKS_FULL = Kind("the disk of the books is full", "disks", 0, 3, 6.0)
PAPERS_FULL = Kind("the disk of papers and copies of letters is full", "disks", 0, 3, 6.0)
KILLING = (WORKER, ALL_WORKERS, CLOCK, SERVER, SERVER_DATABASE, BOOKS, MAIL)
OTHERS = (
    *(TEMPORAL_CUT, TEMPORAL_SILENT, BOOKS_CUT, BOOKS_SILENT, MAIL_CUT, MAIL_SILENT),
    *(SERVER_FULL, BOOKS_FULL, PAPERS_FULL),
)
SHARE = 5
"""Of so many kills there is one further fault that kills nothing."""
SHORTEST = 0.2


def drawn(chance: Random, kills: int, messages: int, possible: Iterable[Kind]) -> list[Fault]:
    """Draw the faults of a run, in the order in which they happen.

    Args:
        chance: What they are drawn by.
        kills: How many processes are killed in all, exactly.
        messages: How many messages there are to fall between.
        possible: What can be brought about here.
    """
    kinds = list(possible)
    killing, others = [kind for kind in KILLING if kind in kinds], [kind for kind in OTHERS if kind in kinds]
    chosen: list[Kind] = []
    left = kills
    for kind in sorted(killing, key=lambda kind: -kind.weight):
        if kind.kills <= left:
            chosen.append(kind)
            left -= kind.kills
    while left:
        kind = chance.choices(killing, [kind.weight for kind in killing])[0]
        kind = kind if kind.kills <= left else WORKER
        chosen.append(kind)
        left -= kind.kills
    further = kills // SHARE
    chosen += chance.sample(others, min(further, len(others)))
    chosen += chance.choices(others, [kind.weight for kind in others], k=max(0, further - len(others)))
    faults = [
        Fault(
            chance.randrange(max(1, messages)),
            kind,
            chance.uniform(0, 1),
            chance.uniform(SHORTEST, max(kind.lasts, SHORTEST)),
            chance.randrange(2**31),
        )
        for kind in chosen
    ]
    return sorted(faults, key=lambda fault: fault.after)
