"""Whether a worker works, for whatever watches it: `GET /healthz` answers 200, or 503 and says what is away.

Whoever reaches the port may ask, so it says what is away and not more: no address, no name, no words of a driver. Those
are in the log. Cases whose tasks fail are told by their ids, which name a facility by its number alone.

That a process runs proves nothing. A worker is well when Temporal has seen it ask for tasks lately, its books answer,
and somebody works for the version that cases go on with: a worker of another version gets nothing to do, and cases
stand still beside it. All of that is asked anew each time: the server itself, and the database by reading in it. Which
cases fail is told beside it, where the server's store of visibility says so in time: it may be slow, and no worker is
unwell by that.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import TimeoutError as NoAnswer
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import Worker

from services.errors import PortTaken
from services.versions.failing import failing_cases
from services.versions.standing import ACTIVITY, WORKFLOW, asking_of, standing_of

ANSWER_WITHIN = 5.0
"""Seconds after which a server or database that says nothing is away."""
FAILING_WITHIN = 2.0
"""Seconds that the answer waits for the cases whose tasks fail."""
PATH = "/healthz"
OK = "ok"
NOT_KNOWN = "not known: the server does not answer"

log = logging.getLogger("accredit.health")


@dataclass(frozen=True)
class Health:
    """What a worker consists of and needs, each `ok` or what is wrong with it.

    Attributes:
        worker: The worker itself.
        server: The Temporal server.
        database: The books.
        current: Whether somebody works for the versions that cases go on with.
        failing_cases: Cases whose tasks fail; none where the server does not say so in time. That makes no worker
            unwell: to start it again would mend none of them.
    """

    worker: str
    server: str
    database: str
    current: str = OK
    failing_cases: tuple[str, ...] = ()

    @property
    def well(self) -> bool:
        """Whether everything is as it should be."""
        return {self.worker, self.server, self.database, self.current} == {OK}

    @property
    def trouble(self) -> str:
        """What keeps the worker itself from working, whatever the others do; empty: nothing."""
        parts = {"worker": self.worker, "server": self.server, "database": self.database}
        return "; ".join(f"{name}: {found}" for name, found in parts.items() if found != OK)


@dataclass(frozen=True)
class Checkup:
    """Looks after one worker.

    Attributes:
        worker: The worker.
        client: What it polls with.
        read_books: Reads in the database, and raises where it cannot.
        loop: The event loop that the worker runs in. The checkup itself runs in other threads, so that it also finds
            out when the loop hangs.
    """

    worker: Worker
    client: Client
    read_books: Callable[[], object]
    loop: asyncio.AbstractEventLoop

    def look(self) -> Health:
        """Ask everything that the worker needs. Takes at most twice `ANSWER_WITHIN`; not for the loop's own thread."""
        worker, server, current, failing = self._look_at_server()
        runs = worker if self.worker.is_running else "it does not run"
        return Health(runs, server, _tried(self.read_books), current, failing)

    def _look_at_server(self) -> tuple[str, str, str, tuple[str, ...]]:
        asking = asyncio.run_coroutine_threadsafe(self._ask_server(), self.loop)
        try:
            silent, current, failing = asking.result(ANSWER_WITHIN)
        except NoAnswer:
            asking.cancel()
            return NOT_KNOWN, f"no answer within {ANSWER_WITHIN:g} s", NOT_KNOWN, ()
        except RPCError as error:
            return NOT_KNOWN, error.status.name, NOT_KNOWN, ()
        worker = f"it has not asked for {' and '.join(silent)} tasks lately" if silent else OK
        return worker, OK, current, failing

    async def _ask_server(self) -> tuple[list[str], str, tuple[str, ...]]:
        """Return the kinds of tasks that this worker is silent about, who lacks a worker, and which cases fail."""
        queue = self.worker.task_queue
        asking = await asking_of(self.client, queue)
        standing, failing = await asyncio.gather(standing_of(self.client, queue, asking), self._failing())
        kinds = {"workflow": WORKFLOW, "activity": ACTIVITY}
        mine = self.client.identity
        silent = [word for word, kind in kinds.items() if all(one.identity != mine for one in asking[kind])]
        without = [f"{one.place} version {one.build_id}" for one in (standing.unattended if standing else ())]
        current = f"no worker asks for tasks of the {' and of the '.join(without)}" if without else OK
        return silent, current, failing

    async def _failing(self) -> tuple[str, ...]:
        """Return the cases whose tasks fail; none where the server does not say so in time."""
        try:
            found = await asyncio.wait_for(failing_cases(self.client), FAILING_WITHIN)
        except (TimeoutError, RPCError) as error:
            log.warning("Which cases fail is not known: the server does not say (%s)", type(error).__name__)
            return ()
        return tuple(one.case_id for one in found or ())


@contextmanager
def answering(look: Callable[[], Health], host: str, port: int) -> Iterator[str]:
    """Answer over HTTP for as long as the block lasts; gives the address (on a free port where `port` is 0).

    Raises:
        PortTaken: Another program listens there.
    """
    try:
        server = _HealthServer((host, port), _Answer)
    except OSError:
        raise PortTaken(port, "port of the health check") from None
    server.look = look
    thread = Thread(target=server.serve_forever, name="health", daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}{PATH}"
    finally:
        server.shutdown()
        server.server_close()


class _HealthServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # an answer that waits for a dead database does not hold up the end
    look: Callable[[], Health]


class _Answer(BaseHTTPRequestHandler):
    server: _HealthServer
    timeout = ANSWER_WITHIN

    def version_string(self) -> str:
        """Name no version: this listens where others may ask."""
        return "accredit"

    def do_GET(self) -> None:
        """Answer the one question."""
        if self.path != PATH:
            self.send_error(HTTPStatus.NOT_FOUND, explain=f"Ask for {PATH}.")
            return
        health = self.server.look()
        body = json.dumps({"ok": health.well, **asdict(health)}).encode()
        self.send_response(HTTPStatus.OK if health.well else HTTPStatus.SERVICE_UNAVAILABLE)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: a question every few seconds would drown what matters in the log."""


def _tried(read_books: Callable[[], object]) -> str:
    """Read in the books in a thread that may be left behind: a dead network can hold a driver for minutes."""
    outcome = [f"no answer within {ANSWER_WITHIN:g} s"]

    def attempt() -> None:
        try:
            read_books()
        except Exception as error:
            log.warning("The database: %s", " ".join(str(getattr(error, "orig", error)).split()))
            outcome[0] = f"it cannot be read ({type(error).__name__})"
        else:
            outcome[0] = OK

    thread = Thread(target=attempt, name="health-database", daemon=True)
    thread.start()
    thread.join(ANSWER_WITHIN)
    return outcome[0]
