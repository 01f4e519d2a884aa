"""What an accepted message changes in a designation, at once. Which rules let it pass:
`policy.designation.judgement`.
"""

from policy.designation.judgement import judge_amendment, judge_move
from policy.messages import (
    AcceptApplication,
    AddLocations,
    AmendApplication,
    ConfirmPledge,
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
from workflows.designation import application, designated


def amend_application(case: DesignationCase, message: AmendApplication) -> None:
    """The office has corrected the application."""
    case.facts.application = judge_amendment(case.facts, case.terms, message)
    case.outbox.application_changed = True


def move_edition(case: DesignationCase, message: MoveEdition) -> None:
    """The office has moved the case to another edition; windows that run keep their dates."""
    case.carry(judge_move(message))


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
    AcceptApplication: application.accept,
    ReturnApplication: application.return_application,
    AmendApplication: amend_application,
    QuoteFee: quote_fee,
    ExtendDueDate: extend_due_date,
    MoveEdition: move_edition,
    StartRenewal: designated.start_renewal,
    ScheduleSurvey: application.schedule,
    FileSurveyReport: application.file_report,
    DecideDesignation: application.decide,
    AddLocations: designated.add_locations,
    ConfirmPledge: designated.confirm_pledge,
}
"""What each message to a designation changes; the workflow has an update for each of them."""
