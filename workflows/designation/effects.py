"""What an accepted message changes in a designation, at once. Which let it pass: `policy.designation.judgement`."""

from policy.designation.application import DicoeApplication
from policy.designation.judgement import fee_changes, judge_amendment, judge_move, other_locations
from policy.messages import (
    AcceptApplication,
    AddLocations,
    AmendApplication,
    ConfirmPledge,
    DecideDesignation,
    ExtendDueDate,
    FileSurveyReport,
    Message,
    MoveEdition,
    QuoteFee,
    ReturnApplication,
    ScheduleSurvey,
    StartRenewal,
)
from workflows.case import DesignationCase
from workflows.case.effects import claim_common, extend, quote_fee
from workflows.designation import application, designated


def apply(case: DesignationCase, message: Message) -> None:
    """Give an accepted message its effect."""
    match message:
        case AcceptApplication():
            application.accept(case)
        case ReturnApplication():
            application.return_application(case, message)
        case ScheduleSurvey():
            application.schedule(case, message)
        case FileSurveyReport():
            application.file_report(case, message)
        case DecideDesignation():
            application.decide(case, message)
        case AddLocations():
            designated.add_locations(case, message)
        case ConfirmPledge():
            designated.confirm_pledge(case, message)
        case StartRenewal():
            designated.start_renewal(case, message)
        case QuoteFee() if case.facts.unquoted() is None:
            case.facts.addition_quote = message.amount
        case QuoteFee():
            quote_fee(case, message)
        case ExtendDueDate():
            extend(case, message, {"renewal_application": (reminders(case), "renewal_reminder")})
        case AmendApplication():
            amend(case, message)
        case MoveEdition():
            case.carry(judge_move(message))
        case _:
            claim_common(case, message)


def amend(case: DesignationCase, message: AmendApplication) -> None:
    """The office corrects the application; with other locations its invoice is voided and issued anew."""
    after = judge_amendment(case.facts, case.terms, message)
    anew = other_locations(case.facts, after) and not keeps_fee(case, after)
    case.facts.application = after
    case.outbox.application_changed = True
    fee = case.facts.standing_invoice("designation", 1)
    if anew and fee:
        case.issue_anew(fee)


def keeps_fee(case: DesignationCase, after: DicoeApplication) -> bool:
    """Return whether what was paid already is what the corrected list costs as well."""
    fee = case.facts.standing_invoice("designation", 1)
    return bool(fee and fee.paid) and not fee_changes(case.facts, case.terms, after)


def reminders(case: DesignationCase) -> list[int]:
    """Return how many days before its end the renewal's window is reminded of."""
    return case.terms.designation.renewal_reminders.value
