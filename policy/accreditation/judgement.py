"""The one judgement of every message, whether it came as an update or as a signal. It changes nothing."""

from datetime import datetime

from policy import case_rules
from policy.accreditation import appeal, changes, options, reinstatement, testing_package, validation
from policy.accreditation.cycle import CycleFacts
from policy.edition import Edition
from policy.facts import Stage
from policy.judging import COMMON_JUDGES, Judges, by_facts, by_message, by_rules, warned_by_facts
from policy.messages import (
    AcceptApplication,
    AmendApplication,
    AssignArbitrator,
    ChooseOption,
    ConfirmCorrectiveActions,
    DecideCorrectiveActionPlan,
    DecideValidation,
    FileSurveyReport,
    FileValidationReport,
    IssueAppealResult,
    IssueFinalReport,
    Message,
    MoveEdition,
    OrderValidationSurvey,
    QuoteFee,
    ReportAddedUnit,
    ReportPersonnelChange,
    ReportRelocation,
    ReturnApplication,
    ReturnImages,
    ScheduleSurvey,
    StartRenewal,
    SubmitAppealMaterials,
    SubmitCorrectiveActionPlan,
    SubmitTestingPackage,
    SubmitValidationResponse,
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
    return JUDGES[type(message)](facts, terms, message, at)


def judge_view(facts: CycleFacts, _message: ViewFinalReport) -> None:
    """Judge whether there is a report to view.

    Raises:
        Refused: `case.wrong_stage`.
    """
    if facts.reported is None:
        raise refuse("case.wrong_stage", f"There is no final report yet; the case is in the stage {facts.stage.words}.")


def judge_return(facts: CycleFacts, _message: ReturnImages) -> None:
    """Judge whether there are images to return: of a report on CD or film, once.

    Raises:
        Refused: `case.wrong_stage`.
    """
    reported = facts.reported
    if facts.medium == "upload" or reported is None or reported.images_returned_at or facts.stage is not Stage.OPTIONS:
        raise refuse("case.wrong_stage", "No images wait to be returned: that follows a report on CD or film.")


JUDGES: Judges[CycleFacts, Edition] = {
    **COMMON_JUDGES,
    AcceptApplication: by_facts(case_rules.judge_acceptance),
    ReturnApplication: by_facts(case_rules.judge_acceptance),
    AmendApplication: by_rules(case_rules.judge_amendment),
    QuoteFee: by_facts(lambda facts, _message: case_rules.judge_quote(facts)),
    MoveEdition: by_message(case_rules.judge_move),
    StartRenewal: case_rules.judge_renewal,
    SubmitTestingPackage: testing_package.judge_package,
    IssueFinalReport: by_facts(testing_package.judge_report),
    ViewFinalReport: by_facts(judge_view),
    ReturnImages: by_facts(judge_return),
    ChooseOption: options.judge_choice,
    SubmitAppealMaterials: by_facts(appeal.judge_materials),
    AssignArbitrator: by_facts(appeal.judge_arbitrator),
    IssueAppealResult: by_facts(appeal.judge_result),
    SubmitCorrectiveActionPlan: by_facts(reinstatement.judge_plan),
    DecideCorrectiveActionPlan: by_facts(reinstatement.judge_decision),
    ConfirmCorrectiveActions: by_facts(reinstatement.judge_confirmation),
    ScheduleSurvey: by_rules(reinstatement.judge_schedule),
    FileSurveyReport: by_facts(reinstatement.judge_survey_report),
    OrderValidationSurvey: by_facts(validation.judge_order),
    FileValidationReport: validation.judge_report,
    SubmitValidationResponse: validation.judge_response,
    DecideValidation: validation.judge_decision,
    ReportPersonnelChange: warned_by_facts(changes.judge_personnel),
    ReportRelocation: changes.judge_relocation,
    ReportAddedUnit: changes.judge_added_unit,
}
"""How each message to a cycle is judged."""
