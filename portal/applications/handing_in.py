"""Hands an application in: it opens its cases as `accredit start` does, or renews one by the message for it."""

from policy.identity import next_cycle_id
from policy.messages import StartRenewal
from policy.verdict import Verdict
from portal.sending import send
from portal.visit import Visit
from records.tables import Draft
from services.opening import JudgedApplication, open_cases


async def hand_in(visit: Visit, kept: Draft, judged: JudgedApplication) -> list[str] | Verdict:
    """Return the cases that an application opened, or why its case does not take it as its renewal.

    Args:
        visit: Whose form it is; its hidden field `message_id` is that of the draft.
        kept: The draft.
        judged: The application; nothing stands against it.

    Raises:
        RefusedByRule: Another application has a case of the same unit, or practice and state.
        ServiceError: The server does not answer.
    """
    if kept.case_id is None:
        return [case.case_id for case in await open_cases(judged, visit.world.client, visit.world.books)]
    application = judged.application.model_dump(mode="json", exclude_none=True)
    verdict = await send(visit, kept.case_id, StartRenewal, {"application": application})
    return [next_cycle_id(kept.case_id)] if verdict.accepted else verdict
