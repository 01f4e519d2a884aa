"""Whatever ends the process that started a server, the server does not outlive it."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded.errors import DataInUse
from embedded.obtain import obtain
from embedded.server import embedded_server
from tests.patience import WITHIN

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a server with its killed parent"),
]

PARENT = """
import asyncio, json, pathlib, sys
from embedded.server import embedded_server

async def main():
    async with embedded_server(pathlib.Path(sys.argv[1]), ui=True, use_configured=False) as server:
        print(json.dumps({"pids": list(server.pids.values()), "address": server.address}), flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
async def _obtained() -> None:
    await obtain()


@pytest.fixture
def parent(_obtained: None, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs a server, in a group of its own, until something ends it."""
    command = [sys.executable, "-c", PARENT, str(tmp_path / "data")]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, process_group=0) as process:
        try:
            yield process
        finally:
            process.kill()


def report_of(parent: subprocess.Popen[bytes]) -> dict[str, Any]:
    assert parent.stdout is not None
    return dict(json.loads(parent.stdout.readline()))


def end_within(pids: list[int], end: Callable[[], object]) -> list[int]:
    """Do something that ends processes; return those that have not ended in time."""
    watched = {os.pidfd_open(pid): pid for pid in pids}
    poll = select.poll()
    for descriptor in watched:
        poll.register(descriptor, select.POLLIN)
    end()
    while watched and (ended := poll.poll(WITHIN * 1000)):
        for descriptor, _ in ended:
            poll.unregister(descriptor)
            os.close(descriptor)
            del watched[descriptor]
    return list(watched.values())


@pytest.mark.parametrize(
    "ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=["Ctrl-C", "a request to end", "a kill"]
)
async def test_the_server_and_its_ui_end_with_the_process_that_started_them(
    parent: subprocess.Popen[bytes], tmp_path: Path, ending: signal.Signals
) -> None:
    pids = report_of(parent)["pids"]
    assert len(pids) in (1, 2)

    left = end_within([*pids, parent.pid], lambda: os.killpg(parent.pid, ending))

    assert left == []
    async with embedded_server(tmp_path / "data", use_configured=False) as server:
        assert server.running


async def test_another_process_is_told_which_one_holds_the_data(
    parent: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    report = report_of(parent)
    try:
        with pytest.raises(DataInUse) as caught:
            async with embedded_server(tmp_path / "data", use_configured=False):
                pass
    finally:
        end_within([*report["pids"], parent.pid], lambda: os.killpg(parent.pid, signal.SIGINT))

    assert (caught.value.pid, caught.value.address) == (parent.pid, report["address"])
