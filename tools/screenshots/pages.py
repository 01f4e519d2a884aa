"""Pages that the program writes, as a browser shows them: on a desk, on a phone, by day and by night, and in print."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tools.screenshots.images import first_page, keep

if TYPE_CHECKING:
    from playwright.async_api import Browser

PRINTED = 900
"""How wide, in pixels, a printed page becomes."""


class View(NamedTuple):
    """How a page is looked at.

    Attributes:
        name: Its part of the picture's name.
        width: Pixels.
        height: Pixels of the window; the picture is not higher.
        dark: Whether by night.
        sharp: How many dots a pixel has.
    """

    name: str
    width: int
    height: int
    dark: bool = False
    sharp: float = 1


DESK = View("desk", 1280, 1000)
DARK = View("desk-dark", 1280, 1000, dark=True)
PHONE = View("phone", 380, 820, sharp=2)
PHONE_DARK = View("phone-dark", 380, 820, dark=True, sharp=2)
EVERYWHERE = (DESK, DARK, PHONE, PHONE_DARK)


def address_of(page: Path) -> str:
    """Return the address of a file, for a browser."""
    return page.absolute().as_uri()


async def look(browser: "Browser", page: Path, view: View, to: Path) -> Path:
    """Take a picture of the beginning of a page, and return its file."""
    window = await browser.new_page(
        viewport={"width": view.width, "height": view.height},
        device_scale_factor=view.sharp,
        color_scheme="dark" if view.dark else "light",
    )
    await window.goto(address_of(page))
    high: int = await window.evaluate("Math.ceil(document.body.getBoundingClientRect().bottom)")
    await window.set_viewport_size({"width": view.width, "height": min(high, view.height)})
    taken = keep(await window.screenshot(), to / f"{page.stem}-{view.name}.png")
    await window.close()
    return taken


async def print_out(browser: "Browser", page: Path, to: Path) -> Path:
    """Print a page, take a picture of the first sheet, and return its file."""
    window = await browser.new_page()
    await window.goto(address_of(page))
    sheets = await window.pdf(format="Letter")
    await window.close()
    return keep(first_page(sheets, PRINTED), to / f"{page.stem}-print.png")


async def take_pages(browser: "Browser", pages: Sequence[Path], to: Path) -> list[Path]:
    """Take all pictures of pages, each under the name of its file."""
    taken = []
    for page in pages:
        taken += [await look(browser, page, view, to) for view in EVERYWHERE]
        taken.append(await print_out(browser, page, to))
    return taken
