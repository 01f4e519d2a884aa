"""Sends a message as the person who is signed in: composed, signed with the portal's key, judged by the case."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from policy.messages import Message
from policy.messages.proofs import OFFICE_ORG
from policy.rules import refuse
from policy.verdict import Refused, Verdict
from portal.visit import MESSAGE_ID, Visit
from records.tables import MessageRecord
from services.composition import compose
from services.security.signing import portal_signs
from services.sending import send_update

WITHIN = timedelta(seconds=20)
"""How long a browser waits for a verdict. The same form sent again asks for it again: its message counts once."""
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
        NotRunning: No such case runs.
        NotReachable: No verdict came in time; the message may be taken, and the same form asks again.
    """
    who = visit.who
    role = visit.role_for(model.SENDERS)
    if role is None:
        told = "This message comes from somebody else than the roles that you have here."
        refused = refuse("actor.not_allowed", told, "Let somebody send it who has the role.")
        return refused.verdict()
    known = {"by": {"name": who.name, "role": role.value}}
    if identity := visit.text(MESSAGE_ID):
        known["message_id"] = identity  # type: ignore[assignment]
    try:
        message = compose(model, {**fields, **known}, folder=Path.cwd(), user=None)
    except Refused as refused:
        return refused.verdict()
    signs = portal_signs(visit.world.settings.security, OFFICE_ORG if who.of_office else who.org)
    verdict = await send_update(visit.world.client, case_id, message, within, signs)
    if verdict.accepted:
        await _until_written(visit, case_id, message.key())
    return verdict


async def _until_written(visit: Visit, case_id: str, key: str) -> None:
    """Wait a moment until the books hold a message that was taken: the next page is made from them."""
    for _ in range(int(WRITTEN_WITHIN / LOOK_EVERY)):
        if await visit.read(lambda session: session.get(MessageRecord, (case_id, key))) is not None:
            return
        await asyncio.sleep(LOOK_EVERY)
