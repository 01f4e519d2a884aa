"""Whether a server that was just started is ready: asked again and again, never guessed by waiting."""

import asyncio
import urllib.request
from collections.abc import Sequence

from temporalio.client import Client
from temporalio.service import RPCError

from starter.embedded.errors import ServerDied
from starter.embedded.process import Started

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
    while not (await _serves(address) and (ui_url is None or await asyncio.to_thread(_shows, ui_url))):
        for program in programs:
            if not program.running:
                what = f"The {program.name} of Temporal ended at its start (exit code {program.process.returncode})."
                raise ServerDied(what, program.log, program.last_lines())
        if loop.time() > deadline:
            what = f"The Temporal server at {address} was not ready within {HEALTHY_WITHIN:.0f} s."
            raise ServerDied(what, programs[0].log, programs[0].last_lines())
        await asyncio.sleep(ASK_EVERY)


async def _serves(address: str) -> bool:
    """Ask the server itself. A port that is not open yet is refused at once."""
    host, _, port = address.rpartition(":")
    try:
        _, writer = await asyncio.open_connection(host, int(port))
        writer.close()
        client = await asyncio.wait_for(Client.connect(address), ANSWER_WITHIN)
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
