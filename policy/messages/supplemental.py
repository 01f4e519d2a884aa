"""Messages of a supplemental review, of which no text at hand says what it accepts, costs and how long it takes: the
office says so, case by case.
"""

from typing import Annotated

from pydantic import Field

from policy.bounds import FEW, MANY, SOME, AtMost
from policy.messages.message import Message
from policy.messages.parts import FACILITY_ROLES, OFFICE, AreaFinding, Document
from policy.messages.values import Amount, Name, Text, When


class SetSupplementalReview(Message):
    """The office says what a supplemental review accepts, until when, and what it costs."""

    NAME = "set_supplemental_review"
    SENDERS = OFFICE
    accepts: Text = Field(description="What the facility may hand in, in the office's words.")
    until: When = Field(description="Until when it must be here: a date is the end of that day.")
    fee: Annotated[Amount, Field(gt=0)] | None = Field(
        default=None, description="What it costs, in US dollars; left out: nothing."
    )


class SubmitSupplementalMaterials(Message):
    """The facility hands in materials of a supplemental review."""

    NAME = "submit_supplemental_materials"
    SENDERS = FACILITY_ROLES
    documents: Annotated[tuple[Document, ...], AtMost(SOME)] = Field(default=(), description="What is handed in.")
    complete: bool = Field(default=False, description="Whether the materials are complete with this.")


class IssueSupplementalResult(Message):
    """The office records the result of a supplemental review: one finding for each area that it is about."""

    NAME = "issue_supplemental_result"
    SENDERS = OFFICE
    reviewers: Annotated[tuple[Name, ...], Field(min_length=1), AtMost(FEW)] = Field(
        description="Names of those who reviewed; none of them arbitrates an appeal."
    )
    findings: Annotated[tuple[AreaFinding, ...], AtMost(MANY)] = Field(
        description="What was found, once for each area that was not acceptable."
    )
