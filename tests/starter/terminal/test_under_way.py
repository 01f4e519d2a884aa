"""What takes its time says so on a terminal, and leaves no trace of that in a pipe."""

from pathlib import Path

import pytest

from services.errors import ExitCode
from services.settings import SAMPLE
from tests.office import LivingOffice
from tests.rehearsal.rehearsing import accredit
from tests.rehearsal.scenarios import shipped
from tests.starter.terminal.terminal import shown


async def test_a_workbook_is_said_to_be_written_on_a_terminal_only(tmp_path: Path) -> None:
    arguments = ("--office", SAMPLE, "template", "accreditation", "-o", "new.xlsx", "--force")
    code, text = await shown(tmp_path, *arguments)
    assert code == ExitCode.DONE, text
    assert "Writing new.xlsx …" in text
    piped = await accredit(tmp_path, *arguments)
    assert "Writing" not in piped.err + piped.out


@pytest.mark.server
async def test_asking_a_case_is_said(office: LivingOffice) -> None:
    case_id = await office.start()
    code, text = await shown(office.folder, "show", case_id, environ=office.environ)
    assert code == ExitCode.DONE, text
    assert f"Asking {case_id} …" in " ".join(text.split())


@pytest.mark.server
async def test_a_server_that_is_started_for_a_rehearsal_is_said(tmp_path: Path) -> None:
    code, text = await shown(tmp_path, "rehearse", shipped("withdrawn-early"), "--watch", "--pace", "0")
    assert code == ExitCode.DONE, text
    assert "Starting a Temporal server …" in text
