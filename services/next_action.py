"""Who is awaited next, and by when: what a person wants to know after a message was accepted."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from temporalio.client import Client, WorkflowExecutionDescription
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError

from policy.status import CaseStatus
from policy.words import due_in_words
from services.queries import NotRunning, ask
from services.words import outcome_words, party

DUE_AT = SearchAttributeKey.for_datetime("DueAt")
WITHIN = timedelta(seconds=0.5)
"""How long the answer may take: the verdict is there already, and waits for it."""


class NextAction(NamedTuple):
    """Who is awaited next. `due_at`: until when, where a date is stated."""

    case: CaseStatus
    due_at: datetime | None

    def in_words(self, zone: ZoneInfo) -> str:
        """Return it as a line: `Next: the facility: the option form, by 7 December 2026, 24:00 ET`."""
        if self.case.outcome and self.case.closed_at:
            return f"The case is closed: {outcome_words(self.case.outcome)}."
        if not self.case.awaited_party:
            return "Next: nobody is awaited; time passes."
        by = f", by {due_in_words(self.due_at, zone)}" if self.due_at else ""
        return f"Next: {party(self.case.awaited_party)}: {self.case.awaited}{by}."


async def next_action(client: Client, case_id: str, within: timedelta = WITHIN) -> NextAction | None:
    """Ask a case and the server who is awaited next; None where that takes too long, or anything is in the way."""
    with suppress(TimeoutError, RPCError, NotRunning, ValueError):
        async with asyncio.timeout(within.total_seconds()):
            told, described = await asyncio.gather(
                ask(client, case_id, "status", within=within),
                client.get_workflow_handle(case_id).describe(rpc_timeout=within),
            )
        if told is not None:
            return NextAction(CaseStatus.model_validate({**told, "case": case_id}), _due_at(described))
    return None


def _due_at(described: WorkflowExecutionDescription) -> datetime | None:
    """Return until when whoever is awaited must act: the search attribute that the case keeps."""
    return described.typed_search_attributes.get(DUE_AT)
