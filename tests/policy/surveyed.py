"""Accredited cycles that are surveyed, and what provokes each rule of a validation survey."""

from datetime import datetime
from typing import Any

from policy.accreditation.cycle import CycleFacts, Validation
from policy.facts import Stage
from policy.messages import (
    DecideValidation,
    FileValidationReport,
    OrderValidationSurvey,
    ReportAddedUnit,
    ReportLoanerUnit,
    ReportPersonnelChange,
    SubmitAnnualUpdate,
    SubmitValidationResponse,
)
from tests.policy.cycles import REPORTED, a_cycle, et, open_deadline, under_test
from tests.policy.onward import accredited
from tests.policy.provocations import Provocation
from tests.policy.said import said

ORDERED, SURVEYED, FILED = et("2027-09-01 10:00"), et("2027-09-15 08:00"), et("2027-09-16 10:00")
DUE = et("2027-10-16 24:00")
"""Until when the facility responds: the office has set 16 October 2027."""
NOTICE, CHECK = "complaint notice", "exclusion check"
"""What was found not acceptable."""


def standing() -> CycleFacts:
    """An accredited unit of which no survey is ordered."""
    facts = accredited(a_cycle(), REPORTED)
    facts.stage = Stage.ACCREDITED
    return facts


def ordered(*, announced: bool = True) -> CycleFacts:
    facts = standing()
    facts.validations.append(Validation(number=1, ordered_at=ORDERED, announced=announced, on=SURVEYED))
    return facts


def surveyed(*, satisfactory: bool = False, due_at: datetime | None = DUE) -> CycleFacts:
    """The report is filed; a response is due unless it was satisfactory."""
    facts = ordered()
    survey = facts.validations[-1]
    survey.reported_at, survey.satisfactory = FILED, satisfactory
    if not satisfactory and due_at:
        survey.to_address = [NOTICE, CHECK]
        survey.due = open_deadline(facts, "validation_response", FILED, due_at).number
    return facts


def early() -> CycleFacts:
    """A unit whose package is being tested, in a case that knows surveys before accreditation."""
    facts = under_test(a_cycle(), REPORTED)
    facts.surveyed_early = True
    return facts


def surveyed_early(*, satisfactory: bool = False) -> CycleFacts:
    """The report of a survey before accreditation is filed, and the certificate waits for its decision."""
    facts = early()
    told = surveyed(satisfactory=satisfactory).validations[-1]
    facts.validations.append(told.model_copy(update={"due": None, "holds_grant": True}))
    if not satisfactory:
        facts.validations[-1].due = open_deadline(facts, "validation_response", FILED, DUE).number
    return facts


def responded() -> CycleFacts:
    facts = surveyed()
    facts.validations[-1].responded_at = et("2027-10-01 10:00")
    return facts


def a_report(**fields: Any) -> FileValidationReport:
    found = [{"area": NOTICE, "acceptable": False, "comments": "None hangs there."}]
    told = {"findings": found, "satisfactory": False, "respond_by": "2027-10-16"}
    return said(FileValidationReport, **told | fields)


def a_response(*areas: str) -> SubmitValidationResponse:
    return said(SubmitValidationResponse, actions=[{"area": area, "action": "It is done."} for area in areas])


def a_decision(decision: str, **fields: Any) -> DecideValidation:
    return said(DecideValidation, decision=decision, **fields)


UNSPECIFIED = [{"area": NOTICE, "acceptable": True}]
OF_VALIDATION = [
    Provocation("validation.under_way", surveyed(), said(OrderValidationSurvey, announced=True), FILED),
    Provocation("validation.finding_missing", ordered(), a_report(findings=UNSPECIFIED), FILED),
    Provocation("validation.respond_by_missing", ordered(), a_report(respond_by=None), FILED),
    Provocation("validation.respond_by_past", ordered(), a_report(respond_by="2027-09-15"), FILED),
    Provocation("validation.finding_not_addressed", surveyed(), a_response(NOTICE), FILED),
    Provocation("validation.nothing_to_revoke", surveyed_early(), a_decision("revoked", reasons=["x"]), FILED),
    Provocation("validation.reasons_missing", surveyed(), a_decision("revoked"), FILED),
]


def a_loan(begins: str, ends: str) -> ReportLoanerUnit:
    """A unit that is lent from one day to another."""
    made = {"unit": "CT-9", "manufacturer": "Sample Imaging", "model": "CT 64"}
    return said(ReportLoanerUnit, begins_on=begins, ends_on=ends, **made)


A_UNIT = said(ReportAddedUnit, unit="CT-2", manufacturer="Sample Imaging", model="CT 128", way="early_renewal")
A_LOSS = said(ReportPersonnelChange, role="medical_physicist", left="Somebody Else")
OF_CHANGES = [
    Provocation("unit.way_not_open", standing(), A_UNIT, ORDERED),
    Provocation("personnel.unknown_person", standing(), A_LOSS, ORDERED),
    Provocation("annual_update.not_confirmed", standing(), said(SubmitAnnualUpdate, confirmed=False), ORDERED),
    Provocation("unit.loan_days", standing(), a_loan("2027-10-01", "2027-09-30"), ORDERED),
]
"""What changes about an accredited unit meets with."""
