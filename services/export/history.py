"""A case's Temporal history for an export: as it was exported after the closing, else from the server."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from temporalio.service import RPCError

from activities.places import PlaceRefused, file_named_after
from policy.office import Security
from services.connect import connect
from services.errors import NotReachable
from services.export.gathering import HISTORY
from services.export.parts import Part
from services.reconcile import HISTORIES, export_history

TITLE = "Temporal history, as its UI downloads it"


def history_parts(case_id: str, security: Security, missing: list[str], folder: Path = HISTORIES) -> Iterator[Part]:
    """Yield the histories of a case's runs.

    Args:
        case_id: The case.
        security: The office's settings, for the connection.
        missing: Takes down why there is none.
        folder: Where histories were exported to.
    """
    files = exported(folder, case_id)
    for file in files:
        yield Part(HISTORY, file.name, TITLE, file.read_bytes())
    if files:
        return
    with TemporaryDirectory() as place:
        try:
            found = asyncio.run(_ask(case_id, security, Path(place)))
        except (NotReachable, RPCError) as away:
            missing.append(f"history: the server does not answer ({str(away).splitlines()[0]})")
            return
        for file in found:
            yield Part(HISTORY, file.name, TITLE, file.read_bytes())
        if not found:
            missing.append("history: the server no longer has it; the timeline tells all that happened")


def exported(folder: Path, case_id: str) -> list[Path]:
    """Return the files to which a case's histories were exported, the newest run's first."""
    try:
        newest = file_named_after(folder, case_id, ".json")
    except PlaceRefused:
        return []
    found = (*folder.glob(f"{case_id}.*.json"), *folder.glob(f"{case_id}.*.json.gz"))
    earlier = sorted(one for one in found if one.is_file() and not one.is_symlink())
    return [file for file in (newest, *earlier) if file.is_file()]


async def _ask(case_id: str, security: Security, folder: Path) -> list[Path]:
    return await export_history(await connect(security=security), case_id, folder)
