"""The real Temporal command: a new one on the PATH is started, a real old one is turned away.

Neither can be had from a package registry in the version that is needed, so both run where they are found only.
"""

import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client

from embedded import cli, versions
from embedded.cache import cache_folder, is_program
from embedded.configuration import ServerConfiguration, commands
from embedded.data import held
from embedded.errors import NotThisWay
from embedded.process import free_ports, start, stop
from embedded.program import ServerProgram
from embedded.server import embedded_server, until_healthy
from embedded.time_skipping import server_version, supports_time_skipping
from services.connect import connect
from services.namespace import holds_office_cases, is_rehearsal, prepare_namespace

pytestmark = pytest.mark.server

OLD_COMMAND = "for-tests/temporal-1.5.1"
"""Below the cache. To have it: GOBIN=<that folder> go install github.com/temporalio/cli/cmd/temporal@v1.5.1"""


def never_run(reason: str) -> None:
    """Name a way that this machine cannot go: loudly, without failing a CI that cannot go it either."""
    pytest.xfail(reason) if "CI" in os.environ else pytest.skip(reason)


@pytest.fixture
def new_command() -> None:
    found = shutil.which(cli.COMMAND)
    words = subprocess.run([found, "--version"], capture_output=True, text=True).stdout if found else ""
    version = versions.read_cli(words)
    if version is None or not version.new_enough:
        never_run("a start by the Temporal command was never run here: there is none of 1.9 or newer on the PATH")


async def test_a_new_command_on_the_path_is_started_in_a_file_with_its_ui(new_command: None, tmp_path: Path) -> None:
    async with embedded_server(tmp_path, ui=True, fast=True, use_configured=False) as server:
        client = await connect(server.address)
        await prepare_namespace(client, rehearsal=True)

        assert list(server.pids) == ["server"]
        assert server.way == cli.ON_PATH
        assert await supports_time_skipping(client)
        assert await is_rehearsal(client, "default")
        assert await holds_office_cases(client) == {}
    assert (tmp_path / "temporal.db").stat().st_size > 0


@pytest.fixture
def old_command() -> Path:
    command = cache_folder() / OLD_COMMAND / cli.COMMAND
    if not is_program(command):
        never_run("a real old Temporal command was not tried: it is not in the cache (see OLD_COMMAND)")
    return command


async def test_a_real_old_command_on_the_path_is_refused_with_the_version_of_its_server(
    old_command: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(old_command.parent))

    with pytest.raises(NotThisWay, match=r"with server 1\.29\.1, and time skipping needs server 1\.32"):
        await cli.find_on_path()


@pytest.fixture
async def old_server(old_command: Path) -> AsyncIterator[Client]:
    """A server from before time skipping, which takes the setting for it without a word."""
    program = ServerProgram("cli", "test", "1.29.1", old_command)
    port, *others = free_ports(9)
    async with held(None) as folder:
        plan = ServerConfiguration(folder.path, True, True, port, None, tuple(others))
        server = start("server", commands(plan, program)["server"], log=folder.path / "log", folder=folder.path)
        try:
            await until_healthy([server], f"127.0.0.1:{port}")
            yield await connect(f"127.0.0.1:{port}")
        finally:
            await stop([server], within=0)


async def test_a_real_server_from_before_time_skipping_does_not_pass_for_one_that_has_it(old_server: Client) -> None:
    assert await server_version(old_server) == "1.29.1"
    assert not await supports_time_skipping(old_server)
