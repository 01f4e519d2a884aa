"""Messages of a designation."""

from typing import Annotated, Literal

from pydantic import Field

from policy.bounds import MANY, SOME, AtMost
from policy.messages.message import Message
from policy.messages.parts import FACILITY_ROLES, OFFICE, Shape
from policy.messages.values import Amount, Json, MaybeName, Text


class DecideDesignation(Message):
    """The office designates the practice, or does not."""

    NAME = "decide_designation"
    SENDERS = OFFICE
    designated: bool = Field(description="Whether the practice is designated.")
    reasons: Annotated[tuple[Text, ...], AtMost(SOME)] = Field(default=(), description="Why it was decided so.")


class PaymentSheet(Shape):
    """What the payment sheet for added locations announces; `record_payment` pays."""

    amount: Annotated[Amount, Field(gt=0)] = Field(description="How much is paid, in US dollars.")
    method: MaybeName = Field(default="", description="How it is paid, for example check, wire, card or ach.")
    reference: MaybeName = Field(default="", description="What the payment says, for example a check's number.")


class AddLocations(Message):
    """The practice adds locations to its designation, each described as in the application."""

    NAME = "add_locations"
    SENDERS = FACILITY_ROLES
    locations: Annotated[tuple[Json, ...], Field(min_length=1), AtMost(MANY)] = Field(
        description="The new locations, each as `accredit schema dicoe` describes one."
    )
    payment: PaymentSheet | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="The payment sheet, where one comes along: it is held against the fee.",
    )


class ConfirmPledge(Message):
    """The practice confirms that it has pledged for a year."""

    NAME = "confirm_pledge"
    SENDERS = FACILITY_ROLES
    pledge: Literal["image_gently", "image_wisely"] = Field(description="Which pledge.")
    year: Annotated[int, Field(ge=2000, le=2200)] = Field(description="The calendar year for which it was made.")
