"""The embedded server: started on loopback for as long as a block lasts, stopped at its end.

    async with embedded_server(Path("var/temporal"), ui=True) as server:
        client = await connect(server.address)

A server whose address Temporal's client configuration names is used as it is; nothing is then started or stopped.
"""

import asyncio
import urllib.request
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from temporalio.client import Client
from temporalio.service import RPCError

from embedded.configuration import ServerConfiguration, commands
from embedded.data import DataFolder, held
from embedded.door import Door
from embedded.errors import NoUnseenPort, ServerDied
from embedded.obtain import obtain
from embedded.process import HOST, STOP_WITHIN, Started, free_ports, is_free, start, stop, unseen_port
from embedded.program import ServerProgram
from embedded.progress import Progress
from services.connect import configured_address
from services.errors import PortTaken
from services.telemetry.runtime import runtime

HEALTHY_WITHIN = 60.0
"""Seconds; measured: 0.3 s on an idle machine, some 5 s on a loaded one."""
ASK_EVERY = 0.03
ANSWER_WITHIN = 5.0
_DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""A proxy that this machine needs for the rest of the world would look for the UI on itself."""


async def until_healthy(programs: Sequence[Started], address: str, ui_url: str | None = None) -> None:
    """Wait until the server answers as healthy and, where an address of its UI is given, the UI reaches it.

    Raises:
        ServerDied: A program ended, or was not healthy in time. Shows the end of its log.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + HEALTHY_WITHIN
    while not (await serves(address) and (ui_url is None or await asyncio.to_thread(_shows, ui_url))):
        for program in programs:
            if not program.running:
                what = f"The {program.name} of Temporal ended at its start (exit code {program.process.returncode})."
                raise ServerDied(what, program.log, program.last_lines())
        if loop.time() > deadline:
            what = f"The Temporal server at {address} was not ready within {HEALTHY_WITHIN:.0f} s."
            raise ServerDied(what, programs[0].log, programs[0].last_lines())
        await asyncio.sleep(ASK_EVERY)


async def serves(address: str) -> bool:
    """Whether a server serves at an address. It is asked itself; a port that is not open yet is refused at once."""
    host, _, port = address.rpartition(":")
    try:
        _, writer = await asyncio.open_connection(host, int(port))
        writer.close()
        client = await asyncio.wait_for(Client.connect(address, runtime=runtime()), ANSWER_WITHIN)
        return await asyncio.wait_for(client.service_client.check_health(), ANSWER_WITHIN)
    except (OSError, RuntimeError, RPCError):  # not listening yet; listening, but not serving yet
        return False


def _shows(ui_url: str) -> bool:
    """Ask the UI for something that it has from the server: its page alone comes before it can show a case."""
    try:
        with _DIRECTLY.open(f"{ui_url}/api/v1/system-info", timeout=ANSWER_WITHIN) as answer:
            return bool(answer.status == 200)
    except OSError:  # URLError is one
        return False


INNER_PORTS = 7
TRIES = 3
"""Starts with other ports, where one was taken by another program between the look and the start."""
USES = {"port": "server's port", "ui_port": "port of its UI"}
TAKEN_WORDS = "address already in use"


class Wish(NamedTuple):
    """How the server shall run, as it was asked for."""

    ui: bool
    fast: bool
    port: int | None
    ui_port: int | None
    codec: str | None = None


@dataclass(frozen=True)
class EmbeddedServer:
    """A server that can be connected to.

    Attributes:
        address: Host and port, for clients.
        ui_url: Where its UI is, without a slash at the end; None: it has none, or it is not known.
        version: The server's version; None for a configured one, which was not asked.
        way: How it was found.
        data: The folder of its data; None: in memory, or not ours.
        programs: What was started for it; empty for a configured one.
        door: What its UI is reached through.
    """

    address: str
    ui_url: str | None
    version: str | None
    way: str
    data: Path | None
    programs: tuple[Started, ...] = ()
    door: Door | None = None

    @property
    def pids(self) -> dict[str, int]:
        """The processes that were started, by name."""
        return {program.name: program.process.pid for program in self.programs}

    @property
    def running(self) -> bool:
        """Whether everything that was started still runs."""
        return all(program.running for program in self.programs)


@asynccontextmanager
async def embedded_server(
    data: Path | None = None,
    *,
    ui: bool = False,
    fast: bool = False,
    port: int | None = None,
    ui_port: int | None = None,
    codec: str | None = None,
    use_configured: bool = True,
    progress: Progress | None = None,
) -> AsyncIterator[EmbeddedServer]:
    """Start a Temporal server on 127.0.0.1, and stop it when the block ends, however it ends.

    It ends with the thread that entered the block, at the latest (see `embedded.parent_death`).

    Args:
        data: The folder of its data, which stay; None: in memory.
        ui: Whether its UI is started too.
        fast: For rehearsals and tests: time skipping, and queues looked at without pause.
        port: Its port; None: the one it had on these data before, else a free one.
        ui_port: Its UI's port; None: likewise.
        codec: Where its UI has payloads decoded; None: nowhere.
        use_configured: Use the server that Temporal's client configuration names, where it names one, as it is.
        progress: Who is told what takes long; left out: stderr.

    Raises:
        EmbeddedProblem: No program, data that are in use, a port that is taken, a server that died: see `errors`.
    """
    address = configured_address() if use_configured else None
    if address is not None:
        yield EmbeddedServer(address, None, None, "an address that is configured", None)
        return
    progress = progress or Progress()
    program = await obtain(progress)
    async with held(data) as folder:
        _tell_of_other_version(folder, program, progress)
        server = await _started(program, folder, Wish(ui, fast, port, ui_port, codec))
        try:
            yield server
        finally:
            if server.door:
                server.door.close()
            await stop(server.programs, within=0 if folder.in_memory else STOP_WITHIN)


async def _started(program: ServerProgram, folder: DataFolder, wish: Wish) -> EmbeddedServer:
    """Start the programs and wait until they are healthy; where a port was lost to another program, try again."""
    for remaining in reversed(range(TRIES)):
        plan = _plan(folder, wish)
        try:
            return await _start_once(program, folder, plan)
        except PortTaken:
            if not remaining or wish.ui_port is not None:
                raise
        except ServerDied as died:
            if not remaining or not any(TAKEN_WORDS in line for line in died.last_lines):
                raise
    raise AssertionError("the last try returns or raises")


async def _start_once(program: ServerProgram, folder: DataFolder, plan: ServerConfiguration) -> EmbeddedServer:
    address = f"{HOST}:{plan.port}"
    ui_url = f"http://{HOST}:{plan.ui_port}" if plan.ui_port is not None else None
    programs: list[Started] = []
    door = _door(plan)
    try:
        for name, command in commands(plan, program).items():  # the UI second: it looks for the server once a second
            log = folder.path / "log" / f"{name}.log"
            programs.append(
                start(name, command, log=log, folder=folder.path, hold=(folder.lock,), variables=plan.variables)
            )
            about = {"version": program.version, "way": program.way, "rehearsal": plan.rehearsal, "codec": plan.codec}
            folder.note(address=address, ui_url=ui_url, **about, **plan.ports)
            await until_healthy(programs, address)
        await until_healthy(programs, address, ui_url)
    except BaseException:
        if door:
            door.close()
        await stop(programs, within=0)
        raise
    data = None if folder.in_memory else folder.path
    return EmbeddedServer(address, ui_url, program.version, program.way, data, tuple(programs), door)


def _door(plan: ServerConfiguration) -> Door | None:
    if plan.ui_port is None or plan.unseen_port is None:
        return None
    try:
        return Door(plan.ui_port, plan.unseen_port)
    except OSError:  # it was free a moment ago
        raise PortTaken(plan.ui_port, USES["ui_port"]) from None


def _plan(folder: DataFolder, wish: Wish) -> ServerConfiguration:
    port = _port(wish.port, folder, "port")
    ui_port = _port(wish.ui_port, folder, "ui_port", beside=port) if wish.ui else None
    inner, unseen = _inner_ports(folder, {port, ui_port or port}), _unseen_port() if wish.ui else None
    return ServerConfiguration(folder.path, folder.in_memory, wish.fast, port, ui_port, inner, unseen, wish.codec)


def _unseen_port() -> int:
    """Return the port of the UI itself.

    Raises:
        NoUnseenPort: All are taken.
    """
    port = unseen_port()
    if port is None:
        raise NoUnseenPort
    return port


def _inner_ports(folder: DataFolder, others: set[int]) -> tuple[int, ...]:
    """Return the ports of the server's parts: those of the last run where they are free.

    The parts find each other by a list in the database, where those of a run that has just ended still stand. On other
    ports they would be taken for further parts, asked in vain, and waited for when the server stops (measured: 10 s).
    """
    before = folder.remembered().get("inner_ports", [])[:INNER_PORTS]
    if len(before) == INNER_PORTS and not others.intersection(before) and all(map(is_free, before)):
        return tuple(before)
    return tuple(free_ports(INNER_PORTS, beside=others))


def _port(wished: int | None, folder: DataFolder, use: str, *, beside: int = 0) -> int:
    """Return the port that was wished for, else the one of the last run (so that links stay good), else a free one."""
    if wished is not None:
        if not is_free(wished):
            raise PortTaken(wished, USES[use])
        return wished
    before = folder.remembered().get(use)
    if isinstance(before, int) and before != beside and is_free(before):
        return before
    return free_ports(1, beside=[beside])[0]


def _tell_of_other_version(folder: DataFolder, program: ServerProgram, progress: Progress) -> None:
    """Say when data were written by another version: a development database is never migrated."""
    before = folder.remembered().get("version")
    if before not in (None, program.version):
        progress.say(
            f"The data in {folder.path} were written by Temporal server {before}; {program.version} opens them now. "
            "Keep a copy: a database in a file is not brought to a newer form."
        )
