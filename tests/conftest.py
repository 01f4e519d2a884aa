"""What all tests share: the real Temporal server, a browser, an office. How they are run stands in `running.py`."""

import os
import signal
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright
from temporalio.client import Client
from temporalio.worker._workflow import _WorkflowWorker

from embedded.cache import CACHE_VARIABLE
from embedded.server import EmbeddedServer, embedded_server
from services.connect import connect
from services.namespace import prepare_namespace
from tests.chromium import MISSING, QUIET, program
from tests.histories.replayed import RecordedLives, replay_recorded
from tests.office import LivingOffice, a_living_office
from tests.office_terminal import OfficeTerminal
from tests.patience import WITHIN
from tests.running import nothing_is_left_running as nothing_is_left_running
from tests.running import pytest_collection as pytest_collection
from tests.running import pytest_collection_modifyitems as pytest_collection_modifyitems
from tests.running import pytest_sessionfinish as pytest_sessionfinish
from tests.running import pytest_sessionstart as pytest_sessionstart
from tests.running import pytest_terminal_summary as pytest_terminal_summary
from tests.running import pytest_xdist_auto_num_workers as pytest_xdist_auto_num_workers
from tests.running import pytest_xdist_make_scheduler as pytest_xdist_make_scheduler
from tests.workflows.shipped import ACCREDITATION, DESIGNATION, Life, live_shipped
from workflows.case.stages import StageOrder

StageOrder.strict = True

# What this machine's user has configured for an office of their own is none of the tests' business.
for _name in [name for name in os.environ if name.startswith(("TEMPORAL_", "ACCREDIT_")) and name != CACHE_VARIABLE]:
    del os.environ[_name]
os.environ["TEMPORAL_CONFIG_FILE"] = os.devnull

# A shell that starts the tests in its background has them ignore Ctrl-C, and all that they start: some is to hear it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def temporal_server() -> AsyncIterator[EmbeddedServer]:
    """A Temporal server of the run's own that skips time, in memory."""
    async with embedded_server(fast=True, use_configured=False) as server:
        yield server


@pytest.fixture(scope="session", autouse=True)
def a_slow_machine_is_no_deadlock() -> Iterator[None]:
    """Let a workflow task take its time: the SDK takes two seconds for a deadlock, which a long replay may need."""
    made = _WorkflowWorker.__init__

    def patient(worker: Any, *given: Any, **named: Any) -> None:
        made(worker, *given, **named)
        worker._deadlock_timeout_seconds = WITHIN

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_WorkflowWorker, "__init__", patient)
        yield


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """A real Chromium without a window; who is signed in somewhere has a context of his own in it."""
    executable = program()
    if executable is None:
        pytest.skip(MISSING)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=QUIET)
        yield browser
        await browser.close()


@pytest_asyncio.fixture
async def client(temporal_server: EmbeddedServer) -> Client:
    """A client of a namespace of the test's own on the run's server."""
    namespace = f"test-{uuid4()}"
    await prepare_namespace(temporal_server.address, namespace)
    return await connect(temporal_server.address, namespace)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shipped_lives(temporal_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Life]:
    """The shipped scenarios, lived through once in a run; what asks for them stays together (`groups.py`).

    A rehearsal asks a case for some seconds where it stands: here it may take as long as it does beside much else.
    """
    with pytest.MonkeyPatch.context() as patch:
        for asks in ("playing", "clocks"):
            patch.setattr(f"rehearsal.{asks}.ANSWER_WITHIN", timedelta(seconds=WITHIN))
        folder = tmp_path_factory.mktemp("shipped")
        return await live_shipped(temporal_server.address, folder, ACCREDITATION, DESIGNATION)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def recorded_lives() -> RecordedLives:
    """The recorded histories, replayed once in a run; what asks for them stays together (`groups.py`)."""
    return await replay_recorded()


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
