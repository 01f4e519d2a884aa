"""What a measurement is made of: budgets, pages, clocks of processes, and the lives that the peers live."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bench.__main__ import PARTS, read_arguments, seconds_of
from bench.measuring import processes
from bench.measuring.budget import Budget
from bench.measuring.machine import cpu, family, memory
from bench.measuring.page import Page, percentile, spread
from bench.measuring.processes import ProcessFailed, running
from bench.peers.life import FLOOR, FULL, Tell, Wait

WORKS = "import sys, time; t = time.process_time()\nwhile time.process_time() - t < 0.3: pass\n"
ANSWERS = """import sys
print("ready", file=sys.stderr, flush=True)
for line in sys.stdin:
    print('{"told": 1}', flush=True)
"""


def test_everything_takes_fifteen_minutes_at_most_and_a_part_that_is_given_minutes_takes_those() -> None:
    assert sum(seconds_of(part, read_arguments([])) for part in PARTS) <= 15 * 60
    assert {seconds_of(part, read_arguments(["--minutes", "2"])) for part in PARTS} == {120.0}


def test_what_does_not_fit_into_a_budget_is_named() -> None:
    budget = Budget(10)
    assert budget.fits(1, "a short round")
    assert not budget.fits(60, "a long round")
    assert [what.partition(" (")[0] for what in budget.left_out] == ["a long round"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["nothing"], "there is no part 'nothing'"),
        (["lives", "--peers", "nobody"], "invalid choice: 'nobody'"),
        (["windows", "--cases", "0"], "--cases: at least 1"),
    ],
)
def test_what_cannot_be_measured_is_refused(wrong: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        read_arguments(wrong)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_the_help_names_every_part_with_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_arguments(["--help"])
    told = capsys.readouterr().out
    assert [part.name for part in PARTS if f"\n  {part.name}" not in told] == []
    assert "python -m bench open-cases --cases 1000 10000 50000" in told


def test_a_page_holds_its_tables_and_bars_as_markdown(tmp_path: Path) -> None:
    page = Page("Costs", ["On this machine."])
    page.section("Lives")
    page.table(["", "CPU"], [["lean", "10"], ["product", "7"]])
    page.bars("CPU", {"lean": 10.0, "product": 5.0}, "seconds")
    page.write(tmp_path / "new" / "page.md")
    lines = (tmp_path / "new" / "page.md").read_text("utf-8").splitlines()
    assert lines[:6] == ["# Costs", "", "On this machine.", "", "## Lives", ""]
    assert lines[6:10] == ["|         | CPU |", "|---------|----:|", "| lean    |  10 |", "| product |   7 |"]
    drawn = {line.split()[0]: line.count("█") for line in lines if "█" in line}
    assert drawn["lean"] == 2 * drawn["product"] > 0


def test_repeated_figures_are_told_with_their_spread() -> None:
    assert spread([3.0, 1.0, 2.0]) == "2.0 (1.0-3.0)"
    assert (spread([1.26]), spread([])) == ("1.3", "-")
    assert percentile([float(number) for number in range(100)], 0.95) == 95.0


async def test_the_work_of_a_process_and_of_its_children_is_counted(tmp_path: Path) -> None:
    parent = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {WORKS!r}])\n{ANSWERS}"
    async with running("parent", [sys.executable, "-c", parent], tmp_path) as child:
        await child.says("ready")
        assert cpu(child.pid) >= 0.3
        assert memory(child.pid) > 1
        assert child.pid in family(os.getpid())
        assert await child.ask("tell") == {"told": 1}


@pytest.mark.parametrize("hears", [True, False])
async def test_a_process_is_gone_when_its_block_ends_whether_it_hears_or_not(
    hears: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "STOP_WITHIN", 0.5)
    code = ANSWERS if hears else f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n{ANSWERS}"
    started: list[int] = []

    async def broken_off() -> None:
        async with running("child", [sys.executable, "-c", code], tmp_path) as child:
            await child.says("ready")
            started.append(child.pid)
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await broken_off()
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)


async def test_a_process_that_fails_shows_the_end_of_its_log(tmp_path: Path) -> None:
    async with running("broken", [sys.executable, "-c", "raise SystemExit('no such thing')"], tmp_path) as child:
        with pytest.raises(ProcessFailed, match="broken: no such thing"):
            await child.says("ready")


def test_the_lean_life_waits_for_each_message_of_the_products_and_the_floor_for_fewer() -> None:
    messages = [step.what for step in FULL if isinstance(step, Wait)]
    attempt = ["payment", "acceptance", "package", "report"]
    assert messages == [*attempt, "view", "appeal", "result", "view", "repeat", *attempt]
    waits, rows = (sum(isinstance(step, kind) for step in FLOOR) for kind in (Wait, Tell))
    assert waits < len(messages)
    assert rows < sum(isinstance(step, Tell) for step in FULL)
