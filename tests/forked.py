"""Commands in a moment: a process that has read the program, and of which each command is a copy.

Reading its modules is most of what a command takes at its start: `accredit rehearse` and a worker read 1,600. So they
are read once, in a process that does nothing else, and each command is forked off it: a process of its own, with its
own folder, arguments, environment, streams, process number and end, which signals meet as they meet any other. What is
about the start itself (what a process has in its environment at first, another version's program) starts anew; so does
what is about the order of a set, which all that are forked off one process have in common. Needs Linux.
"""

import asyncio
import ctypes
import fcntl
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from io import FileIO, TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

from embedded import parent_death

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 1 << 18
"""Bytes of a request: arguments and environment."""
CLEAN = dict(os.environ)
"""The environment in which the program is read: no test's own."""
_has_read: list[tuple[socket.socket, "subprocess.Popen[bytes]"]] = []
"""The process that has read the program, once it runs, and how it is told what to become."""


class Forked:
    """A command that was forked; it is used as a process of asyncio's.

    Attributes:
        pid: Its number.
        returncode: Its exit code once it has ended: below nothing, the signal that ended it.
        stdout: What it prints.
        stderr: What it says beside it.
    """

    def __init__(
        self, pid: int, told: socket.socket, stdout: asyncio.StreamReader, stderr: asyncio.StreamReader
    ) -> None:
        self.pid, self.stdout, self.stderr = pid, stdout, stderr
        self.returncode: int | None = None
        self._told, self._end = told, asyncio.Event()
        asyncio.get_running_loop().add_reader(told, self._has_ended)

    def _has_ended(self) -> None:
        asyncio.get_running_loop().remove_reader(self._told)
        with self._told:
            self.returncode = int(self._told.recv(100) or -signal.SIGKILL)
        self._end.set()

    async def wait(self) -> int:
        """Return the exit code, once it has ended."""
        await self._end.wait()
        assert self.returncode is not None
        return self.returncode

    async def communicate(self) -> tuple[bytes, bytes]:
        """Return all that is still to come from it, once it has ended."""
        out, err, _ = await asyncio.gather(self.stdout.read(), self.stderr.read(), self.wait())
        return out, err

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.returncode is None:
            with suppress(ProcessLookupError):  # it has ended a moment ago
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it outright."""
        self.send_signal(signal.SIGKILL)


async def forked(
    module: str, *arguments: str, folder: Path, environ: Mapping[str, str], terminal: int | None = None
) -> Forked:
    """Run `python -m MODULE ARGUMENTS` in a folder and an environment.

    Args:
        module: Of this program: `starter`, `worker`.
        arguments: Behind the module's name.
        folder: Where it runs.
        environ: Its whole environment.
        terminal: Where it reads and writes, and that its session answers to; None: it has nothing to read, and what it
            writes is kept.
    """
    umask = os.umask(0)
    os.umask(umask)
    request = {"module": module, "arguments": arguments, "folder": str(folder), "environ": {**environ}, "umask": umask}
    told, tells = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    (out, its_out), (err, its_err) = os.pipe(), os.pipe()
    nothing = os.open(os.devnull, os.O_RDONLY)
    streams = (nothing, its_out, its_err) if terminal is None else (terminal,) * 3
    with tells:
        own = {"session": terminal is not None}
        socket.send_fds(_reader(), [json.dumps(request | own).encode()], [tells.fileno(), *streams])
    for passed in (nothing, its_out, its_err):
        os.close(passed)
    told.setblocking(False)
    pid = await asyncio.get_running_loop().sock_recv(told, 100)
    if not pid:
        _has_read.clear()
        told.close()
        for pipe in (out, err):
            os.close(pipe)
        raise RuntimeError("The process that has read the program is gone; why stands in what it wrote to stderr.")
    return Forked(int(pid), told, await _stream(out), await _stream(err))


async def _stream(pipe: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, FileIO(pipe, "r"))
    return reader


def _reader() -> socket.socket:
    """Return how the process that reads the program is told what to do; it is started once and ends with this one."""
    if not _has_read:
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with there:
            command = [sys.executable, "-m", __name__, str(there.fileno())]
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=CLEAN,
                pass_fds=[there.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        _has_read.append((here, process))
    return _has_read[0][0]


def main() -> None:
    """Fork a command for each request, until nobody is there to send one."""
    requests = socket.socket(fileno=int(sys.argv[1]))
    while True:
        told, fds, _, _ = socket.recv_fds(requests, LONGEST, 4)
        if not told:
            return
        request, myself = json.loads(told), os.getpid()
        _read_before(request)
        if os.fork() == 0:
            requests.close()
            _keep(request, myself, *fds)
        for passed in fds:
            os.close(passed)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:  # those whose command has ended
                pass


def _read_before(request: Mapping[str, Any]) -> None:
    """Read the modules of what is asked for, unless they were read for an earlier one."""
    from starter.cli import PLACES

    if request["module"] == "worker":
        import_module("worker")
    for word in request["arguments"]:
        if request["module"] == "starter" and word in PLACES:
            import_module(PLACES[word][1].partition(":")[0])
    gc.collect()
    gc.freeze()
    if len(os.listdir("/proc/self/task")) > 1:
        raise SystemExit("What has threads cannot be forked: something starts one when the program is read.")


def _keep(request: Mapping[str, Any], reader: int, tells: int, *streams: int) -> NoReturn:
    """Fork the command, tell its number, and its exit code once it has ended."""
    _end_with(reader)
    keeper, pid = os.getpid(), os.fork()
    if pid == 0:
        os.close(tells)
        _end_with(keeper)
        _become(request, streams)
    for passed in streams:
        os.close(passed)
    os.write(tells, str(pid).encode())
    _, status = os.waitpid(pid, 0)
    os.write(tells, str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _end_with(parent: int) -> None:
    ctypes.CDLL(None).prctl(parent_death.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the request was made
        os._exit(1)


def _become(request: Mapping[str, Any], streams: tuple[int, ...]) -> NoReturn:
    """Be the process that the request describes."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    if request["session"]:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (for as long as it lives)
    sys.stdout, sys.stderr = (TextIOWrapper(FileIO(n, "w", closefd=False), "utf-8", write_through=True) for n in (1, 2))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.umask(request["umask"])
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environ"])
    time.tzset()
    tempfile.tempdir = None  # it follows the environment
    sys.argv = [request["module"], *request["arguments"]]
    runpy.run_module(request["module"], run_name="__main__", alter_sys=True)
    sys.exit()


if __name__ == "__main__":
    main()
