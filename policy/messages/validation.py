"""Messages of a validation site survey, which the office may order before accreditation or after, announced or not."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from policy.bounds import FEW, MANY, SOME, AtMost
from policy.messages.message import Message
from policy.messages.parts import FACILITY_ROLES, OFFICE, Document, Shape, TeamMember
from policy.messages.values import Line, MaybeText, Text, When

WHOLE_SITE = "site"
"""What a finding or an action is about that was given as a text alone."""


def _read_finding(value: Any) -> Any:
    """Read a text alone as a finding on the whole site that is not acceptable."""
    return {"area": WHOLE_SITE, "acceptable": False, "comments": value} if isinstance(value, str) else value


def _read_action(value: Any) -> Any:
    return {"area": WHOLE_SITE, "action": value} if isinstance(value, str) else value


class ValidationFinding(Shape):
    """What a validation survey found: in an area of the unit, or in what the site keeps (policies, qualifications)."""

    area: Line = Field(description="What it is about: an area's id, or for example primary source verification.")
    acceptable: bool = Field(description="Whether it was found acceptable.")
    comments: MaybeText = Field(default="", description="What was found; needed where it is not acceptable.")


class ValidationAction(Shape):
    """What the facility did or will do about a finding."""

    area: Line = Field(description="Which finding it answers, by what the finding is about.")
    action: Text = Field(description="What was done or will be done.")


class OrderValidationSurvey(Message):
    """The office orders a validation survey, or orders it anew for another day."""

    NAME = "order_validation_survey"
    SENDERS = OFFICE
    announced: bool = Field(description="Whether the facility is told; of an unannounced one it hears nothing before.")
    mode: Literal["on_site", "virtual"] = Field(default="on_site", description="How the survey is held.")
    on: When | None = Field(default=None, description="The day of the survey, where it is known.")
    team: Annotated[tuple[TeamMember, ...], AtMost(FEW)] = Field(
        default=(), exclude_if=lambda value: not value, description="Who surveys, and as what, where it is known."
    )
    without_waiting: bool = Field(
        default=False,
        exclude_if=lambda value: not value,
        description="Before accreditation: whether the certificate is issued without waiting for the decision; no text "
        "says what such a survey holds up.",
    )


class CallOffValidationSurvey(Message):
    """The office calls off a validation survey whose report is not filed yet."""

    NAME = "call_off_validation_survey"
    SENDERS = OFFICE
    reason: Text = Field(description="Why; it stays with the office.")


class FileValidationReport(Message):
    """The office files the report of the validation survey."""

    NAME = "file_validation_report"
    SENDERS = OFFICE
    findings: Annotated[tuple[Annotated[ValidationFinding, BeforeValidator(_read_finding)], ...], AtMost(MANY)] = Field(
        default=(), description="What was found; one at least not acceptable where it was not satisfactory."
    )
    satisfactory: bool = Field(description="Whether the survey as a whole was satisfactory.")
    respond_by: When | None = Field(
        default=None,
        description="Until when the facility responds: the office sets it, no text does. Needed unless satisfactory.",
    )
    team: Annotated[tuple[TeamMember, ...], AtMost(FEW)] = Field(
        default=(), exclude_if=lambda value: not value, description="Who surveyed, and as what."
    )


class SubmitValidationResponse(Message):
    """The facility responds to the findings of a validation survey."""

    NAME = "submit_validation_response"
    SENDERS = FACILITY_ROLES
    documents: Annotated[tuple[Document, ...], AtMost(SOME)] = Field(
        default=(), description="Documents that show what was corrected, without health information."
    )
    actions: Annotated[tuple[Annotated[ValidationAction, BeforeValidator(_read_action)], ...], AtMost(MANY)] = Field(
        default=(), description="What was or will be done, one at least for each finding that is not acceptable."
    )


class DecideValidation(Message):
    """The office decides what follows from a validation survey."""

    NAME = "decide_validation"
    SENDERS = OFFICE
    decision: Literal["stands", "under_corrective_action", "revoked"] = Field(
        description="Whether the accreditation stands, stands under corrective action, or is revoked."
    )
    reasons: Annotated[tuple[Text, ...], AtMost(SOME)] = Field(
        default=(), description="Why it was decided so; needed unless it stands."
    )
    respond_by: When | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="With under_corrective_action: until when the facility shows what it has corrected.",
    )
