"""The worker as a process of its own, as an office runs it, for tests that stop it or take away what it needs."""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.request import urlopen

from temporalio.client import Client

from embedded import parent_death
from services.clock import now
from services.security.keys import KeyRing
from services.settings import SAMPLE
from tests.forked import Forked, forked
from tests.patience import WITHIN

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent


class WorkerProcess:
    """A worker that was started, and what it has written to its log."""

    def __init__(self, process: Forked | asyncio.subprocess.Process) -> None:
        self.process = process
        self.log: list[str] = []

    async def says(self, text: str) -> str:
        """Wait for a line of the log that holds a text, and return the line."""
        assert self.process.stderr
        async with asyncio.timeout(WITHIN):
            while line := (await self.process.stderr.readline()).decode():
                self.log.append(line)
                if text in line:
                    return line
        raise AssertionError(f"{text!r} was not said before the end: {''.join(self.log)}")

    async def ends(self) -> int:
        """Wait for the end, and return the exit code."""
        async with asyncio.timeout(WITHIN):
            _, rest = await self.process.communicate()
            self.log.append(rest.decode())
            return await self.process.wait()


def worker_environment(client: Client, books: str, folder: Path) -> dict[str, str]:
    """Return the environment of a worker for a client's namespace, and make the office's key in it."""
    KeyRing(folder / "keys").first(now())
    return os.environ | {
        "TEMPORAL_ADDRESS": client.service_client.config.target_host,
        "TEMPORAL_NAMESPACE": client.namespace,
        "ACCREDIT_OFFICE": str(SAMPLE),
        "ACCREDIT_DATABASE_URL": books,
        "ACCREDIT_MAIL_FOLDER": str(folder / "mail"),
        "ACCREDIT_PAPERS_FOLDER": str(folder / "papers"),
        "ACCREDIT_SECURITY_KEYS": str(folder / "keys"),
        "ACCREDIT_DOCUMENTS_UPLOADS": str(folder / "uploads"),
        "ACCREDIT_SECURITY_SENDERS": "claimed",
    }


@asynccontextmanager
async def a_worker(
    client: Client, books: str, folder: Path, *flags: str, tree: Path = ROOT, **variables: str
) -> AsyncIterator[WorkerProcess]:
    """Start `python -m worker` for a client's namespace and the books at an address; it is gone at the block's end.

    It believes whoever starts a case, and verifies the proofs of messages by the office's key, made as set-up makes it.

    Args:
        client: Whose namespace it works for.
        books: The address of the books.
        folder: Where its letters, papers and keys lie.
        flags: Further arguments of its command.
        tree: The program that runs: this one, or another version's copy.
        variables: Further variables of its environment.
    """
    environment = worker_environment(client, books, folder) | {"PYTHONPATH": str(tree)} | variables
    process = await (_another if tree != ROOT else forked)(
        "worker", "--health-port", "0", *flags, folder=tree, environ=environment
    )
    try:
        yield WorkerProcess(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _another(
    module: str, *arguments: str, folder: Path, environ: Mapping[str, str]
) -> asyncio.subprocess.Process:
    """Start another version's program, of which nothing was read before."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", parent_death.__file__, str(os.getpid())),  # is not left behind
        *(sys.executable, "-m", module, *arguments),
        cwd=folder, env=environ, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def health_of(worker: WorkerProcess) -> Callable[[], Awaitable[tuple[int, dict[str, Any]]]]:
    """Wait until a worker answers for its health, and return the question."""
    url = (await worker.says("Health: ")).split()[-1]

    def ask() -> tuple[int, dict[str, Any]]:
        try:
            with urlopen(url, timeout=WITHIN) as answer:
                return answer.status, json.load(answer)
        except HTTPError as unwell:
            return unwell.code, json.load(unwell)

    return lambda: asyncio.to_thread(ask)


async def until(ask: Callable[[], Awaitable[T]], right: Callable[[T], bool]) -> T:
    """Ask again and again until the answer is right, and return it."""
    deadline = time.monotonic() + WITHIN
    while not right(answer := await ask()):
        assert time.monotonic() < deadline, f"still {answer}"
        await asyncio.sleep(0.05)
    return answer
