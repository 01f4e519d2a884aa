"""The Temporal UI: an open case, a closed one, designations, and the lists of cases."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from tools.screenshots.images import keep

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

WITHIN = 120_000
"""Milliseconds in which a page of the UI must show what is looked for."""
TO_THE_LEFT = "document.querySelectorAll('*').forEach(part => { part.scrollLeft = 0; })"
"""What is looked for may have been brought into view from the right: the beginnings of lines matter more."""
IN_OPTIONS = "`Program`='accreditation' AND `Stage`='options'"
DESIGNATED = "`Program`='dicoe' AND `State`='OH' AND `Stage`='designated'"
EVERY_CASE = "`Program` IS NOT NULL"
COLUMNS = ("Facility", "Stage", "AwaitedParty", "DueAt", "NeedsAttention")
NOT_NEEDED = ("Run ID", "Type", "Start", "End")
"""The columns that the office's handbook has the list of cases show, and those that it takes away."""
DETAILS, HISTORY, ATTRIBUTES = "user-metadata", "history?sort=ascending", "search-attributes"


class View(NamedTuple):
    """A page of the UI.

    Attributes:
        life: Whose page it is, by the life's name; empty: it is a list of cases.
        page: Which page of the case, or what is asked for.
        text: What it must show before the picture is taken.
        width: How wide the window is, in pixels.
        height: How high.
    """

    life: str
    page: str
    text: str
    width: int
    height: int


VIEWS = {
    "open-case": View("open", DETAILS, "Awaited", 1500, 900),
    "open-case-history": View("open", HISTORY, "Option form opens", 1920, 1250),
    "open-case-attributes": View("open", ATTRIBUTES, "AwaitedParty", 1500, 720),
    "closed-case": View("closed", HISTORY, "Testing package", 1920, 1250),
    "closed-case-attributes": View("closed", ATTRIBUTES, "NeedsAttention", 1500, 720),
    "cases-with-columns": View("", EVERY_CASE, "CT-9", 1680, 520),
    "cases-in-options": View("", IN_OPTIONS, "CT-9", 1500, 460),
    "designated-practice": View("designated", DETAILS, "Awaited", 1500, 960),
    "designation-mid-cycle": View("designation", HISTORY, "Mid cycle on", 1920, 1150),
    "designations-by-state": View("", DESIGNATED, "dicoe.", 1500, 460),
}


async def take_ui(browser: "Browser", ui: str, runs: Mapping[str, str], to: Path) -> list[Path]:
    """Open each page, wait until it shows what it is about, and keep a picture of it.

    Args:
        browser: What opens them.
        ui: The address of the workflows of a namespace.
        runs: Each life's place in the addresses: its case's id and its run's.
        to: Where the pictures go.
    """
    page = await browser.new_page()
    taken = []
    for name, view in VIEWS.items():
        await page.set_viewport_size({"width": view.width, "height": view.height})
        address = f"{ui}/{runs[view.life]}/{view.page}" if view.life else f"{ui}?query={quote(view.page)}"
        await page.goto(address, wait_until="domcontentloaded")
        await _until_shown(page, view)
        if name == "cases-with-columns":  # chosen once: the browser keeps them
            await _choose_columns(page)
        taken.append(keep(await page.screenshot(), to / f"{name}.png"))
    await page.close()
    return taken


async def _until_shown(page: "Page", view: View) -> None:
    if view.page == HISTORY:
        await page.get_by_text("Compact", exact=True).click(timeout=WITHIN)
    # The current details stand in a frame of their own.
    inside = page.locator("iframe").last.content_frame if view.page == DETAILS else page
    found = inside.get_by_text(view.text).first
    await found.wait_for(timeout=WITHIN)
    await found.scroll_into_view_if_needed()
    await page.evaluate(TO_THE_LEFT)
    await page.mouse.move(0, 0)  # where it was, the page explains what lies under it


async def _choose_columns(page: "Page") -> None:
    """Choose the list's columns as the handbook says."""
    await page.get_by_role("button", name="Configure Columns").click(timeout=WITHIN)
    for column in NOT_NEEDED:
        await page.get_by_role("button", name=f"Remove {column} column", exact=True).click(timeout=WITHIN)
    for column in COLUMNS:
        await page.get_by_role("button", name=f"Add {column} column", exact=True).click(timeout=WITHIN)
    await page.get_by_role("button", name="Close Workflows Table configuration").click(timeout=WITHIN)
    await page.get_by_text("Configure Workflows Table").wait_for(state="hidden", timeout=WITHIN)  # it fades away
    await page.get_by_role("columnheader", name=COLUMNS[-1]).wait_for(timeout=WITHIN)
    await page.mouse.move(0, 0)
