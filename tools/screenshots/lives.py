"""Whole lives for the pictures: rehearsed on the server that shows them, with their papers and letters."""

import asyncio
import email.policy
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.parser import BytesParser
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from policy.office import OfficeSettings
from records.papers import papers
from records.words import PaperKind
from rehearsal.preparation import make_plans
from rehearsal.reading import read_scenarios
from rehearsal.runner import rehearse_in
from rehearsal.world import World, world
from starter.rehearsals.demo import SCENARIOS
from starter.rehearsals.output import watching
from starter.terminal.output import note
from tools.screenshots.images import first_page, keep
from tools.screenshots.pages import View, look

if TYPE_CHECKING:
    from playwright.async_api import Browser

NAMESPACE = "pictures"
LIVES = {
    "open": "open-window.toml",
    "closed": "the-whole-ladder.toml",
    "designated": "dicoe-lapse.toml",
    "designation": "dicoe-whole-life.toml",
}
"""One stops in an open option window, one in a running designation, the others are lived to their ends."""
PAPERS = {
    PaperKind.INVOICE: "closed",
    PaperKind.RECEIPT: "closed",
    PaperKind.FINAL_REPORT: "closed",
    PaperKind.OPTION_SUMMARY: "closed",
    PaperKind.APPEAL_RESULT: "closed",
    PaperKind.CERTIFICATE: "closed",
    PaperKind.DESIGNATION: "designation",
}
"""In which life the first paper of each kind is looked for."""
PAPER_WIDTH = 800
LETTERS = {"letter-option-form": ("open", "option_form_open"), "letter-invoice": ("open", "invoice")}
"""Letters that are shown: of which life, and which kind of notice."""
AS_MAIL = (View("desk", 700, 1500), View("phone", 380, 820, sharp=2))


class Lived(NamedTuple):
    """Lives in their world.

    Attributes:
        home: The world.
        cases: Each life's case, by the life's name.
    """

    home: World
    cases: Mapping[str, str]

    async def runs(self) -> dict[str, str]:
        """Return each case's place in the addresses of the UI: its id and its run's."""
        client = self.home.client
        return {
            name: f"{case}/{(await client.get_workflow_handle(case).describe()).run_id}"
            for name, case in self.cases.items()
        }


@asynccontextmanager
async def some_lives(address: str, settings: OfficeSettings, folder: Path) -> AsyncIterator[Lived]:
    """Rehearse the lives and keep their world for as long as the block lasts."""
    await asyncio.to_thread(folder.mkdir, parents=True)
    plans = make_plans(read_scenarios([SCENARIOS / name for name in LIVES.values()]), settings, datetime.now(UTC))
    async with world(address, NAMESPACE, settings, folder) as home:
        with watching(plans) as watch:
            reports = await rehearse_in(home, plans, watch)
        yield Lived(home, {name: report["case"] for name, report in zip(LIVES, reports, strict=True)})


def take_papers(lived: Lived, to: Path) -> list[Path]:
    """Take pictures of the first pages of papers, one of each kind that was issued."""
    taken, folder = [], Path(lived.home.settings.papers.folder)
    for kind, life in PAPERS.items():
        with lived.home.books.reading() as session:
            found = [paper for paper in papers(session, lived.cases[life]) if paper.kind == kind]
        if not found:
            note(f"No {kind.replace('_', ' ')} was issued in {LIVES[life]}: there is no picture of one.")
            continue
        picture = first_page((folder / found[0].file).read_bytes(), PAPER_WIDTH)
        taken.append(keep(picture, to / f"paper-{kind.replace('_', '-')}.png"))
    return taken


async def take_letters(browser: "Browser", lived: Lived, to: Path) -> list[Path]:
    """Take pictures of letters as a mail program shows them, in a window and on a phone."""
    taken, folder = [], Path(lived.home.settings.mail.folder)
    for name, (life, kind) in LETTERS.items():
        files = sorted((folder / lived.cases[life]).glob(f"*-{kind}.eml"))
        page = _page_of(files[0]) if files else None
        if page is None:
            note(f"No letter {kind} was written as a page in {LIVES[life]}: there is no picture of one.")
            continue
        written = lived.home.folder / f"{name}.html"
        written.write_text(page, "utf-8")
        taken += [await look(browser, written, view, to) for view in AS_MAIL]
    return taken


def _page_of(file: Path) -> str | None:
    """Return a letter's text as a page, where it has one."""
    letter = BytesParser(policy=email.policy.default).parsebytes(file.read_bytes())
    body = letter.get_body(preferencelist=("html",))
    return None if body is None else str(body.get_content())
