"""What messages are made of: roles and options, actors, documents, exams, findings."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from policy.application import Identifier
from policy.messages.values import Amount, Text


class Role(StrEnum):
    """In which role somebody speaks: for the facility (five roles) or for the office (`acr`)."""

    FACILITY = "facility"
    SUPERVISING_PHYSICIAN = "supervising_physician"
    MEDICAL_PHYSICIST = "medical_physicist"
    ADMINISTRATOR = "administrator"
    TECHNOLOGIST = "technologist"
    ACR = "acr"


FACILITY_ROLES = frozenset(Role) - {Role.ACR}
OFFICE = frozenset({Role.ACR})


class Option(StrEnum):
    """What a facility may choose after an unsuccessful outcome."""

    APPEAL = "appeal"
    REPEAT = "repeat"
    REINSTATE = "reinstate"
    WITHDRAW_AREAS = "withdraw_areas"
    WITHDRAW = "withdraw"


class Shape(BaseModel):
    """A part of a message: frozen, and a field that it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Actor(Shape):
    """Who speaks."""

    name: Text
    role: Role


class Signature(Shape):
    """Who signed a document; the name may be missing."""

    role: str
    name: str | None = None


def _read_signature(value: object) -> object:
    return {"role": value} if isinstance(value, str) else value


class Document(Shape):
    """A document that lies outside: its name, where it is, and the SHA-256 of its content."""

    name: Text
    uri: Text
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$", to_lower=True)]
    signed_by: Annotated[Signature | None, BeforeValidator(_read_signature)] = None


class Exam(Shape):
    """The examination that was made of an area. `subject` is an opaque token for the patient, null for a phantom."""

    area: Identifier
    exam: Text
    subject: Text | None = None


class Sequence(Shape):
    """Images of an exam that had been left out."""

    area: Identifier
    subject: Text | None = None


class AreaFinding(Shape):
    """A reviewer's, arbitrator's or surveyor's finding on one area; `comments` are the specific recommendations."""

    area: Identifier
    acceptable: bool
    comments: str = ""
    equipment_concern: str = ""


class CorrectiveAction(Shape):
    """What the facility did or will do about a deficiency of an area.

    `directed`: the id of the action that it takes up, where the office has directed one.
    """

    area: Identifier
    action: Text
    directed: Annotated[Identifier | None, Field(exclude_if=lambda value: value is None)] = None


class SurveyRole(StrEnum):
    """In which role somebody surveys; `acr_staff` is for designations, where a staff technologist counts as well."""

    RADIOLOGIST = "radiologist"
    MEDICAL_PHYSICIST = "medical_physicist"
    ACR_STAFF_TECHNOLOGIST = "acr_staff_technologist"
    ACR_STAFF = "acr_staff"


class TeamMember(Shape):
    """A surveyor."""

    name: Text
    role: SurveyRole


class Training(Shape):
    """Training that the team gave on site."""

    area: Identifier
    text: Text


class Expense(Shape):
    """A travel expense of the survey team, in US dollars."""

    description: Text
    amount: Annotated[Amount, Field(gt=0)]
