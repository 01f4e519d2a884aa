"""Messages about the facility behind a case: a contact leaves, a letter comes back, the facility itself changes."""

from typing import Annotated, Literal

from pydantic import Field

from policy.application import ContactRole, Email, Identifier
from policy.messages.message import Message
from policy.messages.parts import OFFICE, Role
from policy.messages.values import MaybeName, MaybeText, Name, Text, When

NoticeNumber = Annotated[int, Field(ge=1, le=1_000_000)]
"""A letter's number in its case."""


class ReportContactLeft(Message):
    """A contact has left the facility: letters go to the others, and the person's sign-in for it ends."""

    NAME = "report_contact_left"
    SENDERS = OFFICE | {Role.ADMINISTRATOR}
    left: Name = Field(description="Who has left, as the application lists the person.")
    role: ContactRole | None = Field(
        default=None, description="In which role, where the person keeps another one; left out: in every role."
    )
    on: When | None = Field(default=None, description="Since when.")


class ReportBouncedLetter(Message):
    """The office reports that a letter of the case came back: somebody looks, and it can be sent again."""

    NAME = "report_bounced_letter"
    SENDERS = OFFICE
    notice: NoticeNumber = Field(description="The letter's number in the case, as `accredit notices` lists it.")
    recipient: Email = Field(description="The address that it did not reach.")
    said: MaybeText = Field(default="", description="What the mail server said, for example 550 5.1.1 no such user.")


class SendLetterAgain(Message):
    """The office sends a letter again that did not reach everybody, to a corrected address where one is named."""

    NAME = "send_letter_again"
    SENDERS = OFFICE
    notice: NoticeNumber = Field(description="The letter's number in the case, as `accredit notices` lists it.")
    address: Email | None = Field(
        default=None, description="The contact's address that is corrected; left out: it goes where it went before."
    )
    corrected: Email | None = Field(
        default=None, description="What the address is now; letters go there from now on, too."
    )


class ChangeFacility(Message):
    """The office records that a facility or practice is renamed, moves, merges or is taken over."""

    NAME = "change_facility"
    SENDERS = OFFICE
    facility: Identifier = Field(description="Its id as the case has it: of the facility, the practice or a location.")
    kind: Literal["renamed", "moved", "merged", "taken_over"] = Field(description="What has become of it.")
    new_id: Identifier | None = Field(
        default=None, description="The id of the one that it has become part of, where it was merged or taken over."
    )
    name: MaybeName = Field(default="", description="Its name from now on; left out: as before.")
    street: MaybeName = Field(default="", description="Street and number from now on; left out: as before.")
    city: MaybeName = Field(default="", description="The city from now on; left out: as before.")
    state: MaybeName = Field(default="", description="The state, which cannot be another one; left out: as before.")
    postal_code: MaybeName = Field(default="", description="The postal code from now on; left out: as before.")
    on: When | None = Field(default=None, description="Since when it is so.")
    new_certificate: bool = Field(
        default=False, description="Whether the certificate that stands is issued anew, with the new name."
    )
    reason: Text = Field(description="How the office knows, for example by the deed of merger.")
