"""Replays the histories of open cases against the present code: is it safe to deploy?

A case that lives for years meets code that did not exist when it began. Replaying its history shows, before the
deployment, whether that code would make the same decisions in the same order.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from temporalio.client import Client, WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.service import RPCError, RPCStatusCode

from services.security.converter import data_converter
from services.security.payloads import see_keys
from services.workers import WORKFLOWS, replayer


@dataclass(frozen=True)
class Change:
    """Something that a case would say otherwise.

    Attributes:
        event: The number of the event that says it now.
        text: What changes, in words.
        misleads: Whether the case would wait, answer or be listed otherwise than its history has it; else only what is
            written in entries, letters and lists changes, and what is written already stays.
    """

    event: int
    text: str
    misleads: bool


@dataclass
class Replayed:
    """What came of the replays.

    Attributes:
        safe: How many histories replayed to the same decisions.
        unsafe: The cases that did not, with what went differently.
        changes: What cases that decide the same would say otherwise, where that was compared (`content.compare`).
    """

    safe: int = 0
    unsafe: dict[str, str] = field(default_factory=dict)
    changes: dict[str, list[Change]] = field(default_factory=dict)

    def misled(self) -> list[str]:
        """Return the cases that decide the same, and wait, answer or are listed otherwise."""
        return [case_id for case_id, found in self.changes.items() if any(one.misleads for one in found)]

    def is_safe(self) -> bool:
        """Return whether every case goes on as its history has it."""
        return not self.unsafe and not self.misled()


def open_cases_query(narrowed: str | None = None) -> str:
    """Return the list filter for open cases, narrowed by another filter, for example `Modality = 'ct'`."""
    types = ", ".join(f"'{workflow.__name__}'" for workflow in WORKFLOWS)
    query = f"WorkflowType IN ({types}) AND ExecutionStatus = 'Running'"
    return f"{query} AND ({narrowed})" if narrowed else query


async def replay_open_cases(client: Client, narrowed: str | None = None) -> Replayed:
    """Replay the histories of the open cases.

    Raises:
        RPCError: The server cannot be asked, or the filter is none.
    """
    return await replay(histories_of(client, open_cases_query(narrowed)), client.data_converter)


async def replay(histories: AsyncIterator[WorkflowHistory], converter: DataConverter | None = None) -> Replayed:
    """Replay histories against the present code, with the worker's own sandbox.

    Args:
        histories: The histories, as the server has them or decoded.
        converter: A client's converter, which has the keys of what is encrypted; left out: nothing is.

    Raises:
        KeyMissing: A history needs a key that is not here: it cannot be said whether it is safe.
        NotDecoded: One holds something that was altered.
    """
    converter = converter or data_converter()
    found = Replayed()
    async with replayer(converter).workflow_replay_iterator(readable(histories, converter)) as results:
        async for result in results:
            if result.replay_failure is None:
                found.safe += 1
            else:
                found.unsafe[result.history.workflow_id] = first_sentence(result.replay_failure)
    return found


async def readable(
    histories: AsyncIterator[WorkflowHistory], converter: DataConverter
) -> AsyncIterator[WorkflowHistory]:
    """Pass histories on that the converter can read: one that it cannot would seem to have gone differently."""
    async for history in histories:
        await see_keys(history, converter)
        yield history


async def histories_of(client: Client, query: str) -> AsyncIterator[WorkflowHistory]:
    """Fetch one history after the other; a case that ends and is forgotten meanwhile needs no replay."""
    async for one in client.list_workflows(query):
        try:
            yield await client.get_workflow_handle(one.id, run_id=one.run_id).fetch_history()
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise


def first_sentence(failure: Exception) -> str:
    """Return what went differently, in one line."""
    return " ".join(str(failure).split()) or type(failure).__name__
