"""Brings a message to its case and brings the verdict back. The one module that sends.

A verdict comes back by three roads: as the answer to an update, within the failure of an update whose validator turned
it away, or from the query `verdict` after a signal. Whichever it was, its digest must be that of the message: a case
answers an id that it knows with its first answer, and for other content that answer means nothing.
"""

import asyncio
from datetime import timedelta

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryReverseRequest
from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from policy.messages import Message
from policy.messages.proofs import LIFE, LONGEST_LIFE
from policy.rules import refuse
from policy.verdict import Verdict
from services.errors import CaseFailing, NotReachable
from services.queries import ANSWER_WITHIN, NotRunning, ask, is_not_running, pollers
from services.security.failures import failure_in_words
from services.security.signing import Sign

LAST_EVENTS, LONGEST_FAILURE = 20, 300
"""Events among which the newest failure of a task stands, and characters of it that are told."""
PAUSE = 0.2
"""Seconds between two questions for the verdict on a signal."""
START_WORKER = "No worker runs: start one (`make up`, or `python -m worker`)"


async def send_update(
    client: Client, case_id: str, message: Message, within: timedelta, sign: Sign | None = None
) -> Verdict:
    """Send a message as an update and return the verdict.

    Args:
        client: A connected client.
        case_id: To which case.
        message: What to send.
        within: How long to wait for the verdict.
        sign: Proves who sends it; left out: it goes as it is.

    Raises:
        Unusable: There is no key to sign with.
        NotRunning: No such case runs on the server.
        NotReachable: The server, or no worker, answered in time.
        CaseFailing: A worker fails at the case.
    """
    handle, proved = client.get_workflow_handle(case_id), _proved(client, case_id, message, sign, LIFE)
    try:
        async with asyncio.timeout(within.total_seconds() + 1):
            verdict = await handle.execute_update(
                message.NAME, proved, id=message.key(), result_type=Verdict, rpc_timeout=within
            )
    except WorkflowUpdateFailedError as error:
        verdict = _turned_away(error)
    except (WorkflowUpdateRPCTimeoutOrCancelledError, TimeoutError):
        raise await _no_answer(client, case_id, within, "The message may or may not be taken", message) from None
    except RPCError as error:
        if is_not_running(error):
            raise NotRunning(case_id, error.message) from None
        if failing := await _failing(client, case_id, "The message is not taken", message):
            raise failing from None
        raise
    return _held_against(message, verdict)


async def send_signal(
    client: Client, case_id: str, message: Message, within: timedelta, sign: Sign | None = None
) -> Verdict:
    """Send a message as a signal and wait for the verdict. Takes what `send_update` takes.

    Raises:
        Unusable: There is no key to sign with.
        NotRunning: No such case runs on the server.
        NotReachable: The server, or no worker, answered in time. The signal is delivered all the same.
        CaseFailing: A worker fails at the case. The signal is delivered all the same.
    """
    proved = _proved(client, case_id, message, sign, LONGEST_LIFE)
    try:
        await client.get_workflow_handle(case_id).signal(message.NAME, proved, rpc_timeout=within)
    except RPCError as error:
        if is_not_running(error):
            raise NotRunning(case_id, error.message) from None
        raise
    end = asyncio.get_running_loop().time() + within.total_seconds()
    while (left := end - asyncio.get_running_loop().time()) > 0:
        told = await ask(client, case_id, "verdict", message.key(), within=timedelta(seconds=left))
        if told is not None:
            return _held_against(message, Verdict.model_validate(told))
        await asyncio.sleep(PAUSE)
    taken = f"The message is delivered and will be judged as of {message.received_at}"
    raise await _no_answer(client, case_id, within, taken, message)


def _proved(client: Client, case_id: str, message: Message, sign: Sign | None, life: timedelta) -> Message:
    """Return a message with its proof; one that brings a proof of its own keeps it."""
    if sign is None or message.proof is not None:
        return message
    return sign(message, case_id, client.namespace, life)


def _turned_away(error: WorkflowUpdateFailedError) -> Verdict:
    """Return the verdict of a validator; anything else that fails an update is a mistake in the program."""
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.details and isinstance(cause.details[0], dict):
        told = Verdict.model_validate(cause.details[0])
        if told.rule == cause.type:
            return told
    raise error


def _held_against(message: Message, verdict: Verdict) -> Verdict:
    if not verdict.digest or verdict.digest == message.digest():
        return verdict
    reused = refuse(
        "message.id_reused",
        f"The id {message.message_id} was used before for a {message.NAME} with other content; nothing changed.",
        "Send it again with another id, or without one.",
    )
    return reused.verdict(message.digest())


async def _no_answer(
    client: Client, case_id: str, within: timedelta, taken: str, message: Message
) -> NotReachable | CaseFailing:
    """Say that no verdict came: because the worker fails at the case, is slow, or because there is none."""
    if failing := await _failing(client, case_id, taken, message):
        return failing
    detail = f"no answer within {within.total_seconds():g} s"
    works = await pollers(client)
    step = "A worker is there, but it did not answer in time" if works else START_WORKER
    address = client.service_client.config.target_host
    return NotReachable("worker behind the Temporal server", address, f"{taken}. {step}; {_again(message)}", detail)


def _again(message: Message) -> str:
    return f"to ask again, send it with --id {message.message_id}: the same message counts once."


async def _failing(client: Client, case_id: str, taken: str, message: Message) -> CaseFailing | None:
    """Return the problem of a case whose worker fails at it; None where it does not."""
    failure = await task_failure(client, case_id)
    if failure is None:
        return None
    step = "Nothing is lost: the case goes on as soon as a worker can take the step, and the worker's log says more"
    return CaseFailing(case_id, failure, f"{taken}. {step}; {_again(message)}")


async def task_failure(client: Client, case_id: str) -> str | None:
    """Return why the next step of a case (its pending workflow task) fails again and again; None where it does not.

    Raises:
        RPCError: The server does not answer, or knows no such case.
    """
    described = (await client.get_workflow_handle(case_id).describe(rpc_timeout=ANSWER_WITHIN)).raw_description
    if described.pending_workflow_task.attempt <= 1:  # the first one may simply be under way
        return None
    request = GetWorkflowExecutionHistoryReverseRequest(
        namespace=client.namespace,
        execution=WorkflowExecution(workflow_id=case_id, run_id=described.workflow_execution_info.execution.run_id),
        maximum_page_size=LAST_EVENTS,
    )
    newest = await client.workflow_service.get_workflow_execution_history_reverse(request, timeout=ANSWER_WITHIN)
    for event in newest.history.events:
        if event.HasField("workflow_task_failed_event_attributes"):
            told = await failure_in_words(client, event.workflow_task_failed_event_attributes.failure)
            return told[:LONGEST_FAILURE] or "it does not say why"
        if event.HasField("workflow_task_completed_event_attributes"):
            break
    return "it takes longer than it may"
