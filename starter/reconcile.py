"""Brings the books in line with the server, and exports the histories of closed cases.

No code of a case runs when somebody terminates it in the Temporal UI, and a start can fail between the books and the
server. This finds both. Doing it twice changes nothing; a Schedule may run it as often as it likes.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from policy.application import AccreditationApplication
from policy.cases import CasePart
from policy.dicoe.application import DicoeApplication
from policy.dicoe.cases import designation_part
from policy.facts import Outcome
from policy.identity import parse_accreditation_id, parse_designation_id
from records.accreditations import designations_resting_on, is_accredited
from records.books import Books
from records.cases import OUTSIDE, close_from_outside
from records.invoices import void_unpaid
from records.locks import lock_case
from records.queries import cases_of_application, cases_to_export, mark_history_exported, open_cases
from records.tables import Case, TimelineEntry
from records.words import STARTING, Program
from starter.desk.ending import Ending, ending_of
from starter.desk.histories import export_history
from starter.programs import Part
from starter.start import start_case

HISTORIES = Path("var/histories")
"""Where histories are exported to, where nobody names another folder."""


@dataclass
class Report:
    """What was found and done.

    Attributes:
        started: Cases that the books had announced and the server did not know: they run now.
        closed: Cases that had ended on the server and were open in the books, with how they ended.
        exported: Closed cases whose histories lie in files now.
        troubles: Cases that somebody must look at, with what to do.
    """

    started: list[str] = field(default_factory=list)
    closed: dict[str, str] = field(default_factory=dict)
    exported: list[str] = field(default_factory=list)
    troubles: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Return everything for a script."""
        return asdict(self)


async def bring_in_line(client: Client, books: Books, zone: ZoneInfo, histories: Path = HISTORIES) -> Report:
    """Bring the books in line with the server, case by case.

    Args:
        client: The server.
        books: The office's books.
        zone: The office's time zone, for what people read of a case that is started.
        histories: The folder that histories are exported to.

    Raises:
        RPCError: The server cannot be asked.
        OSError: A history cannot be written.
    """
    report = Report()
    with books.reading() as session:
        rows = open_cases(session)
    running = await _running(client)
    for row in rows:
        if row.case_id not in running:
            await _bring_one(client, books, row, zone, report)
    await _export(client, books, histories, report)
    return report


async def _running(client: Client) -> set[str]:
    """Return the ids of all workflows that run. A list may lag behind: who is missing in it is asked for one by one."""
    return {one.id async for one in client.list_workflows('ExecutionStatus = "Running"')}


async def _bring_one(client: Client, books: Books, row: Case, zone: ZoneInfo, report: Report) -> None:
    found = await _described(client, row.case_id)
    if found is not None and found.status == WorkflowExecutionStatus.RUNNING:
        return
    if found is not None:
        ending = await ending_of(client, found)
        if not ending.status:
            await _tell_designations(client, books, row, ending)
        if _close(books, row.case_id, ending):
            report.closed[row.case_id] = ending.text
    elif row.stage == STARTING:
        await _start(client, books, row, zone, report)
    else:
        report.troubles[row.case_id] = (
            "The books have it open, and this server does not know it. Is it the right server and namespace "
            "(TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE)? If its data are lost, restore them from the backup."
        )


async def _described(client: Client, case_id: str) -> WorkflowExecutionDescription | None:
    try:
        return await client.get_workflow_handle(case_id).describe()
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return None
        raise


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
            row = session.get_one(Case, case_id)
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


async def _tell_designations(client: Client, books: Books, row: Case, ending: Ending) -> None:
    """Tell the designations that rest on an accreditation of whose end no code of its own could tell them.

    Told before the row is closed: should this break off in between, they are told again, which changes nothing.
    """
    if row.program != Program.ACCREDITATION or not row.modality:
        return
    with books.reading() as session:
        if is_accredited(session, row.facility_id, row.modality, but=row.case_id):
            return
        resting = designations_resting_on(session, row.facility_id, row.modality)
    for case_id in resting:
        said = [row.facility_id, row.modality, Outcome.CLOSED_BY_ACR.value, ending.at]
        try:
            await client.get_workflow_handle(case_id).signal("accreditation_ended", args=said)
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:  # it has ended itself
                raise


async def _start(client: Client, books: Books, row: Case, zone: ZoneInfo, report: Report) -> None:
    """Start a case that was announced; somebody who does so at the same time is welcome to it."""
    part = _part(row)
    if part is None:
        report.troubles[row.case_id] = f"No program starts a case of that name; it was announced on {row.opened_at}."
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


def _part(row: Case) -> Part | None:
    """Return an announced case's part of its application, None where its id is of no program."""
    if parts := parse_accreditation_id(row.case_id):
        return CasePart(parts.unit, row.position, AccreditationApplication.model_validate(row.application))
    if parse_designation_id(row.case_id):
        return designation_part(DicoeApplication.model_validate(row.application))
    return None


def _siblings(row: Case, others: Iterable[Case]) -> list[str]:
    same = (row.modality, row.cycle)
    return [one.case_id for one in others if one.case_id != row.case_id and (one.modality, one.cycle) == same]


async def _export(client: Client, books: Books, folder: Path, report: Report) -> None:
    with books.reading() as session:
        rows = cases_to_export(session)
    for row in rows:
        files = await export_history(client, row.case_id, folder)
        if not files:
            report.troubles[row.case_id] = (
                "It is closed, and this server no longer has its history: it cannot be exported. The books hold its "
                "timeline. `accredit doctor` tells how long the server keeps closed cases."
            )
            continue
        with books.writing() as session:
            mark_history_exported(session, row.case_id, datetime.now(UTC))
        report.exported.append(row.case_id)
