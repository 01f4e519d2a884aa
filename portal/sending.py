"""Sends a message as the person who is signed in: composed, signed with the portal's key, judged by the case."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool

from policy.identity import holder_of
from policy.messages import OFFICE, Message
from policy.messages.proofs import OFFICE_ORG
from policy.names import same_token
from policy.rules import refuse
from policy.verdict import Refused, Verdict
from portal.visit import MESSAGE_ID, Visit
from records.tables import MessageRecord
from services.composition import compose
from services.errors import CaseFailing, NotReachable
from services.queries import NotRunning
from services.security.signing import portal_signs
from services.sending import send_update

log = logging.getLogger("accredit.portal")
WITHIN = timedelta(seconds=20)
"""How long a browser waits for a verdict. The same form sent again asks for it again: its message counts once."""
AGAIN = "Your form may or may not be taken. Send it again in some minutes: the same form counts once."
"""What a facility is told where no verdict came; servers and failures are for whoever runs them, in the log."""
WRITTEN_WITHIN, LOOK_EVERY = 3.0, 0.05
"""Seconds for the step that follows a message, within which the books usually have it, and between two looks."""


async def send(
    visit: Visit, case_id: str, model: type[Message], fields: Mapping[str, Any], within: timedelta = WITHIN
) -> Verdict:
    """Send a message in the visitor's name and return the verdict; a refusal is one too.

    Args:
        visit: Whose form it is; its hidden field `message_id` is the message's id.
        case_id: To which case.
        model: Which message.
        fields: Its own fields, as JSON values; documents as `portal.uploads` gives them.
        within: How long to wait for the verdict.

    Raises:
        Unusable: It is not that message: every fault by its field.
        NotReachable: No verdict came in time; the message may be taken, and the same form asks again.
    """
    try:
        message = await run_in_threadpool(composed, visit, model, fields)
    except Refused as refused:
        return refused.verdict()
    return await send_composed(visit, case_id, message, within)


async def send_composed(
    visit: Visit, case_id: str, message: Message, within: timedelta = WITHIN, *, speaks_as: str | None = None
) -> Verdict:
    """Send a message that is composed, signed in the visitor's name. Returns and raises what `send` does.

    `speaks_as`: for which organisation, where the caller has found that the case is the visitor's.
    """
    who = visit.who
    org = OFFICE_ORG if who.of_office else speaks_as or _speaks_as(visit, case_id)
    signs = portal_signs(visit.world.settings.security, org)
    try:
        verdict = await send_update(visit.world.client, case_id, message, within, signs)
    except NotRunning:
        told = "The case takes no messages: it is closed, or it has not begun yet."
        return refuse("case.closed", told, "Look at the case's page: it says how it stands.").verdict(message.digest())
    except (NotReachable, CaseFailing) as away:
        if who.of_office:
            raise
        log.error("No verdict came for a %s: %s", message.NAME, type(away).__name__)
        raise NotReachable("case", "the office", AGAIN) from None
    if verdict.accepted:
        await until_written(visit, case_id, message.key())
    return verdict


def _speaks_as(visit: Visit, case_id: str) -> str:
    """Return in whose name a visitor of a facility speaks: as the one whose id the case has, where it is his now.

    A case keeps its id when its facility becomes part of another one; whose it is since then the books say.
    """
    row, org = visit.case, visit.who.org
    theirs = row is not None and row.case_id == case_id and same_token(row.facility_id, org)
    return (holder_of(case_id) if theirs else None) or org


async def until_written(visit: Visit, case_id: str, key: str) -> None:
    """Wait a moment until the books hold a message that was taken: the next page is made from them."""
    for _ in range(int(WRITTEN_WITHIN / LOOK_EVERY)):
        if await visit.read(lambda session: session.get(MessageRecord, (case_id, key))) is not None:
            return
        await asyncio.sleep(LOOK_EVERY)


def composed(visit: Visit, model: type[Message], fields: Mapping[str, Any]) -> Message:
    """Return the message that a form says in the visitor's name. Takes what `send` takes; the office speaks for others.

    Raises:
        Unusable: It is not that message: every fault by its field.
        Refused: `actor.not_allowed`, or it cannot be kept as it is.
    """
    who = visit.who
    for_somebody = who.of_office and bool(fields.get("on_behalf_of"))
    role = visit.role_for(model.SENDERS | OFFICE if for_somebody else model.SENDERS)
    if role is None:
        raise _not_allowed(office=who.of_office)
    known: dict[str, Any] = {"by": {"name": who.name, "role": role.value}}
    if identity := visit.text(MESSAGE_ID):
        known["message_id"] = identity
    return compose(model, {**fields, **known}, folder=Path.cwd(), user=None)


def _not_allowed(*, office: bool) -> Refused:
    if office:
        told = "This is the facility's message: the office enters it for somebody there, and says for whom and why."
        return refuse("actor.not_allowed", told, "Fill in whom it is entered for, and the reason.")
    told = "This message comes from somebody else than the roles that you have here."
    return refuse("actor.not_allowed", told, "Let somebody send it who has the role.")
