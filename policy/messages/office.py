"""Messages that cases of both programs know, but those about money."""

from typing import Annotated, Literal

from pydantic import Field

from policy.application import Identifier
from policy.bounds import FEW, MANY, SOME, AtMost
from policy.messages.message import Message
from policy.messages.parts import FACILITY_ROLES, OFFICE, AreaFinding, Expense, TeamMember, Training
from policy.messages.values import Json, Line, Name, Text, When


class AcceptApplication(Message):
    """The office accepts the application of the present round."""

    NAME = "accept_application"
    SENDERS = OFFICE


class ReturnApplication(Message):
    """The office returns the application."""

    NAME = "return_application"
    SENDERS = OFFICE
    reasons: Annotated[tuple[Text, ...], Field(min_length=1), AtMost(SOME)] = Field(
        description="What the facility must mend."
    )


class ScheduleSurvey(Message):
    """The office schedules the survey: team, mode, date."""

    NAME = "schedule_survey"
    SENDERS = OFFICE
    team: Annotated[tuple[TeamMember, ...], AtMost(FEW)] = Field(description="Who surveys, and as what.")
    mode: Literal["on_site", "virtual"] = Field(default="on_site", description="How the survey is held.")
    on: When | None = Field(default=None, description="The day of the survey, where it is known.")
    locations: Annotated[tuple[Identifier, ...], AtMost(MANY)] = Field(
        default=(), description="Of a designation: the ids of the locations that are surveyed."
    )


class FileSurveyReport(Message):
    """The office files the survey team's report."""

    NAME = "file_survey_report"
    SENDERS = OFFICE
    findings: Annotated[tuple[AreaFinding, ...], AtMost(MANY)] = Field(
        description="What was found in each area; of a designation: in each area that the survey names."
    )
    training: Annotated[tuple[Training, ...], AtMost(SOME)] = Field(
        default=(), description="Training that the team gave on site."
    )
    satisfactory: bool = Field(description="Whether the survey as a whole was satisfactory.")
    travel_expenses: Annotated[tuple[Expense, ...], AtMost(SOME)] = Field(
        default=(), description="The team's travel expenses, which the facility pays."
    )


class AmendApplication(Message):
    """The office corrects the application, with a reason."""

    NAME = "amend_application"
    SENDERS = OFFICE
    changes: Json = Field(
        description="What changes, as a JSON merge patch (RFC 7386) of the application: null takes a field out."
    )
    reason: Text = Field(description="Why it is corrected.")


class ExtendDueDate(Message):
    """The office extends a due date."""

    NAME = "extend_due_date"
    SENDERS = OFFICE
    deadline: Literal[
        "testing_package",
        "option_form",
        "appeal",
        "closure",
        "renewal_application",
        "validation_response",
        "application_fee",
        "corrective_action_plan",
        "self_audit",
        "follow_up_survey",
    ] = Field(description="Which due date.")
    until: When = Field(description="The new due date: a date is the end of that day.")
    reason: Text = Field(description="Why it is extended.")


class ResolveAttention(Message):
    """The office resolves an attention item."""

    NAME = "resolve_attention"
    SENDERS = OFFICE
    item: Line = Field(description="The item, as `accredit show` names it.")
    action: Literal["retry", "skip"] = Field(description="Whether what failed is tried again, or left.")
    reason: Text = Field(description="What was found and done.")


class MoveEdition(Message):
    """The office moves the case to another edition of the rules."""

    NAME = "move_edition"
    SENDERS = OFFICE
    edition: Name = Field(description="The edition, by its name in `accredit explain --values`.")
    reason: Text = Field(description="Why the case moves.")


class StartRenewal(Message):
    """The facility applies for the renewal."""

    NAME = "start_renewal"
    SENDERS = FACILITY_ROLES
    application: Json = Field(
        description="The application, as `accredit schema` describes it; `accredit send` takes the name of its file."
    )


class WithdrawCase(Message):
    """The facility withdraws from the program."""

    NAME = "withdraw_case"
    SENDERS = FACILITY_ROLES


class CloseCase(Message):
    """The office closes the case."""

    NAME = "close_case"
    SENDERS = OFFICE
    reason: Text = Field(description="Why it is closed.")
