"""A message on its way to be judged, and what speaks against it before anybody looks at what it says."""

from datetime import datetime
from typing import Any, NamedTuple

from policy.bounds import LARGEST, LARGEST_KEPT
from policy.facts import CaseFacts, Stage
from policy.incoming import judge_incoming, size_of, too_large
from policy.messages import Message
from policy.messages.proofs import Sender, not_verified
from policy.rules import refuse
from policy.senders import counts_as_of, judge_sender
from policy.verdict import Refused
from workflows.case import AnyCase
from workflows.case.carrying import ROOM_EVENTS


class Incoming(NamedTuple):
    """A message on its way to be judged.

    Attributes:
        message: The message; its proof has been looked at and taken off.
        sender: Who proved to have sent it.
        signal: It came as a signal, and has no answer of its own: a refused one is answered by a notice.
        unseen: Nobody has looked yet whether it keeps the bounds of what comes in.
        refused: What speaks against it already.
    """

    message: Message
    sender: Sender | None = None
    signal: bool = False
    unseen: bool = False
    refused: Refused | None = None

    def persons(self) -> dict[str, Any]:
        """Return who spoke and, where it was proved, who sent it and by which key, for the entry in the timeline."""
        sender = self.sender.model_dump(mode="json") if self.sender else None
        return self.message.persons() | ({"sender": sender} if sender else {})


def without_proof(message: Message) -> Message:
    """Return a message as it may be kept."""
    return message.model_copy(update={"proof": None}) if message.proof is not None else message


def admit(facts: CaseFacts, message: Message) -> None:
    """Judge whether the case takes this message from this sender at all, whatever it says.

    Raises:
        Refused: `message.id_reused`, `case.closed` or `actor.not_allowed`.
    """
    known = facts.answers.get(message.key())
    if known and known.digest != message.digest():
        raise reused(message)
    if known is None and facts.stage is Stage.CLOSED:
        raise closed(facts)
    judge_sender(facts, message)


def judge_arrival(case: AnyCase, incoming: Incoming) -> None:
    """Judge what a validator judges, where none could. Raises `Refused`."""
    if incoming.refused is not None:
        raise incoming.refused
    if incoming.unseen and case.facts.rules_revision >= 3:
        judge_incoming(incoming.message, case.terms.zone, largest=LARGEST_KEPT)


def is_for_nothing(case: AnyCase, incoming: Incoming) -> bool:
    """Whether a message will be refused whatever its documents hold: nothing is fetched for it."""
    try:
        admit(case.facts, incoming.message)
        judge_arrival(case, incoming)
    except Refused:
        return True
    return False


def too_much(message: Message, history_events: int) -> Refused | None:
    """Return why a signal is not even looked at: each takes room in the history, also what nobody signed."""
    size = size_of(message.model_dump(mode="json"))
    if size > LARGEST_KEPT:
        return too_large("message", size, LARGEST)
    if history_events > ROOM_EVENTS:
        return not_verified("The case has no room for signals until it goes on in a new run; send it as an update.")
    return None


def stamp(case: AnyCase, message: Message, now: datetime, arrived: datetime) -> datetime:
    """Return the instant for a message's entry, also where it is refused before it is judged as of any."""
    try:
        return counts_as_of(case.facts, message, now, case.terms, arrived)
    except Refused:
        return now


def reused(message: Message) -> Refused:
    """Return the refusal of a message whose id stands for another content."""
    return refuse(
        "message.id_reused",
        f"A message with the same id ({message.message_id}) came before and said something else.",
        "Send it anew, as a message of its own.",
    )


def unknown_fields(message: Message) -> Refused:
    """Return the refusal of a message with fields that this version does not know."""
    return refuse(
        "message.unknown_field",
        f"{message.unknown} field(s) of the message {message.NAME} are none that it has.",
        f"`accredit schema {message.NAME}` names its fields; who sends from a later version waits until it is current.",
    )


def closed(facts: CaseFacts) -> Refused:
    """Return the refusal of any message by a closed case."""
    return refuse(
        "case.closed",
        f"The case is closed: {facts.outcome.words if facts.outcome else 'nothing more follows'}.",
        "A new application opens a new case; what was recorded stays in the books.",
    )
