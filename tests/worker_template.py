"""Workers in a moment: a process that has read the program once, and of which each worker is a copy.

Reading the program takes longer than anything else that a worker does at its start. Where a worker is killed twenty
times and another one must come, it is read once, and the process that has read it is forked. A copy is a process like
any other: it has its own environment, it is killed outright, and it does not outlive the one that it was copied from.
"""

import asyncio
import ctypes
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from embedded import parent_death
from services.exits import leave
from tests.patience import WITHIN

ROOT = Path(__file__).resolve().parent.parent


class Copy:
    """A worker that was copied, and the file that it writes its log to."""

    def __init__(self, pid: int, log: Path) -> None:
        self._process = os.pidfd_open(pid)  # the very process, whoever has its number later
        self._log = log

    async def says(self, text: str) -> None:
        """Wait until its log holds a text."""
        async with asyncio.timeout(WITHIN):
            while text not in self._log.read_text("utf-8"):  # noqa: ASYNC110 (another process writes it)
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """Kill it outright, and see that it is gone."""
        gone, loop = asyncio.Event(), asyncio.get_running_loop()
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._process, signal.SIGKILL)
        loop.add_reader(self._process, gone.set)
        try:
            async with asyncio.timeout(WITHIN):
                await gone.wait()
        finally:
            loop.remove_reader(self._process)
        os.close(self._process)


class Template:
    """The process that has read the program."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._made = 0

    async def copy(self, environment: Mapping[str, str], folder: Path) -> Copy:
        """Make a worker of it that works in an environment, with its log in a folder."""
        self._made += 1
        log = folder / f"worker-{self._made}.log"
        log.touch()
        assert self._process.stdin
        request = {"environment": dict(environment), "log": str(log)}
        self._process.stdin.write(f"{json.dumps(request)}\n".encode())
        return Copy(int(await self._answer()), log)

    async def _answer(self) -> str:
        assert self._process.stdout
        async with asyncio.timeout(WITHIN):
            return (await self._process.stdout.readline()).decode()


@asynccontextmanager
async def a_template() -> AsyncIterator[Template]:
    """Read the program in a process of its own; it is gone at the block's end, with all that were copied from it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", parent_death.__file__, str(os.getpid())),
        *(sys.executable, "-m", "tests.worker_template"),
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Template(process)
    finally:
        process.kill()
        await process.wait()


def main() -> None:
    """Read the program, then answer each line of stdin by the number of a process that is a worker from then on."""
    import worker

    if len(os.listdir("/proc/self/task")) > 1:
        raise SystemExit("What has threads cannot be copied: something starts one when the program is read.")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that are killed
    myself = os.getpid()
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(request["environment"], request["log"], myself)
            leave(worker.main())
        print(pid, flush=True)


def _become(environment: Mapping[str, str], log: str, parent: int) -> None:
    """Be a process as `python -m worker --health-port 0` is one in an environment, and end with the parent."""
    ctypes.CDLL(None).prctl(parent_death.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        leave(1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for stream, file in ((0, os.devnull), (1, os.devnull), (2, log)):
        opened = os.open(file, os.O_RDONLY if stream == 0 else os.O_WRONLY)
        os.dup2(opened, stream)
        os.close(opened)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["worker", "--health-port", "0"]


if __name__ == "__main__":
    main()
