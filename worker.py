"""The worker: settings, books, mail, activities and workflows, put together and run until somebody says stop.

It decides nothing itself. `python -m worker` runs an office's worker; a rehearsal builds its own with `build_worker`.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
from contextlib import closing, nullcontext
from functools import partial
from pathlib import Path
from typing import NamedTuple, NoReturn

from temporalio.client import Client

from activities.case_activities import CaseActivities
from activities.mail import mailer_of
from policy.office import OfficeSettings
from policy.text.visible import visible
from records.books import Books, open_books
from records.problems import BooksTooOld
from services.connect import connect
from services.deployment import build_id
from services.errors import ExitCode
from services.exits import leave, problem_of
from services.health import Checkup, answering
from services.paths import VAR
from services.reconcile import HISTORIES
from services.schedule import housekeeping
from services.security.logs import show_all
from services.security.private import keep_private, tighten
from services.security.senders import senders_of
from services.settings import load_settings
from services.telemetry.figures import told_figures
from services.telemetry.runtime import runtime, serve_figures
from services.telemetry.traces import traced
from services.versions.changing import Decision, decide, take_over
from services.versions.standing import standing_of
from services.workers import (
    FINISH_WITHIN,
    find_namespace,
    read_books,
    working,
)

log = logging.getLogger("accredit.worker")
LOOK_EVERY = 2.0
"""Seconds between two looks whether the books were brought up to date."""


class Watched(NamedTuple):
    """Where whoever watches the worker finds it: hosts and ports of the health check and of the figures, if wanted."""

    health: tuple[str, int] | None = None
    figures: tuple[str, int] | None = None


class Rollout(NamedTuple):
    """Whether cases go on with this version once the worker can work.

    Attributes:
        current: False leaves that to whoever rolls versions out.
        take_back: Whether also if another version has replaced this one.
    """

    current: bool = True
    take_back: bool = False


async def serve(office: Path | None, watched: Watched, rollout: Rollout) -> None:
    """Run an office's worker until its task is cancelled; then let running activities finish.

    Its version becomes current at last, when nothing can keep it from working any more: the health port is open, the
    books can be read, and the server has seen it ask for tasks. A worker that cannot start stops nobody's cases.

    Args:
        office: The settings file, where one is named. It is read anew for every step of a case, for the fees in it.
        watched: Where its health and its figures are told.
        rollout: Whether all cases go on with its version.

    Raises:
        ServiceError: The settings cannot be read, the server is not reached or lacks the namespace, a port is taken.
        BooksError: The books cannot be opened.
        RPCError: The server refuses this worker.
    """
    tighten(VAR)
    settings = load_settings(office)
    if watched.figures:
        serve_figures(*watched.figures)
    async with traced() as plugins:
        client = await connect(security=settings.security, plugins=plugins)
        await find_namespace(client)
        await _work(client, settings, office, watched, rollout)


async def _work(
    client: Client, settings: OfficeSettings, office: Path | None, watched: Watched, rollout: Rollout
) -> None:
    """Put everything together and work, until the task is cancelled."""
    with closing(await _books(settings.database.url, client, rollout)) as books:
        verified = settings.security.senders == "verified"
        activities = CaseActivities(
            books, partial(load_settings, office), mailer_of(settings.mail), client, announced_only=verified
        )
        senders = await asyncio.to_thread(senders_of, settings.security)
        async with (
            working(client, activities=activities, current=False, senders=senders) as worker,
            housekeeping(
                client, books, settings.zone, activities.deliver_waiting, closes=not verified, histories=exported_to()
            ),
            told_figures(runtime().metric_meter, books, client, worker.task_queue)
            if watched.figures
            else nullcontext(),
        ):
            checkup = Checkup(worker, client, partial(read_books, books), asyncio.get_running_loop())
            with answering(checkup.look, *watched.health) if watched.health else nullcontext() as address:
                if address:
                    log.info("Health: %s", address)
                if rollout.current:
                    trouble = partial(_trouble_of, checkup)
                    await take_over(client, worker.task_queue, build_id(), trouble, take_back=rollout.take_back)
                log.info("Version %s works in namespace %s, books in %s", build_id(), client.namespace, books.address)
                await asyncio.Event().wait()


async def _books(url: str, client: Client, rollout: Rollout) -> Books:
    """Open the books: a worker that is current, or is about to be, brings them up to date; any other one waits."""
    told = False
    while True:
        migrates = rollout.current and (await _decision(client, rollout)).migrates
        try:
            return await asyncio.to_thread(open_books, url, migrates=migrates)
        except BooksTooOld as old:
            if not told:
                log.warning("%s This worker waits for that.", old)
            told = True
        await asyncio.sleep(LOOK_EVERY)


async def _decision(client: Client, rollout: Rollout) -> Decision:
    return decide(await standing_of(client), build_id(), take_back=rollout.take_back)


async def _trouble_of(checkup: Checkup) -> str:
    return (await asyncio.to_thread(checkup.look)).trouble


def exported_to() -> Path:
    """Return the folder that histories are exported to, the same one that `accredit reconcile` uses."""
    return Path(os.environ.get("ACCREDIT_HISTORIES") or HISTORIES)


class Arguments(argparse.ArgumentParser):
    """Arguments that are quoted, where they are wrong, as `policy.text.visible` shows them."""

    def error(self, message: str) -> NoReturn:
        """Tell what is wrong, and end the process."""
        super().error(visible(message))


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
    """Run the worker that the arguments and the environment describe, and return the exit code.

    What it cannot do is told as lines on stderr.
    """
    keep_private()
    reads = Arguments(prog="python -m worker", description="Runs the worker of an accreditation office.")
    reads.add_argument("--office", type=Path, metavar="FILE", help="the office's settings (else ACCREDIT_OFFICE, ...)")
    reads.add_argument("--health-port", type=int, metavar="PORT", help="answer GET /healthz here; 0: on a free port")
    reads.add_argument("--health-host", default="127.0.0.1", metavar="HOST", help="the address it listens on")
    reads.add_argument("--metrics-port", type=int, metavar="PORT", help="serve figures for Prometheus at /metrics here")
    reads.add_argument("--metrics-host", default="127.0.0.1", metavar="HOST", help="the address that listens for them")
    which = reads.add_mutually_exclusive_group()
    which.add_argument(
        "--not-current", action="store_true", help="leave it to `accredit deploy` to make this version current"
    )
    which.add_argument("--take-back", action="store_true", help="become current although another version replaced it")
    show_all("%(asctime)s %(levelname)s %(name)s: %(message)s")

    async def serve_as_asked() -> None:
        asked = reads.parse_args()
        health = None if asked.health_port is None else (asked.health_host, asked.health_port)
        figures = None if asked.metrics_port is None else (asked.metrics_host, asked.metrics_port)
        rollout = Rollout(current=not asked.not_current, take_back=asked.take_back)
        await until_told(asyncio.create_task(serve(asked.office, Watched(health, figures), rollout)))

    try:
        asyncio.run(serve_as_asked())
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        return ExitCode.INTERRUPTED
    except Exception as error:
        problem = problem_of(error)
        if problem is None:
            raise
        sys.stderr.write("".join(f"{visible(line)}\n" for line in problem.lines))
        return problem.code
    return ExitCode.DONE


if __name__ == "__main__":
    leave(main())
