"""The one judgement of every message, whether it came as an update or as a signal. It changes nothing."""

from datetime import datetime

from policy import case_rules
from policy.accreditation import appeal, options, reinstatement, testing_package
from policy.accreditation.cycle import CycleFacts
from policy.accreditation.mammography import certificate, image_check
from policy.accreditation.mammography import options as mammography_options
from policy.accreditation.mammography.part import part_of
from policy.edition import Edition
from policy.facts import Stage
from policy.judging import COMMON_JUDGES, Judges, by_facts, by_instant, by_rules, warned_by_rules
from policy.messages import (
    AcceptApplication,
    AmendApplication,
    AssignArbitrator,
    ChooseOption,
    ConfirmCorrectiveActions,
    DecideAfterFailure,
    DecideCorrectiveActionPlan,
    ExtendDueDate,
    ExtendProvisionalCertificate,
    FileSurveyReport,
    GrantInterimAccreditation,
    IssueAppealResult,
    IssueFinalReport,
    Message,
    MoveEdition,
    OrderImageCheck,
    QuoteFee,
    RecordMqsaCertificate,
    ReportImageCheck,
    ReturnApplication,
    ReturnImages,
    ScheduleSurvey,
    StartRenewal,
    SubmitAppealMaterials,
    SubmitCorrectiveActionPlan,
    SubmitImageCheckPlan,
    SubmitTestingPackage,
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


def judge_view(facts: CycleFacts, terms: Edition, message: ViewFinalReport) -> None:
    """Judge whether there is a report to view, and (mammography) by whom.

    Raises:
        Refused: `case.wrong_stage` or `option_form.wrong_role`.
    """
    mammography_options.judge_reader(facts, terms, message)
    if facts.reported is None:
        raise refuse("case.wrong_stage", f"There is no final report yet; the case is in the stage {facts.stage.words}.")


def judge_report(facts: CycleFacts, terms: Edition, message: IssueFinalReport) -> None:
    """Judge a final report; FDA hears of a serious risk in mammography alone.

    Raises:
        Refused: `mammography.other_modality`, or as `testing_package.judge_report` does.
    """
    if message.serious_risk:
        part_of(facts, terms)
    testing_package.judge_report(facts, message)


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
    MoveEdition: by_facts(case_rules.judge_move),
    StartRenewal: case_rules.judge_renewal,
    SubmitTestingPackage: testing_package.judge_package,
    IssueFinalReport: by_rules(judge_report),
    ViewFinalReport: by_rules(judge_view),
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
    ExtendDueDate: by_instant(testing_package.judge_extension),
    RecordMqsaCertificate: by_instant(certificate.judge_record),
    ExtendProvisionalCertificate: by_instant(certificate.judge_extension),
    GrantInterimAccreditation: by_instant(certificate.judge_interim),
    DecideAfterFailure: by_rules(mammography_options.judge_decision),
    OrderImageCheck: by_rules(image_check.judge_order),
    ReportImageCheck: by_rules(image_check.judge_report),
    SubmitImageCheckPlan: warned_by_rules(image_check.judge_plan),
}
"""How each message to a cycle is judged."""
