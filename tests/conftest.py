"""What all tests share: the real Temporal server, and a loud word at the end about what could not be run.

With CI set, a test that was left out counts as failed: `.ci/run` installs everything that the tests need.

`make test` runs side by side in several processes, each with a server of its own. A file's tests stay in one of them;
what takes longest comes first, so that all end together.
"""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from temporalio.client import Client

from embedded.cache import CACHE_VARIABLE
from embedded.server import EmbeddedServer, embedded_server
from services.connect import connect
from services.namespace import prepare_namespace
from tests.office import LivingOffice, a_living_office
from tests.office_terminal import OfficeTerminal
from workflows.case.stages import StageOrder

StageOrder.strict = True

# What this machine's user has configured for an office of their own is none of the tests' business.
for _name in [name for name in os.environ if name.startswith(("TEMPORAL_", "ACCREDIT_")) and name != CACHE_VARIABLE]:
    del os.environ[_name]
os.environ["TEMPORAL_CONFIG_FILE"] = os.devnull

# A shell that starts the tests in its background has them ignore Ctrl-C, and all that they start: some is to hear it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

LAST = 2
TOGETHER = ("tests/pictures/", "tests/workflows/designation/", "tests/workflows/scenarios/")
"""Folders whose files share lives that take long to live: where several processes run the tests, one has them all."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def temporal_server() -> AsyncIterator[EmbeddedServer]:
    """A Temporal server of the run's own that skips time, in memory."""
    async with embedded_server(fast=True, use_configured=False) as server:
        yield server


@pytest_asyncio.fixture
async def client(temporal_server: EmbeddedServer) -> Client:
    """A client of a namespace of the test's own on the run's server."""
    namespace = f"test-{uuid4()}"
    await prepare_namespace(temporal_server.address, namespace)
    return await connect(temporal_server.address, namespace)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(
    temporal_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[LivingOffice]:
    """An office with a worker at work."""
    async with a_living_office(temporal_server.address, tmp_path_factory.mktemp("office")) as living:
        yield living


@pytest.fixture
def terminal(
    office: LivingOffice, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> OfficeTerminal:
    """The command line of that office."""
    return OfficeTerminal(office, monkeypatch, capsys)


@pytest_asyncio.fixture(scope="session", loop_scope="session", autouse=True)
async def nothing_is_left_running() -> AsyncIterator[None]:
    """Name what tests have left running in their common event loop: it disturbs other tests, and holds up the end."""
    yield
    left = asyncio.all_tasks() - {asyncio.current_task()}
    if left:
        _, left = await asyncio.wait(left, timeout=5)
    assert not left, "still running: " + "; ".join(map(repr, left))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what asks for a server; where several processes run the tests, put first what takes longest."""
    for item in items:
        if "temporal_server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.server)
    if hasattr(config, "workerinput"):
        turns: dict[str, int] = {}
        for item in items:
            group = group_of(item.nodeid)
            turns[group] = min(turns.get(group, LAST), _turn(item))
        items.sort(key=lambda item: turns[group_of(item.nodeid)])


def _turn(item: pytest.Item) -> int:
    """Return when a test's turn is: first those that may take minutes, then those that live cases, then all others."""
    if item.get_closest_marker("timeout"):
        return 0
    return 1 if item.get_closest_marker("server") else LAST


def group_of(nodeid: str) -> str:
    """Return what a test stays together with, where several processes run the tests: its file, or a folder."""
    file = nodeid.partition("::")[0]
    return next((folder for folder in TOGETHER if file.startswith(folder)), file)


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
