"""What every page must be for whoever looks at it, listens to it, or has a phone: checked in a real browser."""

from playwright.async_api import Page

from tests import axe

DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


async def violations(page: Page) -> list[str]:
    """Return what axe finds on a page, with where."""
    return [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in await axe.violations(page)]


async def is_too_wide(page: Page) -> bool:
    """Whether a page must be pushed sideways to be read."""
    return bool(await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


async def pushed_sideways(page: Page) -> list[str]:
    """Return the tables of a page that must be pushed sideways to be read, by what they are called or hold."""
    wide = "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.ariaLabel || one.innerText)"
    found: list[str] = await page.locator(".wide:visible, .scrolls:visible").evaluate_all(wide)
    return found


async def by_day(page: Page) -> None:
    """Show a page as on a desk by day."""
    await page.set_viewport_size(DESK)  # type: ignore[arg-type]
    await page.emulate_media(color_scheme="light")


async def is_for_everybody(page: Page) -> None:
    """Hold a page against the checker and its width, on a desk by day and on a phone by night."""
    for size, scheme in ((DESK, "light"), (PHONE, "dark")):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert await violations(page) == []
        assert not await is_too_wide(page), f"{page.url} is wider than its window of {size['width']}"
