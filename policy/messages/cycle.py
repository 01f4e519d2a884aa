"""Messages of an accreditation cycle: testing, report, option form, appeal, corrective action."""

from typing import Annotated, Literal

from pydantic import Field

from policy.application import Identifier, Medium
from policy.messages.message import Message
from policy.messages.parts import (
    FACILITY_ROLES,
    OFFICE,
    AreaFinding,
    CorrectiveAction,
    Document,
    Exam,
    Option,
    Sequence,
)
from policy.messages.values import Text


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
    """The facility confirms, with documents, that the actions are done.

    `directed`: the ids of the actions that the office directed with its approval, and that are done as well.
    """

    NAME = "confirm_corrective_actions"
    SENDERS = FACILITY_ROLES
    documents: tuple[Document, ...] = ()
    directed: Annotated[tuple[Identifier, ...], Field(exclude_if=lambda value: not value)] = ()
