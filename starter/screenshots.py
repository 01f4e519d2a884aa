"""`accredit screenshots`: the documentation's pictures, taken of the real Temporal UI in a real browser.

Lives are rehearsed on a server of their own; one stops in an open option window, one in a running designation, the
others have been lived to their ends. What the pictures show is therefore what the program does today.
"""

import asyncio
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from policy.office import OfficeSettings
from starter.demo import SCENARIOS
from starter.embedded.server import embedded_server
from starter.front import office_of
from starter.output import note, say
from starter.problems import NotReachable
from starter.rehearsal.plan import make_plans
from starter.rehearsal.reading import read_scenarios
from starter.rehearsal.runner import rehearse_in
from starter.rehearsal.watching import watching
from starter.rehearsal.world import World, world

NAMESPACE = "pictures"
WIDTH, HEIGHT = 1800, 1400
WITHIN = 30_000
"""Milliseconds in which a page of the UI must show what is looked for."""
LIVES = {
    "open": "open-window.toml",
    "closed": "the-whole-ladder.toml",
    "designated": "dicoe-lapse.toml",
    "designation": "dicoe-whole-life.toml",
}
IN_OPTIONS = "`Program`='accreditation' AND `Stage`='options'"
DESIGNATED = "`Program`='dicoe' AND `State`='OH' AND `Stage`='designated'"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def take_screenshots(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Option("--to", metavar="FOLDER", help="Where the pictures go.")] = Path(
        "docs/screenshots"
    ),
) -> None:
    """Take the documentation's pictures of the Temporal UI: an open case, a closed one, and the list of cases.

    Needs Chromium (Debian: `apt-get install chromium`).

    For example:

        accredit screenshots
        accredit screenshots --to /somewhere/else
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise NotReachable("a browser", "chromium", "Install Chromium, then try again.")
    folder.mkdir(parents=True, exist_ok=True)
    for picture in asyncio.run(_take(office_of(ctx), folder, chromium)):
        say(str(picture))


async def _take(settings: OfficeSettings, folder: Path, chromium: str) -> list[Path]:
    plans = make_plans(read_scenarios([SCENARIOS / name for name in LIVES.values()]), settings, datetime.now(UTC))
    with tempfile.TemporaryDirectory(prefix="accredit-pictures-") as place, watching(plans) as watch:
        async with (
            embedded_server(None, ui=True, fast=True, use_configured=False) as server,
            world(server.address, NAMESPACE, settings, Path(place)) as home,
        ):
            reports = await rehearse_in(home, plans, watch)
            note(f"The Temporal UI is at {server.ui_url}")
            runs = {name: await _run_of(home, report["case"]) for name, report in zip(LIVES, reports, strict=True)}
            return await _look(f"{server.ui_url}/namespaces/{NAMESPACE}/workflows", runs, folder, chromium)


async def _run_of(home: World, case_id: str) -> str:
    """Return a case's place in the addresses of the UI: its id and its run's."""
    described = await home.client.get_workflow_handle(case_id).describe()
    return f"{case_id}/{described.run_id}"


async def _look(ui: str, runs: dict[str, str], folder: Path, chromium: str) -> list[Path]:
    """Open each page, wait until it shows what it is about, and keep a picture of it."""
    from playwright.async_api import async_playwright  # a dependency of development: the office needs no browser

    # The current details stand in a frame of their own.
    opened, closed, designated, designation = (f"{ui}/{runs[name]}" for name in LIVES)
    pages = {
        "open-case": (f"{opened}/user-metadata", "Awaited"),
        "open-case-history": (f"{opened}/history?sort=ascending", "Option form opens"),
        "open-case-attributes": (f"{opened}/search-attributes", "AwaitedParty"),
        "closed-case": (f"{closed}/history?sort=ascending", "Testing package"),
        "closed-case-attributes": (f"{closed}/search-attributes", "NeedsAttention"),
        "cases-in-options": (f"{ui}?query={quote(IN_OPTIONS)}", "CT-9"),
        "designated-practice": (f"{designated}/user-metadata", "Awaited"),
        "designation-mid-cycle": (f"{designation}/history?sort=ascending", "Mid cycle on"),
        "designations-by-state": (f"{ui}?query={quote(DESIGNATED)}", "dicoe."),
    }
    taken = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        page = await browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for name, (address, text) in pages.items():
            await page.goto(address, wait_until="domcontentloaded")
            if "/history" in address:
                await page.get_by_text("Compact", exact=True).click(timeout=WITHIN)
            inside = page.locator("iframe").last.content_frame if "/user-metadata" in address else page
            await inside.get_by_text(text).first.wait_for(timeout=WITHIN)
            await inside.get_by_text(text).first.scroll_into_view_if_needed()
            taken.append(folder / f"{name}.png")
            await page.screenshot(path=str(taken[-1]))
        await browser.close()
    return taken
