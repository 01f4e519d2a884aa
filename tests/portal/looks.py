"""What every page must be for whoever looks at it, listens to it, or has a phone: checked in a real browser."""

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Page

DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


async def violations(page: Page) -> list[str]:
    """Return what axe finds on a page, with where."""
    found = await Axe().run(page, options=RULES)
    return [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found.response["violations"]]


async def is_too_wide(page: Page) -> bool:
    """Whether a page must be pushed sideways to be read."""
    return bool(await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
