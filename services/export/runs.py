"""Exports the history of each run that goes on in a new one: it is over for the server, and its retention counts.

Compressed, once, beside the histories of closed cases: `CASE.RUN.json.gz`. Off the way of the cases: the nightly round
does it, and a run is kept by the server for a day at least.
"""

import asyncio
import gzip
from pathlib import Path

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.places import PlaceRefused, file_named_after, write_whole
from services.restore.histories import COMPRESSED, is_case


async def export_continued(client: Client, folder: Path) -> dict[str, list[str]]:
    """Export the runs that went on in a new run and have no file yet; return their ids, by case.

    Args:
        client: The server.
        folder: Where histories are exported to.

    Raises:
        OSError: A file cannot be written.
        RPCError: The server cannot be asked.
    """
    written: dict[str, list[str]] = {}
    async for one in client.list_workflows('ExecutionStatus = "ContinuedAsNew"'):
        if not is_case(one):
            continue
        try:
            place = file_named_after(folder, one.id, f".{one.run_id}{COMPRESSED}")
        except PlaceRefused:  # whoever reaches the server chooses ids: the cases of the office are parsed
            continue
        if await asyncio.to_thread(place.exists) or await asyncio.to_thread(_plain(place).exists):
            continue
        try:
            history = await client.get_workflow_handle(one.id, run_id=one.run_id).fetch_history()
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND:  # its retention has just ended
                continue
            raise
        await asyncio.to_thread(write_whole, place, gzip.compress(history.to_json().encode(), mtime=0))
        written.setdefault(one.id, []).append(one.run_id)
    return written


def _plain(place: Path) -> Path:
    """Return the file in which the same run lies uncompressed, where its case was exported at its closing."""
    return place.with_name(place.name.removesuffix(".gz"))
