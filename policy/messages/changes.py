"""Messages by which a facility tells what changes about an accredited unit: people, place, another unit, its data."""

from typing import Annotated, Literal

from pydantic import Field

from policy.application import Identifier
from policy.bounds import SOME, AtMost
from policy.messages.message import Message
from policy.messages.parts import FACILITY_ROLES
from policy.messages.values import Line, MaybeName, Name, Text, When


class ReportPersonnelChange(Message):
    """The facility reports that its responsible physician or medical physicist has left, or who takes the place."""

    NAME = "report_personnel_change"
    SENDERS = FACILITY_ROLES
    role: Literal["supervising_physician", "lead_interpreting_physician", "medical_physicist"] = Field(
        description="Which role."
    )
    left: Name = Field(description="Who has left, as the application lists the person.")
    on: When | None = Field(default=None, description="Since when.")
    replacement: MaybeName = Field(default="", description="Who takes the place; left out: nobody yet.")


class SubmitAnnualUpdate(Message):
    """The facility confirms the data that the office has of it, or says what has changed: once a year, or whenever."""

    NAME = "submit_annual_update"
    SENDERS = FACILITY_ROLES
    confirmed: bool = Field(
        default=False,
        description="That the application as it stands is right: address, people, units; but for what is corrected.",
    )
    corrections: Annotated[tuple[Text, ...], AtMost(SOME)] = Field(
        default=(), description="What is not right any more, a sentence each; left out: nothing."
    )


class ReportRelocation(Message):
    """The facility reports that the unit moves, or that it does itself."""

    NAME = "report_relocation"
    SENDERS = FACILITY_ROLES
    address: Text = Field(description="The new address, or the new place within the facility.")
    on: When | None = Field(default=None, description="The day of the move.")


class ReportAddedUnit(Message):
    """The facility reports another unit of the modality, and how it is to be accredited."""

    NAME = "report_added_unit"
    SENDERS = FACILITY_ROLES
    unit: Identifier = Field(description="The new unit's id.")
    manufacturer: Line = Field(description="Who made it.")
    model: Line = Field(description="Which model it is.")
    way: Literal["addendum", "reinstatement", "early_renewal"] = Field(
        description="Addendum (the certificate's expiry, a reduced fee) or reinstatement (all units anew) where enough "
        "months are left on the certificate (13, by the shipped rules); else early renewal of all units."
    )


class ReportReplacedUnit(Message):
    """The facility reports that another unit takes the place of the accredited one."""

    NAME = "report_replaced_unit"
    SENDERS = FACILITY_ROLES
    unit: Identifier = Field(description="The new unit's id.")
    manufacturer: Line = Field(description="Who made it.")
    model: Line = Field(description="Which model it is.")
    way: Literal["addendum", "reinstatement", "early_renewal"] = Field(
        description="How the new unit is to be accredited; which ways are open follows from the months that are left."
    )
    on: When | None = Field(default=None, description="The day on which the old unit is taken out of use.")


class ReportLoanerUnit(Message):
    """The facility reports a unit that is lent to it for a while, or until when it is lent now."""

    NAME = "report_loaner_unit"
    SENDERS = FACILITY_ROLES
    unit: Identifier = Field(description="The loaner's id.")
    manufacturer: Line = Field(description="Who made it.")
    model: Line = Field(description="Which model it is.")
    begins_on: When = Field(description="Its first day at the facility.")
    ends_on: When = Field(description="Its last day at the facility.")
