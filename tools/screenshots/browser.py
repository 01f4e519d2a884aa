"""A real browser, without a window: Chromium."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from services.errors import NotReachable

if TYPE_CHECKING:
    from playwright.async_api import Browser

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first that is on the machine is used. `chromium-headless-shell` is the same browser without the frame of windows
and tabs, which the others draw around every page: a new window costs half as much processor time."""
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def program() -> str | None:
    """Return where Chromium is, if it is."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def chromium() -> str:
    """Return where Chromium is.

    Raises:
        NotReachable: It is not installed.
    """
    if (found := program()) is None:
        raise NotReachable("a browser", "chromium", "Install Chromium, then try again.")
    return found


@asynccontextmanager
async def browsing() -> "AsyncIterator[Browser]":
    """Start Chromium for as long as the block lasts. Raises `NotReachable`."""
    from playwright.async_api import async_playwright  # a dependency of development: the office needs no browser

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
        yield browser
        await browser.close()
