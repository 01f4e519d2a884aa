"""Pages and pictures in a real browser: on a desk, on a phone, in print, in the dark, by keyboard, by screen reader."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, expect

from pictures.life import Life
from pictures.page import index_page, rehearsal_page
from policy.dates import last_day, local_day
from tests.axe import violations
from tests.pictures.conftest import LIVES, ZONE

pytestmark = [pytest.mark.browser, pytest.mark.server]
DESK, TABLET, PHONE, SMALL_PHONE = (1280, 800), (768, 1024), (390, 844), (320, 640)
OVERLAPS = """() => {
  const seen = [...document.querySelectorAll('svg text')].filter(text => text.getClientRects().length);
  const boxes = seen.map(text => text.getBoundingClientRect());
  const found = [];
  seen.forEach((text, i) => {
    const sheet = text.closest('svg').getBoundingClientRect();
    if (boxes[i].left < sheet.left - 1 || boxes[i].right > sheet.right + 1) found.push(text.textContent + ' is cut');
    seen.slice(i + 1).forEach((other, j) => {
      const [a, b] = [boxes[i], boxes[i + 1 + j]];
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1 && high > 4) found.push(text.textContent + ' / ' + other.textContent);
    });
  });
  return found;
}"""
"""Which words of the drawings that are shown lie upon each other, or leave their sheet."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def window(chromium: Browser) -> AsyncIterator[Page]:
    """A window in which all pages are looked at: a new one costs as much as a page."""
    page = await chromium.new_page()
    yield page
    await page.close()


async def opened(
    window: Page, file: Path, size: tuple[int, int] = DESK, color_scheme: Literal["light", "dark"] = "light"
) -> Page:
    """Return a page in the window, on a screen and of a size."""
    await window.set_viewport_size(sized(size))
    await window.emulate_media(media="null", color_scheme=color_scheme)
    await window.goto(file.as_uri())
    return window


async def wrong_on(page: Page) -> list[str]:
    """Return what the accessibility checker finds: rule and first place."""
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in await violations(page)]


@pytest.mark.parametrize("name", ["the-whole-ladder", "open-window"])
async def test_the_accessibility_checker_finds_nothing(window: Page, pages: Path, name: str) -> None:
    page = await opened(window, pages / f"{name}.html", DESK, color_scheme="light")
    assert await wrong_on(page) == []
    await page.set_viewport_size(sized(PHONE))
    await page.emulate_media(color_scheme="dark")
    assert await wrong_on(page) == []


async def test_the_pages_over_many_lives_are_accessible_too(window: Page, lives: dict[str, Life], pages: Path) -> None:
    many, index = pages / "many.html", pages / "index.html"
    shown = {name: lives[name] for name in ("straight-life", "silence")}
    many.write_text(rehearsal_page([(life, name != "silence", ["so"]) for name, life in shown.items()]), "utf-8")
    index.write_text(index_page("Lives", [(life, f"{name}.html", f"{name}.svg") for name, life in shown.items()]))
    for file in (many, index):
        page = await opened(window, file)
        assert await wrong_on(page) == []


@pytest.mark.parametrize("name", LIVES)
async def test_each_width_shows_one_drawing_whose_words_can_be_read(window: Page, pages: Path, name: str) -> None:
    page = await opened(window, pages / f"{name}.html")
    for size, drawing in ((DESK, "wide"), (TABLET, "middle"), (PHONE, "narrow"), (SMALL_PHONE, "narrow")):
        await page.set_viewport_size(sized(size))
        assert await shown_drawings(page) == [drawing]
        assert await page.evaluate(OVERLAPS) == [], size
        assert await page.evaluate("document.documentElement.scrollWidth") <= size[0], size


async def shown_drawings(page: Page) -> list[str]:
    return [kind for kind in ("narrow", "middle", "wide") if await page.locator(f"div.{kind}").is_visible()]


def sized(size: tuple[int, int]) -> ViewportSize:
    return {"width": size[0], "height": size[1]}


async def test_a_picture_of_its_own_can_be_read_in_a_browser(window: Page, pages: Path, lives: dict[str, Life]) -> None:
    for name in lives:
        page = await opened(window, pages / f"{name}.svg", (1140, 800))
        assert await page.title() == lives[name].title
        assert await page.evaluate(OVERLAPS) == [], name
        await page.keyboard.press("Tab")
        focused = await page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert focused


async def test_the_keyboard_reaches_every_sign_and_goes_to_its_row(window: Page, pages: Path) -> None:
    page = await opened(window, pages / "straight-life.html")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "Skip the picture: tables say the same"
    signs = await page.locator("div.wide a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    for href in signs:
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.getAttribute('href')") == href
    assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    await page.keyboard.press("Enter")
    await expect(page.locator(":target")).to_contain_text("Expired")


async def test_the_picture_can_be_skipped(window: Page, pages: Path) -> None:
    page = await opened(window, pages / "the-whole-ladder.html")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(":target")).to_have_text("Stages")


async def test_a_screen_reader_hears_the_words_and_no_decoration(
    window: Page, lives: dict[str, Life], pages: Path
) -> None:
    form = next(window for window in lives["open-window"].windows if window.name == "option_form")
    first, last = (f"{day:%-d %B %Y}" for day in (local_day(form.opens_at, ZONE), last_day(form.due_at, ZONE)))
    page = await opened(window, pages / "open-window.html")
    heard = await page.locator("main").aria_snapshot()
    assert f'link "Option form, {first} to {last}: open"' in " ".join(heard.split())
    assert "Final report: chest-adult not acceptable" in heard
    assert "table" in heard


async def test_nothing_is_fetched_from_anywhere(chromium: Browser, pages: Path) -> None:
    page = await chromium.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for file in (pages / "the-whole-ladder.html", pages / "the-whole-ladder.svg"):
        await page.goto(file.as_uri())
    assert asked == [(pages / name).as_uri() for name in ("the-whole-ladder.html", "the-whole-ladder.svg")]
    await page.close()


async def test_in_print_the_middle_drawing_and_every_table_are_on_paper(
    window: Page, pages: Path, lives: dict[str, Life]
) -> None:
    file = pages / "printed.html"
    file.write_text(rehearsal_page([(lives["straight-life"], True, [])]), "utf-8")
    page = await opened(window, file, color_scheme="dark")
    await page.emulate_media(media="print", color_scheme="dark")
    assert [await page.locator(f"div.{kind}").is_visible() for kind in ("narrow", "middle", "wide")] == [
        False,
        True,
        False,
    ]
    assert await page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert await page.locator("td", has_text="Renewal reminder").first.is_visible()
    assert (await page.pdf(prefer_css_page_size=True)).startswith(b"%PDF")
