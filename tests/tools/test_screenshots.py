"""The documentation's pictures are taken of the running program, by one command, and show nothing of this machine."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser

from embedded.server import EmbeddedServer
from services.errors import ExitCode, ServiceError
from tests.rehearsal.rehearsing import begin_anew, ended
from tools.screenshots.browser import NAMES, browsing
from tools.screenshots.images import LARGEST, keep
from tools.screenshots.office import OfficeTerminal, an_office, take_terminals
from tools.screenshots.pages import EVERYWHERE, take_pages
from tools.screenshots.portal import pictures
from tools.screenshots.script import Line
from tools.screenshots.terminal import COLUMNS, Shown, drawn, settled, typed

PICTURES_WITHIN = 900
"""Seconds in which the pictures are taken beside much else; on a quiet machine it takes one minute."""
needs_browser = pytest.mark.skipif(
    not any(map(shutil.which, NAMES)), reason="Chromium is not on this machine (Debian: apt-get install chromium)"
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def terminal(
    temporal_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[OfficeTerminal]:
    """The terminal of an office on the run's own server."""
    async with an_office(temporal_server.address, tmp_path_factory.mktemp("screenshots") / "office") as at_work:
        yield at_work


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    """A real Chromium."""
    async with browsing() as chromium:
        yield chromium


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def taken(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The pictures of one run of the command, which it prints by name."""
    folder = tmp_path_factory.mktemp("taken")
    command = await begin_anew(folder, "papers", "ui", "portal", "--to", "pictures", module="tools.screenshots")
    ran = await ended(command, PICTURES_WITHIN)
    assert ran.code == ExitCode.DONE, ran.err
    files = files_in(folder / "pictures")
    assert sorted(ran.out.splitlines()) == [f"pictures/{file.name}" for file in files]
    return files


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_what_was_wiped_and_written_anew_is_shown_as_it_was_left() -> None:
    progress = "Asking …\r\x1b[2KHalf …\n\x1b[1A\r\x1b[2K"
    assert settled(f"{progress}Stage: options\r\nAreas: 2\r\n") == "Stage: options\nAreas: 2"


def test_colours_survive() -> None:
    assert "\x1b[31mRefused\x1b[0m" in settled("\x1b[?25l\x1b[31mRefused\x1b[0m\x1b[?25h\r\n")


def test_a_long_command_goes_on_in_a_line_that_can_be_pasted() -> None:
    words = f'option {"x" * 40} appeal --by-name "Sample Administrator" --attest'
    assert typed(words).splitlines() == [
        f"$ accredit option {'x' * 40} appeal \\",
        '    --by-name "Sample Administrator" --attest',
    ]


def test_a_picture_of_a_terminal_is_text_of_its_width_and_fetches_nothing() -> None:
    picture = drawn("show CASE", Shown(0, f"\x1b[1mStage\x1b[0m\n{'y' * COLUMNS}zz"))
    assert "accredit&#160;show&#160;CASE" in picture
    assert f">{'y' * COLUMNS}<" in picture
    assert ">zz<" in picture
    assert "url(" not in picture
    assert "@font-face" not in picture


def test_a_picture_that_would_be_too_large_loses_colours(tmp_path: Path) -> None:
    file = keep(Image.effect_noise((460, 460), 90), tmp_path / "noise.png")
    assert file.stat().st_size <= LARGEST
    with Image.open(file) as kept:
        assert len(kept.getcolors() or []) < 256
    with pytest.raises(ValueError, match=r"storm\.png has more than 150,000 bytes"):
        keep(Image.effect_noise((900, 900), 90), tmp_path / "storm.png")


@pytest.mark.server
async def test_a_line_is_typed_and_only_the_ones_with_a_name_are_kept(terminal: OfficeTerminal, tmp_path: Path) -> None:
    told = [
        Line("template accreditation --from draft.json -o application.xlsx"),
        Line("check application.xlsx", "refused", ExitCode.REFUSED),
        Line("quote samples/ct-unit.json", "quote"),
    ]
    taken = await take_terminals(terminal, told, tmp_path)
    assert [file.name for file in taken] == ["refused.svg", "quote.svg"]
    assert "postal_code" in taken[0].read_text("utf-8")
    assert "$2,500.00" in taken[1].read_text("utf-8")


@pytest.mark.server
async def test_a_line_that_ends_otherwise_takes_no_picture(terminal: OfficeTerminal, tmp_path: Path) -> None:
    with pytest.raises(ServiceError) as ended:
        await take_terminals(terminal, [Line("quote samples/no-such-file.json", "quote")], tmp_path)
    assert "no-such-file.json" in "\n".join(ended.value.lines)
    assert files_in(tmp_path) == []


@pytest.mark.server
async def test_no_picture_shows_a_folder_of_this_machine(terminal: OfficeTerminal, tmp_path: Path) -> None:
    away = terminal.folder / "no-such-file.json"
    with pytest.raises(ServiceError) as refused:
        await take_terminals(terminal, [Line(f"quote {away}", "quote", ExitCode.UNUSABLE)], tmp_path)
    assert refused.value.lines[1].startswith("No picture may show ")
    assert files_in(tmp_path) == []


@pytest.mark.browser
@needs_browser
async def test_a_page_is_seen_on_every_screen_and_in_print(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "short.html"
    page.write_text("<style>@media (prefers-color-scheme: dark) {body {background: black}}</style><h1>Short</h1>")
    taken = await take_pages(browser, [page], tmp_path)
    assert [file.name for file in taken] == [*(f"short-{view.name}.png" for view in EVERYWHERE), "short-print.png"]
    for view, file in zip(EVERYWHERE, taken, strict=False):
        with Image.open(file) as picture:
            assert picture.width == view.width * view.sharp
            assert picture.height < view.height * view.sharp
            assert (picture.convert("L").getpixel((0, 0)) == 0) == view.dark


@pytest.mark.browser
@pytest.mark.server
@pytest.mark.timeout(PICTURES_WITHIN)
@needs_browser
def test_the_command_takes_papers_letters_and_the_temporal_ui(taken: list[Path]) -> None:
    by_name = {file.name: file for file in taken}
    for name in ("paper-invoice.png", "paper-designation.png", "letter-option-form-phone.png", "open-case.png"):
        with Image.open(by_name[name]) as picture:
            assert len(picture.getcolors() or []) > 8, f"{name} shows nothing"
    assert max(file.stat().st_size for file in taken) <= LARGEST


@pytest.mark.browser
@pytest.mark.server
@pytest.mark.timeout(PICTURES_WITHIN)
@needs_browser
def test_the_command_takes_every_page_of_the_portal_that_is_named(taken: list[Path]) -> None:
    of_the_portal = [file for file in taken if file.name.startswith("portal-")]
    assert {file.name for file in of_the_portal} == pictures()
    for file in of_the_portal:
        with Image.open(file) as picture:
            assert len(picture.getcolors() or []) > 8, f"{file.name} shows nothing"
