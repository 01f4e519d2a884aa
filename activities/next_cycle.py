"""Opening the case that renews another one: announced in the books, then started, once."""

import asyncio
from typing import Any

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError

from activities.beginnings import beginning_of, opening_of
from activities.contract import RenewalOrder
from policy.identity import PROGRAM_OF, TASK_QUEUE
from policy.text.visible import as_markdown
from records.books import Books
from records.cases import announce_case
from records.locks import lock_case
from records.provenance import keep_to_first_run
from records.queries import case_by_id
from records.words import STARTING

ID_TAKEN = "renewal.id_taken"


async def open_next_cycle(books: Books, client: Client, order: RenewalOrder) -> str:
    """Open a renewal and return its id; one that was opened before is left as it is.

    A workflow that failed under that id, or was ended, and that the books know nothing of, is nobody's case and is not
    in the way.

    Raises:
        ApplicationError: `renewal.id_taken`: somebody else's case has that id, in the books or on the server.
        AnotherRun: The books know the case that is renewed as another run's.
    """
    if await asyncio.to_thread(_announce, books, order):
        return order.case_id
    opening: dict[str, Any] = {
        "application": order.application,
        "opened_at": order.opened_at.isoformat(),
        "predecessor": order.predecessor,
        "position": order.position,
        "adopted": order.adopted,
    }
    try:
        await client.start_workflow(
            order.workflow,
            opening,
            id=order.case_id,
            task_queue=TASK_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
            static_summary=as_markdown(f"Renewal of {order.predecessor}"),
        )
    except WorkflowAlreadyStartedError:
        if not await _is_ours(client, order, opening):
            raise _taken(order, "on the server, which the office has not started") from None
    return order.case_id


def _announce(books: Books, order: RenewalOrder) -> bool:
    """Enter the renewal before it is started; return whether it has begun already."""
    with books.writing() as session:
        lock_case(session, order.case_id)
        keep_to_first_run(session, order.predecessor, order.first_run_id)
        known = case_by_id(session, order.case_id)
        if known is not None and known.predecessor != order.predecessor:
            raise _taken(order, "in the books, which does not renew this one")
        if known is not None and known.closed_at and known.run_id is None:
            raise _taken(order, "in the books, which was closed before it began")
        case = known or announce_case(
            session,
            order.case_id,
            program=PROGRAM_OF[order.workflow],
            application=order.application,
            announced_at=order.opened_at,
            position=order.position,
            predecessor=order.predecessor,
        )
        return case.stage != STARTING


async def _is_ours(client: Client, order: RenewalOrder, opening: dict[str, Any]) -> bool:
    """Whether what runs under the renewal's id was started as it would be started now."""
    found = await beginning_of(client, order.case_id)
    if found and found.continued:
        found = await beginning_of(client, order.case_id, found.first_run_id)
    if found is None or found.continued or not found.is_of(order.workflow, TASK_QUEUE):
        return False
    return await opening_of(client, found) == opening


def _taken(order: RenewalOrder, where: str) -> ApplicationError:
    return ApplicationError(f"there is another case {order.case_id} {where}", type=ID_TAKEN, non_retryable=True)
