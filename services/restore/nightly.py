"""The nightly comparison: is the newest step that the books have of a case the newest one in its history?"""

import asyncio
from collections.abc import Sequence

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from records.books import Books
from records.restore.steps import newest_number
from records.tables import CaseRecord
from services.restore.histories import newest_told
from services.security.codec import NotDecoded
from services.security.history_keys import KeyMissing

AT_ONCE = 8
"""Cases that are asked for at the same time."""
HOW = "Books and server were restored to different moments: `accredit reconcile --after-restore --dry-run` says more."


async def steps_apart(client: Client, books: Books, rows: Sequence[CaseRecord]) -> dict[str, str]:
    """Return the open cases of which the books lack steps, or have steps that the server lacks, each in words.

    Only the end of a history is read, so that a large office is compared in a minute or two.

    Args:
        client: The server.
        books: The office's books.
        rows: Its open cases, as they stood when their runs were listed.

    Raises:
        RPCError: The server cannot be asked.
    """
    turns = asyncio.Semaphore(AT_ONCE)

    async def compare(row: CaseRecord) -> tuple[str, str | None]:
        async with turns:
            return row.case_id, await _compared(client, books, row)

    found = await asyncio.gather(*(compare(row) for row in rows if row.run_id is not None))
    return {case_id: text for case_id, text in found if text}


async def _compared(client: Client, books: Books, row: CaseRecord) -> str | None:
    before = await asyncio.to_thread(_newest, books, row.case_id)
    try:
        told, answered = await newest_told(client, row.case_id, row.run_id or "")
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:  # it has ended meanwhile, or goes on in another run
            return None
        raise
    except (KeyMissing, NotDecoded) as closed:
        return " ".join(closed.lines)
    if told == 0:  # a run that has just begun
        return None
    if before > told:
        return f"The books have step {before} of it, and the server step {told} at most. {HOW}"
    if answered > await asyncio.to_thread(_newest, books, row.case_id):
        return f"The server has step {answered} of it as taken, and the books step {before} at most. {HOW}"
    return None


def _newest(books: Books, case_id: str) -> int:
    with books.reading() as session:
        return newest_number(session, case_id)
