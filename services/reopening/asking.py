"""Has a closed case go on: asks the closed run what it knew, signs for that end of that case, and starts the run.

The run that goes on is believed by nobody before its own activity has asked the office's proof, the server and the
books (`activities.reopening`); what is looked at here spares a start that would be refused.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from temporalio.client import Client, WorkflowExecutionStatus, WorkflowFailureError
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError

from policy.accreditation.cycle import CycleFacts
from policy.dates import as_instant
from policy.keeping.reopening import digest_of, judge_reopening, judge_said, not_closed, not_on_server
from policy.messages import ReopenCase
from policy.messages.proofs import LONGEST_LIFE
from policy.office import OfficeSettings
from policy.rules import refuse
from policy.verdict import Refused, Verdict
from records.books import Books, Session
from records.queries import case_by_id, timeline
from records.reopening import closing_of
from records.tables import CaseRecord, MessageRecord
from records.words import Program
from services.errors import NoSuchCase, NotReachable
from services.opening import ShownInUi, start_opening
from services.queries import NotRunning, ask
from services.security.signing import Sign
from services.sending import START_WORKER
from workflows.case.opening import OpenCase, ReopenedBy, known_of
from workflows.designation.workflow import OpenDesignation

LOOK_EVERY = 0.1
"""Seconds between two looks whether the run has been believed."""
Opening = OpenCase | OpenDesignation


async def reopen(
    client: Client,
    books: Books,
    office: OfficeSettings,
    case_id: str,
    message: ReopenCase,
    sign: Sign | None,
    now: datetime,
    within: timedelta,
    start_delay: timedelta | None = None,
    started: Callable[[], Awaitable[None]] | None = None,
) -> Verdict:
    """Open a case again, and return the verdict. The same message again gets the same answer.

    Args:
        client: The server that has the closed run.
        books: The office's books.
        office: The office's settings, with the term.
        case_id: A case that the books hold as closed.
        message: The office's message.
        sign: Proves who sends it; left out: it goes as it is.
        now: The present instant (UTC), or that of a rehearsal.
        within: How long to wait for each answer.
        start_delay: How long the server waits before the run begins (rehearsals).
        started: Awaited once it has been started: a rehearsal leads its clock there.

    Raises:
        NoSuchCase: The books do not know the case.
        NotReachable: No worker answers in time; the same message may be sent again.
    """
    try:
        row = await asyncio.to_thread(_judge, books, office, case_id, message, now)
        if row is None:
            return Verdict(accepted=True, digest=message.digest())
        opening = await _before_closing(client, row, within)
    except Refused as refused:
        return refused.verdict(message.digest())
    filled = message.model_copy(update={"closed_run": row.run_id, "known": digest_of(known_of(opening))})
    proved = sign(filled, case_id, client.namespace, LONGEST_LIFE) if sign is not None else filled
    signed = ReopenCase.model_validate(proved.model_dump())
    opening = opening.model_copy(update={"reopened": ReopenedBy(message=signed)})
    try:
        run_id = await _start(client, opening, case_id, office.zone, start_delay)
    except WorkflowAlreadyStartedError:
        return not_closed().verdict(message.digest())
    if started is not None:
        await started()
    verdict = await _verdict(client, case_id, run_id, signed, within)
    return verdict.model_copy(update={"digest": message.digest()})


def _judge(books: Books, office: OfficeSettings, case_id: str, message: ReopenCase, now: datetime) -> CaseRecord | None:
    """Return the case, if it may be opened again; None: this message has done so. Raises `Refused`, `NoSuchCase`."""
    with books.reading() as session:
        case = case_by_id(session, case_id)
        if case is None:
            raise NoSuchCase("case", case_id, "`accredit cases` finds cases.")
        known = session.get(MessageRecord, (case_id, message.key()))
        if known is not None and known.accepted:
            if case.closed_at is not None or known.digest != _as_filled_in(session, case_id, message).digest():
                raise _used_before(message)
            return None
        judge_said(message, None, office.zone)
        at = min(as_instant(message.received_at, office.zone), now) if message.received_at else now
        judge_reopening(closing_of(session, case), at, office.zone, office.office.reopen_days)
        return case


def _as_filled_in(session: Session, case_id: str, message: ReopenCase) -> ReopenCase:
    """Return a message as the one of its id was when it went out; one that never did as it is."""
    for entry in timeline(session, case_id):
        said = entry.detail.get("message") if entry.kind == "message" else None
        if isinstance(said, dict) and said.get("message_id") == message.message_id and "closed_run" in said:
            return message.model_copy(update={name: said.get(name, "") for name in ("closed_run", "known")})
    return message


async def _before_closing(client: Client, row: CaseRecord, within: timedelta) -> Opening:
    """Ask the closed run what it knew. Raises `Refused` where the server has forgotten it, `NotReachable`."""
    try:
        told = await ask(client, row.case_id, "before_closing", within=within, run_id=row.run_id)
    except NotRunning:
        raise not_on_server() from None
    if not isinstance(told, Mapping):
        raise NotReachable("worker for the case", row.case_id, f"{START_WORKER}.", "no worker answers")
    model = OpenDesignation if row.program == Program.DICOE else OpenCase
    return model.model_validate(told)


async def _start(
    client: Client, opening: Opening, case_id: str, zone: ZoneInfo, start_delay: timedelta | None
) -> str | None:
    facts = opening.carried
    others = list(facts.siblings) if isinstance(facts, CycleFacts) else []
    shown = ShownInUi(
        facts.opened_at if facts else datetime.now(zone), zone, others, facts.predecessor if facts else None
    )
    again = WorkflowIDReusePolicy.ALLOW_DUPLICATE
    handle = await start_opening(client, case_id, opening, shown, reuse=again, start_delay=start_delay)
    return handle.result_run_id


async def _verdict(client: Client, case_id: str, run_id: str | None, message: ReopenCase, within: timedelta) -> Verdict:
    """Wait until the run goes on, or was refused. Raises `NotReachable`."""
    stop = asyncio.get_running_loop().time() + within.total_seconds()
    handle = client.get_workflow_handle(case_id, run_id=run_id)
    while asyncio.get_running_loop().time() < stop:
        if (await handle.describe()).status == WorkflowExecutionStatus.FAILED:
            return await _refusal(client, case_id, run_id)
        known: Any = await ask(client, case_id, "verdict", message.key(), within=within, run_id=run_id)
        if known is not None:
            return Verdict.model_validate(known)
        await asyncio.sleep(LOOK_EVERY)
    step = f"The case may be open again by now. {START_WORKER}; then look at `accredit show {case_id}`"
    raise NotReachable("worker for the case", case_id, f"{step}.", f"no answer within {within.total_seconds():g} s")


async def _refusal(client: Client, case_id: str, run_id: str | None) -> Verdict:
    try:
        await client.get_workflow_handle(case_id, run_id=run_id).result()
    except WorkflowFailureError as error:
        cause = error.cause
        if isinstance(cause, ApplicationError) and cause.details and isinstance(cause.details[0], dict):
            return Verdict.model_validate(cause.details[0])
        raise
    raise RuntimeError(f"run {run_id} of {case_id} has failed and has a result")


def _used_before(message: ReopenCase) -> Refused:
    """Return the refusal of a message whose id opened the case before it was closed again, or with other words."""
    return refuse(
        "message.id_reused",
        f"A message with the same id ({message.message_id}) has opened the case before: that was another one.",
        "Send it anew, as a message of its own.",
    )
