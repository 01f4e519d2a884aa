"""May one go back? Lives the shipped scenarios with today's code, and has an earlier version replay what it wrote.

    make rollback-check                  # the last release that was tagged
    make rollback-check SINCE=a1b2c3d    # any commit

A case that has gone on with today's code must be understood by the version that one would go back to: else going back
leaves cases that nobody leads. The earlier version runs in a folder of its own, with the packages of today.
"""

import asyncio
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from temporalio.client import WorkflowHistory

from embedded.server import embedded_server
from tests.workflows.shipped import live_shipped

ROOT = Path(__file__).parents[1]
REPLAY = """
import asyncio, importlib, json, os, sys
from pathlib import Path
from temporalio.client import WorkflowHistory
for name in ("services.replays.order", "services.replay", "starter.replay_check"):
    try:
        replay = importlib.import_module(name).replay
        break
    except ModuleNotFoundError:
        continue
else:
    sys.exit("this version has no replay")
async def histories():
    for file in sorted(Path(sys.argv[1]).glob("*.json")):
        yield WorkflowHistory.from_json(file.stem, file.read_text("utf-8"))
found = asyncio.run(replay(histories()))
print(json.dumps({"safe": found.safe, "unsafe": found.unsafe}), flush=True)
os._exit(0)
"""
"""What the earlier version runs: its own replay, wherever it stood then.

It ends outright: Python's own way out takes the interpreter from under the SDK's threads, which on a loaded machine
ends one process of twenty by a signal.
"""


class NoVersion(Exception):
    """There is no such version to go back to."""


def last_release() -> str:
    """Return the newest tag. Raises `NoVersion` where nothing has been tagged."""
    told = _git("describe", "--tags", "--abbrev=0")
    if told.returncode:
        raise NoVersion("no release has been tagged; name the commit to go back to: make rollback-check SINCE=COMMIT")
    return told.stdout.decode().strip()


def unpack(version: str, folder: Path) -> None:
    """Write a version's files into a folder. Raises `NoVersion` where git knows none of that name."""
    told = _git("archive", version)
    if told.returncode:
        raise NoVersion(f"git knows no version {version}: {told.stderr.decode().strip()}")
    with tarfile.open(fileobj=BytesIO(told.stdout)) as archive:
        archive.extractall(folder, filter="data")


def replayed_by(version: str, histories: dict[str, WorkflowHistory]) -> dict[str, str]:
    """Have a version replay histories; return those that it cannot, with what it says.

    Raises:
        NoVersion: There is none of that name, or it cannot replay anything.
    """
    with tempfile.TemporaryDirectory() as told:
        tree, files = Path(told, "version"), Path(told, "histories")
        tree.mkdir()
        files.mkdir()
        unpack(version, tree)
        for name, history in histories.items():
            (files / f"{name}.json").write_text(history.to_json(), "utf-8")
        ran = subprocess.run(
            [sys.executable, "-c", REPLAY, str(files)], cwd=tree, capture_output=True, text=True, check=False
        )
    if ran.returncode:
        raise NoVersion(f"{version} cannot replay: {(ran.stderr.strip() or 'no reason told').splitlines()[-1]}")
    unsafe: dict[str, str] = json.loads(ran.stdout.splitlines()[-1])["unsafe"]
    return unsafe


async def lived() -> dict[str, WorkflowHistory]:
    """Live the shipped scenarios with today's code and return the histories of their cases."""
    with tempfile.TemporaryDirectory() as folder:
        async with embedded_server(fast=True, use_configured=False) as server:
            lives = await live_shipped(server.address, Path(folder))
            lives |= await live_shipped(server.address, Path(folder), "dicoe")
    numbered = {name: list(enumerate(life.histories, 1)) for name, life in lives.items()}
    return {f"{name}.{number}": history for name, several in numbered.items() for number, history in several}


def _git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)


def main(version: str | None) -> int:
    """Check, and say what came of it; 0 where one may go back."""
    try:
        version = version or last_release()
        print(f"Living the shipped scenarios with today's code, then replaying them with {version} …", flush=True)
        histories = asyncio.run(lived())
        unsafe = replayed_by(version, histories)
    except NoVersion as error:
        print(error, file=sys.stderr)
        return 2
    for name, failure in unsafe.items():
        print(f"{name}: {failure[:300]}")
    if unsafe:
        print(f"NO WAY BACK to {version}: it does not understand {len(unsafe)} of {len(histories)} histories.")
        return 1
    print(f"{version} replays all {len(histories)} histories that today's code wrote: one may go back to it.")
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1] if len(sys.argv) > 1 and sys.argv[1] else None)
    sys.stdout.flush()
    os._exit(code)  # a client that has led clocks can hang at its end
