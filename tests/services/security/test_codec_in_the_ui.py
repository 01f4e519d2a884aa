"""The Temporal UI in a real browser: encrypted for whoever has not signed in at the codec server, else readable."""

from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright

from activities.case_activities import CaseActivities
from activities.mail import MailFolder
from embedded.server import embedded_server
from policy.office import Security
from records.books import open_books
from services.connect import connect
from services.namespace import prepare_namespace
from services.opening import start_case
from services.security.codec_server import CodecServer, codec_server
from services.security.history_keys import new_key
from services.settings import SAMPLE, load_settings
from services.workers import working
from tests.chromium import MISSING, QUIET, program
from tests.workflows.shipped import shipped_plans

pytestmark = [pytest.mark.browser, pytest.mark.server]
NAME = "Sample Imaging Center"
WITHIN = 30_000
"""Milliseconds in which a page must show what is looked for."""


class Shown(NamedTuple):
    """A browser, a case in the UI, and the codec server that decodes it."""

    page: Page
    case: str
    codec: CodecServer
    asked: list[tuple[int, str]]


@pytest_asyncio.fixture(loop_scope="session")
async def shown(tmp_path: Path) -> AsyncIterator[Shown]:
    """An open case of an office that encrypts, with a worker at work, in a browser that has never been here."""
    executable = program()
    if executable is None:
        pytest.skip(MISSING)
    new_key(tmp_path / "keys", datetime.now(UTC))
    security = Security(encrypt=True, history_keys=str(tmp_path / "keys"))
    plan, settings = shipped_plans()["straight-life"], load_settings(SAMPLE, {})
    settings = settings.model_copy(update={"papers": settings.papers.model_copy(update={"folder": str(tmp_path)})})
    with codec_server(security, ["default"]) as codec, closing(open_books(f"sqlite:///{tmp_path}/books.db")) as books:
        async with (
            embedded_server(ui=True, use_configured=False, codec=codec.endpoint) as server,
            async_playwright() as playwright,
        ):
            assert server.ui_url is not None
            codec.let_in(server.ui_url)
            client = await connect(server.address, "default", security=security)
            await prepare_namespace(client, "default")
            activities = CaseActivities(books, lambda: settings, MailFolder(tmp_path / "mail"), client)
            async with working(client, activities=activities, versioned=False):
                handle = await start_case(client, plan.case_id, plan.part, datetime.now(UTC), settings.zone)
                browser = await playwright.chromium.launch(executable_path=executable, args=QUIET)
                page = await browser.new_page(viewport={"width": 1500, "height": 1000})
                asked: list[tuple[int, str]] = []
                page.on("response", lambda answer: asked.append((answer.status, answer.url)))
                case = f"{server.ui_url}/namespaces/default/workflows/{plan.case_id}/{handle.result_run_id}"
                yield Shown(page, case, codec, asked)
                await browser.close()


async def test_without_signing_in_the_ui_shows_nothing_readable_and_after_it_everything(shown: Shown) -> None:
    page, codec = shown.page, shown.codec
    await page.goto(f"{shown.case}/history", wait_until="domcontentloaded")
    await page.get_by_role("button", name="Codec Server could not connect").wait_for(timeout=WITHIN)
    await page.get_by_text("Upsert Workflow Search Attributes").first.wait_for(timeout=WITHIN)
    assert {status for status, url in shown.asked if "/codec/decode" in url} == {401}
    assert NAME not in await page.content()

    link = codec.link()
    await page.goto(link)
    await page.get_by_role("heading", name="Signed in").wait_for()
    await sign_in_is_sent(page, shown)
    shown.asked.clear()
    await page.goto(f"{shown.case}/history", wait_until="domcontentloaded")
    await page.get_by_text(NAME).first.wait_for(timeout=WITHIN)
    assert {status for status, url in shown.asked if "/codec/decode" in url} == {200}
    await page.goto(f"{shown.case}/user-metadata", wait_until="domcontentloaded")
    inside = page.locator("iframe").last.content_frame
    await inside.get_by_text("Awaited").first.wait_for(timeout=WITHIN)

    await page.goto(link)
    await page.get_by_role("heading", name="Not signed in").wait_for()


async def sign_in_is_sent(page: Page, shown: Shown) -> None:
    """Tell the UI once, as the page after signing in says: that of a development server cannot be told before."""
    await page.goto(f"{shown.case}/history", wait_until="domcontentloaded")
    await page.get_by_role("button", name="Codec Server").first.click(timeout=WITHIN)
    await page.get_by_text("Use my browser setting").click()
    await page.get_by_label("Codec Server browser endpoint").fill(shown.codec.endpoint)
    await page.get_by_text("Include cross-origin credentials").click()
    await page.get_by_role("button", name="Apply").click()
    await page.get_by_text("Include cross-origin credentials").wait_for(state="hidden")
