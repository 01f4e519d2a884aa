"""On a terminal nothing is wider than the screen, and no id, number or date is broken in two."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from embedded.server import EmbeddedServer, embedded_server
from policy.accreditation.option_table import TABLE
from services.errors import ExitCode
from services.settings import SAMPLE, SAMPLES
from tests.office import LivingOffice
from tests.rehearsal.scenarios import shipped
from tests.starter.terminal.terminal import all_shown, shown

pytestmark = pytest.mark.server
WIDTHS = (80, 60)
FREE: dict[str, tuple[str | Path, ...]] = {
    "check": ("check", SAMPLES / "ct-two-units.json"),
    "check of a designation": ("check", SAMPLES / "dicoe-three-locations.json"),
    "quote": ("quote", SAMPLES / "dicoe-fifteen-locations.json"),
    "explain --table": ("explain", "--table"),
    "explain --values": ("explain", "--values"),
    "explain --values of designations": ("explain", "--values", "--program", "dicoe"),
}
"""Commands that need no office."""
WATCHED = ("rehearse", shipped("refused-on-the-way"), "--watch", "--pace", "0")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def another_server() -> AsyncIterator[EmbeddedServer]:
    """A server that holds no office's cases, so that lives may be rehearsed on it."""
    async with embedded_server(fast=True, use_configured=False) as server:
        yield server


def whole(text: str, *words: str) -> None:
    """Hold an output to what it must hold in one piece."""
    for word in words:
        assert word in text, f"{word} is not in one piece:\n{text}"


@pytest.mark.parametrize("columns", WIDTHS)
async def test_what_needs_no_office_fits(tmp_path: Path, columns: int) -> None:
    commands = [("--office", SAMPLE, *command) for command in FREE.values()]
    told = await all_shown(tmp_path, *commands, columns=columns)
    for name, (code, text) in zip(FREE, told, strict=True):
        assert code == ExitCode.DONE, text
        assert fits(text, columns), name


@pytest.mark.parametrize("columns", WIDTHS)
async def test_a_rehearsal_fits(tmp_path: Path, another_server: EmbeddedServer, columns: int) -> None:
    there = ("--address", another_server.address)
    told = await all_shown(tmp_path, (*WATCHED[:2], *there), (*WATCHED, *there), columns=columns)
    for code, text in told:
        assert code == ExitCode.DONE, text
        assert fits(text, columns)


async def test_a_rehearsal_that_starts_its_server_fits(tmp_path: Path) -> None:
    code, text = await shown(tmp_path, *WATCHED, columns=min(WIDTHS))
    assert code == ExitCode.DONE, text
    assert fits(text, min(WIDTHS))


@pytest.mark.parametrize("columns", WIDTHS)
async def test_the_pages_and_lists_of_an_office_fit(office: LivingOffice, columns: int) -> None:
    case_id, unpaid = await office.start(), await office.start(days_ago=40)
    await office.report(case_id)
    environ = office.environ | {"ACCREDIT_DATABASE_URL": "sqlite:///books.db", "ACCREDIT_MAIL_FOLDER": "mail"}
    commands: dict[str, tuple[str, ...]] = {
        "worklist": (),
        "show": (case_id,),
        "timeline": (case_id,),
        "explain": (case_id,),
        "invoices": (),
        "notices": (case_id,),
        "statement": (case_id.split(".")[1],),
        "doctor": (),
    }
    told = await all_shown(
        office.folder, *((name, *more) for name, more in commands.items()), columns=columns, environ=environ
    )
    texts = dict(zip(commands, (text for _, text in told), strict=True))
    for name, text in texts.items():
        assert fits(text, columns), name
    whole(texts["worklist"], case_id, unpaid)
    whole(texts["invoices"], case_id, unpaid, "$2,500.00")
    whole(texts["show"], case_id, "chest-adult", *map(str, TABLE[next(iter(TABLE))]))
    whole(texts["notices"], ".example.org")


def fits(text: str, columns: int) -> bool:
    """Whether every line fits; pytest shows the widest one where it does not."""
    widest = max(text.splitlines(), key=len)
    assert len(widest) <= columns, widest
    return True
