"""The accessibility checker axe in a page of a real browser. Brought out of the page is what it finds wrong alone."""

from typing import Any
from weakref import WeakSet

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import BrowserContext, Page

CHECKER: str = Axe().axe_script
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
ALL = (*WCAG, "best-practice")
AT_HAND = f"window.checkerAtHand = () => {{\n{CHECKER}\n}}"
TAKEN = "() => { if (!window.axe && window.checkerAtHand) window.checkerAtHand(); return Boolean(window.axe); }"
RUN = "options => axe.run(options).then(told => told.violations)"
_have_it_at_hand: "WeakSet[BrowserContext]" = WeakSet()


async def violations(page: Page, rules: tuple[str, ...] = ALL) -> list[dict[str, Any]]:
    """Return what axe finds on a page: each rule that is broken, with its `id` and its `nodes`.

    The checker stays in a page until another one is loaded, and lies at hand in those that are loaded later on: to send
    it to a page takes as long as to have it look. What is right is not listed: that takes most of the time.
    """
    if not await page.evaluate(TAKEN):
        await page.evaluate(CHECKER)
    if page.context not in _have_it_at_hand:
        _have_it_at_hand.add(page.context)
        await page.context.add_init_script(AT_HAND)
    found: list[dict[str, Any]] = await page.evaluate(RUN, {"runOnly": list(rules), "resultTypes": ["violations"]})
    return found
