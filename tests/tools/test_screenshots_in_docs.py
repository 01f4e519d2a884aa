"""Every picture that the pages show is there, small, made by the command, and described for whoever cannot see it."""

import re
from pathlib import Path

import pytest

from tests.rehearsal.rehearsing import next_january
from tools.screenshots.images import LARGEST
from tools.screenshots.lives import AS_MAIL, LETTERS, PAPERS
from tools.screenshots.pages import EVERYWHERE
from tools.screenshots.portal import pictures as of_the_portal
from tools.screenshots.script import PAGES as WRITTEN
from tools.screenshots.script import lines
from tools.screenshots.ui import VIEWS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "screenshots"
PICTURES = sorted(file for file in FOLDER.iterdir() if file.suffix in (".png", ".svg"))
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
ALL_TOGETHER = 4_000_000
"""Bytes that the folder may have."""
SHOWN = re.compile(r"!\[([^\]]*)\]\((?:docs/)?screenshots/([^)]+)\)")
PLACED = re.compile(r"<img src=\"(?:docs/)?screenshots/([^\"]+)\" alt=\"([^\"]*)\"")


def shown() -> dict[str, set[str]]:
    """Return the pictures that pages show, each with the words that stand for it."""
    found: dict[str, set[str]] = {}
    for page in PAGES:
        text = page.read_text("utf-8")
        for name, words in [*PLACED.findall(text), *((name, words) for words, name in SHOWN.findall(text))]:
            found.setdefault(name, set()).add(words)
    return found


def made() -> set[str]:
    """Return the names of all pictures that the command takes."""
    terminals = {f"{line.picture}.svg" for line in lines(next_january()) if line.picture}
    pages = {f"{Path(page).stem}-{view}.png" for page in WRITTEN for view in (*(v.name for v in EVERYWHERE), "print")}
    papers = {f"paper-{kind.replace('_', '-')}.png" for kind in PAPERS}
    letters = {f"{name}-{view.name}.png" for name in LETTERS for view in AS_MAIL}
    return terminals | pages | papers | letters | of_the_portal() | {f"{name}.png" for name in VIEWS}


def test_every_picture_that_a_page_shows_exists_and_has_words_for_it() -> None:
    assert shown().keys() - {file.name for file in PICTURES} == set()
    assert [name for name, words in shown().items() if any(len(each) < 15 for each in words)] == []


def test_every_picture_is_shown_or_listed() -> None:
    listed = set(re.findall(r"\]\(([^)]+)\)", (FOLDER / "README.md").read_text("utf-8")))
    assert {file.name for file in PICTURES} - shown().keys() - listed == set()
    assert {name for name in listed if not (FOLDER / name).exists()} == set()


def test_every_picture_is_one_that_the_command_takes() -> None:
    assert {file.name for file in PICTURES} - made() == set()


def test_pictures_are_small() -> None:
    assert [file.name for file in PICTURES if file.stat().st_size > LARGEST] == []
    assert sum(file.stat().st_size for file in PICTURES) <= ALL_TOGETHER


@pytest.mark.parametrize("file", [file for file in PICTURES if file.suffix == ".svg"], ids=lambda file: file.stem)
def test_a_picture_of_a_terminal_fetches_nothing_and_names_no_place(file: Path) -> None:
    text = file.read_text("utf-8")
    addresses = set(re.findall(r"https?://[^\s\"'&<]+", text.replace("http://www.w3.org/2000/svg", "")))
    assert {address for address in addresses if "localhost" not in address and "example.org" not in address} == set()
    assert "@font-face" not in text
    assert not re.search(r"/(?:home|tmp|root|Users)/", text)
