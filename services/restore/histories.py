"""Reads what the histories of cases hold for a restore: each step with its answer, and the messages that were heard."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from itertools import starmap
from pathlib import Path
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.api.common.v1 import WorkflowExecution as Execution
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryReverseRequest
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from activities.contract import ISSUE_INVOICES, RECORD_EVENTS, SEND_NOTICES, TAKE_STEP, Step, StepTaken
from activities.retaking import Told
from policy.identity import PROGRAM_OF, NoCaseId, parse_case_id, program_of_id
from services.queries import description_of

STEPS = frozenset({ISSUE_INVOICES, SEND_NOTICES, RECORD_EVENTS, TAKE_STEP})
READ_AT_ONCE = 8
"""Runs that are asked for, and histories that are fetched, at the same time."""
COMPRESSED = ".json.gz"
"""The ending of a history that is kept compressed."""
PAGE = 30
"""Events that are read at once from the end of a history: its newest step is among them as a rule."""


@dataclass
class Run:
    """One run of a case, as its history has it.

    Attributes:
        case_id: The case.
        run_id: The run.
        first_run_id: The run with which the case began.
        running: Whether it runs on the server.
        told: Its steps that were taken, each with its answer.
        under_way: Numbers of steps that were told and have no answer yet: a worker takes them.
        heard: The keys of the messages that it has heard (`<message>:<message_id>`).
        invoices: The numbers of the invoices that it knows.
    """

    case_id: str
    run_id: str
    first_run_id: str
    running: bool = False
    told: list[Told] = field(default_factory=list)
    under_way: list[int] = field(default_factory=list)
    heard: set[str] = field(default_factory=set)
    invoices: set[str] = field(default_factory=set)


def is_case(execution: WorkflowExecution) -> bool:
    """Whether a workflow on the server is a case, by its type and its id."""
    program = PROGRAM_OF.get(execution.workflow_type)
    return program is not None and program == program_of_id(execution.id)


async def executions(client: Client, open_in_books: Iterable[str]) -> list[WorkflowExecution]:
    """Return every run of a case that the server has, as the server itself has it.

    Its lists are a database of their own, which lags behind, or was restored to another moment: they may lack a case
    that has just begun, name one that is not there, and have one as running that has ended. So they say only which runs
    to ask for, beside the newest run of each case that the books have open.

    Args:
        client: The server.
        open_in_books: The ids of the cases that the books have open.

    Raises:
        RPCError: The server does not answer.
    """
    types = ", ".join(f"'{name}'" for name in sorted(PROGRAM_OF))
    listed = {(one.id, one.run_id) async for one in client.list_workflows(f"WorkflowType IN ({types})")}
    turns = asyncio.Semaphore(READ_AT_ONCE)

    async def asked(case_id: str, run_id: str | None) -> WorkflowExecution | None:
        async with turns:
            return await description_of(client, case_id, run_id)

    found = await asyncio.gather(*starmap(asked, [*listed, *((case_id, None) for case_id in open_in_books)]))
    return [*{(one.id, one.run_id): one for one in found if one is not None and is_case(one)}.values()]


async def run_on_server(client: Client, execution: WorkflowExecution) -> Run | None:
    """Return a run by its history on the server; None where the server no longer has it.

    Raises:
        KeyMissing, NotDecoded: It is encrypted, and cannot be read.
        RPCError: The server does not answer.
    """
    handle = client.get_workflow_handle(execution.id, run_id=execution.run_id)
    try:
        history = await handle.fetch_history()
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return None
        raise
    running = execution.status == WorkflowExecutionStatus.RUNNING
    return await read_run(client, execution.id, execution.run_id, history.events, running=running)


async def run_in_file(client: Client, case_id: str, file: Path) -> Run | None:
    """Return a run by its exported history; None where the file holds none of a case's.

    Raises:
        KeyMissing, NotDecoded: It is encrypted, and cannot be read.
        OSError: It cannot be read.
    """
    try:
        content = await asyncio.to_thread(_content, file)
        events = WorkflowHistory.from_json(case_id, content.decode()).events
        started = events[0].workflow_execution_started_event_attributes
    except (ValueError, EOFError, IndexError, gzip.BadGzipFile):
        return None
    if PROGRAM_OF.get(started.workflow_type.name) != program_of_id(case_id):
        return None
    return await read_run(client, case_id, started.original_execution_run_id, events, running=False)


def _content(file: Path) -> bytes:
    content = file.read_bytes()
    return gzip.decompress(content) if file.name.endswith(COMPRESSED) else content


def files_by_case(folder: Path) -> dict[str, list[Path]]:
    """Return the exported histories in a folder, by case."""
    found: dict[str, list[Path]] = {}
    for file in sorted(folder.glob("*.json*")) if folder.is_dir() else []:
        if file.is_file() and not file.is_symlink() and (case_id := _case_of(file)):
            found.setdefault(case_id, []).append(file)
    return found


def _case_of(file: Path) -> str | None:
    """Return the case after which a file is named, with or without a run behind it."""
    name = file.name.removesuffix(".gz").removesuffix(".json")
    for candidate in (name, name.rpartition(".")[0]):
        try:
            return str(parse_case_id(candidate))
        except NoCaseId:
            continue
    return None


async def read_run(client: Client, case_id: str, run_id: str, events: Sequence[HistoryEvent], *, running: bool) -> Run:
    """Return what a run's events say."""
    started = events[0].workflow_execution_started_event_attributes
    run = Run(case_id, run_id, started.first_execution_run_id or run_id, running)
    answers = {
        event.activity_task_completed_event_attributes.scheduled_event_id: event
        for event in events
        if event.HasField("activity_task_completed_event_attributes")
    }
    for opening in await _plain(client, started.input.payloads):
        _carry(run, opening)
    for event in events:
        scheduled = event.activity_task_scheduled_event_attributes
        if scheduled.activity_type.name in STEPS:
            step = (await client.data_converter.decode(scheduled.input.payloads, [Step]))[0]
            await _take_down(client, run, step, event, answers)
        run.heard |= await _heard_in(client, event)
    return run


async def _take_down(
    client: Client, run: Run, step: Step, event: HistoryEvent, answers: Mapping[int, HistoryEvent]
) -> None:
    run.heard |= {judged.key for judged in step.judged}
    if (answer := answers.get(event.event_id)) is None:
        run.under_way.append(step.number)
        return
    result = answer.activity_task_completed_event_attributes.result.payloads
    taken = (await client.data_converter.decode(result, [StepTaken]))[0]
    step = step.model_copy(update={"first_run_id": run.first_run_id})
    run.told.append(Told(step, taken, event.event_time.ToDatetime(UTC)))
    run.invoices |= {invoice.number for invoice in taken.invoices}


async def _heard_in(client: Client, event: HistoryEvent) -> set[str]:
    """Return the key of the message that came with an event."""
    if event.HasField("workflow_execution_update_accepted_event_attributes"):
        accepted = event.workflow_execution_update_accepted_event_attributes
        return {accepted.accepted_request.meta.update_id}
    signal = event.workflow_execution_signaled_event_attributes
    if signal.signal_name == "choose_option":
        said = await _plain(client, signal.input.payloads)
        return {f"{signal.signal_name}:{one.get('message_id')}" for one in said}
    return set()


def _carry(run: Run, opening: dict[str, Any]) -> None:
    """Take down what the runs before have heard and been told, as far as it was carried along."""
    carried = opening.get("carried")
    if isinstance(carried, dict):
        run.heard |= {*(carried.get("answers") or {})}
        run.invoices |= {one["number"] for one in carried.get("invoices") or () if one.get("number")}


async def _plain(client: Client, payloads: Sequence[Payload]) -> list[dict[str, Any]]:
    """Return payloads as JSON values; what is no object is passed over."""
    decoded = await client.data_converter.decode(payloads)
    return [one for one in decoded if isinstance(one, dict)]


async def newest_told(client: Client, case_id: str, run_id: str) -> tuple[int, int]:
    """Return the numbers of a run's newest step that was told, and of its newest that was answered; 0: none.

    Read from the end of its history, a page at a time: that is cheap, however long it is.

    Raises:
        RPCError: The server does not answer, or no longer has the run.
        KeyMissing, NotDecoded: It is encrypted, and cannot be read.
    """
    answered: set[int] = set()
    newest = 0
    async for event in _backwards(client, case_id, run_id):
        if event.HasField("activity_task_completed_event_attributes"):
            answered.add(event.activity_task_completed_event_attributes.scheduled_event_id)
        scheduled = event.activity_task_scheduled_event_attributes
        if scheduled.activity_type.name in STEPS:
            number = (await client.data_converter.decode(scheduled.input.payloads, [Step]))[0].number
            newest = newest or number
            if event.event_id in answered:
                return newest, number
    return newest, 0


async def _backwards(client: Client, case_id: str, run_id: str) -> AsyncIterator[HistoryEvent]:
    """Yield the events of a run, the newest first."""
    token = b""
    while True:
        request = GetWorkflowExecutionHistoryReverseRequest(
            namespace=client.namespace,
            execution=Execution(workflow_id=case_id, run_id=run_id),
            maximum_page_size=PAGE,
            next_page_token=token,
        )
        page = await client.workflow_service.get_workflow_execution_history_reverse(request)
        for event in page.history.events:
            yield event
        if not (token := page.next_page_token):
            return
