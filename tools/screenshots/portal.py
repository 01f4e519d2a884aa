"""The portal's pages in a real browser, as a facility's administrator and the office see them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from activities.mail import mailer_of
from embedded.process import is_free
from policy.messages import Role
from policy.messages.proofs import OFFICE_ORG
from policy.office import OfficeSettings
from portal.opening import PORT, secret_of
from portal.serving import listen, serving
from portal.visit import SESSION
from portal.world import World
from records.money_queries import bills
from records.papers import papers
from records.words import PaperKind, SignInWay
from services.clock import now
from services.errors import ExitCode, ServiceError
from services.people.people import invite
from services.people.sessions import begin_session
from tools.screenshots.images import first_page, keep
from tools.screenshots.office import CLERK, LOOK_EVERY, OfficeTerminal, private_in
from tools.screenshots.pages import DARK, DESK, PHONE, PRINTED, View
from tools.screenshots.portal_script import CHOOSES, ORG, PAYS, TESTED

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page

FACILITY, OFFICE, NOBODY = "facility", "office", "nobody"
"""Who looks."""
PEOPLE = (
    ("Sample Administrator", "administrator@facility.example.org", Role.ADMINISTRATOR, ORG, True),
    (
        "Sample Supervising Physician",
        "supervising.physician@facility.example.org",
        Role.SUPERVISING_PHYSICIAN,
        ORG,
        False,
    ),
    ("Sample Medical Physicist", "medical.physicist@facility.example.org", Role.MEDICAL_PHYSICIST, ORG, False),
    (CLERK, "clerk@office.example.org", Role.ACR, OFFICE_ORG, False),
)
PRINT = View("print", PRINTED, 0)
WITHIN = 120_000
"""Milliseconds in which a page must show what is looked for."""


class Shot(NamedTuple):
    """A page, and how it is looked at.

    Attributes:
        name: The picture's, without how it was looked at.
        who: Who looks.
        path: The page.
        text: What it must show before the picture is taken.
        views: How it is looked at.
        before: What is done on the page first.
        part: What the picture begins with, where that is not the page's top: a CSS selector.
    """

    name: str
    who: str
    path: str
    text: str
    views: tuple[View, ...] = (DESK,)
    before: "Callable[[Page], Awaitable[None]] | None" = None
    part: str = ""


async def _preview(page: "Page") -> None:
    """Have the letter shown that a payment causes."""
    await page.locator('button[name="do"][value="preview"]').locator("visible=true").click()


REPORT = f"/cases/{CHOOSES}/reports/"
SHOTS = (
    Shot("sign-in", NOBODY, "/", "E-mail address"),
    Shot("final-report", FACILITY, REPORT, "is recorded now"),
    Shot("reports", FACILITY, "/reports", "Select Option"),
    Shot("what-we-owe", FACILITY, "/", "What we owe", (DESK, PHONE, DARK)),
    Shot("select-option", FACILITY, f"/cases/{CHOOSES}/option?other=1", "Other Options", (DESK, PHONE)),
    Shot("testing-package", FACILITY, f"/cases/{TESTED}/testing-package", "areas done", (DESK, PRINT)),
    Shot("case", FACILITY, f"/cases/{CHOOSES}", "The case's life"),
    Shot("case-life", FACILITY, f"/cases/{CHOOSES}", "The case's life", part="#life"),
    Shot("invoices", FACILITY, "/invoices", "To be paid"),
    Shot("new-application", FACILITY, "/applications/new", "New Application"),
    Shot("people", FACILITY, "/people", "Sample Medical Physicist"),
    Shot("office-board", OFFICE, "/office", "Cases by stage", (DESK, DARK)),
    Shot("office-case", OFFICE, f"/office/cases/{CHOOSES}", "How it stands"),
    Shot("office-form", OFFICE, f"/office/cases/{PAYS}/send/record_payment", "nothing has been sent", before=_preview),
    Shot("audit", OFFICE, "/office/audit", "Who did what"),
    Shot("office-reports", OFFICE, "/office/reports", "Days in each stage"),
)
"""In this order: opening the report is what lets the form be sent."""


def pictures() -> set[str]:
    """Return the names of all pictures."""
    return {f"portal-{shot.name}-{view.name}.png" for shot in SHOTS for view in shot.views}


async def take_portal(browser: "Browser", office: OfficeTerminal, to: Path) -> list[Path]:
    """Open each page as those for whom it is, and keep pictures of it.

    Raises:
        ServiceError: A page shows something of this machine.
    """
    taken = []
    await _until_reported(office)
    async with _served(office) as world, _windows(browser, world) as window_of:
        for shot in SHOTS:
            for view in shot.views:
                taken.append(await _take(await window_of(shot.who, view), shot, view, to, office.folder))
    return taken


async def _until_reported(office: OfficeTerminal) -> None:
    """Wait until the books have the report of the case whose option form is shown, and the invoice that is paid."""
    async with asyncio.timeout(WITHIN / 1000):
        while True:
            with office.books.reading() as session:
                reported = any(paper.kind == PaperKind.FINAL_REPORT for paper in papers(session, CHOOSES))
                if reported and any(bill.invoice.number for bill in bills(session, now(), PAYS)):
                    return
            await asyncio.sleep(LOOK_EVERY)


@asynccontextmanager
async def _served(office: OfficeTerminal) -> AsyncIterator[World]:
    """Serve the office's portal, at the usual port where it is free: the calendar's page shows its address."""
    keys = Path(office.settings.security.keys)
    with listen("127.0.0.1", PORT if is_free(PORT) else 0) as listening:
        address = f"http://localhost:{listening.getsockname()[1]}"
        read: Callable[[], OfficeSettings] = partial(_same, office.settings)
        world = World(office.books, office.client, read, mailer_of(office.settings.mail), address, secret_of(keys))
        async with serving(world, listening):
            yield world


def _same(settings: OfficeSettings) -> OfficeSettings:
    return settings


def _people(world: World) -> dict[str, str]:
    """Invite everybody, and return the secrets of the sessions of those who look."""
    at, secrets = now(), {}
    with world.books.writing() as session:
        for name, email, role, org, manages in PEOPLE:
            person = invite(session, email=email, name=name, org=org, role=role, manages=manages, by=CLERK, at=at)
            who = OFFICE if org == OFFICE_ORG else FACILITY
            if who not in secrets:
                secrets[who] = begin_session(session, person, org, SignInWay.LINK, at)
    return secrets


@asynccontextmanager
async def _windows(browser: "Browser", world: World) -> "AsyncIterator[Callable[[str, View], Awaitable[Page]]]":
    """Open a window for everybody who looks and each way to look, once: that takes longer than to load a page."""
    sessions, opened = _people(world), dict[tuple[str, View], "Page"]()

    async def window_of(who: str, view: View) -> "Page":
        if (who, view) not in opened:
            opened[who, view] = await (await _context(browser, world, sessions.get(who, ""), view)).new_page()
        return opened[who, view]

    yield window_of
    for page in opened.values():
        await page.context.close()


async def _take(page: "Page", shot: Shot, view: View, to: Path, folder: Path) -> Path:
    """Take one picture of a page, from its top."""
    file = to / f"portal-{shot.name}-{view.name}.png"
    await page.set_viewport_size({"width": view.width, "height": view.height or DESK.height})
    await page.goto(await _path_of(page, shot))
    if shot.before is not None:
        await shot.before(page)
    await page.get_by_text(shot.text).first.wait_for(timeout=WITHIN)
    if found := private_in(await page.inner_text("body"), folder):
        text = f"No picture may show {', '.join(found)}."
        raise ServiceError([f"portal, {shot.path}", text], {"problem": text}, ExitCode.NOT_AS_EXPECTED)
    if view is PRINT:
        taken = keep(first_page(await page.pdf(format="Letter"), PRINTED), file)
    else:
        high: int = await page.evaluate("Math.ceil(document.body.getBoundingClientRect().bottom)")
        await page.set_viewport_size({"width": view.width, "height": min(high, view.height)})
        if shot.part:
            await page.locator(shot.part).evaluate("part => part.scrollIntoView({block: 'start', behavior: 'instant'})")
        taken = keep(await page.screenshot(), file)
    return taken


async def _context(browser: "Browser", world: World, secret: str, view: View) -> "BrowserContext":
    context = await browser.new_context(
        base_url=world.public_url,
        viewport={"width": view.width, "height": view.height or DESK.height},
        device_scale_factor=view.sharp,
        color_scheme="dark" if view.dark else "light",
    )
    if secret:
        await context.add_cookies([{"name": SESSION, "value": secret, "url": world.public_url}])
    return context


async def _path_of(page: "Page", shot: Shot) -> str:
    """Return where a page is: that of a report by the link of the list."""
    if shot.path != REPORT:
        return shot.path
    await page.goto("/reports")
    address = await page.locator(f'a[href^="{REPORT}"]').first.get_attribute("href")
    return str(address)
