"""Messages by which the office corrects what it issued in error. What was said first stays in the timeline.

Each is possible until something has followed from what it corrects.
"""

from typing import Annotated

from pydantic import Field

from policy.bounds import FEW, MANY, SOME, AtMost
from policy.messages.cycle import Documents
from policy.messages.message import Message
from policy.messages.parts import OFFICE, AreaFinding, Exam, Expense, Training
from policy.messages.values import Name, Text

Findings = Annotated[tuple[AreaFinding, ...], AtMost(MANY)]


class CorrectTestingPackage(Message):
    """The office corrects a testing package that was entered wrongly, until the reviewers have reported on it."""

    NAME = "correct_testing_package"
    SENDERS = OFFICE
    exams: Annotated[tuple[Exam, ...], AtMost(MANY)] = Field(
        description="The exams, one at least for each area: all of them, not the change."
    )
    documents: Documents = Field(default=(), description="Documents that go with the images.")
    reason: Text = Field(description="What was wrong.")


class CorrectFinalReport(Message):
    """The office corrects the final report: what follows from it is taken anew."""

    NAME = "correct_final_report"
    SENDERS = OFFICE
    reviewers: Annotated[tuple[Name, ...], Field(min_length=1), AtMost(FEW)] = Field(
        description="Names of those who reviewed the images; none of them arbitrates an appeal."
    )
    findings: Findings = Field(description="What was found, once for each area under test: all of it, not the change.")
    reason: Text = Field(description="What was wrong; the facility reads it too.")


class CorrectAppealResult(Message):
    """The office corrects the result of an appeal: what follows from it is taken anew."""

    NAME = "correct_appeal_result"
    SENDERS = OFFICE
    arbitrator: Name = Field(description="The arbitrator's name: nobody who judged the case before.")
    findings: Findings = Field(description="What was found, once for each contested area: all of it, not the change.")
    reason: Text = Field(description="What was wrong; the facility reads it too.")


class CorrectSurveyReport(Message):
    """The office corrects the report of a survey: what follows from it is taken anew."""

    NAME = "correct_survey_report"
    SENDERS = OFFICE
    findings: Findings = Field(
        description="What was found in each area; of a designation: in each area that the survey names."
    )
    training: Annotated[tuple[Training, ...], AtMost(SOME)] = Field(
        default=(), description="Training that the team gave on site."
    )
    satisfactory: bool = Field(description="Whether the survey as a whole was satisfactory.")
    travel_expenses: Annotated[tuple[Expense, ...], AtMost(SOME)] = Field(
        default=(), description="The team's travel expenses, which the facility pays: all of them, not the change."
    )
    reason: Text = Field(description="What was wrong; the facility reads it too.")


class UndoOption(Message):
    """The office takes back the option that was chosen: the form is open again with what was left of its time."""

    NAME = "undo_option"
    SENDERS = OFFICE
    reason: Text = Field(description="Why; the facility reads it too.")
