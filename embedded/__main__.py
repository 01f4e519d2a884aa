"""`python -m embedded`: see that a Temporal server can be started here, obtaining its program if need be."""

import asyncio
import sys
import time

from embedded.errors import Attempt, NoServer
from embedded.obtain import obtain
from embedded.progress import Progress
from embedded.time_skipping import server_version
from services.connect import Unreachable, configured_address, connect
from services.errors import ServiceError

CONFIGURED = "an address that is configured"


async def set_up(progress: Progress) -> None:
    """Find or obtain the server, and say which it is: a configured one that answers needs no program here.

    Where it does not answer it is named, and a program is obtained all the same, for `make up` and `make demo` start a
    server of their own.

    Raises:
        ServiceError: No way led to one.
    """
    began = time.monotonic()
    address, reason = configured_address(), "Temporal's client configuration names none"
    if address is not None:
        try:
            version = await server_version(await connect())
        except Unreachable as away:
            reason = away.lines[0].rstrip(".")
            progress.say(away.lines[0])
        else:
            progress.say(f"Temporal server {version} at {address}, as Temporal's client configuration names it")
            return
    try:
        program = await obtain(progress)
    except NoServer as none:
        configured = Attempt(CONFIGURED, reason, "Set TEMPORAL_ADDRESS to the address of a running server.")
        raise NoServer([configured, *none.attempts]) from None
    took = time.monotonic() - began
    progress.say(f"Temporal server {program.version}, by {program.way}, in {took:.1f} s: {program.server}")


def main() -> int:
    """Set up; return the exit code."""
    progress = Progress()
    try:
        asyncio.run(set_up(progress))
    except ServiceError as problem:
        for line in problem.lines:
            progress.say(line)
        return problem.code
    except KeyboardInterrupt:
        progress.say("Interrupted; what was begun is cleared away by the next set-up.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
