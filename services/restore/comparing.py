"""Holds the books against the histories, step by step and message by message. Changes nothing."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlmodel import col, select
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus

from activities.mail.copies import numbers_in as numbers_sent
from activities.papers.shelf import numbers_in as numbers_filed
from activities.retaking import Told
from policy.office import OfficeSettings
from records.books import Books, Session
from records.cases import AFTER_CLOSING, OUTSIDE
from records.outbox import last_notices
from records.restore.numbers import Raised, raise_counters
from records.restore.steps import steps_kept
from records.tables import CaseRecord, MessageRecord, TimelineEntry
from records.words import STARTING
from services.restore.histories import READ_AT_ONCE, Run, executions, files_by_case, run_in_file, run_on_server
from services.security.codec import NotDecoded
from services.security.history_keys import KeyMissing

BELIEVED = timedelta(days=3)
"""How far back a case can begin anew: no message's stamp is believed further (readings, "Dating back")."""
REOPENED = "restored.reopened"
OPEN_AGAIN = (
    "The books have it opened again after its closing, and this server has only the run that closed: it was restored "
    "to a moment before. Restore a later backup of the server; else enter the case again by `accredit import`, from "
    "its timeline."
)
Progress = Callable[[str], None]


class Again(NamedTuple):
    """A message that the books know as accepted and the server has not heard.

    Attributes:
        case_id: The case.
        key: Its key (`<message>:<message_id>`).
        name: The message.
        content: What it said.
        at: As of when it counted (UTC).
        digest: The digest that the books have of it.
    """

    case_id: str
    key: str
    name: str
    content: dict[str, Any]
    at: datetime
    digest: str


@dataclass
class Findings:
    """What books and server lack of each other.

    Attributes:
        cases: How many cases were compared.
        behind: Steps that cases have taken and the books lack, in the order in which they were told.
        ahead: Messages that the books know and the server has not heard, in the order of the timeline.
        ahead_by: The numbers of the steps that the books have and the server does not, by case.
        lost: Cases that the books have open and the server does not know: they can begin anew.
        raised: Counters that stand below a number that was given out.
        known: The invoices that each case on the server knows.
        left: What only a person can mend: by case, each item with what it is and what to do.
    """

    cases: int = 0
    behind: list[Told] = field(default_factory=list)
    ahead: list[Again] = field(default_factory=list)
    ahead_by: dict[str, list[int]] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    raised: list[Raised] = field(default_factory=list)
    known: dict[str, set[str]] = field(default_factory=dict)
    left: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def is_in_line(self) -> bool:
        """Whether there is nothing to mend and nothing to look at."""
        return not (self.behind or self.ahead or self.lost or self.raised or self.left)

    def leave(self, case_id: str, item: str, text: str) -> None:
        """Leave something to people."""
        self.left.setdefault(case_id, []).append((item, text))


async def compare(
    client: Client, books: Books, office: OfficeSettings, histories: Path, progress: Progress = lambda text: None
) -> Findings:
    """Compare all cases that are open in the books or on the server; closed ones that both know as closed are done.

    Args:
        client: The server.
        books: The office's books.
        office: Where its letters and papers lie.
        histories: Where histories were exported to: what the server has forgotten stands there.
        progress: Is told how far it is.

    Raises:
        RPCError: The server cannot be asked.
        OSError: A folder cannot be read.
    """
    found = Findings()
    rows = await asyncio.to_thread(_rows, books)
    progress("Asking the server for its cases")
    on_server = await executions(client, [case_id for case_id, row in rows.items() if row.closed_at is None])
    runs = await _runs(client, rows, on_server, histories, found, progress)
    running = {one.id for one in on_server if one.status == WorkflowExecutionStatus.RUNNING}
    found.cases = len({*rows} | {*runs})
    progress("Comparing them with the books")
    await asyncio.to_thread(hold_against, books, rows, runs, running, found)
    find_lost(rows, {(one.id, one.run_id) for one in on_server}, runs, found)
    found.behind.sort(key=lambda told: (told.at, told.step.case_id, told.step.number))
    found.raised = await asyncio.to_thread(counters_behind, books, office, found.behind)
    return found


def counters_behind(books: Books, office: OfficeSettings, behind: Iterable[Told]) -> list[Raised]:
    """Return the counters that stand below a number which papers, letters or histories have. Nothing is written."""
    numbers = numbers_given_out(books, office, behind)
    with books.reading() as session:
        return raise_counters(session, numbers, dry=True)


def numbers_given_out(books: Books, office: OfficeSettings, behind: Iterable[Told]) -> set[str]:
    """Return the numbers that papers, letters which the books do not know, and answers to missing steps have."""
    with books.reading() as session:
        newest = last_notices(session)
    found = numbers_filed(Path(office.papers.folder)) | numbers_sent(Path(office.mail.folder), newest)
    return found | {invoice.number for told in behind for invoice in told.taken.invoices}


def _rows(books: Books) -> dict[str, CaseRecord]:
    with books.reading() as session:
        return {row.case_id: row for row in session.exec(select(CaseRecord))}


async def _runs(
    client: Client,
    rows: dict[str, CaseRecord],
    on_server: list[WorkflowExecution],
    histories: Path,
    found: Findings,
    progress: Progress,
) -> dict[str, list[Run]]:
    """Return the runs that have to be compared, by case, the oldest first."""
    wanted = [one for one in on_server if not _is_done(one, rows.get(one.id))]
    turns, read = asyncio.Semaphore(READ_AT_ONCE), 0

    async def one_run(execution: WorkflowExecution) -> Run | None:
        nonlocal read
        async with turns:
            try:
                run = await run_on_server(client, execution)
            except (KeyMissing, NotDecoded) as closed:
                found.leave(execution.id, "restored.history", " ".join(closed.lines))
                return None
        read += 1
        progress(f"Reading histories: {read} of {len(wanted)}")
        return run

    runs: dict[str, list[Run]] = {}
    for run in await asyncio.gather(*map(one_run, wanted)):
        if run is not None:
            runs.setdefault(run.case_id, []).append(run)
    await _add_exported(client, rows, on_server, histories, runs)
    for several in runs.values():
        several.sort(key=lambda run: run.told[0].step.number if run.told else 10**9)
    return runs


async def _add_exported(
    client: Client,
    rows: dict[str, CaseRecord],
    on_server: list[WorkflowExecution],
    histories: Path,
    runs: dict[str, list[Run]],
) -> None:
    """Add runs that the server has forgotten, of cases that the books have open or do not know."""
    there = {(one.id, one.run_id) for one in on_server}
    for case_id, files in files_by_case(histories).items():
        row = rows.get(case_id)
        if row is not None and row.closed_at is not None:
            continue
        for file in files:
            run = await run_in_file(client, case_id, file)
            if run is not None and (case_id, run.run_id) not in there:
                runs.setdefault(case_id, []).append(run)


def _is_done(execution: WorkflowExecution, row: CaseRecord | None) -> bool:
    """Whether a run has ended, and the books have its case as closed."""
    ended = execution.status != WorkflowExecutionStatus.RUNNING
    return ended and row is not None and row.closed_at is not None


def hold_against(
    books: Books, rows: dict[str, CaseRecord], runs: dict[str, list[Run]], running: set[str], found: Findings
) -> None:
    """Hold the steps and messages of every case against its histories.

    Args:
        books: The office's books.
        rows: The cases that they have.
        runs: The runs that were read, by case.
        running: The cases that run on the server.
        found: Takes down what is found.
    """
    with books.reading() as session:
        for case_id, several in runs.items():
            row = rows.get(case_id)
            own = _own(row, several)
            _steps(session, case_id, own, found)
            found.known[case_id] = {number for run in own for number in run.invoices}
            others = [run for run in several if run.running and run not in own]
            if others:
                found.leave(case_id, REOPENED, _runs_as_another(case_id, others[0].run_id))
            elif row is not None and case_id in running:
                _messages(session, case_id, {key for run in own for key in run.heard}, found)
                _closed_from_outside(session, row, found)


def _own(row: CaseRecord | None, runs: list[Run]) -> list[Run]:
    """Return the runs that are those of the case which the books have: a case that was opened again began anew."""
    return [run for run in runs if row is None or row.first_run_id in (None, run.first_run_id)]


def _runs_as_another(case_id: str, run_id: str) -> str:
    return (
        f"Run {run_id} goes on with it on the server, and these books are bound to an earlier one, which has ended: it "
        "was opened again after the moment to which they were restored. Restore a later backup of the books, before a "
        f"worker starts. If there is none, end that run (`temporal workflow terminate -w {case_id} -r {run_id}`), send "
        "reopen_case, and enter again what the case has heard since; its history says what."
    )


def _steps(session: Session, case_id: str, runs: list[Run], found: Findings) -> None:
    kept = steps_kept(session, case_id)
    for run in runs:
        known = {told.step.number for told in run.told} | {*run.under_way}
        for told in run.told:
            if (run.run_id, told.step.number) not in kept:
                found.behind.append(told)
        ahead = [number for run_id, number in kept if run_id == run.run_id and number not in known]
        if ahead:
            found.ahead_by[case_id] = sorted(ahead)


def _messages(session: Session, case_id: str, heard: set[str], found: Findings) -> None:
    """Find the messages that the books have taken and the case on the server has not heard."""
    accepted = select(MessageRecord).where(col(MessageRecord.case_id) == case_id, col(MessageRecord.accepted))
    missing = {one.key: one for one in session.exec(accepted) if one.key not in heard}
    if not missing:
        return
    entries = select(TimelineEntry).where(
        col(TimelineEntry.case_id) == case_id,
        col(TimelineEntry.kind) == "message",
        col(TimelineEntry.run_id).not_in((AFTER_CLOSING, OUTSIDE)),
    )
    for entry in session.exec(entries.order_by(col(TimelineEntry.id))):
        content = entry.detail.get("message")
        if not isinstance(content, dict):
            continue
        name = entry.text.replace(" ", "_")
        record = missing.pop(f"{name}:{content.get('message_id')}", None)
        if record is not None:
            found.ahead.append(Again(case_id, record.key, name, content, entry.at, record.digest))
    for key in sorted(missing):
        if not _settled_after_closing(session, case_id, key):
            text = f"The books know that {key} was accepted, and not what it said. Enter it again."
            found.leave(case_id, f"restored.message.{key}", text)


def _settled_after_closing(session: Session, case_id: str, key: str) -> bool:
    """Whether a message is one about money that the books took themselves, once the case was closed."""
    said = select(TimelineEntry.detail).where(
        col(TimelineEntry.case_id) == case_id,
        col(TimelineEntry.kind) == "message",
        col(TimelineEntry.run_id) == AFTER_CLOSING,
    )
    return any(str(one.get("message", {}).get("message_id")) == key.partition(":")[2] for one in session.exec(said))


def _closed_from_outside(session: Session, row: CaseRecord, found: Findings) -> None:
    """A case that somebody ended on the server, and that runs there again, is ended again by a person.

    Other entries from outside, as of a letter that came back, end nothing.
    """
    if row.closed_at is None:
        return
    entry = select(TimelineEntry.text).where(
        col(TimelineEntry.case_id) == row.case_id,
        col(TimelineEntry.run_id) == OUTSIDE,
        col(TimelineEntry.step) == 0,
        col(TimelineEntry.kind) == "stage",
    )
    text = session.exec(entry.limit(1)).first()
    if text is not None:
        found.leave(
            row.case_id,
            "restored.closing",
            f"The books closed it ({text}), and on the restored server it runs again. End it there again: "
            f"`accredit send {row.case_id} close_case reason=…`.",
        )


def find_lost(
    rows: dict[str, CaseRecord], on_server: set[tuple[str, str]], runs: dict[str, list[Run]], found: Findings
) -> None:
    """Find cases that the books have open and that the server does not know; what was announced only is no loss.

    Args:
        rows: The cases that the books have.
        on_server: Every run that the server knows, by case and run.
        runs: The runs that were read, by case.
        found: Takes down what is found.
    """
    now, known = datetime.now(UTC), {case_id for case_id, _ in on_server}
    for case_id, row in rows.items():
        own = _own(row, runs.get(case_id, []))
        there = {row.run_id, row.first_run_id, *(run.run_id for run in own)}
        if row.closed_at is not None or row.stage == STARTING or on_server & {(case_id, one) for one in there}:
            continue
        if any(told.step.row.stage == "closed" for run in own for told in run.told):
            continue  # it has closed, and its exported history says so
        if case_id in known:
            if case_id not in found.left:  # else it is told already why nothing is known of what the server has
                found.leave(case_id, REOPENED, OPEN_AGAIN)
        elif now - row.opened_at <= BELIEVED:
            found.lost.append(case_id)
        else:
            found.leave(
                case_id,
                "restored.case",
                f"It opened at {row.opened_at.isoformat(timespec='minutes')}, and this server does not know it. "
                "Is it the right server and namespace? If its data are lost, restore a later backup of the server; "
                "else enter the case again by `accredit import`, from its timeline.",
            )
