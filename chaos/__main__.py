"""`make chaos`, `python -m chaos`: many lives while all that they stand on is killed, cut off, full or wrong."""

import argparse
import asyncio
import logging
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from chaos.faults.doing import NeverBack
from chaos.faults.record import table
from chaos.lives.kinds import BRIEF, kinds
from chaos.place.disk import unmount
from chaos.place.office import Kept
from chaos.place.program import NotReady
from chaos.place.server import obtain, obtain_either
from chaos.run import Outcome, Told, Wish, run
from embedded.errors import NotThisWay
from embedded.postgres import NoPostgres
from embedded.progress import Progress as Saying
from services.clock import now
from services.errors import ExitCode, ServiceError
from services.exits import leave
from services.telemetry.runtime import CORE

BOTH: tuple[Kept, ...] = ("postgresql", "sqlite")
LOGS = Path("var") / "chaos"
PLACE, PREFIX = Path("/tmp"), "accredit-chaos-"
"""Where a run has its folder: a socket's path must be short."""
SQLITE_SHARE = 4
"""With both, of so many lives one has its books in SQLite."""
EXAMPLES = """
for example:

  python -m chaos --lives 200 --kills 300 --seed 1     as `make chaos` does
  python -m chaos --brief                              ten lives and twelve kills, in about a minute
  python -m chaos --obtain                             only see that the bare server is there; builds it, with Go
"""


def read_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return what was asked for."""
    reads = argparse.ArgumentParser(
        prog="python -m chaos",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    reads.add_argument("--lives", type=_at_least_one, default=200, metavar="N", help="how many lives (200)")
    reads.add_argument("--kills", type=_at_least_one, default=300, metavar="M", help="how many processes die (300)")
    reads.add_argument("--seed", type=int, default=1, metavar="N", help="what everything is drawn by (1)")
    reads.add_argument("--books", choices=(*BOTH, "both"), default="both", help="where books are kept (both)")
    reads.add_argument("--at-once", type=_at_least_one, default=16, metavar="N", help="lives under way at a time (16)")
    reads.add_argument("--only", nargs="+", default=(), metavar="SCENARIO", help="these scenarios alone")
    reads.add_argument(
        "--brief", action="store_true", help="ten lives of five kinds, twelve kills, books in PostgreSQL"
    )
    reads.add_argument(
        "--any-server",
        action="store_true",
        help="where no server for PostgreSQL was built, take the one that comes along",
    )
    reads.add_argument("--obtain", action="store_true", help="see that the bare server is there, and end")
    reads.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the table there as well")
    asked = reads.parse_args(arguments)
    if asked.brief:
        asked.lives, asked.kills, asked.books, asked.only, asked.at_once = 10, 12, "postgresql", BRIEF, 10
    if unknown := sorted({*asked.only} - {kind.name for kind in kinds()}):
        reads.error(f"there is no scenario {unknown[0]!r} that can be lived here; `ls scenarios` shows them")
    return asked


def _at_least_one(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a number from 1 on")
    return int(text)


def wishes(asked: argparse.Namespace) -> list[Wish]:
    """Return the runs that are asked for: with both kinds of books a run each, most of it on PostgreSQL."""
    chosen = kinds(asked.only)
    if asked.books != "both":
        return [Wish(asked.books, asked.lives, asked.kills, asked.seed, chosen, asked.at_once)]
    lives, kills = max(1, asked.lives // SQLITE_SHARE), max(1, asked.kills // SQLITE_SHARE)
    parts: list[tuple[Kept, int, int]] = [
        ("postgresql", asked.lives - lives, asked.kills - kills),
        ("sqlite", lives, kills),
    ]
    return [Wish(kept, n, m, asked.seed, chosen, asked.at_once) for kept, n, m in parts if n and m]


async def live(asked: argparse.Namespace, told: Told) -> Outcome:
    """Do everything that was asked for, and return what came of it. Raises what `run` and `obtain` raise."""
    outcome = Outcome()
    found = await (obtain_either if asked.any_server else obtain)(Saying())
    for wish in [] if asked.obtain else wishes(asked):
        with a_folder() as folder:
            try:
                outcome.add(await run(wish, folder, found, told))
            finally:
                keep_logs(folder, LOGS / wish.kept)
    return outcome


def keep_logs(folder: Path, to: Path) -> None:
    """Keep the logs of programs and the histories of cases that came out otherwise, in the place of the run before."""
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    for log in folder.glob("**/log/*"):
        shutil.copyfile(log, to / log.name)


def sweep() -> None:
    """Clear away what a run has left that was killed itself; a folder names its process."""
    for folder in PLACE.glob(f"{PREFIX}*-*"):
        try:
            os.kill(int(folder.name.removeprefix(PREFIX).partition("-")[0]), 0)
        except ProcessLookupError:
            for disk in folder.iterdir():
                unmount(disk)
            shutil.rmtree(folder, ignore_errors=True)
        except (PermissionError, ValueError):
            continue  # another user's


@contextmanager
def a_folder() -> Iterator[Path]:
    """Give a folder, gone at the block's end, that other users reach: PostgreSQL does not serve root."""
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=PLACE))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def bars() -> Iterator[Told]:
    """Show on stderr how far everything has come: bars on a terminal, else a line for each tenth."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _in_lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    shown: dict[str, TaskID] = {}
    with Progress(*columns, console=console) as progress:

        def tell(what: str, done: int, of: int) -> None:
            if what not in shown or progress.tasks[shown[what]].finished:
                shown[what] = progress.add_task(what, total=of)
            progress.update(shown[what], completed=done, total=of)

        yield tell


def _in_lines() -> Told:
    tenths: dict[str, int] = {}

    def tell(what: str, done: int, of: int) -> None:
        if done * 10 // of != tenths.get(what, 0):
            tenths[what] = done * 10 // of
            sys.stderr.write(f"{now():%H:%M:%S} {what}: {done} of {of}\n")
            sys.stderr.flush()

    return tell


def page(asked: argparse.Namespace, outcome: Outcome) -> list[str]:
    """Return what is told of a run, as lines of Markdown."""
    wrong = {**outcome.lost, **outcome.twice}
    lines = [
        f"{now():%Y-%m-%d %H:%M} UTC, seed {asked.seed}, {os.cpu_count()} cores, {outcome.seconds:.0f} s of disturbed "
        f"lives, {asked.at_once} at once.",
        "",
        *table(outcome.happened, wrong, outcome.not_possible),
        "",
        f"Letters: {outcome.letters} sent, {outcome.again} of them taken by the mail server more than once (it had "
        "said 250, and the mark was not written yet; they have the same Message-ID).",
        f"Programs that had ended by themselves and were started again: {outcome.restarts}.",
    ]
    for word, found in (("lost", outcome.lost), ("twice", outcome.twice)):
        lines += [f"- {word}: {name}: {what}" for name, those in sorted(found.items()) for what in those]
    return [*lines, ""]


def main() -> int:
    """Run what the arguments name, and return the exit code: 1 where something was lost, or happened twice."""
    asked = read_arguments()
    logging.getLogger(CORE).setLevel(logging.ERROR)  # that a call is retried is the point here
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell has what it starts in its background ignore the first
        signal.signal(number, signal.default_int_handler)
    try:
        with bars() as told:
            outcome = asyncio.run(live(asked, told))
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted. Nothing is left running.\n")
        return ExitCode.INTERRUPTED
    except NotThisWay as closed:
        sys.stderr.write(f"There is no Temporal server for PostgreSQL: {closed.reason}. {closed.mend}\n")
        return ExitCode.NOT_REACHABLE
    except (NotReady, NoPostgres, NeverBack, RuntimeError, ServiceError) as problem:
        sys.stderr.write(f"{problem}\n")
        return ExitCode.NOT_REACHABLE
    if asked.obtain:
        return ExitCode.DONE
    told_lines = page(asked, outcome)
    if asked.output:
        asked.output.parent.mkdir(parents=True, exist_ok=True)
        asked.output.write_text("\n".join([*told_lines, outcome.last_line, ""]), "utf-8")
    sys.stdout.write("\n".join([*told_lines, outcome.last_line, ""]))
    return 0 if outcome.good else 1


if __name__ == "__main__":
    leave(main())
