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
from typing import NoReturn

from activities.case_activities import CaseActivities
from activities.mail import mailer_of
from policy.text.visible import visible
from records.books import open_books
from services.connect import connect
from services.deployment import build_id
from services.errors import ExitCode
from services.exits import leave, problem_of
from services.health import Checkup, answering
from services.paths import VAR
from services.schedule import housekeeping
from services.security.logs import show_all
from services.security.private import keep_private, tighten
from services.security.senders import senders_of
from services.settings import load_settings
from services.workers import (
    FINISH_WITHIN,
    find_namespace,
    read_books,
    working,
)

log = logging.getLogger("accredit.worker")


async def serve(office: Path | None = None, health: tuple[str, int] | None = None, *, current: bool = True) -> None:
    """Run an office's worker until its task is cancelled; then let running activities finish.

    Args:
        office: The settings file, where one is named. It is read anew for every step of a case, for the fees in it.
        health: The host and port of the health check, if one is wanted.
        current: Whether all cases go on with this version; False leaves that to whoever rolls versions out.

    Raises:
        ServiceError: The settings cannot be read, the server is not reached or lacks the namespace, a port is taken.
        BooksError: The books cannot be opened.
        RPCError: The server refuses this worker.
    """
    tighten(VAR)
    settings = load_settings(office)
    client = await connect(security=settings.security)
    await find_namespace(client)
    with closing(await asyncio.to_thread(open_books, settings.database.url)) as books:
        verified = settings.security.senders == "verified"
        activities = CaseActivities(
            books, partial(load_settings, office), mailer_of(settings.mail), client, announced_only=verified
        )
        senders = await asyncio.to_thread(senders_of, settings.security)
        async with (
            working(client, activities=activities, current=current, senders=senders) as worker,
            housekeeping(client, books, settings.zone, activities.deliver_waiting, closes=not verified),
        ):
            checkup = Checkup(worker, client, partial(read_books, books), asyncio.get_running_loop())
            with answering(checkup.look, *health) if health else nullcontext() as address:
                log.info("Version %s works in namespace %s, books in %s", build_id(), client.namespace, books.address)
                if health:
                    log.info("Health: %s", address)
                await asyncio.Event().wait()


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
    reads.add_argument(
        "--not-current", action="store_true", help="leave it to somebody else to make this version current"
    )
    show_all("%(asctime)s %(levelname)s %(name)s: %(message)s")

    async def serve_as_asked() -> None:
        asked = reads.parse_args()
        health = None if asked.health_port is None else (asked.health_host, asked.health_port)
        await until_told(asyncio.create_task(serve(asked.office, health, current=not asked.not_current)))

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
