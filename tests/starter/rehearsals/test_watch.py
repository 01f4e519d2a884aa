"""`accredit rehearse --watch`: a life passes by on a terminal at a pace, into a pipe line by line."""

import asyncio
from pathlib import Path

import pytest

from services.errors import ExitCode
from tests.command import Command
from tests.rehearsal.rehearsing import accredit
from tests.rehearsal.scenarios import event, shipped, write_scenario
from tests.starter.terminal.terminal import a_terminal

pytestmark = pytest.mark.server


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command line, in this process."""
    return Command(monkeypatch, capsys, tmp_path)


async def test_into_a_pipe_every_entry_is_a_line_and_the_report_follows(tmp_path: Path) -> None:
    ran = await accredit(tmp_path, "rehearse", "--watch", shipped("straight-life"))
    assert ran.code == ExitCode.DONE, ran.err
    passing, _, report = ran.out.partition("opened on")
    lines = [line[12:] for line in passing.splitlines() if line[:2] == "20"]
    assert [line for line in lines if not line.startswith(("notice", "deadline"))] == [
        "stage      Application",
        "invoice    Invoice 2026-000001 (application): 2500.00 USD".replace("2026", lines[2][19:23]),
        f"accepted   Payment recorded: 2500.00 USD for invoice {lines[2][19:30]}",
        f"payment    Payment of 2500.00 USD for invoice {lines[2][19:30]}",
        "accepted   Application accepted",
        "stage      Testing",
        "accepted   Testing package",
        "stage      Review of the images",
        "accepted   Final report: everything acceptable",
        "stage      Accredited",
        "stage      Closed: expired",
    ]
    assert "deadline   Renewal application: its time has passed" in lines
    assert "notice     Renewal notice" in lines
    assert "1 of 1 went as written." in report
    assert "\x1b" not in ran.out


async def test_refusals_are_seen_with_their_rule_also_those_that_leave_no_trace(tmp_path: Path) -> None:
    refused = event(1, 'send = "accept_application"\nrefused = "case.wrong_stage"')
    away = event(2, 'send = "accept_application"\nby = { role = "facility" }\nrefused = "actor.not_allowed"')
    file = write_scenario(tmp_path, refused + away, "until_day = 3")
    ran = await accredit(tmp_path, "rehearse", "--watch", file)
    assert ran.code == ExitCode.DONE, ran.out
    lines = [line for line in ran.out.splitlines() if line[12:].startswith("refused")]
    assert [line.rpartition(" ")[2] for line in lines] == ["(case.wrong_stage)", "(actor.not_allowed)"]


async def test_a_renewals_entries_are_told_apart(tmp_path: Path) -> None:
    ran = await accredit(tmp_path, "rehearse", "--watch", shipped("renewed-in-time"))
    assert ran.code == ExitCode.DONE, ran.err
    assert "stage      The renewal: Application" in ran.out
    assert "stage      Closed: renewed" in ran.out


async def test_on_a_terminal_the_clock_runs_and_the_windows_with_it(tmp_path: Path) -> None:
    async with a_terminal(tmp_path, "rehearse", "--watch", "--pace", "0.5", shipped("straight-life")) as terminal:
        seen = await terminal.until(lambda text: "1 of 1 went as written." in text)
        assert await terminal.end() == ExitCode.DONE
    footer = [line for line in seen.splitlines() if line.startswith("│") and " day " in line]
    days = [int(line.split(" day ")[1].strip(" │").replace(",", "")) for line in footer]
    assert days == sorted(days)
    assert len({day for day in days if 61 < day < 911}) > 3  # nothing happens in these years, but time passes
    assert "│ Awaited: the facility: " in seen
    assert "in 45 days" in seen or "in 44 days" in seen
    assert max(len(line) for line in seen.splitlines()) <= 80


async def test_ctrl_c_in_the_middle_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    arguments = ("rehearse", "--watch", "--pace", "24", shipped("straight-life"))
    async with a_terminal(tmp_path, *arguments, environ={"TMPDIR": str(tmp_path / "tmp")}) as terminal:
        await terminal.until(lambda text: "Application received" in text)
        started = {pid for pid, parent in (await processes()).items() if parent == terminal.process.pid}
        assert started  # its server
        terminal.press_ctrl_c()
        assert await terminal.end() == ExitCode.INTERRUPTED
        seen = await terminal.until(lambda text: "Interrupted." in text)
        assert not started & (await processes()).keys()
    assert "went as written" not in seen
    assert list((tmp_path / "tmp").iterdir()) == []


async def processes() -> dict[int, int]:
    """Return the processes of this machine, each with the one that started it."""
    asked = await asyncio.create_subprocess_exec("ps", "-A", "-o", "pid=,ppid=", stdout=asyncio.subprocess.PIPE)
    out, _ = await asked.communicate()
    return {int(pid): int(parent) for pid, parent in (line.split() for line in out.decode().splitlines())}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("--watch", "--json"), "--watch: found --json beside it, expected one of the two"),
        (("--pace", "2"), "--pace: found 2 without --watch, expected --watch beside it"),
    ],
)
def test_what_contradicts_itself_is_told_before_anything_is_started(
    command: Command, given: tuple[str, ...], expected: str
) -> None:
    ran = command("rehearse", str(shipped("straight-life")), *given)
    assert ran.code == ExitCode.UNUSABLE
    assert expected in ran.err
