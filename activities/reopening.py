"""A run wants to go on with a case that was closed in error: who says so, whether it is that case, and the new binding.

Three are asked, none of whom the run can speak for: the office's proof, which names the end and what the case knew; the
server, which knows whether that run has closed; and the books, which know what became of the case. Only then, and in
one transaction, are the books bound to the run that goes on.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from activities.beginnings import first_run_of
from activities.contract import REOPEN, Entry, Reopened, ReopeningAsked
from activities.delivery import problem_of
from policy.dates import as_instant
from policy.facts import Answer, CaseFacts, InvoiceFact, Stage
from policy.fees import FeeLine
from policy.identity import TASK_QUEUE
from policy.keeping.reopening import judge_filled_in, judge_reopening, judge_said, not_closed, not_on_server
from policy.messages import Message, ReopenCase
from policy.messages.proofs import Sender
from policy.office import OfficeSettings
from policy.rules import refuse
from policy.verdict import Refused, Verdict
from records.accreditations import designations_resting_on
from records.books import Books, Session
from records.cases import AFTER_CLOSING
from records.invoices import invoice_lines
from records.locks import lock_case
from records.money_queries import invoice_facts
from records.outbox import last_notice, troubled_since
from records.queries import case_by_id, deadlines, messages, timeline
from records.reopening import closing_of, newest_step_of_run
from records.tables import CaseRecord, MessageRecord
from records.words import Program

BELIEVED = timedelta(days=3)
"""How far back the stamp of the message is believed."""


class ReopeningActivities:
    """The activity that lets a run go on with a closed case."""

    def __init__(
        self,
        books: Books,
        office: Callable[[], OfficeSettings],
        client: Client | None,
        verified: Callable[[Message], Sender | None],
    ) -> None:
        """Take what is asked: the books, the office's settings, the server, and what verifies the message's sender."""
        self._books, self._office, self._client, self._verified = books, office, client, verified

    @activity.defn(name=REOPEN)
    async def reopen(self, asked: ReopeningAsked) -> Reopened:
        """Bind the books to the run that calls, if the office says so and it is that case; else say why not.

        The same run again gets the same answer.
        """
        message = ReopenCase.model_validate(asked.message)
        try:
            sender = self._verified(message)
            judge_said(message, sender, self._office().zone)
            judge_filled_in(message, message.closed_run, asked.known)
            first = await self._first_of_closed(asked.case_id, message.closed_run)
            found = await asyncio.to_thread(_bind, self._books, self._office(), asked, message, first)
        except Refused as refused:
            return Reopened(refused=refused.verdict(message.digest()))
        return found.model_copy(update={"sender": sender})

    async def _first_of_closed(self, case_id: str, run_id: str) -> str:
        """Return the first run of the chain that closed, as the server knows it. Raises `Refused`, `RPCError`."""
        if self._client is None:
            raise not_on_server()
        try:
            found = await self._client.get_workflow_handle(case_id, run_id=run_id).describe()
        except RPCError as error:
            if error.status not in (RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT):
                raise
            raise not_on_server() from None
        first = await first_run_of(self._client, case_id, run_id, workflow=found.workflow_type, task_queue=TASK_QUEUE)
        if found.status != WorkflowExecutionStatus.COMPLETED or first is None:
            raise not_closed()
        return first


def _bind(books: Books, office: OfficeSettings, asked: ReopeningAsked, message: ReopenCase, first: str) -> Reopened:
    """Bind the books to the run, and return what has happened since the closing. Raises `Refused`."""
    facts, at = CaseFacts.model_validate(asked.carried), asked.now
    if message.received_at is not None:
        stamp = as_instant(message.received_at, office.zone)
        at = stamp if asked.now - BELIEVED <= stamp <= asked.now else at
    with books.writing() as session:
        lock_case(session, asked.case_id)
        case = case_by_id(session, asked.case_id)
        if case is None:
            raise refuse("reopening.another_case", "The books do not know the case.")
        if not asked.first_run_id or case.first_run_id != asked.first_run_id:
            judge_reopening(closing_of(session, case), at, office.zone, office.office.reopen_days)
            judge_filled_in(message, case.run_id, asked.known)
            _judge_carried(session, case, facts, first)
            case.stage, case.outcome, case.closed_at = facts.stage.value, None, None
            case.history_exported_at, case.untold = None, False
            if asked.first_run_id:
                case.first_run_id = case.run_id = asked.first_run_id
        return _since(session, case, facts, at)


class _Window(NamedTuple):
    number: int
    name: str
    due_at: datetime
    met: bool | None


def _judge_carried(session: Session, case: CaseRecord, facts: CaseFacts, first: str) -> None:
    """Judge that facts are those of the case which the books know: its runs, steps, windows and invoices.

    The office has signed them; but whoever answered the office may have been no worker of its own.

    Raises:
        Refused: `reopening.another_case`.
    """
    windows = [_Window(one.number, one.name, one.due_at, one.met) for one in deadlines(session, case.case_id)]
    carried = [_Window(one.number, one.name, one.due_at, one.met) for one in facts.deadlines]
    numbers = {one.number for one in invoice_facts(session, case.case_id)}
    known = {one.number for one in facts.invoices if one.number}
    agrees = (
        case.first_run_id in (None, first)
        and facts.case_id == case.case_id
        and facts.opened_at == case.opened_at
        and facts.stage is not Stage.CLOSED
        and facts.steps == newest_step_of_run(session, case)
        and carried == windows
        and known <= numbers <= known | _issued_since(session, case.case_id)
    )
    if not agrees:
        raise refuse(
            "reopening.another_case",
            "What the run was given is not what the books know of the case.",
            "Send reopen_case anew; is the worker that answered the office's own?",
        )


def _issued_since(session: Session, case_id: str) -> set[str | None]:
    """Return the invoices that the books have issued while the case was closed: travel expenses that came late."""
    told = [one for one in timeline(session, case_id) if one.run_id == AFTER_CLOSING and one.kind == "invoice"]
    return {one.detail.get("invoice") for one in told}


def _since(session: Session, case: CaseRecord, facts: CaseFacts, at: datetime) -> Reopened:
    """Return what has happened since the case was closed."""
    entries = [one for one in timeline(session, case.case_id) if one.run_id == AFTER_CLOSING]
    answered = [one for one in messages(session, case.case_id) if one.key not in facts.answers]
    closed = [one.at for one in timeline(session, case.case_id) if one.detail.get("stage") == Stage.CLOSED]
    of_program = case.program == Program.ACCREDITATION and case.stage == Stage.ACCREDITED and case.modality
    return Reopened(
        at=at,
        closed_at=max(closed),
        problems=tuple(problem_of(one) for one in troubled_since(session, case.case_id, max(closed))),
        notices=last_notice(session, case.case_id),
        entries=tuple(Entry.model_validate(one.model_dump(include=set(Entry.model_fields))) for one in entries),
        answers={one.key: Answer(digest=one.digest, verdict=_verdict(one)) for one in answered},
        invoices=tuple(_with_lines(session, one) for one in invoice_facts(session, case.case_id)),
        designations=tuple(designations_resting_on(session, case.facility_id, case.modality or ""))
        if of_program
        else (),
    )


def _verdict(known: MessageRecord) -> Verdict:
    reason = "" if known.accepted else "It was refused while the case was closed; the timeline says why."
    return Verdict(accepted=known.accepted, rule=known.rule, reason=reason or None, digest=known.digest)


def _with_lines(session: Session, invoice: InvoiceFact) -> InvoiceFact:
    if not invoice.void or invoice.number is None:
        return invoice
    lines = (
        FeeLine(description=one.description, quantity=one.quantity, unit_price=one.unit_price, amount=one.amount)
        for one in invoice_lines(session, invoice.number)
    )
    return invoice.model_copy(update={"lines": tuple(lines)})
