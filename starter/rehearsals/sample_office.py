"""`accredit sample-office`: the books of an office of many cases, to look at what lists and reports make of them."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from rehearsal.reading import read_scenarios
from rehearsal.sample.lives import how_many
from rehearsal.sample.office import make_office
from services.errors import InputFault, Unusable
from services.paths import BOOKS
from services.settings import SAMPLE, load_settings
from starter.rehearsals.demo import shipped_scenarios
from starter.terminal.output import note, say, under_way

Cases = Annotated[int, typer.Option("--cases", min=1, max=200_000, metavar="2000", help="How many cases it has.")]
To = Annotated[Path, typer.Option("--to", metavar="FOLDER", help="Where its books go; nothing may lie there.")]
OFFICE = Path("var/sample-office")


def sample_office(cases: Cases = 2_000, to: To = OFFICE) -> None:
    """Make the books of a sample office of 2,000 cases, for trying out lists, reports and the board.

    The shipped scenarios are lived to several days each, on a server that is started for it; their books are then
    copied under other names, units and numbers, each moved so far that it stands today where it was stopped. No server
    knows these cases: what only looks into the books answers, and nothing can be sent to them.

    For example:

        accredit sample-office
        accredit sample-office --cases 200 --to small-office
        ACCREDIT_DATABASE_URL=sqlite:///var/sample-office/books.db accredit report
    """
    file = to / BOOKS
    if file.exists():
        raise Unusable([InputFault(str(file), "", "books", "a folder without any")])
    to.mkdir(parents=True, exist_ok=True)
    scenarios, begun = read_scenarios(shipped_scenarios()), time.monotonic()
    lives, lived = how_many(scenarios), 0
    with under_way(f"Living {lives} lives") as tell:

        def one_more() -> None:
            nonlocal lived
            lived += 1
            tell(f"Living {lives} lives: {lived} are lived")

        def copied(number: int) -> None:
            tell(f"Writing {cases} cases: {number} are there")

        settings = load_settings(SAMPLE, {})
        number = asyncio.run(make_office(scenarios, settings, file, cases, datetime.now(UTC), one_more, copied))
    say(f"{number} cases of a sample office in {file} ({file.stat().st_size / 1e6:.0f} MB).")
    say(f"Look at them: ACCREDIT_DATABASE_URL=sqlite:///{file} accredit report")
    note(f"{lives} lives were lived and copied in {time.monotonic() - begun:.0f} s.")
