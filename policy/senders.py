"""Who may speak, and as of when a message counts."""

from datetime import datetime, timedelta

from policy.dates import MOMENT, as_instant, local_day
from policy.edition import Rules
from policy.facts import CaseFacts
from policy.messages import OFFICE, Message, RecordPayment, ReturnImages, Role, SubmitAppealMaterials
from policy.rules import refuse
from policy.words import either, instant_in_words, spoken

RECEIPTS = (RecordPayment, ReturnImages, SubmitAppealMaterials)
"""What the office records of the world: money, images and materials that arrived."""
AHEAD = timedelta(minutes=5)
"""How far a sender's clock may run ahead of the case's before a stamp counts as one from the future."""


def judge_sender(facts: CaseFacts, message: Message) -> None:
    """Judge whether the speaker may send this message to a case. Raises `Refused`: `actor.not_allowed`."""
    judge_speaker(facts.senders(message), message)


def judge_speaker(allowed: frozenset[Role], message: Message) -> None:
    """Judge whether the speaker has one of the roles that may send this message.

    The office speaks for itself; for a facility it may enter a message `on_behalf_of` somebody, with a reason.

    Raises:
        Refused: `actor.not_allowed`.
    """
    who = "the office (role acr)" if allowed == OFFICE else _facility(allowed)
    if message.on_behalf_of is not None:
        if message.by.role is not Role.ACR:
            raise refuse("actor.not_allowed", "Only the office enters a message on somebody's behalf.")
        if not message.reason:
            raise refuse(
                "actor.not_allowed",
                "A message on somebody's behalf needs a reason.",
                "Say in `reason` how the office received it, for example by fax.",
            )
    if message.speaker().role not in allowed:
        raise refuse(
            "actor.not_allowed",
            f"The message {spoken(message.NAME)} comes from {who}, not from the role {spoken(message.speaker().role)}.",
            f"Let {who} send it."
            if Role.ACR in allowed
            else "The office may enter it with `on_behalf_of` and a `reason`.",
        )


def _facility(allowed: frozenset[Role]) -> str:
    """Return who at a facility may send a message, in words, where not everybody there may and the office may too."""
    if not allowed > OFFICE or Role.FACILITY in allowed:
        return "the facility"
    return f"the facility's {either(spoken(role) for role in sorted(allowed - OFFICE))} or the office"


def may_go_back(facts: CaseFacts, message: Message) -> bool:
    """Return whether the office may date a message back further than a stamp is believed, with a reason.

    What others handed in counts from its receipt; what the office itself issues counts from when it is entered, and
    only an adoption tells true past dates of it (readings, "Dating back"; cases from before revision 3: anything).
    """
    handed_in = message.speaker().role is not Role.ACR or isinstance(message, RECEIPTS)
    return handed_in or facts.adopting or facts.rules_revision < 3


def counts_as_of(
    facts: CaseFacts, message: Message, now: datetime, terms: Rules, arrived: datetime | None = None
) -> datetime:
    """Return the instant (UTC) as of which a message counts. `arrived`: when it came, where that was before `now`.

    Its stamp is believed up to three days back (a worker or server was down), for the office any time back with a
    reason where it enters what others handed in (its own acts: only while a case's past is entered). A stamp further
    back is not believed and the message counts as of its handling (`policy.accreditation.backdating` says what
    follows). Nothing counts from before the case opened, or from before what is awaited now was asked for.

    Raises:
        Refused: `message.in_future`: the stamp lies ahead of the case's clock.
    """
    present = max(now, facts.seen_at or now)  # a clock that runs ahead was believed: nothing goes back behind it
    arrived = arrived or now
    if message.received_at is None and arrived == now:
        return present
    stamp = arrived if message.received_at is None else as_instant(message.received_at, terms.zone)
    if message.received_at is not None and not isinstance(message.received_at, datetime):
        stamp -= MOMENT  # the end of that day, and still on it: windows count from its date
    if message.received_at == local_day(now, terms.zone):
        return present  # "today": the day has not ended yet
    if stamp > now + AHEAD:
        raise refuse(
            "message.in_future",
            f"It is said to be received on {instant_in_words(stamp, terms.zone)}, "
            f"but it is {instant_in_words(now, terms.zone)}.",
            "Leave the instant of receipt out, or give the one at which it was received.",
        )
    believed = timedelta(days=terms.backdating.believed.value)
    vouched = message.by.role is Role.ACR and bool(message.reason) and may_go_back(facts, message)
    if stamp < arrived - believed and not vouched:
        return present
    asked_since = facts.asked.since if facts.asked else facts.opened_at
    floor = max(facts.opened_at, facts.stage_since or facts.opened_at, asked_since)
    return max(stamp, min(floor, present))
