"""Messages that are dated back: whose stamp is not believed, and which one would close a case at once.

What was due since the instant as of which a message counts happens as soon as it is in. Where that would close the case
before anybody could say how it went on, the message is refused; a case whose past is still being entered takes it.
"""

from datetime import datetime, timedelta

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.oncology.windows import plan_closes, plan_due
from policy.accreditation.windows import form_window, grace_end, testing_due
from policy.application import Medium
from policy.dates import as_instant
from policy.edition import Edition, Rules
from policy.facts import CaseFacts
from policy.messages import (
    AcceptApplication,
    CloseCase,
    CorrectAccreditationDecision,
    DecideAccreditation,
    IssueAppealResult,
    IssueFinalReport,
    Message,
    ResolveAttention,
    ReturnImages,
    Role,
)
from policy.rules import refuse
from policy.senders import may_go_back
from policy.words import instant_in_words


def judge_dating(
    facts: CaseFacts, terms: Rules, message: Message, at: datetime, now: datetime, arrived: datetime | None = None
) -> list[str]:
    """Judge how a message to an accreditation cycle or a designation is dated.

    Args:
        facts: What is known of the case.
        terms: The edition that it carries.
        message: The message.
        at: The instant (UTC) as of which it counts.
        now: The case's clock.
        arrived: When the message came, where that was before `now`.

    Returns:
        A warning where the sender's stamp was not believed (cases that began before revision 3).

    Raises:
        Refused: `message.window_over`: the case would close by itself as soon as the message is in;
            `message.stamp_not_believed`: it would count as of now, although its sender says otherwise.
    """
    if facts.rules_revision < 2:  # cases that began before this was judged go on as they began
        return []
    medium = facts.medium if isinstance(facts, CycleFacts) else None
    closes = closes_after(message, at, terms, medium) if isinstance(terms, Edition) else None
    if closes is not None and closes <= now and not facts.adopting:
        raise refuse(
            "message.window_over",
            f"Dated back to {instant_in_words(at, terms.zone)}, it would close the case by itself: since "
            f"{instant_in_words(closes, terms.zone)} what should have followed is over.",
            "Date it later, so that what follows can still come in time.",
            "A case that was under way elsewhere is entered by `accredit import`, with all its messages.",
        )
    return _disbelieved(facts, terms, message, at, arrived or now)


def judge_adoption(facts: CaseFacts, message: Message) -> None:
    """Judge a message to a case whose past is being entered: only the past comes in, or the end of the adoption.

    Raises:
        Refused: `case.being_adopted`.
    """
    entered = message.by.role is Role.ACR and bool(message.reason) and message.received_at is not None
    if facts.adopting and not entered and not isinstance(message, ResolveAttention | CloseCase):
        raise refuse(
            "case.being_adopted",
            "What happened before the office adopted the case is still being entered.",
            "Enter it with `received_at` and a `reason`; then resolve the attention item `adoption`.",
        )


def closes_after(message: Message, at: datetime, terms: Edition, medium: Medium | None = None) -> datetime | None:
    """Return when a cycle closes by itself after a message if nothing else comes; None where nothing closes it.

    Args:
        message: The message.
        at: The instant (UTC) as of which it counts.
        terms: The edition that the case carries.
        medium: How images are submitted, where it is known: on CD and film no form runs before they are returned.
    """
    if terms.survey_based:
        decision = message if isinstance(message, DecideAccreditation | CorrectAccreditationDecision) else None
        adverse = decision is not None and decision.outcome != "accredited"
        return plan_closes(plan_due(at, terms), terms) if adverse else None
    match message:
        case AcceptApplication():
            return grace_end(testing_due(at, terms), terms)
        case ReturnImages():
            return form_window(at, terms, medium).closes_at
        case IssueFinalReport() if medium in (Medium.CD, Medium.FILM):
            return None
        case IssueFinalReport() | IssueAppealResult():
            deficient = not all(finding.acceptable for finding in message.findings)
            return form_window(at, terms, medium).closes_at if deficient else None
        case _:
            return None


def _disbelieved(facts: CaseFacts, terms: Rules, message: Message, at: datetime, arrived: datetime) -> list[str]:
    days = terms.backdating.believed.value
    stamp = as_instant(message.received_at, terms.zone) if message.received_at else arrived
    if at < arrived or stamp >= arrived - timedelta(days=days):
        return []
    if facts.rules_revision >= 3:
        raise refuse(
            "message.stamp_not_believed",
            f"It is dated {instant_in_words(stamp, terms.zone)}; a stamp is believed {days} days back.",
            *_how_to_date(facts, message, days),
        )
    return [
        f"It counts as of now, not as of {instant_in_words(stamp, terms.zone)}: a stamp is believed {days} days back, "
        "for the office further with a `reason`."
    ]


def _how_to_date(facts: CaseFacts, message: Message, days: int) -> list[str]:
    """Return how a message is sent whose stamp is not believed."""
    now = f"Leave received_at out, and it counts as of now; or date it at most {days} days back."
    if not may_go_back(facts, message):
        past = (
            "What the office issues counts from when it is entered; `accredit import` alone tells a case's true past."
        )
        return [now, past]
    if message.by.role is Role.ACR:
        return ["Give a `reason`: what others handed in counts, with one, from any day on which it was received.", now]
    return [now, "The office may enter it with `on_behalf_of` and a `reason`, as of the day on which it was received."]
