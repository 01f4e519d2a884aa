"""What could not be run is said loudly at the end, and counts as failed where everything was installed for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = """
import pytest

def test_that_runs(): pass

@pytest.mark.skip(reason="there is no browser here")
def test_that_does_not(): pass

def test_that_finds_out_late(): pytest.skip("there is no browser here")

def test_that_no_ci_can_run(): pytest.xfail("the network lets nothing through")
"""
LEFT_RUNNING = """
import asyncio, pytest

@pytest.mark.asyncio(loop_scope="session")
async def test_that_forgets():
    asyncio.get_running_loop().forgotten = asyncio.create_task(asyncio.sleep(1000), name="the forgotten one")
"""
RUNS = "def test_that_runs(): pass\n"


TOLD_BY_PROCESS = """
import os, pathlib, pytest

@pytest.mark.parametrize("number", range(6))
def test_that_says_where_it_runs(number):
    with pathlib.Path(__file__).with_suffix(".txt").open("a") as told:
        print(os.environ["PYTEST_XDIST_WORKER"], file=told)
"""
SIDE_BY_SIDE = ("--numprocesses", "1", "--dist", "loadfile")


def run(folder: Path, text: str, *options: str, ci: bool) -> tuple[int, list[str]]:
    """Run tests with this suite's hooks; return the exit code and the last lines."""
    (folder / "test_some.py").write_text(text, "utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "CI"} | ({"CI": "true"} if ci else {})
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-c", os.devnull, "--rootdir", str(folder)]
    done = subprocess.run(
        [*command, *options, str(folder)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout.splitlines()


@pytest.mark.parametrize(("ci", "code", "options"), [(False, 0, ()), (True, 1, ()), (True, 1, SIDE_BY_SIDE)])
def test_a_test_that_was_left_out_is_told_with_its_reason_and_fails_on_ci(
    tmp_path: Path, ci: bool, code: int, options: tuple[str, ...]
) -> None:
    ended, lines = run(tmp_path, LEFT_OUT, *options, ci=ci)
    assert ended == code
    assert any("3 NOT RUN" in line and ("counts as failed" in line) is ci for line in lines)
    assert "   2 not run: there is no browser here" in lines
    assert "   1 not run: the network lets nothing through" in lines
    assert lines[-1].startswith("1 passed, 2 skipped, 1 xfailed")


def test_a_whole_run_says_nothing_of_it(tmp_path: Path) -> None:
    ended, lines = run(tmp_path, RUNS, ci=True)
    assert ended == 0
    assert not [line for line in lines if "NOT RUN" in line]


def test_side_by_side_the_tests_of_a_file_stay_in_one_process(tmp_path: Path) -> None:
    ended, _ = run(tmp_path, TOLD_BY_PROCESS, "--numprocesses", "2", "--dist", "loadfile", ci=True)
    assert ended == 0
    told = (tmp_path / "test_some.txt").read_text("utf-8").split()
    assert (len(told), len(set(told))) == (6, 1)


@pytest.mark.parametrize("options", [(), SIDE_BY_SIDE])
def test_what_a_test_leaves_running_is_named(tmp_path: Path, options: tuple[str, ...]) -> None:
    ended, lines = run(tmp_path, LEFT_RUNNING, *options, ci=False)
    assert ended == 1
    assert any("still running" in line and "the forgotten one" in line for line in lines)
