"""On a terminal nothing is wider than the screen, and no id, number or date is broken in two."""

import asyncio
from pathlib import Path

import pytest

from policy.accreditation.options import TABLE
from services.errors import ExitCode
from services.settings import SAMPLE, SAMPLES
from tests.office import LivingOffice
from tests.rehearsal.scenarios import shipped
from tests.starter.terminal.terminal import shown

pytestmark = pytest.mark.server
WIDTHS = (80, 60)
FREE = {
    "check": ("check", SAMPLES / "ct-two-units.json"),
    "check of a designation": ("check", SAMPLES / "dicoe-three-locations.json"),
    "quote": ("quote", SAMPLES / "dicoe-fifteen-locations.json"),
    "explain --table": ("explain", "--table"),
    "explain --values": ("explain", "--values"),
    "explain --values of designations": ("explain", "--values", "--program", "dicoe"),
    "rehearse": ("rehearse", shipped("refused-on-the-way")),
    "rehearse --watch": ("rehearse", shipped("refused-on-the-way"), "--watch", "--pace", "0"),
}
"""Commands that need no office."""


def whole(text: str, *words: str) -> None:
    """Hold an output to what it must hold in one piece."""
    for word in words:
        assert word in text, f"{word} is not in one piece:\n{text}"


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("command", FREE.values(), ids=FREE)
async def test_what_needs_no_office_fits(tmp_path: Path, command: tuple[str | Path, ...], columns: int) -> None:
    code, text = await shown(tmp_path, "--office", SAMPLE, *command, columns=columns)
    assert code == ExitCode.DONE, text
    assert fits(text, columns)


@pytest.mark.parametrize("columns", WIDTHS)
async def test_the_pages_and_lists_of_an_office_fit(office: LivingOffice, columns: int) -> None:
    case_id, unpaid = await office.start(), await office.start(days_ago=40)
    await office.report(case_id)
    environ = office.environ | {"ACCREDIT_DATABASE_URL": "sqlite:///books.db", "ACCREDIT_MAIL_FOLDER": "mail"}
    commands = {
        name: asyncio.create_task(shown(office.folder, name, *more, columns=columns, environ=environ))
        for name, more in {
            "worklist": (),
            "show": (case_id,),
            "timeline": (case_id,),
            "explain": (case_id,),
            "invoices": (),
            "notices": (case_id,),
            "statement": (case_id.split(".")[1],),
            "doctor": (),
        }.items()
    }
    texts = {name: (await running)[1] for name, running in commands.items()}
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
