"""`python -m tools.screenshots`: the documentation's pictures, all of them taken of what the program does today.

Real cases on a real server: an office whose commands are typed at a terminal of 80 columns, and lives that are
rehearsed beside it. Nothing is drawn or written for a picture: where the program changes, the next pictures show it.
"""

import asyncio
import tempfile
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from embedded.home import PORT, UI_PORT
from embedded.process import is_free
from embedded.server import EmbeddedServer, embedded_server
from policy.dates import local_day
from services.exits import leave
from services.settings import SAMPLE, load_settings
from starter.terminal.output import say, under_way
from starter.terminal.run import run

if TYPE_CHECKING:
    from playwright.async_api import Browser


PORTAL_NAMESPACE = "portal"
"""The portal's office, beside the one at whose terminal is typed: what its pages show is counted."""


class Sort(StrEnum):
    """A sort of picture."""

    TERMINAL = "terminal"
    PAPERS = "papers"
    UI = "ui"
    PORTAL = "portal"


def take_screenshots(
    sorts: Annotated[
        list[Sort] | None,
        typer.Argument(
            metavar="[SORT...]",
            help="terminal (what is typed, the pages), papers (PDFs, letters), ui (of Temporal), portal; none: all.",
            show_default=False,
        ),
    ] = None,
    folder: Annotated[Path, typer.Option("--to", metavar="FOLDER", help="Where the pictures go.")] = Path(
        "docs/screenshots"
    ),
) -> None:
    """Take the documentation's pictures anew: terminal, pages, papers, letters, Temporal UI, portal.

    All are taken of cases that are lived through for them, with the shipped sample settings. Needs Chromium (Debian:
    `apt-get install chromium`) and what `make setup` installs.

    For example:

        python -m tools.screenshots
        python -m tools.screenshots terminal papers
        python -m tools.screenshots --to pictures
    """
    folder.mkdir(parents=True, exist_ok=True)
    for picture in asyncio.run(_take(set(sorts or Sort), folder)):
        say(str(picture))


async def _take(sorts: set[Sort], to: Path) -> list[Path]:
    from tools.screenshots.browser import browsing

    taken: list[Path] = []
    async with AsyncExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="accredit-pictures-")))
        browser = await stack.enter_async_context(browsing())
        server = await stack.enter_async_context(_server(ui=Sort.UI in sorts))
        if Sort.TERMINAL in sorts:
            taken += await _at_the_terminal(server, browser, place / "office", to)
        if sorts & {Sort.PAPERS, Sort.UI}:
            taken += await _of_lives(sorts, server, browser, place / "lives", to)
        if Sort.PORTAL in sorts:
            taken += await _of_the_portal(server, browser, place / "portal", to)
    return taken


def _server(*, ui: bool) -> AbstractAsyncContextManager[EmbeddedServer]:
    """Start a server of the pictures' own, at the usual ports where they are free: pictures show its address."""
    port, ui_port = (usual if is_free(usual) else None for usual in (PORT, UI_PORT))
    return embedded_server(None, ui=ui, fast=True, port=port, ui_port=ui_port, use_configured=False)


async def _at_the_terminal(server: EmbeddedServer, browser: "Browser", place: Path, to: Path) -> list[Path]:
    """Type the whole script at the terminal of an office; take the terminal, and the pages that were written."""
    from tools.screenshots.office import an_office, take_terminals
    from tools.screenshots.pages import take_pages
    from tools.screenshots.script import PAGES, lines

    today = local_day(datetime.now(UTC), load_settings(SAMPLE, {}).zone)
    async with an_office(server.address, place) as office:
        with under_way("Typing the commands"):
            taken = await take_terminals(office, lines(today), to)
        return taken + await take_pages(browser, [place / page for page in PAGES], to)


async def _of_the_portal(server: EmbeddedServer, browser: "Browser", place: Path, to: Path) -> list[Path]:
    """Bring a facility's cases some way along in an office of their own, and look at the portal's pages of them."""
    from tools.screenshots.office import an_office
    from tools.screenshots.portal import take_portal
    from tools.screenshots.portal_script import lines, put_papers

    today = local_day(datetime.now(UTC), load_settings(SAMPLE, {}).zone)
    async with an_office(server.address, place, PORTAL_NAMESPACE, portal=True) as office:
        put_papers(office.folder, today)
        with under_way("Bringing cases along for the portal"):
            for line in lines(today):
                await office.type(line)
        return await take_portal(browser, office, to)


async def _of_lives(sorts: set[Sort], server: EmbeddedServer, browser: "Browser", place: Path, to: Path) -> list[Path]:
    """Live the lives; take their papers and letters, and what the Temporal UI shows of them."""
    from tools.screenshots.lives import NAMESPACE, some_lives, take_letters, take_papers
    from tools.screenshots.ui import take_ui

    taken: list[Path] = []
    async with some_lives(server.address, load_settings(SAMPLE, {}), place) as lived:
        if Sort.PAPERS in sorts:
            taken += take_papers(lived, to) + await take_letters(browser, lived, to)
        if Sort.UI in sorts:
            ui = f"{server.ui_url}/namespaces/{NAMESPACE}/workflows"
            taken += await take_ui(browser, ui, await lived.runs(), to)
    return taken


if __name__ == "__main__":
    leave(run(lambda: typer.run(take_screenshots)))
