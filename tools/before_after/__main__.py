"""`make before-and-after`: lives every correction and event, and writes what each of them changed."""

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from embedded.server import embedded_server
from services.exits import leave
from starter.terminal.output import say, under_way
from starter.terminal.run import run
from tools.before_after.living import scenarios_to_look_at, see
from tools.before_after.looking import Sight
from tools.before_after.moments import Moment
from tools.before_after.page import FILE, PICTURES, page


def write_before_and_after(
    pictures: Annotated[
        bool, typer.Option("--pictures/--no-pictures", help="Take the Temporal UI's pictures too (needs Chromium).")
    ] = True,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="Where the page goes.")] = FILE,
) -> None:
    """Live each correction and event up to just before it and just after it, and write the page of what is seen.

    For example:

        python -m tools.before_after
        python -m tools.before_after --no-pictures --to var/before-and-after.md
    """
    with under_way("Living the scenarios"):
        sights = asyncio.run(_seen(pictures=pictures))
    to.write_text(page(sights), "utf-8")
    say(str(to))


async def _seen(*, pictures: bool) -> Mapping[Moment, Sight]:
    with tempfile.TemporaryDirectory(prefix="accredit-before-and-after-") as folder:
        async with embedded_server(None, ui=pictures, fast=True, use_configured=False) as server:
            if server.ui_url is None:
                return await see(server.address, Path(folder), scenarios_to_look_at())
            from tools.before_after.pictures import pictures_of
            from tools.screenshots.browser import browsing

            PICTURES.mkdir(exist_ok=True)
            async with browsing() as browser:
                take = pictures_of(browser, server.ui_url, PICTURES)
                return await see(server.address, Path(folder), scenarios_to_look_at(), take, at_once=1)


if __name__ == "__main__":
    leave(run(lambda: typer.run(write_before_and_after)))
