"""Messages of a designation."""

from typing import Annotated, Any, Literal

from pydantic import Field

from policy.messages.message import Message
from policy.messages.parts import FACILITY_ROLES, OFFICE
from policy.messages.values import Text


class DecideDesignation(Message):
    """The office designates the practice, or does not."""

    NAME = "decide_designation"
    SENDERS = OFFICE
    designated: bool
    reasons: tuple[Text, ...] = ()


class AddLocations(Message):
    """The practice adds locations to its designation; each has the shape of the application's."""

    NAME = "add_locations"
    SENDERS = FACILITY_ROLES
    locations: Annotated[tuple[dict[str, Any], ...], Field(min_length=1)]


class ConfirmPledge(Message):
    """The practice confirms that it has pledged for a year."""

    NAME = "confirm_pledge"
    SENDERS = FACILITY_ROLES
    pledge: Literal["image_gently", "image_wisely"]
    year: Annotated[int, Field(ge=2000, le=2200)]
