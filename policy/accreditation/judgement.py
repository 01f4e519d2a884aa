"""The one judgement of every message, whether it came as an update or as a signal. It changes nothing."""

from datetime import datetime

from policy import case_rules
from policy.accreditation import (
    annual_update,
    appeal,
    changes,
    corrections,
    facility,
    options,
    reinstatement,
    supplemental_review,
    testing_package,
    validation,
)
from policy.accreditation.cycle import CycleFacts
from policy.accreditation.mammography import certificate, image_check
from policy.accreditation.mammography import options as mammography_options
from policy.accreditation.mammography.part import part_of
from policy.accreditation.oncology import judgement as oncology
from policy.edition import Edition
from policy.facts import Stage
from policy.fees import title
from policy.judging import COMMON_JUDGES, Judges, by_facts, by_instant, by_rules, warned_by_facts, warned_by_rules
from policy.messages import (
    AcceptApplication,
    AmendApplication,
    AssignArbitrator,
    CallOffValidationSurvey,
    ChangeFacility,
    ChooseOption,
    ConfirmCorrectiveActions,
    CorrectAppealResult,
    CorrectFinalReport,
    CorrectSurveyReport,
    CorrectTestingPackage,
    DecideAfterFailure,
    DecideCorrectiveActionPlan,
    DecideValidation,
    ExtendDueDate,
    ExtendProvisionalCertificate,
    FileSurveyReport,
    FileValidationReport,
    GrantInterimAccreditation,
    IssueAppealResult,
    IssueFinalReport,
    IssueSupplementalResult,
    Message,
    MoveEdition,
    OrderImageCheck,
    OrderValidationSurvey,
    QuoteFee,
    RecordMqsaCertificate,
    ReportAddedUnit,
    ReportImageCheck,
    ReportLoanerUnit,
    ReportPersonnelChange,
    ReportRelocation,
    ReportReplacedUnit,
    ReturnApplication,
    ReturnImages,
    ScheduleSurvey,
    SetSupplementalReview,
    StartRenewal,
    SubmitAnnualUpdate,
    SubmitAppealMaterials,
    SubmitCorrectiveActionPlan,
    SubmitImageCheckPlan,
    SubmitSupplementalMaterials,
    SubmitTestingPackage,
    SubmitValidationResponse,
    UndoOption,
    ViewFinalReport,
)
from policy.rules import refuse
from policy.verdict import Refused
from policy.words import spoken


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
        Refused: The rule that speaks against it; `modality.procedure_differs` where its modality has no such message.
    """
    judges = oncology.JUDGES if terms.survey_based else JUDGES
    if (found := judges.get(type(message))) is None:
        raise _of_another_procedure(facts, terms, message)
    return found(facts, terms, message, at)


def _of_another_procedure(facts: CycleFacts, terms: Edition, message: Message) -> Refused:
    """Return the refusal of a message that a case's modality does not know."""
    modality = title(facts.application.modality) if facts.application.modality else "this modality"
    how = "a survey accredits it, and no images are tested" if terms.survey_based else "its images are tested"
    return refuse(
        "modality.procedure_differs",
        f"{modality[:1].upper()}{modality[1:]} knows no message {spoken(message.NAME)}: {how}.",
        f"`accredit show {facts.case_id}` says what the case waits for.",
    )


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
    MoveEdition: by_rules(case_rules.judge_move),
    StartRenewal: case_rules.judge_renewal,
    SubmitTestingPackage: testing_package.judge_package,
    CorrectTestingPackage: testing_package.judge_package_correction,
    IssueFinalReport: by_rules(judge_report),
    ViewFinalReport: by_rules(judge_view),
    ReturnImages: by_facts(judge_return),
    ChooseOption: options.judge_choice,
    SubmitAppealMaterials: by_facts(appeal.judge_materials),
    AssignArbitrator: by_facts(appeal.judge_arbitrator),
    IssueAppealResult: by_facts(appeal.judge_result),
    SetSupplementalReview: supplemental_review.judge_terms,
    SubmitSupplementalMaterials: supplemental_review.judge_materials,
    IssueSupplementalResult: by_facts(supplemental_review.judge_result),
    SubmitCorrectiveActionPlan: by_facts(reinstatement.judge_plan),
    DecideCorrectiveActionPlan: by_facts(reinstatement.judge_decision),
    ConfirmCorrectiveActions: by_facts(reinstatement.judge_confirmation),
    ScheduleSurvey: by_rules(reinstatement.judge_schedule),
    FileSurveyReport: by_facts(reinstatement.judge_survey_report),
    OrderValidationSurvey: by_rules(validation.judge_order),
    CallOffValidationSurvey: by_facts(validation.judge_calling_off),
    FileValidationReport: validation.judge_report,
    SubmitValidationResponse: validation.judge_response,
    DecideValidation: validation.judge_decision,
    CorrectFinalReport: by_facts(corrections.judge_report_correction),
    CorrectAppealResult: by_facts(corrections.judge_result_correction),
    CorrectSurveyReport: by_facts(corrections.judge_survey_correction),
    UndoOption: by_facts(corrections.judge_undo),
    ReportPersonnelChange: warned_by_facts(changes.judge_personnel),
    ReportRelocation: changes.judge_relocation,
    ReportAddedUnit: changes.judge_added_unit,
    SubmitAnnualUpdate: annual_update.judge_update,
    ReportReplacedUnit: changes.judge_replaced_unit,
    ReportLoanerUnit: changes.judge_loaner_unit,
    ChangeFacility: by_rules(facility.judge_change),
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
