"""`make runbook-drill`: goes through the runbook in an office where that very thing has happened."""

import argparse
import asyncio
import sys

from chaos.__main__ import a_folder
from chaos.place.office import an_office
from chaos.place.program import NotReady
from chaos.place.server import obtain_either
from chaos.runbook_drill.drill import Drill, PartFailed, Rehearsed
from chaos.shell import CommandFailed
from embedded.errors import NotThisWay
from embedded.postgres import NoPostgres
from embedded.progress import Progress
from services.exits import leave

HEAD = "| part | noticed by | after | commands of the page (exit code) | whole again after |"


async def rehearse() -> list[Rehearsed]:
    """Go through the parts in an office of its own. Raises what `Drill.go_through` and `an_office` raise."""
    found = await obtain_either(Progress())
    with a_folder() as folder:
        async with an_office(folder, "postgresql", found, rehearsal=False) as office:
            return await Drill(office).go_through()


def table(went: list[Rehearsed]) -> list[str]:
    """Return what came of it as a table of Markdown."""
    rows = []
    for one in went:
        noticed = (f"`doctor`: {one.part.check}", f"{one.noticed:.1f} s") if one.part.check else ("", "")
        typed = ", ".join(f"`{command}` ({code})" for command, code in one.typed)
        rows.append(f"| {one.part.heading} | {noticed[0]} | {noticed[1]} | {typed} | {one.whole:.1f} s |")
    return [HEAD, "| --- | --- | ---: | --- | ---: |", *rows]


def main() -> int:
    """Go through it; 0 where every part went as the page has it."""
    argparse.ArgumentParser(prog="python -m chaos.runbook_drill", description=__doc__).parse_args()
    try:
        went = asyncio.run(rehearse())
    except (PartFailed, CommandFailed, NotReady, NoPostgres, NotThisWay) as failed:
        print(failed, file=sys.stderr)
        return 1
    print("\n".join(table(went)))
    return 0


if __name__ == "__main__":
    leave(main())
