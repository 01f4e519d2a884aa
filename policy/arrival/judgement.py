"""What is judged of a message where it comes in, by whoever sees it first: a validator, an activity, the books.

Never in a replay: bounds become narrower and patterns more, and what a case has taken it has taken.
"""

from zoneinfo import ZoneInfo

from policy.documents import judge_addresses
from policy.incoming import judge_incoming
from policy.messages import Message
from policy.phi.in_messages import judge_private


def judge_arriving(message: Message, zone: ZoneInfo | None) -> None:
    """Judge a message that has just come in: its addresses, its size and times, and whether it identifies a patient.

    Args:
        message: The message.
        zone: The office's time zone; None: not known yet, and local times are not looked at.

    Raises:
        Refused: What `judge_addresses`, `judge_incoming` and `judge_private` refuse by.
    """
    judge_addresses(message)
    judge_incoming(message, zone)
    judge_private(message)
