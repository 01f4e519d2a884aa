"""What a skeleton tells: a straight life, and chapters that may be taken into it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple


class Sent(NamedTuple):
    """An event of a scenario: on which day (since the case opened) which message is sent, with which fields.

    `fields` are the message's own and, where an event needs them, `refused`, `via` and `case`.
    """

    day: float
    send: str
    fields: Mapping[str, Any] = {}


class Chapter(NamedTuple):
    """A few events that belong together, and what is said before them."""

    words: Sequence[str]
    events: Sequence[Sent]


class Tale(NamedTuple):
    """A whole skeleton.

    Attributes:
        title: What happens in the straight life.
        opens: The day on which it opens, where its events name years; null: the next morning will do.
        straight: The life that goes through as it is written.
        others: Chapters that may be taken in.
    """

    title: str
    opens: date | None
    straight: Sequence[Chapter]
    others: Sequence[Chapter]


PAID = {"invoice": "$invoice", "amount": "$due", "method": "check"}
"""What pays the newest open invoice in full."""
GIVEN_UP = (
    "Somebody gives up, by a letter that the office enters on their behalf and dates back to the day on which it",
    "arrived. Take it in instead of everything after that day.",
)
REFUSED = (
    "What a rule must refuse: `refused` names it. The case goes on as if nothing had been sent, and the rehearsal",
    "fails if the message is accepted, or refused by another rule.",
)
RENEWED = (
    "The renewal, from its notice on (8 months before the end). It opens a case of its own, to which",
    '`case = "renewal"` sends. A real one has an application of kind renewal; for a try the first one will do.',
)
