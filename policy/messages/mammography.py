"""Messages of mammography under MQSA: its certificate, interim accreditation, second failures, random image checks."""

from typing import Annotated

from pydantic import Field

from policy.application import CertificateKind
from policy.bounds import FEW, MANY, SOME, AtMost
from policy.messages.message import Message
from policy.messages.parts import FACILITY_ROLES, OFFICE, AreaFinding, CorrectiveAction, Document, Option
from policy.messages.values import Day, Text


class RecordMqsaCertificate(Message):
    """The facility or the office says which MQSA certificate is in force, and until when."""

    NAME = "record_mqsa_certificate"
    SENDERS = FACILITY_ROLES | OFFICE
    kind: CertificateKind = Field(description="Whether it is full (three years) or provisional (six months).")
    expires_on: Day = Field(description="Its last day, for example 2028-05-31.")


class ExtendProvisionalCertificate(Message):
    """The office passes on the one extension of a provisional certificate."""

    NAME = "extend_provisional_certificate"
    SENDERS = OFFICE
    reason: Text = Field(description="Why the facility needs it.")


class GrantInterimAccreditation(Message):
    """The office grants interim accreditation, which bridges the certificate's end."""

    NAME = "grant_interim_accreditation"
    SENDERS = OFFICE
    reason: Text = Field(description="Why, and what the facility has done in time.")


class DecideAfterFailure(Message):
    """The office decides what no source states after a failure: whether the unit stops, and what the form takes."""

    NAME = "decide_after_failure"
    SENDERS = OFFICE
    unit_stops: bool = Field(description="Whether the unit must not be used until it is accredited again.")
    options: Annotated[tuple[Option, ...], AtMost(FEW)] = Field(
        default=(), description="After a third deficiency: what the option form takes beside withdrawal."
    )
    reason: Text = Field(description="Why it is decided so.")


class OrderImageCheck(Message):
    """The office orders a random check of an accredited unit's images."""

    NAME = "order_image_check"
    SENDERS = OFFICE
    reason: Text = Field(description="Why this unit, for example drawn at random, or the repeat of an earlier check.")


class ReportImageCheck(Message):
    """The office reports what a random image check has found."""

    NAME = "report_image_check"
    SENDERS = OFFICE
    findings: Annotated[tuple[AreaFinding, ...], Field(min_length=1), AtMost(MANY)] = Field(
        description="What was found, once for each area that was checked."
    )


class SubmitImageCheckPlan(Message):
    """The facility submits its corrective plan after a random image check."""

    NAME = "submit_image_check_plan"
    SENDERS = FACILITY_ROLES
    actions: Annotated[tuple[CorrectiveAction, ...], AtMost(MANY)] = Field(
        description="What is done, one action at least for each area that was not acceptable."
    )
    documents: Annotated[tuple[Document, ...], AtMost(SOME)] = Field(
        default=(), description="Documents of the plan, without health information."
    )
