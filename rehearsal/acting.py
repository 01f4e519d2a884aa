"""Sends an event to its case, and says what came of it."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import ValidationError
from temporalio.client import WorkflowUpdateFailedError

from activities.mail import MailFolder
from policy.messages import Message, ReopenCase
from policy.money import MoneyMessage
from policy.rules import refuse
from policy.verdict import Refused, Verdict
from policy.words import outcome_words
from records.accreditations import enter_accreditation
from records.money_queries import bills
from records.queries import case_by_id
from rehearsal.clock import SPARE, CaseClock
from rehearsal.scenario import Event, ExternalEvent, Owed
from rehearsal.world import World
from services.composition import troubles_of
from services.paths import MAIL
from services.queries import NotRunning
from services.reopening.asking import reopen
from services.security.naming import name_documents
from services.sending import send_signal, send_update
from services.settlement import settle

WITHIN = timedelta(seconds=60)
"""Real time in which a case must have answered."""
UNREADABLE = "message.unreadable"
"""What turns away that which is no message of its name."""
SHAPES = "Decisions of the office (the source is silent): shapes of the messages"


@dataclass(frozen=True)
class Outcome:
    """What came of an event.

    Attributes:
        event: The event.
        at: The instant (UTC) at which it was sent.
        key: The message's key, under which the books keep the verdict of a message that was judged.
        verdict: What the case said, or its validator, or (for a document) the sender's own side.
    """

    event: Event
    at: datetime
    key: str
    verdict: Verdict

    def failure(self) -> str | None:
        """Return in what it went otherwise than written, or None."""
        expected, verdict = self.event.refused, self.verdict
        if verdict.accepted:
            return f"{self.event}: accepted; the scenario expects a refusal by {expected}" if expected else None
        if verdict.rule == expected:
            return None
        wanted = f"a refusal by {expected}" if expected else "that it is accepted"
        return f"{self.event}: refused by {verdict.rule}: {verdict.reason} The scenario expects {wanted}."


async def act(world: World, case_id: str, event: Event, opened_at: datetime) -> Outcome:
    """Send an event's message to a case.

    Raises:
        NotReachable: No answer came.
        RPCError, WorkflowUpdateFailedError: The code of the case is at fault.
    """
    at = event.instant(opened_at)
    key = f"{event.model.NAME}:{event.fields.get('message_id', event.own_id)}"
    try:
        content = event.content(opened_at, world.settings.zone, _owed(world, case_id, at))
    except Refused as refused:
        return Outcome(event, at, key, refused.verdict())
    try:
        message = event.model.model_validate(content)
    except ValidationError as error:
        wrong = "; ".join(f"{each.field}: found {each.found}" for each in troubles_of(error, event.model))
        return Outcome(event, at, key, await _send_unreadable(world, case_id, event.model, key, content, wrong))
    return Outcome(event, at, key, await _send(world, case_id, event, message, at))


async def bring(world: World, case_id: str, event: ExternalEvent, opened_at: datetime) -> None:
    """Let a case hear what another case tells it, as of its day.

    A case believes nothing that the books do not know: the accreditation is entered in the rehearsal's first.

    Raises:
        RPCError: The case has closed, or the server does not answer.
    """
    at = event.instant(opened_at)
    facility, modality, *outcome = event.said
    with world.books.writing() as session:
        enter_accreditation(session, facility, modality, at, outcome=outcome[0] if outcome else None)
    await world.client.get_workflow_handle(case_id).signal(event.name, args=[*event.said, at])


def _owed(world: World, case_id: str, at: datetime) -> list[Owed]:
    with world.books.reading() as session:
        return [Owed(bill.invoice.number, bill.outstanding) for bill in bills(session, at, case_id)]


async def _send(world: World, case_id: str, event: Event, message: Message, at: datetime) -> Verdict:
    name_documents(message, world.settings.documents)
    send = send_signal if event.via == "signal" else send_update
    try:
        return await send(world.client, case_id, message, WITHIN, world.sign)
    except NotRunning:
        if isinstance(message, ReopenCase) and _is_closed(world, case_id):
            return await _opened_again(world, case_id, message, at)
        if isinstance(message, MoneyMessage) and _is_closed(world, case_id):
            mailer = MailFolder(world.folder / MAIL)
            return await asyncio.to_thread(settle, world.books, mailer, world.settings, case_id, message, at)
        return _closed(world, case_id).verdict(message.digest())


async def _opened_again(world: World, case_id: str, message: ReopenCase, at: datetime) -> Verdict:
    """Have a closed case go on: its new run begins at the instant of the message, to which its own clock is led."""

    async def led() -> None:
        clock = CaseClock(world.client, case_id)
        await clock.lead_to(at + SPARE, await clock.look())

    delay = max(at - datetime.now(UTC), timedelta(0))
    return await reopen(world.client, world.books, world.settings, case_id, message, world.sign, at, WITHIN, delay, led)


def _is_closed(world: World, case_id: str) -> bool:
    with world.books.reading() as session:
        case = case_by_id(session, case_id)
    return case is not None and case.closed_at is not None


def _closed(world: World, case_id: str) -> Refused:
    """Return the refusal of a case that the server has closed; what became of it, the books know."""
    with world.books.reading() as session:
        case = case_by_id(session, case_id)
    outcome = outcome_words((case and case.outcome) or "nothing is known of it")
    return refuse("case.closed", f"The case is closed: {outcome}.", "A new application opens a new case.")


async def _send_unreadable(
    world: World, case_id: str, model: type[Message], key: str, content: dict[str, Any], wrong: str
) -> Verdict:
    """Send what is no message of its name, because the scenario wants to see it turned away."""
    handle = world.client.get_workflow_handle(case_id)
    try:
        await handle.execute_update(model.NAME, content, id=key, rpc_timeout=WITHIN)
    except WorkflowUpdateFailedError:
        return Verdict(accepted=False, rule=UNREADABLE, reason=f"This is no {model.NAME}: {wrong}.", source=SHAPES)
    return Verdict(accepted=True)
