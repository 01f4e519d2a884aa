"""Who sends a message that no validator has seen, and whether it keeps the bounds of what comes in."""

from typing import Any

from activities.contract.records import Carried
from policy.messages.proofs import Sender
from policy.verdict import Verdict

VERIFY_SENDER = "verify_sender"


class SignalToVerify(Carried):
    """A signal as it came: the message's name and its content, with the proof. `zone`: the office's time zone."""

    message: str
    content: dict[str, Any]
    zone: str


class SignalVerified(Carried):
    """What came of looking at a signal.

    Attributes:
        sender: Who sent it; null where nobody proved it, and nobody needed to.
        turned_away: The verdict where the sender is not verified: nothing of it comes into the case.
        refused: The verdict where the sender is, and the message goes beyond what is taken.
    """

    sender: Sender | None = None
    turned_away: Verdict | None = None
    refused: Verdict | None = None
