"""What every message has: who speaks, an id of its own, and when the office received it."""

import hashlib
import json
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, PrivateAttr, StringConstraints

from policy.bounds import NAME, PROOF, AtMost
from policy.messages.parts import Actor, Role, Shape
from policy.messages.values import Note, When


class Message(Shape):
    """What every message has."""

    NAME: ClassVar[str]
    SENDERS: ClassVar[frozenset[Role]]

    message_id: Annotated[str, StringConstraints(min_length=1, max_length=200), AtMost(NAME)] = Field(
        description="The sender's own id of it; the same id with the same content is the same message."
    )
    by: Actor = Field(description="Who sends it: a name, and in which role.")
    received_at: When | None = Field(
        default=None,
        description="When the office received it: a date is the end of that day. Left out: when the case handles it.",
    )
    on_behalf_of: Actor | None = Field(
        default=None, description="For whom at the facility the office enters it; a reason then says why."
    )
    reason: Note = Field(
        default="", description="Why the office dates it back, corrects something or speaks for somebody."
    )

    proof: Annotated[str, AtMost(PROOF)] | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        repr=False,
        description="The proof of who sends it, a compact JWS: made when it is sent, looked at once and never kept.",
    )

    _unknown: int = PrivateAttr(default=0)

    @property
    def unknown(self) -> int:
        """How many fields came with it that this version does not know: left out where a history is read."""
        return self._unknown

    def without(self, unknown: int) -> Self:
        """Note how many fields were left out when it was read, and return it."""
        self._unknown = unknown
        return self

    def key(self) -> str:
        """Return the Temporal update id of the message."""
        return f"{self.NAME}:{self.message_id}"

    def speaker(self) -> Actor:
        """Return whose word it is: that of the person for whom the office entered it, else the sender's."""
        return self.on_behalf_of or self.by

    def persons(self) -> dict[str, str]:
        """Return who spoke, and who at the office entered it for them, for the message's entry in the timeline."""
        entered_by = {"entered_by": self.by.name} if self.on_behalf_of else {}
        return {"person": self.speaker().name, **entered_by}

    def content(self) -> dict[str, Any]:
        """Return every field but `received_at` and `proof`, as JSON values."""
        return self.model_dump(mode="json", exclude={"received_at", "proof"})

    def digest(self) -> str:
        """Return the SHA-256 of the content, in hexadecimal."""
        text = json.dumps([self.NAME, self.content()], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
