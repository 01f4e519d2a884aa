"""The program that a way leads to, and how programs are asked for their version."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from services.security.children import TO_BUILD, environment_of_child

ANSWER_WITHIN = 20.0
"""Seconds in which a program must have told its version; a loaded machine needs a few to load 200 MB."""


@dataclass(frozen=True)
class ServerProgram:
    """A Temporal server that can be started.

    Attributes:
        kind: `cli`: the Temporal command, which brings its UI; `go`: the server itself, and the UI as a second program.
        way: How it came here, for people.
        version: The server's version.
        server: The program's file.
        ui: The UI's file, where it is a second program.
    """

    kind: Literal["cli", "go"]
    way: str
    version: str
    server: Path
    ui: Path | None = None


async def words_of(program: Path | str, *arguments: str) -> str:
    """Run a program that only tells something, and return what it wrote to stdout and stderr.

    Raises:
        OSError: It cannot be run, or (as TimeoutError) did not end in time.
    """
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=pipe,
        stderr=asyncio.subprocess.STDOUT,
        env=environment_of_child(TO_BUILD),
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), ANSWER_WITHIN)
    except BaseException:
        if process.returncode is None:
            process.kill()
            await process.wait()
        raise
    return output.decode(errors="replace").strip()
