"""The Go toolchain really builds the server and its UI, once, however many set-ups ask for them, and both run."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from rich.console import Console
from temporalio.client import Client

from embedded import build, versions
from embedded.cache import sole_maker
from embedded.process import UNSEEN
from embedded.program import ServerProgram, words_of
from embedded.progress import Progress
from embedded.server import embedded_server
from embedded.time_skipping import supports_time_skipping
from services.connect import connect
from services.namespace import prepare_namespace
from tests.embedded.sockets import asked, listening
from tests.embedded.test_configuration import a_plan, settings_are_written
from tests.embedded.ways import go_with_modules_or_never_run

MINUTES = 60
COLD_BUILD = 25 * MINUTES
"""With warm caches of the toolchain half a minute, with cold ones some minutes, on a loaded machine more."""
SECONDS = 20
pytestmark = [pytest.mark.timeout(COLD_BUILD), pytest.mark.server]


class Told:
    """What a set-up told."""

    def __init__(self) -> None:
        self.text = io.StringIO()
        self.progress = Progress(Console(file=self.text, width=400))


class Built:
    """Programs that two set-ups at once have built, and what each set-up told."""

    def __init__(self, cache: Path) -> None:
        self.cache, self.told, self.programs = cache, (Told(), Told()), list[ServerProgram]()

    async def set_up(self, told: Told) -> ServerProgram:
        async with sole_maker(self.cache, told.progress):
            return build.find_built(self.cache) or await build.build(self.cache, told.progress)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def built(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Built]:
    go_with_modules_or_never_run()
    made = Built(tmp_path_factory.mktemp("cache"))
    made.programs = await asyncio.gather(*map(made.set_up, made.told))
    yield made


async def test_two_set_ups_at_once_build_the_server_and_its_ui_once(built: Built) -> None:
    one, other = built.programs
    assert one == other
    assert one.ui is not None
    assert versions.SERVER in await words_of(one.server, "--version")
    assert versions.UI in await words_of(one.ui, "--version")
    builder, waiter = sorted((told.text.getvalue() for told in built.told), key=lambda text: "Another" in text)
    assert "Building Temporal server" in builder
    assert "Another set-up is at work" in waiter
    assert "Building" not in waiter

    third = Told()
    assert await built.set_up(third) == one
    assert third.text.getvalue() == ""


@pytest.mark.parametrize("rehearsal", [True, False])
async def test_the_server_knows_every_setting_and_its_type(built: Built, tmp_path: Path, rehearsal: bool) -> None:
    program = built.programs[0]
    file = settings_are_written(a_plan(tmp_path, rehearsal=rehearsal), program)

    assert await words_of(program.server, "validate-dynamic-config", str(file)) == str(file)

    misspelt = tmp_path / "misspelt.yaml"
    misspelt.write_text(file.read_text().replace("persistenceMaxQPS", "persistenceMaximum"))
    assert "unregistered" in await words_of(program.server, "validate-dynamic-config", str(misspelt))


async def test_cases_of_the_built_server_go_on_with_the_one_that_a_machine_has_otherwise_and_back(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def the_built_one(_progress: Progress) -> ServerProgram:
        return built.programs[0]

    with monkeypatch.context() as here:
        here.setattr("embedded.server.obtain", the_built_one)
        async with embedded_server(tmp_path, ui=True, fast=True, use_configured=False) as first:
            client = await connect(first.address)
            await prepare_namespace(client, rehearsal=True)
            assert await supports_time_skipping(client)
            assert set(first.pids) == {"server", "ui"}
            ports = {port for pid in first.pids.values() for _, port in listening(pid)}
            answers = {port: asked(port, "/metrics", "localhost")[0] for port in ports}
            assert [port in UNSEEN for port, status in answers.items() if status] == [True]  # the UI; no HTTP API
            await client.start_workflow("AccreditationCycle", id="a-case", task_queue="nobody")
            await until(lambda: listed(client), ["a-case"])
    async with embedded_server(tmp_path, ui=True, fast=True, use_configured=False) as second:
        client = await connect(second.address)
        assert await listed(client) == ["a-case"]
        await client.start_workflow("AccreditationCycle", id="b-case", task_queue="nobody")
        await until(lambda: listed(client), ["a-case", "b-case"])
    monkeypatch.setattr("embedded.server.obtain", the_built_one)
    async with embedded_server(tmp_path, ui=True, fast=True, use_configured=False) as third:
        assert await listed(await connect(third.address)) == ["a-case", "b-case"]
        assert (third.address, third.ui_url) == (second.address, second.ui_url)


async def listed(client: Client) -> list[str]:
    return sorted([found.id async for found in client.list_workflows()])


async def until(found: Callable[[], Awaitable[list[str]]], expected: list[str]) -> None:
    async with asyncio.timeout(SECONDS):
        while await found() != expected:
            pass
