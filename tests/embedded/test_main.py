"""`python -m embedded`: the set-up of the server, told line by line and without a traceback."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from embedded import build, cli
from embedded.__main__ import CONFIGURED
from embedded.cache import UNFINISHED
from embedded.obtain import DOWNLOAD, GO, PATH
from embedded.process import free_ports
from tests.embedded.ways import go_or_never_run
from tests.patience import WITHIN

ROOT = Path(__file__).parents[2]
DEAD_PROXY = "http://127.0.0.1:1"


def set_up(**environment: str) -> subprocess.Popen[str]:
    """Run the set-up, on a machine that downloads nothing, its own words on stderr."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}
    dead = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"), DEAD_PROXY)
    command = [sys.executable, "-m", "embedded"]
    everything = {**inherited, **dead, **environment}
    return subprocess.Popen(command, cwd=ROOT, env=everything, stderr=subprocess.PIPE, text=True, process_group=0)


def is_there(group: int) -> bool:
    """Whether a group of processes has anybody in it."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.server
def test_a_machine_that_has_a_server_is_told_which() -> None:
    process = set_up()
    _, told = process.communicate(timeout=WITHIN)

    assert process.returncode == 0
    assert told.startswith("Temporal server 1.")
    assert len(told.splitlines()) == 1


def test_a_machine_that_cannot_have_one_is_told_every_way_and_what_to_do(tmp_path: Path) -> None:
    ways = f"{PATH},{DOWNLOAD},{GO}"
    process = set_up(PATH=str(tmp_path), ACCREDIT_CACHE=str(tmp_path / "cache"), ACCREDIT_SERVER_BY=ways)
    _, told = process.communicate(timeout=WITHIN)

    assert process.returncode == 5
    assert "Traceback" not in told
    for way in (CONFIGURED, cli.ON_PATH, cli.DOWNLOAD, build.WAY):
        assert f"\n- {way}: " in told
    assert "https://go.dev/dl" in told


@pytest.mark.server
def test_a_configured_server_that_does_not_run_is_named_and_one_of_ones_own_can_be_started_all_the_same() -> None:
    address = f"127.0.0.1:{free_ports(1)[0]}"
    process = set_up(TEMPORAL_ADDRESS=address)
    _, told = process.communicate(timeout=WITHIN)

    assert process.returncode == 0
    away, found = told.splitlines()
    assert away.startswith(f"The Temporal server at {address} cannot be reached")
    assert found.startswith("Temporal server 1.")


def test_where_there_is_no_program_either_the_configured_server_that_does_not_run_is_one_of_the_ways(
    tmp_path: Path,
) -> None:
    address = f"127.0.0.1:{free_ports(1)[0]}"
    process = set_up(
        TEMPORAL_ADDRESS=address, PATH=str(tmp_path), ACCREDIT_CACHE=str(tmp_path / "cache"), ACCREDIT_SERVER_BY=PATH
    )
    _, told = process.communicate(timeout=WITHIN)

    assert process.returncode == 5
    assert f"\n- {CONFIGURED}: The Temporal server at {address} cannot be reached" in told
    assert "names none" not in told


def test_a_way_that_there_is_not_is_named_with_those_that_there_are() -> None:
    process = set_up(ACCREDIT_SERVER_BY="path,docker")
    _, told = process.communicate(timeout=WITHIN)

    assert process.returncode == 2
    assert told == "ACCREDIT_SERVER_BY: found 'docker', expected one of path, package, download, go\n"


@pytest.mark.skipif(sys.platform != "linux", reason="the children of a process are read from Linux's /proc")
def test_a_ctrl_c_while_go_builds_ends_go_and_leaves_nothing_half_made(tmp_path: Path) -> None:
    go_or_never_run()
    with socket.create_server(("127.0.0.1", 0)) as silent:  # a module proxy that never answers: Go is still at it
        process = set_up(
            ACCREDIT_SERVER_BY=GO,
            ACCREDIT_CACHE=str(tmp_path),
            GOCACHE=str(tmp_path / "nothing-compiled-yet"),
            GOMODCACHE=str(tmp_path / "nothing-fetched-yet"),
            GOPROXY=f"http://127.0.0.1:{silent.getsockname()[1]}",
        )
        end_it_while_go_is_at_it(process)
    assert [path for path in tmp_path.iterdir() if path.name.startswith(UNFINISHED)] == []


def end_it_while_go_is_at_it(process: subprocess.Popen[str]) -> None:
    """Press Ctrl-C once Go runs, and see that the set-up and whatever Go has started are gone."""
    assert process.stderr is not None
    while "Building Temporal server" not in process.stderr.readline():
        assert process.poll() is None
    while not (children := Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()):
        assert process.poll() is None
    building = [int(child) for child in children]

    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=WITHIN)

    assert process.returncode == 130
    end = time.monotonic() + WITHIN
    while left := [group for group in building if is_there(group)]:  # what a compiler leaves is gone a moment later
        assert time.monotonic() < end, f"still running: {left}"
        time.sleep(0.05)
