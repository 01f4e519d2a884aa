"""What an accepted message changes in a designation, at once. Which rules let it pass:
`policy.designation.judgement`.
"""

from policy.designation.application import DicoeApplication
from policy.designation.judgement import fee_changes, judge_amendment, judge_move, other_locations
from policy.messages import (
    AcceptApplication,
    AddLocations,
    AmendApplication,
    ChangeFacility,
    ConfirmPledge,
    CorrectSurveyReport,
    DecideDesignation,
    ExtendDueDate,
    FileSurveyReport,
    MoveEdition,
    QuoteFee,
    ReturnApplication,
    ScheduleSurvey,
    StartRenewal,
)
from workflows.case import DesignationCase, effects
from workflows.case.inbox import Effects
from workflows.case.upkeep import contacts_amended
from workflows.designation import application, designated, facility


def amend_application(case: DesignationCase, message: AmendApplication) -> None:
    """The office has corrected the application; with other locations its invoice is voided and issued anew."""
    after = judge_amendment(case.facts, case.terms, message)
    anew = other_locations(case.facts, after) and not keeps_fee(case, after)
    case.facts.application = after
    case.outbox.application_changed = True
    contacts_amended(case)
    fee = case.facts.standing_invoice("designation", 1)
    if anew and fee:
        case.issue_anew(fee)


def keeps_fee(case: DesignationCase, after: DicoeApplication) -> bool:
    """Return whether what was paid already is what the corrected list costs as well."""
    fee = case.facts.standing_invoice("designation", 1)
    return bool(fee and fee.paid) and not fee_changes(case.facts, case.terms, after)


def move_edition(case: DesignationCase, message: MoveEdition) -> None:
    """The office has moved the case to another edition; windows that run keep their dates."""
    case.carry(judge_move(case.facts, case.offered or case.terms, message))


def quote_fee(case: DesignationCase, message: QuoteFee) -> None:
    """The office has quoted the fee that waits for it, or else the locations that are added next."""
    if case.facts.unquoted() is None:
        case.facts.addition_quote = message.amount
    else:
        effects.quote_fee(case, message)


def extend_due_date(case: DesignationCase, message: ExtendDueDate) -> None:
    """The office gives a window more time."""
    reminders = case.terms.designation.renewal_reminders.value
    effects.extend(case, message, {"renewal_application": (reminders, "renewal_reminder")})


EFFECTS: Effects[DesignationCase] = {
    **effects.COMMON_EFFECTS,
    ChangeFacility: facility.change_facility,
    AcceptApplication: application.accept,
    ReturnApplication: application.return_application,
    AmendApplication: amend_application,
    QuoteFee: quote_fee,
    ExtendDueDate: extend_due_date,
    MoveEdition: move_edition,
    StartRenewal: designated.start_renewal,
    ScheduleSurvey: application.schedule,
    FileSurveyReport: application.file_report,
    CorrectSurveyReport: application.correct_report,
    DecideDesignation: application.decide,
    AddLocations: designated.add_locations,
    ConfirmPledge: designated.confirm_pledge,
}
"""What each message to a designation changes; the workflow has an update for each of them."""
