"""`make restore-drill`: carries out the drills and prints what came of each. `python -m chaos.restore_drill --help`."""

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from chaos.__main__ import a_folder
from chaos.place.server import obtain, server_databases
from chaos.restore_drill.drills import POSTGRES_BOOKS, POSTGRES_SERVER, SERVER, SQLITE_BOOKS, Outcome, carry_out
from chaos.restore_drill.office import Drilled, DrilledOnPostgres
from chaos.shell import CommandFailed
from embedded.errors import NotThisWay
from embedded.progress import Progress
from tests.postgres import fresh_database, has_programs

DRILLS = {
    "sqlite": SQLITE_BOOKS,
    "postgres": POSTGRES_BOOKS,
    "server": SERVER,
    "server-postgres": POSTGRES_SERVER,
}
ON_POSTGRES = ("postgres", "server-postgres")


def main() -> int:
    """Carry out the drills that are named, all where none is; 0 where nothing was lost and nothing happened twice."""
    reads = argparse.ArgumentParser(prog="python -m chaos.restore_drill", description=__doc__)
    reads.add_argument("drills", nargs="*", choices=[[], *DRILLS], metavar="DRILL", help=", ".join(DRILLS))
    named = reads.parse_args().drills or [name for name in DRILLS if name not in ON_POSTGRES or has_programs()]
    good = True
    print(f"{'lost':24} {'rows':>6} {'not in backup':>14} {'RPO unmended':>13} {'RPO mended':>11} {'RTO':>8}")
    for name in named:
        try:
            outcome = asyncio.run(_carried_out(name))
        except (CommandFailed, NotThisWay) as failed:
            print(f"{DRILLS[name].name}: {failed}", file=sys.stderr)
            good = False
            continue
        _tell(outcome)
        good = good and outcome.is_good
    if not has_programs():
        print("PostgreSQL is not installed here: the drills of books and of a server on PostgreSQL were left out.")
    return 0 if good else 1


async def _carried_out(name: str) -> Outcome:
    drill = DRILLS[name]
    with tempfile.TemporaryDirectory(prefix="restore-drill-") as made:
        folder = Path(made)
        if drill == POSTGRES_BOOKS:
            with fresh_database() as url:
                return await carry_out(drill, Drilled(folder, url))
        if drill == POSTGRES_SERVER:
            found = await obtain(Progress())
            with a_folder() as data:
                async with server_databases(found, data / "postgres") as database:
                    return await carry_out(drill, DrilledOnPostgres(folder, found, database))
        return await carry_out(drill, Drilled(folder))


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
