"""Messages by which the office keeps a case: its own notes, and a pause in which every window stands still."""

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
