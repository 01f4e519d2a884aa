"""What could not be run is said loudly at the end, and counts as failed where everything was installed for it."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.compiled import compile_once

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
FAILS = """
def test_that_two_is_three():
    two = 2
    assert two == 3
"""
RUNS = "def test_that_runs(): pass\n"


LONG = """
import os, pathlib, time, pytest

@pytest.fixture(scope="module")
def after_the_loss():
    while not pathlib.Path(__file__).with_name("lost").exists():
        time.sleep(0.01)

@pytest.mark.usefixtures("after_the_loss")
@pytest.mark.parametrize("number", range(6))
def test_that_says_where_it_runs(number):
    with pathlib.Path(__file__).with_suffix(".txt").open("a") as told:
        print(os.environ["PYTEST_XDIST_WORKER"], file=told)
"""
LOSES_ITS_PROCESS = """
import os, pathlib, signal

def test_before(): pass

def test_at_which_it_is_lost():
    lost = pathlib.Path(__file__).with_name("lost")
    if not lost.exists():
        lost.touch()
        os.kill(os.getpid(), signal.SIGSEGV)

def test_after(): pass
"""
WITH_A_LOSS = {
    "test_a.py": LONG,
    **{f"test_b{number}.py": RUNS for number in range(4)},
    "test_c.py": LOSES_ITS_PROCESS,
    **{f"test_d{number}.py": RUNS for number in range(4)},
}
"""Files of tests: while one process is at the first, the other is through with some, and then is lost."""
PLUGINS = (
    "--disable-plugin-autoload",
    *(f"-p{name}" for name in ("xdist.plugin", "pytest_asyncio.plugin", "tests.running")),
)
"""What is tried, and what it is tried with: every other plugin that is installed takes a third of a second to read."""
SIDE_BY_SIDE = ("--numprocesses", "1", "--dist", "loadfile")


def run(folder: Path, text: str, *options: str, ci: bool) -> tuple[int, list[str]]:
    """Run tests with this suite's hooks; return the exit code and the last lines."""
    return run_files(folder, {"test_some.py": text}, *options, ci=ci)


def run_files(folder: Path, files: dict[str, str], *options: str, ci: bool) -> tuple[int, list[str]]:
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "CI"} | ({"CI": "true"} if ci else {})
    command = [sys.executable, "-m", "pytest", "-q", *PLUGINS, "-c", os.devnull, "--rootdir", str(folder)]
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


class Loss(NamedTuple):
    """A run in two processes of which one was lost: where its files lie, how it ended, what it printed."""

    folder: Path
    code: int
    lines: list[str]


@pytest.fixture(scope="module")
def loss(tmp_path_factory: pytest.TempPathFactory) -> Loss:
    """A run that has lost a process."""
    folder = tmp_path_factory.mktemp("loss")
    two = ("--numprocesses", "2", "--dist", "loadfile", "--no-loadscope-reorder")
    return Loss(folder, *run_files(folder, WITH_A_LOSS, *two, ci=True))


def test_side_by_side_the_tests_of_a_file_stay_in_one_process(loss: Loss) -> None:
    told = (loss.folder / "test_a.txt").read_text("utf-8").split()
    assert (len(told), len(set(told))) == (6, 1)


def test_a_run_that_loses_a_process_ends_and_has_run_everything_else_once(loss: Loss) -> None:
    assert loss.code == 1
    assert re.match("1 failed, 16 passed in", loss.lines[-1])
    named = [line for line in loss.lines if line.startswith("FAILED")]
    assert len(named) == 1
    assert re.search("worker .gw[01]. crashed while running .test_c.py::test_at_which_it_is_lost.$", named[0])


def test_what_was_lost_is_run_once_more_by_the_ci(loss: Loss) -> None:
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    told_by = re.search('grep -q "([^"]+)"', ci)
    assert told_by
    assert [line for line in loss.lines if told_by[1] in line]
    again = re.search("(--last-failed .*)$", ci, re.MULTILINE)
    assert again
    ended, lines = run_files(loss.folder, WITH_A_LOSS, *again[1].split(), ci=True)
    assert ended == 0
    assert lines[-1].startswith("1 passed")


def test_what_was_compiled_once_is_compiled_by_no_other_process(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    (tmp_path / "test_some.py").write_text(FAILS, "utf-8")
    compile_once(pytestconfig, tmp_path)
    (kept,) = tmp_path.rglob("*.pyc")
    before = kept.stat()
    ended, lines = run(tmp_path, FAILS, ci=False)
    assert ended == 1
    assert "E       assert 2 == 3" in lines  # its assertion was written anew, as pytest does it
    after = kept.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("options", [(), SIDE_BY_SIDE])
def test_what_a_test_leaves_running_is_named(tmp_path: Path, options: tuple[str, ...]) -> None:
    ended, lines = run(tmp_path, LEFT_RUNNING, *options, ci=False)
    assert ended == 1
    assert any("still running" in line and "the forgotten one" in line for line in lines)
