"""Messages of radiation oncology: the outcome of a survey's report, self-audit, re-application, appeal."""

from typing import Annotated, Literal

from pydantic import Field

from policy.bounds import MANY, SOME, AtMost
from policy.messages.message import Message
from policy.messages.parts import FACILITY_ROLES, OFFICE, AreaFinding, Document
from policy.messages.values import Text


class DecideAccreditation(Message):
    """The office issues the final report of a survey: accredited, deferred or denied."""

    NAME = "decide_accreditation"
    SENDERS = OFFICE
    outcome: Literal["accredited", "deferred", "denied"] = Field(description="What the committee has decided.")
    findings: Annotated[tuple[AreaFinding, ...], AtMost(MANY)] = Field(
        description="What was found at each site; `comments` are the recommendations, needed where not acceptable."
    )


class CorrectAccreditationDecision(Message):
    """The office corrects the final report of a survey: what follows from it is taken anew."""

    NAME = "correct_accreditation_decision"
    SENDERS = OFFICE
    outcome: Literal["accredited", "deferred", "denied"] = Field(description="What the committee has decided.")
    findings: Annotated[tuple[AreaFinding, ...], AtMost(MANY)] = Field(
        description="What was found, once for each site: all of it, not the change."
    )
    reason: Text = Field(description="What was wrong; the facility reads it too.")


class SubmitSelfAudit(Message):
    """The facility sends the results of the self-audit that the committee asked for."""

    NAME = "submit_self_audit"
    SENDERS = FACILITY_ROLES
    documents: Annotated[tuple[Document, ...], AtMost(SOME)] = Field(
        default=(), description="The results, one document at least, without health information."
    )


class SubmitReapplication(Message):
    """The facility applies again after a denial, with the survey agreement; its fee is invoiced then."""

    NAME = "submit_reapplication"
    SENDERS = FACILITY_ROLES
    agrees_to_survey: bool = Field(description="Whether it agrees to the follow-up survey and bears its expenses.")
    documents: Annotated[tuple[Document, ...], AtMost(SOME)] = Field(
        default=(), description="The signed survey agreement, where it comes as a document."
    )


class SubmitCommitteeAppeal(Message):
    """The chief of radiation oncology appeals, in writing, to the chair of the committee."""

    NAME = "submit_committee_appeal"
    SENDERS = FACILITY_ROLES
    letters: Annotated[tuple[Document, ...], AtMost(SOME)] = Field(
        default=(), description="The request, signed by the chief: whom the application lists as supervising physician."
    )
    documents: Annotated[tuple[Document, ...], AtMost(SOME)] = Field(default=(), description="Supporting documents.")
