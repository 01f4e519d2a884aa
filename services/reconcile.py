"""Brings the books in line with the server, delivers the letters of closed cases, and exports their histories.

One file a run, in the form that the Temporal UI downloads and a replayer reads. The newest run's file is named after
the case, an earlier one's (a case that was continued as new) after case and run.

No code of a case runs when somebody terminates it in the Temporal UI, and a start can fail between the books and the
server. This finds both. Doing it twice changes nothing; a Schedule may run it as often as it likes.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from temporalio.client import (
    Client,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowHistory,
    WorkflowHistoryEventFilterType,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.beginnings import beginning_of
from activities.places import PlaceRefused, file_named_after, write_whole
from policy.application import AccreditationApplication
from policy.cases import CasePart
from policy.designation.application import DicoeApplication
from policy.designation.cases import designation_part
from policy.identity import parse_accreditation_id, parse_designation_id
from policy.words import instant_in_words
from records.accreditations import designations_resting_on, is_accredited
from records.books import Books, Session
from records.cases import OUTSIDE, close_from_outside
from records.invoices import void_unpaid
from records.locks import lock_case
from records.outbox import closed_cases_with_letters
from records.queries import (
    cases_of_application,
    cases_to_export,
    mark_history_exported,
    open_cases,
    runs_closed_before,
    untold_cases,
)
from records.tables import CaseRecord, TimelineEntry
from records.words import STARTING, Program
from services.export.runs import export_continued
from services.opening import start_case
from services.programs import Part
from services.queries import description_of
from services.restore.nightly import steps_apart
from services.security.codec import NotDecoded
from services.security.failures import failure_in_words
from services.security.history_keys import KeyMissing

WORDS = {
    WorkflowExecutionStatus.COMPLETED: "Completed",
    WorkflowExecutionStatus.CANCELED: "Cancelled",
    WorkflowExecutionStatus.TERMINATED: "Terminated",
    WorkflowExecutionStatus.FAILED: "Failed",
    WorkflowExecutionStatus.TIMED_OUT: "Timed out",
}


class Ending(NamedTuple):
    """The end of a case on the server.

    Attributes:
        at: When.
        text: How, by whom and why, in words.
        status: The case's own last word; empty where no code of it ran at the end.
    """

    at: datetime
    text: str
    status: dict[str, Any]


async def ending_of(client: Client, found: WorkflowExecutionDescription, *, is_its_own: bool = True) -> Ending:
    """Return how a case that no longer runs ended. What another one's run says in the end is not asked."""
    handle = client.get_workflow_handle(found.id, run_id=found.run_id)
    closing = await handle.fetch_history(event_filter_type=WorkflowHistoryEventFilterType.CLOSE_EVENT)
    last = closing.events[-1]
    terminated = last.workflow_execution_terminated_event_attributes
    how = WORDS.get(found.status, "Ended") if found.status else "Ended"
    by = f" by {terminated.identity}" if terminated.identity else ""
    why = terminated.reason
    if last.HasField("workflow_execution_failed_event_attributes"):
        why = await failure_in_words(client, last.workflow_execution_failed_event_attributes.failure)
    completed = found.status == WorkflowExecutionStatus.COMPLETED
    status = await handle.result() if completed and is_its_own else {}
    text = f"{how} on the Temporal server{by}{f': {why}' if why else ''}"
    return Ending(found.close_time or datetime.now(UTC), text, status if isinstance(status, dict) else {})


async def export_history(
    client: Client, case_id: str, folder: Path, newest: str | None = None, closed: Iterable[str] = ()
) -> list[Path]:
    """Write the histories of all runs of a case and return the files, the newest run's first.

    Args:
        client: The server.
        case_id: The case.
        folder: Where the files go.
        newest: The case's newest run, where another one's run may have taken its id since.
        closed: The runs with which it was closed before, where it was opened again: theirs are written too.

    Returns:
        Nothing, where the server no longer has any; the files so far, where it has forgotten earlier runs.

    Raises:
        OSError: A file cannot be written, or would lie outside the folder.
        RPCError: The server cannot be asked.
    """
    files: list[Path] = []
    run_id, before = newest, iter(closed)
    while files == [] or run_id:
        try:
            history = await client.get_workflow_handle(case_id, run_id=run_id).fetch_history()
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND:
                break
            raise
        place = file_named_after(folder, case_id, f".{run_id}.json" if files else ".json")
        compressed = place.with_name(f"{place.name}.gz")
        if files and compressed.exists():  # exported when the case went on in a new run
            place = compressed
        else:
            write_whole(place, history.to_json().encode())
        files.append(place)
        run_id = _run_before(history) or next(before, None)
    return files


def _run_before(history: WorkflowHistory) -> str | None:
    """Return the run that this one continues, if any."""
    return history.events[0].workflow_execution_started_event_attributes.continued_execution_run_id or None


HISTORIES = Path("var/histories")
"""Where histories are exported to, where nobody names another folder."""


@dataclass
class Report:
    """What was found and done.

    Attributes:
        started: Cases that the books had announced and the server did not know: they run now.
        closed: Cases that had ended on the server and were open in the books, with how they ended.
        delivered: Closed cases whose letters were waiting and went out now.
        exported: Closed cases whose histories lie in files now, and earlier runs of cases that go on in a new one.
        troubles: Cases that somebody must look at, with what to do.
    """

    started: list[str] = field(default_factory=list)
    closed: dict[str, str] = field(default_factory=dict)
    delivered: list[str] = field(default_factory=list)
    exported: list[str] = field(default_factory=list)
    troubles: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Return everything for a script."""
        return asdict(self)


Deliver = Callable[[str, datetime], object]
"""Delivers what waits in the outbox of a case, as of an instant. Raises `OSError` where the mail cannot be reached."""


async def bring_in_line(
    client: Client,
    books: Books,
    zone: ZoneInfo,
    histories: Path = HISTORIES,
    deliver: Deliver | None = None,
    *,
    closes: bool = True,
) -> Report:
    """Bring the books in line with the server, case by case.

    Args:
        client: The server.
        books: The office's books.
        zone: The office's time zone, for what people read of a case that is started.
        histories: The folder that histories are exported to.
        deliver: How letters of closed cases go out; left out: they wait.
        closes: Whether cases that somebody has ended on the server are closed in the books. Nobody knows who it was: a
            person decides that. Else they are told as troubles.

    Raises:
        RPCError: The server cannot be asked.
        OSError: A history cannot be written.
    """
    report = Report()
    with books.reading() as session:
        rows = open_cases(session)
    running = await _running(client)
    alive = [row for row in rows if running.get(row.case_id, "") == row.run_id]
    report.troubles |= await steps_apart(client, books, alive)
    for row in rows:
        if row.case_id not in running or row.run_id not in (None, running[row.case_id]):
            try:
                await _bring_one(client, books, row, zone, report, closes=closes)
            except (KeyMissing, NotDecoded) as closed:
                report.troubles[row.case_id] = " ".join(closed.lines)
    await _tell_designations(client, books)
    if deliver is not None:
        await asyncio.to_thread(_deliver, books, running, deliver, report)
    await _export(client, books, histories, report)
    for case_id, runs in (await export_continued(client, histories)).items():
        report.exported += [f"{case_id}, run {run_id}" for run_id in runs]
    return report


def _deliver(books: Books, running: Collection[str], deliver: Deliver, report: Report) -> None:
    """Deliver what waits in the outbox of closed cases: no step of theirs will. One that still runs does so itself."""
    with books.reading() as session:
        waiting = [case_id for case_id in closed_cases_with_letters(session) if case_id not in running]
    for case_id in waiting:
        try:
            deliver(case_id, datetime.now(UTC))
        except OSError as error:
            report.troubles[case_id] = f"Its letters wait, because the mail does not take them: {error}"
        else:
            report.delivered.append(case_id)


async def _running(client: Client) -> dict[str, str]:
    """Return all workflows that run, with the run of each. A list may lag behind: what is missing is asked for."""
    return {one.id: one.run_id async for one in client.list_workflows('ExecutionStatus = "Running"')}


async def _bring_one(
    client: Client, books: Books, row: CaseRecord, zone: ZoneInfo, report: Report, *, closes: bool
) -> None:
    found = await _newest_run(client, row)
    if found is not None and found.status == WorkflowExecutionStatus.RUNNING:
        return
    if found is not None:
        ending = await ending_of(client, found, is_its_own=row.run_id is not None)  # else whose run it is, nobody knows
        if not ending.status and not closes:
            report.troubles[row.case_id] = (
                f"{ending.text}. The books have it open: the server does not say whether that was the office. If it "
                "was, `accredit reconcile` closes it."
            )
        elif _close(books, row.case_id, ending):
            report.closed[row.case_id] = ending.text
    elif row.stage == STARTING:
        await start_announced(client, books, row, zone, report)
    else:
        report.troubles[row.case_id] = (
            "The books have it open, and this server does not know it. Is it the right server and namespace "
            "(TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE)? If its data are lost, restore them from the backup."
        )


async def _newest_run(client: Client, row: CaseRecord) -> WorkflowExecutionDescription | None:
    """Return a case's newest run. What somebody else has started under its id is none of it."""
    newest = await description_of(client, row.case_id)
    if newest is None or row.run_id is None or newest.run_id == row.run_id:
        return newest
    began = await beginning_of(client, row.case_id, newest.run_id)
    if began and began.first_run_id == row.first_run_id:
        return newest
    return await description_of(client, row.case_id, row.run_id)


def _close(books: Books, case_id: str, ending: Ending) -> bool:
    """Close a case's row; False where its own last step did so in the meantime.

    Where no code of the case ran at its end, what nobody has paid becomes void here, as it does when a case closes.
    """
    with books.writing() as session:
        lock_case(session, case_id)
        closed = close_from_outside(session, case_id, ending.at, ending.text)
        if closed and not ending.status:
            session.add_all(_void_entries(case_id, ending.at, void_unpaid(session, case_id)))
        if closed and ending.status:
            row = session.get_one(CaseRecord, case_id)
            row.untold = False  # it has told them itself
            row.outcome = ending.status["outcome"]
            row.status = {name: value for name, value in ending.status.items() if name != "application"}
        return closed


def _void_entries(case_id: str, at: datetime, numbers: Iterable[str]) -> list[TimelineEntry]:
    """Return the timeline's entries for invoices that became void; that of the closing itself stands before them."""
    return [
        TimelineEntry(
            case_id=case_id,
            run_id=OUTSIDE,
            step=0,
            position=position,
            at=at,
            kind="invoice",
            by="acr",
            text=f"Invoice {number} is void: the case ended and nothing was paid",
            detail={"invoice": number, "void": True},
        )
        for position, number in enumerate(numbers, start=1)
    ]


async def _tell_designations(client: Client, books: Books) -> None:
    """Tell the designations that rest on accreditations of whose end no code of their own could tell them.

    They ask the books whether it is so, and are told after the closing therefore. Should this break off in between, the
    books know that they are to be told still; what they have heard before, they do not hear again.
    """
    with books.reading() as session:
        untold = untold_cases(session)
        resting = {row.case_id: _resting_on(session, row) for row in untold}
    for row in untold:
        for case_id in resting[row.case_id]:
            said = [row.facility_id, row.modality, row.outcome, row.closed_at]
            try:
                await client.get_workflow_handle(case_id).signal("accreditation_ended", args=said)
            except RPCError as error:
                if error.status != RPCStatusCode.NOT_FOUND:  # it has ended itself
                    raise
        with books.writing() as session:
            session.get_one(CaseRecord, row.case_id).untold = False


def _resting_on(session: Session, row: CaseRecord) -> list[str]:
    """Return the designations that rest on an accreditation that has ended."""
    if row.program != Program.ACCREDITATION or not row.modality:
        return []
    if is_accredited(session, row.facility_id, row.modality):
        return []
    return designations_resting_on(session, row.facility_id, row.modality)


async def start_announced(client: Client, books: Books, row: CaseRecord, zone: ZoneInfo, report: Report) -> None:
    """Start a case that was announced; somebody who does so at the same time is welcome to it."""
    part = _part(row)
    if part is None:
        announced = instant_in_words(row.opened_at, zone)
        report.troubles[row.case_id] = f"No program starts a case of that name; it was announced on {announced}."
        return
    with books.reading() as session:
        others = cases_of_application(session, row.facility_id, row.application_id or "") if row.application_id else []
    try:
        await start_case(
            client,
            row.case_id,
            part,
            row.opened_at,
            zone,
            siblings=_siblings(row, others),
            predecessor=row.predecessor,
        )
    except WorkflowAlreadyStartedError:
        return
    report.started.append(row.case_id)


def _part(row: CaseRecord) -> Part | None:
    """Return an announced case's part of its application, None where its id is of no program."""
    if parts := parse_accreditation_id(row.case_id):
        return CasePart(parts.unit, row.position, AccreditationApplication.model_validate(row.application))
    if parse_designation_id(row.case_id):
        return designation_part(DicoeApplication.model_validate(row.application))
    return None


def _siblings(row: CaseRecord, others: Iterable[CaseRecord]) -> list[str]:
    same = (row.modality, row.cycle)
    return [one.case_id for one in others if one.case_id != row.case_id and (one.modality, one.cycle) == same]


async def _export(client: Client, books: Books, folder: Path, report: Report) -> None:
    with books.reading() as session:
        rows = cases_to_export(session)
    for row in rows:
        found = await _newest_run(client, row)
        with books.reading() as session:
            closed = runs_closed_before(session, row.case_id)
        try:
            files = await export_history(client, row.case_id, folder, found.run_id, closed) if found else []
        except PlaceRefused as error:
            report.troubles[row.case_id] = f"Its history cannot be exported: {error}."
            continue
        if not files:
            report.troubles[row.case_id] = (
                "It is closed, and this server no longer has its history: it cannot be exported. The books hold its "
                "timeline. `accredit doctor` tells how long the server keeps closed cases."
            )
            continue
        with books.writing() as session:
            mark_history_exported(session, row.case_id, datetime.now(UTC))
        report.exported.append(row.case_id)
