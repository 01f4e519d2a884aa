"""`python -m bench.peers.driver`: drives lives of one peer, in a process of its own.

It reads lines from its input: a prefix for the lives' names, how many lives, how many at once, and, where they are to
stay open, the message that is not sent any more. It answers each by a line of JSON.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from temporalio.client import Client

from bench.measuring.page import percentile
from bench.measuring.processes import READY
from bench.peers.ledger import BOOKS_QUERY, LEDGER_QUERY, Tail
from bench.peers.life import LIVES
from bench.peers.lived import Lived, Peer
from bench.peers.product import Office, ProductLife
from bench.peers.stepwise import on_dbos, on_temporal
from policy.office import Security
from records.books import open_books
from services.connect import connect
from services.exits import leave
from services.security.signing import office_signs
from services.settings import SAMPLE, load_settings

PEERS = ("floor", "lean", "null", "real", "dbos", "dbos-floor")
MILLI = 1000


def read_arguments() -> argparse.Namespace:
    """Return what the driver was told."""
    reads = argparse.ArgumentParser(prog="python -m bench.peers.driver", description=__doc__)
    reads.add_argument("peer", choices=PEERS)
    reads.add_argument("--address", default="", help="the Temporal server")
    reads.add_argument("--namespace", default="")
    reads.add_argument("--file", required=True, help="the ledger, or the product's books")
    reads.add_argument("--url", default="", help="the database of DBOS")
    reads.add_argument("--life", default="full", choices=sorted(LIVES))
    reads.add_argument("--keys", default="", help="the folder of the office's keys")
    reads.add_argument("--letter", type=Path, help="the file of the appeal letter")
    return reads.parse_args()


@asynccontextmanager
async def the_peer(asked: argparse.Namespace, tail: Tail) -> AsyncIterator[Peer]:
    """Return what drives the lives of the peer that was asked for."""
    if asked.peer.startswith("dbos"):
        yield on_dbos(asked.url, tail, "floor" if asked.peer == "dbos-floor" else asked.life)
    elif asked.peer == "floor":
        client = await Client.connect(asked.address, namespace=asked.namespace)
        yield on_temporal(client, tail, asked.peer, "floor")
    elif asked.peer == "lean":
        yield on_temporal(await connect(asked.address, asked.namespace), tail, asked.peer, asked.life)
    else:
        client = await connect(asked.address, asked.namespace)
        settings = load_settings(SAMPLE, {})
        if asked.peer == "null":
            yield ProductLife(Office(client, settings, tail))
            return
        sign = office_signs(Security(keys=asked.keys))
        with closing(open_books(f"sqlite:///{asked.file}")) as books:
            yield ProductLife(Office(client, settings, tail, books, sign, asked.letter))


async def drive(peer: Peer, prefix: str, lives: int, at_once: int, stop_at: str) -> dict[str, Any]:
    """Live so many lives, so many at once, and return what they took."""
    names = iter([f"{prefix}-{number}" for number in range(lives)])
    lived: list[Lived] = []

    async def one_after_the_other() -> None:
        for name in names:
            lived.append(await peer.live(name, stop_at))

    begun, worked = time.perf_counter(), time.process_time()
    await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
    seconds = time.perf_counter() - begun
    told: dict[str, Any] = {"lives": lives, "seconds": seconds, "driver_cpu": time.process_time() - worked}
    for field in ("visible", "answered", "letter"):
        figures = [getattr(one, field) for one in lived]
        told[f"{field}_p50"] = percentile(figures, 0.50) * MILLI
        told[f"{field}_p95"] = percentile(figures, 0.95) * MILLI
    return told | {"early": sum(one.early for one in lived)}


async def main() -> None:
    """Drive what the lines of the input ask for, until it ends."""
    asked = read_arguments()
    tail = Tail(asked.file, BOOKS_QUERY if asked.peer == "real" else LEDGER_QUERY)
    watching = asyncio.create_task(tail.watch())
    async with the_peer(asked, tail) as peer:
        sys.stderr.write(f"{READY}\n")
        sys.stderr.flush()
        while line := await asyncio.to_thread(sys.stdin.readline):
            prefix, lives, at_once, *stop_at = line.split()
            told = await drive(peer, prefix, int(lives), int(at_once), "".join(stop_at))
            sys.stdout.write(f"{json.dumps(told)}\n")
            sys.stdout.flush()
    watching.cancel()


if __name__ == "__main__":
    asyncio.run(main())
    leave(0)
