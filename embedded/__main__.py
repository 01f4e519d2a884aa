"""`python -m embedded`: see that a Temporal server can be started here, obtaining its program if need be."""

import asyncio
import sys
import time

from embedded.obtain import obtain
from embedded.progress import Progress
from embedded.time_skipping import server_version
from services.connect import configured_address, connect
from services.errors import ServiceError


async def set_up(progress: Progress) -> None:
    """Find or obtain the server, and say which it is.

    Raises:
        ServiceError: No way led to one, or the configured one does not answer.
    """
    began = time.monotonic()
    address = configured_address()
    if address is not None:
        version = await server_version(await connect())
        progress.say(f"Temporal server {version} at {address}, as Temporal's client configuration names it")
        return
    program = await obtain(progress)
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
