"""The pages of notices in a real browser: on a phone and on a desk, in the light and in the dark, read and heard."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from activities.notices.compose import compose
from activities.notices.index import index
from activities.notices.previews import sample_notice
from tests.activities.orders import an_office
from tests.axe import WCAG, violations
from tests.records.rows import a_case

pytestmark = pytest.mark.browser
PHONE, SHEET = 380, 700
LONGEST = "accreditation." + "F" * 64 + ".stereotactic_breast_biopsy." + "U" * 64 + ".1"


def a_page(folder: Path, kind: str, case_id: str = "") -> Path:
    """Write a notice as a page into a file."""
    case = a_case(case_id or a_case().case_id)
    notice, deadlines = sample_notice(case, kind)
    words = compose(kind, case, notice.facts, notice.at, an_office(), deadlines, preview=True)
    file = folder / f"{kind}.html"
    file.write_text(words.html, "utf-8")
    return file


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(chromium: Browser) -> AsyncIterator[Page]:
    """A window for all letters: a new one costs as much as a page."""
    window = await chromium.new_page()
    yield window
    await window.close()


async def test_every_kind_fits_a_phone_even_with_the_longest_names(page: Page, tmp_path: Path) -> None:
    await page.set_viewport_size({"width": PHONE, "height": 800})
    for kind in index().kinds:
        await page.set_content(a_page(tmp_path, kind, LONGEST).read_text("utf-8"))  # a third of what a way there takes
        assert await page.evaluate("document.documentElement.scrollWidth") == PHONE, kind


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, SHEET])
async def test_the_accessibility_checker_finds_nothing(
    page: Page, tmp_path: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    await page.set_viewport_size({"width": width, "height": 800})
    await page.emulate_media(color_scheme=scheme)
    for kind in ("final_report", "needs_attention"):
        await page.goto(a_page(tmp_path, kind).as_uri())
        assert [one["id"] for one in await violations(page, WCAG)] == []


async def test_a_screen_reader_hears_the_headings_in_their_order(page: Page, tmp_path: Path) -> None:
    await page.goto(a_page(tmp_path, "final_report").as_uri())
    assert await page.locator("h1, h2").all_inner_texts() == [
        "Final report: CT unit CT-1", "What happened", "What you may do next", "By when", "The rule", "Whom to call",
    ]  # fmt: skip
