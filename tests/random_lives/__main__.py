"""Lives thousands of random lives: `make random-lives SEQUENCES=5000 SEED=1`; `SERVED=100` of them on a real server.

The last line has the figures. A life that breaks a sentence is told, as short as it could be made, and the exit code
is 1: it becomes a scenario or a test.
"""

import argparse
import asyncio
import logging
import os
import sys
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from multiprocessing import Manager
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.random_lives.machine import Figures, live, told_by

PART = 250
"""Lives of one seed: what is given to a process at a time."""


def part(sequences: int, seed: int, done: Any) -> tuple[Figures, str]:
    """Live some lives in a process of their own; return what was lived, and what went wrong."""
    logging.disable(logging.CRITICAL)
    lived: Figures = Counter()

    def count(life: Any) -> None:
        lived.update(lives=1, messages=life.messages, refused=life.refused, turned_away=life.turned_away)
        lived.update(runs=len(life.core.runs))
        done.put(1)

    try:
        live(sequences, seed, count)
    except BaseException as error:  # whatever it is, it is told with the life that led there
        return lived, f"seed {seed}:\n{told_by(error)}"
    return lived, ""


def in_memory(sequences: int, seed: int, processes: int) -> tuple[Figures, list[str]]:
    """Live so many lives in memory, in several processes, with a bar that shows how far it is."""
    sizes = [min(PART, sequences - begun) for begun in range(0, sequences, PART)]
    figures: Figures = Counter()
    wrong: list[str] = []
    columns = TextColumn("random lives"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Manager() as manager, ProcessPoolExecutor(processes) as pool, Progress(*columns) as bar:
        done, task = manager.Queue(), bar.add_task("lives", total=sequences)
        left = {pool.submit(part, size, seed * 10_000 + number, done) for number, size in enumerate(sizes)}
        while left:
            ended, left = wait(left, timeout=0.5, return_when=FIRST_COMPLETED)
            for one in ended:
                lived, told = one.result()
                figures.update(lived)
                wrong += [told] if told else []
            bar.update(task, completed=max(figures["lives"], min(sequences, done.qsize())))
    return figures, wrong


def main() -> int:
    """Live, and say what was lived."""
    parser = argparse.ArgumentParser(prog="random-lives", description=__doc__)
    parser.add_argument("--sequences", type=int, default=5000, help="lives in memory")
    parser.add_argument("--served", type=int, default=0, help="lives on a real server that skips time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    asked = parser.parse_args()
    begun = time.monotonic()
    figures, wrong = in_memory(asked.sequences, asked.seed, asked.processes)
    if asked.served:
        from tests.random_lives.served import live_served

        served, more = asyncio.run(live_served(asked.served, asked.seed))
        figures.update(served)
        wrong += more
    for one in wrong:
        print(one, file=sys.stderr)
    lives = f"{figures['lives']} lives" + (f" ({figures['served']} of them on a server)" if asked.served else "")
    print(
        f"{lives}, {figures['messages']} messages "
        f"({figures['refused']} refused, {figures['turned_away']} turned away), "
        f"{figures['runs']} runs replayed, {len(wrong)} wrong, seed {asked.seed}, {time.monotonic() - begun:.0f} s"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # a client that has led clocks can hang at its end
