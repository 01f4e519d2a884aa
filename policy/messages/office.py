"""Messages that cases of both programs know, but those about money."""

from typing import Annotated, Any, Literal

from pydantic import Field

from policy.application import Identifier
from policy.messages.message import Message
from policy.messages.parts import FACILITY_ROLES, OFFICE, AreaFinding, Expense, TeamMember, Training
from policy.messages.values import Text, When


class AcceptApplication(Message):
    """The office accepts the application of the present round."""

    NAME = "accept_application"
    SENDERS = OFFICE


class ReturnApplication(Message):
    """The office returns the application."""

    NAME = "return_application"
    SENDERS = OFFICE
    reasons: Annotated[tuple[Text, ...], Field(min_length=1)]


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
