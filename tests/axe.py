"""The accessibility checker axe in a page of a real browser. Brought out of the page is what it finds wrong alone."""

from typing import Any

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Page

CHECKER: str = Axe().axe_script
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
ALL = (*WCAG, "best-practice")
RUN = "options => axe.run(options).then(told => told.violations)"


async def violations(page: Page, rules: tuple[str, ...] = ALL) -> list[dict[str, Any]]:
    """Return what axe finds on a page: each rule that is broken, with its `id` and its `nodes`.

    The checker stays in a page until another one is loaded. What is right is not listed: that takes most of the time.
    """
    if not await page.evaluate("Boolean(window.axe)"):
        await page.evaluate(CHECKER)
    found: list[dict[str, Any]] = await page.evaluate(RUN, {"runOnly": list(rules), "resultTypes": ["violations"]})
    return found
