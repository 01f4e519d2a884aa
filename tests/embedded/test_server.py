"""The embedded server really runs: quickly, on loopback only, on data that stay."""

import asyncio
import io
import os
import sqlite3
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from rich.console import Console
from temporalio.client import Client, WorkflowExecutionStatus

from embedded.errors import DataInUse, DataUnusable, ServerDied
from embedded.obtain import obtain
from embedded.process import free_ports, start, stop
from embedded.progress import Progress
from embedded.server import EmbeddedServer, embedded_server
from services.connect import connect
from services.errors import PortTaken
from services.namespace import prepare_namespace
from tests.patience import WITHIN

pytestmark = pytest.mark.server

SECONDS = 20
"""Within them a server is up; measured on an idle machine: 0.2 s."""


@pytest.fixture(autouse=True)
async def _obtained() -> None:
    await obtain()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(WITHIN):
        while not await condition():
            pass


async def listed(client: Client) -> list[str]:
    return [found.id async for found in client.list_workflows()]


async def test_a_server_in_memory_is_ready_for_cases_within_seconds_and_leaves_no_folder() -> None:
    began = time.monotonic()
    async with embedded_server(fast=True, use_configured=False) as server:
        client = await connect(server.address)
        await prepare_namespace(client, rehearsal=True)
        took = time.monotonic() - began
        await client.start_workflow("AccreditationCycle", id="a-case", task_queue="nobody")
        folder = server.programs[0].log.parent.parent
        assert folder.is_dir()

    assert took < SECONDS
    assert server.data is None
    assert not folder.exists()
    assert not server.running


async def test_cases_survive_a_restart_at_the_same_addresses_which_takes_seconds_and_obtains_nothing(
    tmp_path: Path,
) -> None:
    told = io.StringIO()
    async with embedded_server(tmp_path / "data", ui=True, use_configured=False) as first:
        client = await connect(first.address)
        await prepare_namespace(client)
        await client.start_workflow("AccreditationCycle", id="a-case", task_queue="nobody")
        await until(lambda: _is(listed(client), ["a-case"]))

    began = time.monotonic()
    progress = Progress(Console(file=told, width=400))
    async with embedded_server(tmp_path / "data", ui=True, use_configured=False, progress=progress) as second:
        took = time.monotonic() - began
        client = await connect(second.address)
        assert await prepare_namespace(client) == ()
        assert await listed(client) == ["a-case"]
        description = await client.get_workflow_handle("a-case").describe()

    assert description.status == WorkflowExecutionStatus.RUNNING
    assert (second.address, second.ui_url) == (first.address, first.ui_url)
    assert took < SECONDS
    assert told.getvalue() == ""
    with sqlite3.connect(tmp_path / "data" / "temporal.db") as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def _is(found: Awaitable[list[str]], expected: list[str]) -> bool:
    return await found == expected


async def test_the_ui_shows_its_page_and_reaches_the_server() -> None:
    async with embedded_server(ui=True, use_configured=False) as server:
        await prepare_namespace(server.address, "office")
        page = await asyncio.to_thread(_fetch, f"{server.ui_url}/")
        namespaces = await asyncio.to_thread(_fetch, f"{server.ui_url}/api/v1/namespaces")

    assert "<html" in page
    assert '"office"' in namespaces


def _fetch(url: str) -> str:
    directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with directly.open(url, timeout=WITHIN) as answer:
        return str(answer.read().decode())


async def test_ports_that_were_asked_for_are_used_and_one_that_is_taken_is_named() -> None:
    port, ui_port = free_ports(2)
    async with embedded_server(ui=True, port=port, ui_port=ui_port, use_configured=False) as server:
        assert server.address == f"127.0.0.1:{port}"
        assert server.ui_url == f"http://127.0.0.1:{ui_port}"
        with pytest.raises(PortTaken, match=f"Port {ui_port}, asked for as the port of its UI"):
            await _enter(ui=True, ui_port=ui_port)


async def _enter(data: Path | None = None, *, ui: bool = False, ui_port: int | None = None) -> None:
    async with embedded_server(data, ui=ui, ui_port=ui_port, use_configured=False):
        raise AssertionError("it must not start")


async def test_a_second_server_on_the_same_data_is_refused_and_told_who_has_them(tmp_path: Path) -> None:
    async with embedded_server(tmp_path, use_configured=False) as server:
        with pytest.raises(DataInUse) as caught:
            await _enter(tmp_path)

    assert (caught.value.pid, caught.value.address) == (os.getpid(), server.address)
    assert f"process {os.getpid()}" in str(caught.value)


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(DataUnusable, match="file/data cannot be used: Not a directory"):
        await _enter(tmp_path / "file" / "data")


async def test_data_of_another_version_are_opened_with_a_warning(tmp_path: Path) -> None:
    told = io.StringIO()
    (tmp_path / "server.json").write_text('{"version": "1.31.2"}')

    async with embedded_server(tmp_path, use_configured=False, progress=Progress(Console(file=told, width=400))):
        pass

    assert "written by Temporal server 1.31.2" in told.getvalue()


async def test_a_damaged_record_costs_the_remembered_ports_only(tmp_path: Path) -> None:
    (tmp_path / "server.json").write_text('{"version": "1.3')

    async with embedded_server(tmp_path, use_configured=False) as server:
        assert server.running


async def test_a_server_that_cannot_start_is_reported_with_the_last_words_of_its_log(tmp_path: Path) -> None:
    (tmp_path / "temporal.db").write_text("no database, but the notes of a meeting\n" * 50)

    with pytest.raises(ServerDied, match="file is not a database") as caught:
        await _enter(tmp_path)

    assert caught.value.code == 5
    assert str(tmp_path / "log" / "server.log") in str(caught.value)


async def test_a_program_that_ignores_the_request_to_end_is_killed(tmp_path: Path) -> None:
    stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"
    program = start("deaf program", [sys.executable, "-c", stubborn], log=tmp_path / "log", folder=tmp_path)

    async def deaf() -> bool:
        return await asyncio.to_thread(program.last_lines) == ["deaf"]

    await until(deaf)
    await stop([program], within=0.2)

    assert program.process.returncode == -9


async def test_a_configured_address_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with embedded_server(use_configured=False) as running:
        monkeypatch.setenv("TEMPORAL_ADDRESS", running.address)
        async with embedded_server(tmp_path / "data", ui=True) as server:
            await connect()

        assert running.running
    assert server == EmbeddedServer(running.address, None, None, "an address that is configured", None)
    assert not (tmp_path / "data").exists()
