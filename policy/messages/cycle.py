"""Messages of an accreditation cycle: testing, report, option form, appeal, corrective action."""

from typing import Annotated, Literal

from pydantic import Field

from policy.application import Identifier, Medium
from policy.bounds import FEW, MANY, SOME, AtMost
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
from policy.messages.values import MaybeName, Name, Text

Documents = Annotated[tuple[Document, ...], AtMost(SOME)]
Findings = Annotated[tuple[AreaFinding, ...], AtMost(MANY)]


class SubmitTestingPackage(Message):
    """The facility submits the testing package: one exam or more for each area under test."""

    NAME = "submit_testing_package"
    SENDERS = FACILITY_ROLES
    medium: Medium = Field(description="How the images come: as the application announces.")
    exams: Annotated[tuple[Exam, ...], AtMost(MANY)] = Field(description="The exams, one at least for each area.")
    documents: Documents = Field(default=(), description="Documents that go with the images.")


class IssueFinalReport(Message):
    """The office issues the final report: one finding for each area under test."""

    NAME = "issue_final_report"
    SENDERS = OFFICE
    reviewers: Annotated[tuple[Name, ...], Field(min_length=1), AtMost(FEW)] = Field(
        description="Names of those who reviewed the images; none of them arbitrates an appeal."
    )
    findings: Findings = Field(description="What was found, once for each area under test.")
    serious_risk: bool = Field(
        default=False,
        exclude_if=lambda value: not value,
        description="Of mammography: whether the images show a serious risk to human health, which FDA is told.",
    )


class ViewFinalReport(Message):
    """Somebody at the facility has viewed the final report or the appeal result."""

    NAME = "view_final_report"
    SENDERS = FACILITY_ROLES
    viewer: MaybeName = Field(default="", description="Who has viewed it, where that is somebody else.")


class ReturnImages(Message):
    """The office has returned the images (CD and film)."""

    NAME = "return_images"
    SENDERS = OFFICE


class ChooseOption(Message):
    """The option form."""

    NAME = "choose_option"
    SENDERS = FACILITY_ROLES
    option: Option = Field(description="What the facility chooses.")
    attested: bool = Field(default=False, description="Whether the box of the attestation is checked.")
    areas_withdrawn: Annotated[tuple[Identifier, ...], AtMost(SOME)] = Field(
        default=(), description="Ids of the areas that are withdrawn."
    )
    withdrawal_grounds: Literal["below_minimum", "emergency_use", "other"] | None = Field(
        default=None, description="Why they are withdrawn; recorded, not judged."
    )
    withdrawal_form: Document | None = Field(
        default=None, description="The form of the withdrawal, signed by the listed supervising physician."
    )
    medium: Medium | None = Field(default=None, description="How an appeal's images come: as the first submission.")
    letters: Documents = Field(default=(), description="Letters of an appeal, signed, without images.")
    documents: Documents = Field(default=(), description="Supporting documents.")
    additional_images: bool = Field(default=False, description="Whether sequences that were left out will follow.")


class SubmitAppealMaterials(Message):
    """Sequences that were missing, or documents of an appeal; for CD and film the office records them."""

    NAME = "submit_appeal_materials"
    SENDERS = FACILITY_ROLES | OFFICE
    documents: Documents = Field(default=(), description="Supporting documents.")
    sequences: Annotated[tuple[Sequence, ...], AtMost(MANY)] = Field(
        default=(), description="Sequences of the original exams that had been left out."
    )
    whole_exam: bool = Field(default=False, description="Whether an entire exam comes again, which is refused.")
    complete: bool = Field(default=False, description="Whether the materials are complete with this.")


class AssignArbitrator(Message):
    """The office assigns the arbitrator of an appeal (an optional step)."""

    NAME = "assign_arbitrator"
    SENDERS = OFFICE
    arbitrator: Name = Field(description="The arbitrator's name: nobody who judged the case before.")


class IssueAppealResult(Message):
    """The office issues the arbitrator's result: one finding for each contested area."""

    NAME = "issue_appeal_result"
    SENDERS = OFFICE
    arbitrator: Name = Field(description="The arbitrator's name: nobody who judged the case before.")
    findings: Findings = Field(description="What was found, once for each contested area.")


class SubmitCorrectiveActionPlan(Message):
    """The facility submits its corrective action plan."""

    NAME = "submit_corrective_action_plan"
    SENDERS = FACILITY_ROLES
    documents: Documents = Field(default=(), description="Documents of the plan, without health information.")
    actions: Annotated[tuple[CorrectiveAction, ...], AtMost(MANY)] = Field(
        description="What is done, one action at least for each deficiency."
    )


class DecideCorrectiveActionPlan(Message):
    """The office approves the plan, or directs actions."""

    NAME = "decide_corrective_action_plan"
    SENDERS = OFFICE
    approved: bool = Field(description="Whether the plan is approved.")
    directed_actions: Annotated[tuple[Text, ...], AtMost(SOME)] = Field(
        default=(), description="Actions that the office directs."
    )
    follow_up: Literal["self_audit", "survey"] | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="In radiation oncology, with the approval after a deferral: what the committee asks for before it "
        "accredits; left out: nothing.",
    )


class ConfirmCorrectiveActions(Message):
    """The facility confirms, with documents, that the actions are done.

    `directed`: the ids of the actions that the office directed with its approval, and that are done as well.
    """

    NAME = "confirm_corrective_actions"
    SENDERS = FACILITY_ROLES
    documents: Documents = Field(
        default=(), description="Documents that show it, one at least, without health information."
    )
    directed: Annotated[tuple[Identifier, ...], AtMost(SOME)] = Field(
        default=(),
        exclude_if=lambda value: not value,
        description="Ids of the actions that the office directed with its approval, and that are done as well.",
    )
