"""The one judgement of every message, whether it came as an update or as a signal. It changes nothing."""

from datetime import datetime

from policy import case_rules as desk
from policy import money
from policy.accreditation import appeal, options, reinstatement, testing_package
from policy.accreditation.cycle import CycleFacts
from policy.edition import Edition
from policy.facts import Stage
from policy.messages import (
    AcceptApplication,
    AmendApplication,
    AssignArbitrator,
    ChooseOption,
    ConfirmCorrectiveActions,
    DecideCorrectiveActionPlan,
    ExtendDueDate,
    FileSurveyReport,
    IssueAppealResult,
    IssueCreditNote,
    IssueFinalReport,
    Message,
    MoveEdition,
    QuoteFee,
    RecordPayment,
    ResolveAttention,
    ReturnApplication,
    ReturnImages,
    ScheduleSurvey,
    StartRenewal,
    SubmitAppealMaterials,
    SubmitCorrectiveActionPlan,
    SubmitTestingPackage,
    UndoPayment,
    ViewFinalReport,
)
from policy.rules import refuse


def judge(facts: CycleFacts, terms: Edition, message: Message, at: datetime) -> list[str]:
    """Judge a message to an open case as of an instant.

    Args:
        facts: What is known of the case.
        terms: The edition that it carries.
        message: What somebody says, who may say it (see `senders`).
        at: The instant (UTC) as of which it counts.

    Returns:
        Warnings for the sender.

    Raises:
        Refused: The rule that speaks against it.
    """
    match message:
        case ChooseOption():
            return options.judge_choice(facts, terms, message, at)
        case RecordPayment():
            return money.judge_payment(facts, terms, message, at)
        case IssueCreditNote():
            return money.judge_credit(facts, message)
        case StartRenewal():
            return desk.judge_renewal(facts, terms, message, at)
        case SubmitTestingPackage():
            return testing_package.judge_package(facts, terms, message, at)
        case ExtendDueDate():
            desk.judge_extension(facts, terms, message, at)
        case _:
            _judge_timeless(facts, terms, message)
    return []


def _judge_timeless(facts: CycleFacts, terms: Edition, message: Message) -> None:
    """Judge a message for which the instant does not matter."""
    match message:
        case AcceptApplication() | ReturnApplication():
            desk.judge_acceptance(facts, message)
        case IssueFinalReport():
            testing_package.judge_report(facts, message)
        case ViewFinalReport():
            judge_view(facts)
        case ReturnImages():
            judge_return(facts)
        case SubmitAppealMaterials():
            appeal.judge_materials(facts, message)
        case AssignArbitrator():
            appeal.judge_arbitrator(facts, message)
        case IssueAppealResult():
            appeal.judge_result(facts, message)
        case SubmitCorrectiveActionPlan():
            reinstatement.judge_plan(facts, message)
        case DecideCorrectiveActionPlan():
            reinstatement.judge_decision(facts, message)
        case ConfirmCorrectiveActions():
            reinstatement.judge_confirmation(facts, message)
        case ScheduleSurvey():
            reinstatement.judge_schedule(facts, terms, message)
        case FileSurveyReport():
            reinstatement.judge_survey_report(facts, message)
        case _:
            _judge_office(facts, terms, message)


def _judge_office(facts: CycleFacts, terms: Edition, message: Message) -> None:
    """Judge the office's messages about the case itself; withdrawing and closing are always possible."""
    match message:
        case UndoPayment():
            money.judge_undoing(facts, message)
        case QuoteFee():
            desk.judge_quote(facts)
        case AmendApplication():
            desk.judge_amendment(facts, terms, message)
        case ResolveAttention():
            desk.judge_resolution(facts, message)
        case MoveEdition():
            desk.judge_move(message)


def judge_view(facts: CycleFacts) -> None:
    """Judge whether there is a report to view.

    Raises:
        Refused: `case.wrong_stage`.
    """
    if facts.reported is None:
        raise refuse("case.wrong_stage", f"There is no final report yet; the case is in the stage {facts.stage.words}.")


def judge_return(facts: CycleFacts) -> None:
    """Judge whether there are images to return: of a report on CD or film, once.

    Raises:
        Refused: `case.wrong_stage`.
    """
    reported = facts.reported
    if facts.medium == "upload" or reported is None or reported.images_returned_at or facts.stage is not Stage.OPTIONS:
        raise refuse("case.wrong_stage", "No images wait to be returned: that follows a report on CD or film.")
