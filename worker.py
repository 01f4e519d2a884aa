"""The worker: settings, books, mail, activities and lives, put together and run until somebody says stop.

It decides nothing itself. `python -m worker` runs an office's worker; a rehearsal builds its own with `build_worker`.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, nullcontext
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlmodel import select
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Worker, WorkerDeploymentConfig
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.hands import OfficeHands
from activities.mail import mailer_of
from policy.identity import TASK_QUEUE
from records.books import Books, open_books
from records.tables import Book
from starter.connect import connect
from starter.embedded.errors import NamespaceUnfit
from starter.health import Checkup, answering
from starter.nightly import housekeeping
from starter.run import leave, run
from starter.settings import load_settings
from starter.version import build_id, make_current
from workflows.accreditation import AccreditationCycle
from workflows.dicoe import DicoeDesignation

WORKFLOWS = [AccreditationCycle, DicoeDesignation]
ACTIVITIES_AT_ONCE = 10
"""As many as the books keep connections for."""
FINISH_WITHIN = timedelta(seconds=30)
"""Time for activities that run when the worker is told to stop; what they have not done is tried again elsewhere."""

log = logging.getLogger("accredit.worker")


def build_worker(client: Client, *, hands: OfficeHands, task_queue: str = TASK_QUEUE, versioned: bool) -> Worker:
    """Return a worker that lives cases and carries out what they ask for; whoever gets it runs it.

    Args:
        client: What it polls with.
        hands: The activities, with all that they need.
        task_queue: Where it takes its tasks from.
        versioned: Whether Temporal tells versions of it apart. An office's cases outlive many of them; such a worker
            gets no task until `make_current` was called for it. A rehearsal's do not, and start 0.4 s sooner without.
    """
    return Worker(
        client,
        task_queue=task_queue,
        workflows=WORKFLOWS,
        activities=[hands.take_step, hands.read_documents, hands.terms_in_force, hands.open_renewal],
        activity_executor=ThreadPoolExecutor(ACTIVITIES_AT_ONCE, thread_name_prefix="activity"),
        max_concurrent_activities=ACTIVITIES_AT_ONCE,
        workflow_runner=workflow_runner(),
        graceful_shutdown_timeout=FINISH_WITHIN,
        build_id=None if versioned else "rehearsal",  # left out, the SDK would read every module to make one up
        deployment_config=WorkerDeploymentConfig(
            version=WorkerDeploymentVersion(deployment_name=task_queue, build_id=build_id()),
            use_worker_versioning=True,
            default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
        )
        if versioned
        else None,
    )


def workflow_runner(*, strict: bool = False) -> SandboxedWorkflowRunner:
    """Return what runs workflow code.

    The sandbox imports again, for each case that it loads, whatever it is not told to share. Measured, to load a case:
    246 ms sharing nothing, 52 ms sharing the rules and the contract, 5 ms sharing the lives too.

    Args:
        strict: Share only the rules and the contract: a call in the lives that no replay could repeat is refused.
    """
    shared = ("policy", "activities") if strict else ("policy", "activities", "workflows")
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*shared))


@asynccontextmanager
async def working(
    client: Client, *, hands: OfficeHands, task_queue: str = TASK_QUEUE, versioned: bool = True, current: bool = True
) -> AsyncIterator[Worker]:
    """Have a worker work for as long as a block lasts. Entered once it gets tasks; left when its activities are done.

    Takes what `build_worker` takes, and raises what `make_current` raises. `current=False`: it waits for somebody else
    to make its version current.
    """
    async with build_worker(client, hands=hands, task_queue=task_queue, versioned=versioned) as worker:
        if versioned and current:
            await make_current(client, task_queue)
        yield worker


def read_books(books: Books) -> None:
    """Read in the books, to see that they are there.

    Raises:
        SQLAlchemyError: The database does not answer, or is none of ours any more.
        FileNotFoundError: The file of an SQLite database is gone. An open connection would not notice, and write on
            into what nobody can ever open again.
    """
    url = books.engine.url
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        raise FileNotFoundError(f"the file {url.database} is gone")
    with books.reading() as session:
        session.exec(select(Book)).one()


async def find_namespace(client: Client) -> None:
    """See that the server has the client's namespace: without it a worker fails in words that say little.

    Raises:
        NamespaceUnfit: It has not.
    """
    try:
        await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        step = "Name another one by TEMPORAL_NAMESPACE, or set it up: `accredit doctor --mend` does."
        raise NamespaceUnfit(client.namespace, "the server does not have it", step) from None


async def serve(office: Path | None = None, health: tuple[str, int] | None = None, *, current: bool = True) -> None:
    """Run an office's worker until its task is cancelled; then let running activities finish.

    Args:
        office: The settings file, where one is named. It is read anew for every step of a case, for the fees in it.
        health: The host and port of the health check, if one is wanted.
        current: Whether all cases go on with this version; False leaves that to whoever rolls versions out.

    Raises:
        Problem: The settings cannot be read, the server cannot be reached or lacks the namespace, or a port is taken.
        BooksError: The books cannot be opened.
        RPCError: The server refuses this worker.
    """
    settings = load_settings(office)
    client = await connect()
    await find_namespace(client)
    with closing(await asyncio.to_thread(open_books, settings.database.url)) as books:
        hands = OfficeHands(books, partial(load_settings, office), mailer_of(settings.mail), client)
        async with (
            working(client, hands=hands, current=current) as worker,
            housekeeping(client, books, settings.zone),
        ):
            checkup = Checkup(worker, client, partial(read_books, books), asyncio.get_running_loop())
            with answering(checkup.look, *health) if health else nullcontext() as address:
                log.info("Version %s works in namespace %s, books in %s", build_id(), client.namespace, books.address)
                if health:
                    log.info("Health: %s", address)
                await asyncio.Event().wait()


async def until_told(serving: "asyncio.Task[None]") -> None:
    """Let the worker serve until SIGTERM or SIGINT; a second one ends the process at once."""

    def hear(number: signal.Signals) -> None:
        if serving.cancelling():
            log.warning("%s again: ended at once. What was under way is tried again by another worker.", number.name)
            logging.shutdown()
            os._exit(128 + number)
        log.info("%s: no new tasks; running activities have %s s to finish.", number.name, FINISH_WITHIN.seconds)
        serving.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, hear, number)
    try:
        await serving
    except asyncio.CancelledError:
        log.info("Stopped.")


def main() -> int:
    """Run the worker that the arguments and the environment describe, and return the exit code."""
    reads = argparse.ArgumentParser(prog="python -m worker", description="Runs the worker of an accreditation office.")
    reads.add_argument("--office", type=Path, metavar="FILE", help="the office's settings (else ACCREDIT_OFFICE, ...)")
    reads.add_argument("--health-port", type=int, metavar="PORT", help="answer GET /healthz here; 0: on a free port")
    reads.add_argument("--health-host", default="127.0.0.1", metavar="HOST", help="the address it listens on")
    reads.add_argument(
        "--not-current", action="store_true", help="leave it to somebody else to make this version current"
    )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)

    async def serve_as_asked() -> None:
        asked = reads.parse_args()
        health = None if asked.health_port is None else (asked.health_host, asked.health_port)
        await until_told(asyncio.create_task(serve(asked.office, health, current=not asked.not_current)))

    return run(lambda: asyncio.run(serve_as_asked()))


if __name__ == "__main__":
    leave(main())
