"""How the tests are run: side by side, and with a loud word at the end about what could not be run.

With CI set, a test that was left out counts as failed: `.ci/run` installs everything that the tests need.

`make test` runs side by side in several processes, each with a server of its own. A file's tests stay in one of them;
what takes longest comes first, so that all end together (`groups.py`). These are hooks of pytest, which `conftest.py`
takes from here: by itself this file is read in a moment, so that `test_running.py` can try it in processes of its own.
"""

import asyncio
import gc
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Generator
from typing import Any

import pytest
import pytest_asyncio

from tests.compiled import HERE, compile_once
from tests.groups import group_of, longest_first, processes

LIVES_WITHIN = 1800
"""Seconds in which the shipped scenarios are lived beside very much else; on a quiet machine it takes a minute."""

GARBAGE_AFTER = (20_000, 20, 20)
"""How seldom garbage in circles is looked for (`gc.set_threshold`): Python's 700 is for programs with little memory."""


@pytest_asyncio.fixture(scope="session", loop_scope="session", autouse=True)
async def nothing_is_left_running() -> AsyncIterator[None]:
    """Name what tests have left running in their common event loop: it disturbs other tests, and holds up the end."""
    yield
    left = asyncio.all_tasks() - {asyncio.current_task()}
    if left:
        _, left = await asyncio.wait(left, timeout=5)
    assert not left, "still running: " + "; ".join(map(repr, left))


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile the tests before several processes do it, each for itself."""
    config = session.config
    among_several = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if among_several and HERE.is_relative_to(config.rootpath) and not sys.dont_write_bytecode:
        compile_once(config)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep what was imported and collected out of the search for garbage, of which it is none.

    With sixteen thousand tests in memory that search took a third of the time in which the rules are tried, and a fifth
    of the collection.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(*GARBAGE_AFTER)
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what asks for a server; where several processes run the tests, put first what takes longest."""
    for item in items:
        asks_for = getattr(item, "fixturenames", ())
        if "temporal_server" in asks_for:
            item.add_marker(pytest.mark.server)
        if "shipped_lives" in asks_for:  # whichever of them comes first lives them all
            item.add_marker(pytest.mark.timeout(LIVES_WITHIN))
    if hasattr(config, "workerinput"):
        longest_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Run by as many processes as the machine can use, where nobody names a number (`--numprocesses auto`)."""
    return processes(config)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Give out what stays together to one process (`make test`: in the order of `pytest_collection_modifyitems`)."""
    from tests.side_by_side import Scheduling  # imports pytest-xdist: whoever asks for it has it

    return Scheduling(config, log, group_of)


def left_out(config: pytest.Config, *outcomes: str) -> Counter[str]:
    """Return why tests were not run, with how many for each reason.

    Args:
        config: The run's.
        outcomes: `skipped`; `xfailed`: what even a CI cannot have (a download that its network does not let through).
    """
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    reports = [report for outcome in outcomes for report in (reporter.stats.get(outcome, []) if reporter else [])]
    return Counter(_reason(report) for report in reports)


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    if expected := getattr(report, "wasxfail", ""):
        return str(expected).removeprefix("reason: ")
    where = report.longrepr
    return (where[2] if isinstance(where, tuple) else str(where)).removeprefix("Skipped: ")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run of the CI that left a test out."""
    if os.environ.get("CI") and left_out(session.config, "skipped") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what could not be run, and why."""
    reasons = left_out(config, "skipped", "xfailed")
    if not reasons:
        return
    failed = os.environ.get("CI") and left_out(config, "skipped")
    consequence = "; this is CI, so what was skipped counts as failed" if failed else ""
    terminalreporter.section(f"{reasons.total()} NOT RUN{consequence}", sep="!", yellow=True, bold=True)
    for reason, number in reasons.most_common():
        terminalreporter.line(f"{number:4} not run: {reason}", yellow=True)
