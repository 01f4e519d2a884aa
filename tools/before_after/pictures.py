"""Pictures of the Temporal UI in a real browser, while a case's time stands still before and after a moment."""

from pathlib import Path
from typing import TYPE_CHECKING

from rehearsal.world import World
from tools.before_after.looking import Picture
from tools.before_after.moments import Moment
from tools.screenshots.images import keep
from tools.screenshots.ui import DETAILS, TO_THE_LEFT, WITHIN

if TYPE_CHECKING:
    from playwright.async_api import Browser

WIDTH, HEIGHT = 1500, 900


def pictures_of(browser: "Browser", ui_url: str, to: Path) -> Picture:
    """Return what takes pictures of the moments that the page shows.

    Args:
        browser: What opens the pages of the UI.
        ui_url: The address of the UI.
        to: Where the pictures go.
    """

    async def take(world: World, case_id: str, moment: Moment, after: bool) -> None:
        if not moment.pictured:
            return
        run_id = (await world.client.get_workflow_handle(case_id).describe()).run_id
        page = await browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        address = f"{ui_url}/namespaces/{world.client.namespace}/workflows/{case_id}/{run_id}/{DETAILS}"
        await page.goto(address, wait_until="domcontentloaded")
        inside = page.locator("iframe").last.content_frame  # the current details stand in a frame of their own
        await inside.get_by_text("Awaited").first.wait_for(timeout=WITHIN)
        await page.evaluate(TO_THE_LEFT)
        keep(await page.screenshot(), to / f"{moment.picture}-{'after' if after else 'before'}.png")
        await page.close()

    return take
