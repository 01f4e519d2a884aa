"""What messages are made of: roles and options, actors, documents, exams, findings."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from policy.application import Identifier
from policy.messages.values import Amount, Day, Line, MaybeName, MaybeText, Name, Place, Text
from policy.words import Role as Role
from policy.words import SurveyRole as SurveyRole

FACILITY_ROLES = frozenset(Role) - {Role.ACR}
OFFICE = frozenset({Role.ACR})


class Option(StrEnum):
    """What a facility may choose after an unsuccessful outcome."""

    APPEAL = "appeal"
    REPEAT = "repeat"
    SUPPLEMENTAL_REVIEW = "supplemental_review"
    REINSTATE = "reinstate"
    WITHDRAW_AREAS = "withdraw_areas"
    WITHDRAW_UNIT = "withdraw_unit"
    WITHDRAW = "withdraw"

    @property
    def ends_the_case(self) -> bool:
        """Whether nothing is left once it is chosen: the unit, or everything, is withdrawn."""
        return self in (Option.WITHDRAW, Option.WITHDRAW_UNIT)


class Shape(BaseModel):
    """A part of a message: frozen, and a field that it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Actor(Shape):
    """Who speaks."""

    name: Name = Field(description="The person's name.")
    role: Role = Field(description="In which role: one of the facility's, or acr for the office.")


class Signature(Shape):
    """Who signed a document; the name may be missing."""

    role: MaybeName = Field(description="In which role, for example supervising_physician.")
    name: MaybeName | None = Field(default=None, description="The name that the signature gives, where one is known.")


def _read_signature(value: object) -> object:
    return {"role": value} if isinstance(value, str) else value


class Document(Shape):
    """A document that lies outside: its name, where it is, and the SHA-256 of its content."""

    name: Name = Field(description="What it is called.")
    uri: Place = Field(description="Where it lies, for example file:///office/letters/letter.pdf.")
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$", to_lower=True)] = Field(
        description="The SHA-256 of its content, in hexadecimal."
    )
    signed_by: Annotated[Signature | None, BeforeValidator(_read_signature)] = Field(
        default=None, description="Who signed it: a role, or a role and a name."
    )


class Exam(Shape):
    """The examination that was made of an area."""

    area: Identifier = Field(description="The area's id in the application.")
    exam: Line = Field(description="Which examination; a repeat is of the same one.")
    subject: Name | None = Field(
        default=None, description="An opaque token for the patient, never a name or number; left out for a phantom."
    )
    performed_on: Day | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="The day on which the images were made, where the edition says how old they may be.",
    )


class Sequence(Shape):
    """Images of an exam that had been left out."""

    area: Identifier = Field(description="The area's id in the application.")
    subject: Name | None = Field(default=None, description="The token of the exam that the images belong to.")


class AreaFinding(Shape):
    """A reviewer's, arbitrator's or surveyor's finding on one area."""

    area: Identifier = Field(description="The area's id in the application.")
    acceptable: bool = Field(description="Whether the area was found acceptable.")
    comments: MaybeText = Field(default="", description="The specific recommendations; needed where not acceptable.")
    equipment_concern: MaybeText = Field(
        default="", description="What may be the matter with equipment or protocol, as a possible cause."
    )


class CorrectiveAction(Shape):
    """What the facility did or will do about a deficiency of an area.

    `directed`: the id of the action that it takes up, where the office has directed one.
    """

    area: Identifier = Field(description="The area's id in the application.")
    action: Text = Field(description="What was done or will be done.")
    directed: Identifier | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="The id of the action that it takes up, where the office has directed one.",
    )


class TeamMember(Shape):
    """A surveyor."""

    name: Name = Field(description="The person's name.")
    role: SurveyRole = Field(description="As what the person surveys.")


class Training(Shape):
    """Training that the team gave on site."""

    area: Identifier = Field(description="The area's id in the application.")
    text: Text = Field(description="What was trained.")


class Expense(Shape):
    """A travel expense of the survey team."""

    description: Line = Field(description="What it was for.")
    amount: Annotated[Amount, Field(gt=0)] = Field(description="In US dollars, more than nothing.")
