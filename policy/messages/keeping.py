"""Messages by which the office keeps a case: its own notes, a pause in which every window stands still, a reopening."""

from pydantic import Field

from policy.messages.message import Message
from policy.messages.parts import OFFICE
from policy.messages.values import MaybeName, Text, When


class OfficeNote(Message):
    """The office writes a note for itself; nobody else ever reads it."""

    NAME = "note"
    SENDERS = OFFICE
    text: Text = Field(description="What is to be remembered; the office alone reads it.")
    follow_up_on: When | None = Field(
        default=None, description="The day on which somebody looks at it again; it stands in the worklist until then."
    )
    assignee: MaybeName = Field(default="", description="Who at the office looks at it again.")


class PauseCase(Message):
    """The office pauses a case: its windows stand still and keep what was left of them."""

    NAME = "pause_case"
    SENDERS = OFFICE
    reason: Text = Field(description="Why, for example a flood at the site; the facility reads it too.")
    on: When | None = Field(
        default=None, description="The day from which it is paused, at most 3 days back; left out: that of the message."
    )


class ResumeCase(Message):
    """The office resumes a paused case: each due date moves by the days of the pause."""

    NAME = "resume_case"
    SENDERS = OFFICE
    on: When | None = Field(
        default=None, description="The day on which it goes on, at most 3 days back; left out: that of the message."
    )


class ReopenCase(Message):
    """The office opens a case again that was closed in error: what was open then goes on.

    The last two fields are filled in by whoever sends it, from the books and the closed run: so its proof stands for
    that end of that case, and for what the case knew.
    """

    NAME = "reopen_case"
    SENDERS = OFFICE
    reason: Text = Field(description="Why it was closed in error; the facility reads it too.")
    closed_run: MaybeName = Field(default="", description="Filled in by the sender: the run that closed.")
    known: MaybeName = Field(default="", description="Filled in by the sender: the SHA-256 of what the case knew.")
