"""What one driven life tells: how long the choice of an option took."""

from typing import NamedTuple, Protocol


class Lived(NamedTuple):
    """Seconds of one life, each from the moment at which the option was sent.

    Attributes:
        visible: Until its row could be read.
        answered: Until the sender had the answer; 0 where there is none.
        letter: Until the letter about it was out; 0 where there is none.
        early: Messages that were sent before the case knew of what they named, and were sent again.
    """

    visible: float
    answered: float = 0.0
    letter: float = 0.0
    early: int = 0


class Peer(Protocol):
    """Lives lives, and knows how many of them at once."""

    async def live(self, name: str, stop_at: str) -> Lived:
        """Drive one life to its end, or leave it open where it waits for a message.

        Args:
            name: The life's name, unlike any other's.
            stop_at: The message that is not sent any more; empty: live to the end.
        """
        ...
