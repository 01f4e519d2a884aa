"""The Go toolchain really builds the server and its UI, once, however many set-ups ask for them."""

import asyncio
import io
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from embedded import build, versions
from embedded.cache import sole_maker
from embedded.program import ServerProgram, words_of
from embedded.progress import Progress

MINUTES = 60
COLD_BUILD = 25 * MINUTES
"""With warm caches of the toolchain half a minute, with cold ones some minutes, on a loaded machine more."""


class Told:
    """What a set-up told."""

    def __init__(self) -> None:
        self.text = io.StringIO()
        self.progress = Progress(Console(file=self.text, width=400))


@pytest.mark.timeout(COLD_BUILD)
async def test_two_set_ups_at_once_build_the_server_and_its_ui_once(tmp_path: Path) -> None:
    if shutil.which("go") is None:
        pytest.skip("there is no Go toolchain on this machine: the way by Go was not run")
    first, second, third = Told(), Told(), Told()

    async def set_up(told: Told) -> ServerProgram:
        async with sole_maker(tmp_path, told.progress):
            return build.find_built(tmp_path) or await build.build(tmp_path, told.progress)

    one, other = await asyncio.gather(set_up(first), set_up(second))

    assert one == other
    assert one.ui is not None
    assert versions.SERVER in await words_of(one.server, "--version")
    assert versions.UI in await words_of(one.ui, "--version")
    builder, waiter = sorted((first.text.getvalue(), second.text.getvalue()), key=lambda text: "Another" in text)
    assert "Building Temporal server" in builder
    assert "Another set-up is at work" in waiter
    assert "Building" not in waiter

    assert await set_up(third) == one
    assert third.text.getvalue() == ""
