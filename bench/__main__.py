"""`make bench`, `python -m bench`: what cases cost, on this machine, beside what else could be built."""

import argparse
import asyncio
import os
import platform
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.measuring.budget import Budget
from bench.measuring.machine import measurable
from bench.measuring.page import Page, progress
from bench.measuring.setting import Part, Setting
from bench.parts import commands, importing, lives, open_cases, portal, replay, windows
from services.clock import now
from services.errors import ExitCode, ServiceError
from services.exits import leave

PARTS = (
    Part("lives", "whole lives, one at a time and 30 at once, beside four peers", 360, 60, lives.run),
    Part("replay", "histories replayed, and cases that go on after their worker died", 90, 40, replay.run),
    Part("open-cases", "what open cases take while nothing happens to them", 110, 40, open_cases.run),
    Part("windows", "windows that are due in one minute", 120, 40, windows.run),
    Part("import", "a file of applications, with and without a worker", 80, 40, importing.run),
    Part("portal", "pages of the portal under fifty people", 100, 40, portal.run),
    Part("commands", "what a command costs before it does anything", 40, 20, commands.run),
)
"""In this order. The seconds of all are what `make bench` takes at most: fifteen minutes."""
GRACE = 1.5
FOLDER = Path("var") / "bench"
EXAMPLES = """
for example:

  python -m bench                                   everything, in fifteen minutes
  python -m bench --quick                           everything in small, in about a minute
  python -m bench lives --peers lean real           whole lives of two peers
  python -m bench open-cases --cases 1000 10000 50000 --minutes 90
  python -m bench import --cases 1000 10000 --minutes 60
  python -m bench import --adopted --cases 2000 --minutes 60
  python -m bench windows --cases 2000 --minutes 10

beside them, each a measurement of its own: python -m bench.codec, bench.documents, bench.identifiers, bench.proofs,
bench.uploads
"""


def read_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return what was asked for."""
    told = "\n".join(f"  {part.name:<12}{part.about}" for part in PARTS)
    reads = argparse.ArgumentParser(
        prog="python -m bench",
        description=f"Measures what cases cost, and writes a page of tables to {FOLDER}.\n\nparts:\n{told}",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = [part.name for part in PARTS]
    reads.add_argument("parts", nargs="*", metavar="PART", help=f"some of {', '.join(names)}; none: all")
    reads.add_argument("--quick", action="store_true", help="in small: to see that it works, not for figures")
    reads.add_argument("--peers", nargs="+", choices=lives.ALL, metavar="PEER", help=f"some of {', '.join(lives.ALL)}")
    reads.add_argument("--cases", nargs="+", type=int, metavar="N", help="how many cases; several: one after the other")
    reads.add_argument("--adopted", action="store_true", help="import: of cases that are adopted with their past")
    reads.add_argument("--minutes", type=float, metavar="M", help="what each part may take, in the place of its own")
    reads.add_argument("-o", "--output", type=Path, metavar="FILE", help="the page (else a new one each time)")
    asked = reads.parse_args(arguments)
    if unknown := [name for name in asked.parts if name not in names]:
        reads.error(f"there is no part {unknown[0]!r}; the parts are {', '.join(names)}")
    if any(number < 1 for number in asked.cases or ()):
        reads.error("--cases: at least 1")
    return asked


async def measure(asked: argparse.Namespace, page: Page) -> None:
    """Run the parts that were asked for, one after the other, each within its budget."""
    with tempfile.TemporaryDirectory(prefix="accredit-bench-") as made:
        chosen = [part for part in PARTS if not asked.parts or part.name in asked.parts]
        whole = Budget(sum(seconds_of(part, asked) for part in chosen))
        for part in chosen:
            budget = Budget(min(seconds_of(part, asked), whole.left))
            await _measure(part, Setting(page, budget, Path(made), asked.quick, asked))


def seconds_of(part: Part, asked: argparse.Namespace) -> float:
    """Return what a part may take."""
    if asked.minutes:
        return float(asked.minutes) * 60
    return part.quick if asked.quick else part.seconds


async def _measure(part: Part, setting: Setting) -> None:
    """Run a part; what it has begun when its time is over may still end, within half of that time again."""
    budget, page = setting.budget, setting.page
    progress(f"--- {part.name}: {part.about} (up to {budget.seconds:.0f} s)")
    try:
        async with asyncio.timeout(budget.seconds * GRACE):
            await part.run(setting)
    except TimeoutError as error:
        page.tell(f"**{part.name}: broke off, its time was over.** {error}")
    except (RuntimeError, ServiceError) as error:
        page.tell(f"**{part.name}: broke off.** {error}")
    left_out = [f"Left out: {what}." for what in budget.left_out]
    page.tell(*left_out, f"({part.name} took {budget.used:.0f} s of {budget.seconds:.0f} s)")


def about(asked: argparse.Namespace) -> list[str]:
    """Return what must be known of a run to read its figures."""
    load = os.getloadavg()[0]
    small = ["**In small: this shows that it works. Its figures say nothing.**", ""] if asked.quick else []
    return [
        f"Measured {now():%Y-%m-%d %H:%M} UTC by `{' '.join(['python -m bench', *sys.argv[1:]])}`, on {os.cpu_count()} "
        f"cores ({platform.machine()}, Python {platform.python_version()}), load {load:.1f} at the beginning. CPU "
        "seconds, and ratios within one run, can be compared; seconds on the wall depend on what else runs.",
        "",
        *small,
    ]


def main() -> int:
    """Measure what the arguments name, and return the exit code."""
    asked = read_arguments()
    if not measurable():
        progress("What processes cost is read from /proc, as Linux has it; this system has none.")
        return ExitCode.UNUSABLE
    file = asked.output or FOLDER / f"{now():%Y-%m-%dT%H%M%SZ}.md"
    page = Page("What cases cost", about(asked))
    code = ExitCode.DONE
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends it leaves nothing behind either
    try:
        asyncio.run(measure(asked, page))
    except KeyboardInterrupt:
        page.tell("**Interrupted here.**")
        code = ExitCode.INTERRUPTED
    page.write(file)
    progress(f"Written: {file}")
    return code


if __name__ == "__main__":
    leave(main())
