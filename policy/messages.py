"""The messages that people send to a case, and who may send which.

One model a message; its `NAME` is the name of the Temporal update. A message says who speaks (`by`), carries an id of
its own and may say when the office received it. The office may enter a facility's letter on its behalf
(`on_behalf_of`).
"""

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from policy.application import Identifier, Medium


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


def _read_when(value: object) -> object:
    """Read ISO text; a bare date stays a date, because as midnight it would be the wrong end of the day.

    Years are bounded, so that no window that is counted from an instant leaves the calendar.
    """
    if isinstance(value, str):
        text = value.strip()
        try:
            value = date.fromisoformat(text)
        except ValueError:
            value = datetime.fromisoformat(text)
    if not isinstance(value, date):
        raise ValueError("an ISO date or date-time is expected, for example 2027-05-27 or 2027-05-27T17:00-04:00")
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"a year from {FIRST_YEAR} to {LAST_YEAR} is expected, found {value.year}")
    return value


FIRST_YEAR, LAST_YEAR = 1990, 2200
When = Annotated[datetime | date, BeforeValidator(_read_when)]
"""An ISO date (the end of that local day) or an ISO date-time."""
CENT = Decimal("0.01")
Amount = Annotated[
    Decimal,
    Field(max_digits=11, decimal_places=2, allow_inf_nan=False),
    AfterValidator(lambda amount: amount.quantize(CENT)),
]
"""US dollars; 2500 and 2500.00 are the same amount."""
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


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
    """What the facility did or will do about a deficiency of an area."""

    area: Identifier
    action: Text


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


class Message(Shape):
    """What every message has.

    Attributes:
        message_id: The sender's own id of it; the same id with the same content is the same message.
        by: Who speaks.
        received_at: When the office received it (left out: when the case handles it).
        on_behalf_of: For whom the office enters it.
        reason: Why, where the office back-dates, corrects or speaks for somebody.
    """

    NAME: ClassVar[str]
    SENDERS: ClassVar[frozenset[Role]]

    message_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    by: Actor
    received_at: When | None = None
    on_behalf_of: Actor | None = None
    reason: Note = ""

    def key(self) -> str:
        """Return the Temporal update id of the message."""
        return f"{self.NAME}:{self.message_id}"

    def speaker(self) -> Actor:
        """Return whose word it is: that of the person for whom the office entered it, else the sender's."""
        return self.on_behalf_of or self.by

    def content(self) -> dict[str, Any]:
        """Return every field but `received_at`, as JSON values."""
        return self.model_dump(mode="json", exclude={"received_at"})

    def digest(self) -> str:
        """Return the SHA-256 of the content, in hexadecimal."""
        text = json.dumps([self.NAME, self.content()], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


class RecordPayment(Message):
    """The office records a payment of an invoice (US dollars)."""

    NAME = "record_payment"
    SENDERS = OFFICE
    invoice: Text
    amount: Annotated[Amount, Field(gt=0)]
    received_on: When | None = None
    method: str = ""


class AcceptApplication(Message):
    """The office accepts the application of the present round."""

    NAME = "accept_application"
    SENDERS = OFFICE


class ReturnApplication(Message):
    """The office returns the application."""

    NAME = "return_application"
    SENDERS = OFFICE
    reasons: Annotated[tuple[Text, ...], Field(min_length=1)]


class SubmitTestingPackage(Message):
    """The facility submits the testing package: one exam or more for each area under test."""

    NAME = "submit_testing_package"
    SENDERS = FACILITY_ROLES
    medium: Medium
    exams: tuple[Exam, ...]
    documents: tuple[Document, ...] = ()


class IssueFinalReport(Message):
    """The office issues the final report: one finding for each area under test."""

    NAME = "issue_final_report"
    SENDERS = OFFICE
    reviewers: Annotated[tuple[Text, ...], Field(min_length=1)]
    findings: tuple[AreaFinding, ...]


class ViewFinalReport(Message):
    """Somebody at the facility has viewed the final report or the appeal result."""

    NAME = "view_final_report"
    SENDERS = FACILITY_ROLES
    viewer: str = ""


class ReturnImages(Message):
    """The office has returned the images (CD and film)."""

    NAME = "return_images"
    SENDERS = OFFICE


class ChooseOption(Message):
    """The option form."""

    NAME = "choose_option"
    SENDERS = FACILITY_ROLES
    option: Option
    attested: bool = False
    areas_withdrawn: tuple[Identifier, ...] = ()
    withdrawal_grounds: Literal["below_minimum", "emergency_use", "other"] | None = None
    withdrawal_form: Document | None = None
    medium: Medium | None = None
    letters: tuple[Document, ...] = ()
    documents: tuple[Document, ...] = ()
    additional_images: bool = False


class SubmitAppealMaterials(Message):
    """Sequences that were missing, or documents of an appeal; for CD and film the office records them."""

    NAME = "submit_appeal_materials"
    SENDERS = FACILITY_ROLES | OFFICE
    documents: tuple[Document, ...] = ()
    sequences: tuple[Sequence, ...] = ()
    whole_exam: bool = False
    complete: bool = False


class AssignArbitrator(Message):
    """The office assigns the arbitrator of an appeal (an optional step)."""

    NAME = "assign_arbitrator"
    SENDERS = OFFICE
    arbitrator: Text


class IssueAppealResult(Message):
    """The office issues the arbitrator's result: one finding for each contested area."""

    NAME = "issue_appeal_result"
    SENDERS = OFFICE
    arbitrator: Text
    findings: tuple[AreaFinding, ...]


class SubmitCorrectiveActionPlan(Message):
    """The facility submits its corrective action plan."""

    NAME = "submit_corrective_action_plan"
    SENDERS = FACILITY_ROLES
    documents: tuple[Document, ...] = ()
    actions: tuple[CorrectiveAction, ...]


class DecideCorrectiveActionPlan(Message):
    """The office approves the plan, or directs actions."""

    NAME = "decide_corrective_action_plan"
    SENDERS = OFFICE
    approved: bool
    directed_actions: tuple[Text, ...] = ()


class ConfirmCorrectiveActions(Message):
    """The facility confirms, with documents, that the actions are done."""

    NAME = "confirm_corrective_actions"
    SENDERS = FACILITY_ROLES
    documents: tuple[Document, ...] = ()


class ScheduleSurvey(Message):
    """The office schedules the survey: team, mode, date."""

    NAME = "schedule_survey"
    SENDERS = OFFICE
    team: tuple[TeamMember, ...]
    mode: Literal["on_site", "virtual"] = "on_site"
    on: When | None = None
    locations: tuple[Identifier, ...] = ()


class FileSurveyReport(Message):
    """The office files the survey team's report."""

    NAME = "file_survey_report"
    SENDERS = OFFICE
    findings: tuple[AreaFinding, ...]
    training: tuple[Training, ...] = ()
    satisfactory: bool
    travel_expenses: tuple[Expense, ...] = ()


class QuoteFee(Message):
    """The office quotes a fee, in US dollars."""

    NAME = "quote_fee"
    SENDERS = OFFICE
    amount: Annotated[Amount, Field(gt=0)]


class AmendApplication(Message):
    """The office corrects the application: a JSON merge patch, with a reason."""

    NAME = "amend_application"
    SENDERS = OFFICE
    changes: dict[str, Any]
    reason: Text


class ExtendDueDate(Message):
    """The office extends a due date."""

    NAME = "extend_due_date"
    SENDERS = OFFICE
    deadline: Literal["testing_package", "option_form", "appeal", "closure", "renewal_application"]
    until: When
    reason: Text


class ResolveAttention(Message):
    """The office resolves an attention item."""

    NAME = "resolve_attention"
    SENDERS = OFFICE
    item: Text
    action: Literal["retry", "skip"]
    reason: Text


class MoveEdition(Message):
    """The office moves the case to another edition of the rules."""

    NAME = "move_edition"
    SENDERS = OFFICE
    edition: Text
    reason: Text


class StartRenewal(Message):
    """The facility applies for the renewal."""

    NAME = "start_renewal"
    SENDERS = FACILITY_ROLES
    application: dict[str, Any]


class WithdrawCase(Message):
    """The facility withdraws from the program."""

    NAME = "withdraw_case"
    SENDERS = FACILITY_ROLES


class CloseCase(Message):
    """The office closes the case."""

    NAME = "close_case"
    SENDERS = OFFICE
    reason: Text


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
