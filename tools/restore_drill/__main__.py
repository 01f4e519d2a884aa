"""`make restore-drill`: carries out the drills and prints what came of each. `python -m tools.restore_drill --help`."""

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from tests.postgres import fresh_database, has_programs
from tools.restore_drill.drills import POSTGRES_BOOKS, SERVER, SQLITE_BOOKS, Drill, Outcome, carry_out
from tools.restore_drill.office import CommandFailed

DRILLS = {"sqlite": SQLITE_BOOKS, "postgres": POSTGRES_BOOKS, "server": SERVER}


def main() -> int:
    """Carry out the drills that are named, all where none is; 0 where nothing was lost and nothing happened twice."""
    reads = argparse.ArgumentParser(prog="python -m tools.restore_drill", description=__doc__)
    reads.add_argument("drills", nargs="*", choices=[[], *DRILLS], metavar="DRILL", help=", ".join(DRILLS))
    named = reads.parse_args().drills or [name for name in DRILLS if name != "postgres" or has_programs()]
    good = True
    print(f"{'lost':24} {'rows':>6} {'not in backup':>14} {'RPO unmended':>13} {'RPO mended':>11} {'RTO':>8}")
    for name in named:
        try:
            outcome = _carried_out(name)
        except CommandFailed as failed:
            print(f"{DRILLS[name].name}: {failed}", file=sys.stderr)
            good = False
            continue
        _tell(outcome)
        good = good and outcome.is_good
    if "postgres" not in named:
        print("PostgreSQL is not installed here: the drill of books on PostgreSQL was left out.")
    return 0 if good else 1


def _carried_out(name: str) -> Outcome:
    drill: Drill = DRILLS[name]
    with tempfile.TemporaryDirectory(prefix="restore-drill-") as folder:
        if name != "postgres":
            return asyncio.run(carry_out(drill, Path(folder)))
        with fresh_database() as url:
            return asyncio.run(carry_out(drill, Path(folder), url))


def _tell(outcome: Outcome) -> None:
    missing = sum(len(one.missing) + len(one.more) for one in outcome.differing)
    figures = (
        f"{outcome.rows:6} {outcome.lost_rows:14} {outcome.age:11.1f} s {missing:6} rows {outcome.mended_in:6.1f} s"
    )
    print(f"{outcome.drill.name:24} {figures}", flush=True)
    for one in outcome.differing:
        print(f"  {one.table}: {len(one.missing)} rows are missing, {len(one.more)} too many", file=sys.stderr)
    for name in outcome.letters_again:
        print(f"  {name} went out again", file=sys.stderr)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # a client that has waited for a server which was stopped can hang at its end
