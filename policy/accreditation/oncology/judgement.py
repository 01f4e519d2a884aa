"""How each message to a case of radiation oncology is judged; what is shared stands with the other modalities."""

from datetime import datetime

from policy import case_rules
from policy.accreditation import annual_update, changes, facility, validation
from policy.accreditation.cycle import CycleFacts
from policy.accreditation.oncology.corrective_action import (
    judge_plan,
    judge_plan_decision,
    judge_reapplication,
    judge_self_audit,
)
from policy.accreditation.oncology.report import (
    judge_outcome,
    judge_report_correction,
    judge_result_correction,
    judge_survey_correction,
)
from policy.accreditation.oncology.survey import judge_schedule, judge_survey_report
from policy.accreditation.testing_package import judge_findings
from policy.application import ContactRole
from policy.edition import Edition
from policy.facts import Stage
from policy.judging import COMMON_JUDGES, Judges, by_facts, by_instant, by_rules, warned_by_facts
from policy.messages import (
    AcceptApplication,
    AmendApplication,
    CallOffValidationSurvey,
    ChangeFacility,
    CorrectAccreditationDecision,
    CorrectAppealResult,
    CorrectSurveyReport,
    DecideAccreditation,
    DecideCorrectiveActionPlan,
    DecideValidation,
    FileSurveyReport,
    FileValidationReport,
    IssueAppealResult,
    MoveEdition,
    OrderValidationSurvey,
    QuoteFee,
    ReportPersonnelChange,
    ReportRelocation,
    ReturnApplication,
    ScheduleSurvey,
    StartRenewal,
    SubmitAnnualUpdate,
    SubmitCommitteeAppeal,
    SubmitCorrectiveActionPlan,
    SubmitReapplication,
    SubmitSelfAudit,
    SubmitValidationResponse,
    ViewFinalReport,
)
from policy.rules import refuse
from policy.words import due_in_words

CHIEF = ContactRole.SUPERVISING_PHYSICIAN
"""As whom an application lists the chief of radiation oncology."""


def judge_view(facts: CycleFacts, _message: ViewFinalReport) -> None:
    """Judge whether there is a report to view.

    Raises:
        Refused: `case.wrong_stage`.
    """
    if facts.reported is None:
        raise refuse("case.wrong_stage", f"There is no final report yet; the case is in the stage {facts.stage.words}.")


def judge_appeal(facts: CycleFacts, terms: Edition, message: SubmitCommitteeAppeal, at: datetime) -> None:
    """Judge an appeal: of a report that does not accredit, once, in its window, by a letter of the chief.

    An approved plan is the committee's word on the report: what follows from it is under way (decided).

    Raises:
        Refused: `case.wrong_stage` or `appeal.*`.
    """
    plan = facts.plan
    if facts.stage is not Stage.CORRECTIVE_ACTION or plan is None or plan.approved:
        raise refuse("case.wrong_stage", f"No report is open to appeal; the case is in the stage {facts.stage.words}.")
    if facts.round.appeal is not None:
        raise refuse(
            "appeal.already_decided",
            "This report has been appealed, and the committee's chair has decided.",
            "Submit the corrective action plan.",
            source=terms.cite(terms.surveyed.appeal),
        )
    due = facts.latest("appeal")
    if due is None or due.over or at > due.due_at:
        until = f": until {due_in_words(due.due_at, terms.zone)}" if due else ""
        raise refuse(
            "appeal.past_due",
            f"The report could be appealed within {terms.surveyed.appeal.value} days of its receipt{until}.",
            "Submit the corrective action plan.",
            source=terms.cite(terms.surveyed.appeal),
        )
    _judge_letters(terms, message)


def _judge_letters(terms: Edition, message: SubmitCommitteeAppeal) -> None:
    """Judge that the request is there and that the chief has signed it."""
    cited = terms.cite(terms.surveyed.appeal)
    if not message.letters:
        raise refuse(
            "appeal.letter_missing",
            "An appeal is a written request to the chair of the committee.",
            "Send it as a letter signed by the chief of radiation oncology.",
            source=cited,
        )
    if not any(letter.signed_by and letter.signed_by.role == CHIEF for letter in message.letters):
        raise refuse(
            "appeal.wrong_signer",
            "The signature of the chief of radiation oncology is missing.",
            "Send a letter signed by whom the application lists as supervising physician: the chief.",
            source=cited,
        )


def judge_appeal_result(facts: CycleFacts, message: IssueAppealResult) -> None:
    """Judge the result of an appeal: one is open, and each site that was not acceptable has its finding.

    Raises:
        Refused: `case.wrong_stage` or `report.*`.
    """
    appeal = facts.round.appeal
    if facts.stage is not Stage.APPEAL or appeal is None or appeal.findings is not None:
        raise refuse("case.wrong_stage", f"No appeal is open; the case is in the stage {facts.stage.words}.")
    judge_findings(message.findings, appeal.contested)


JUDGES: Judges[CycleFacts, Edition] = {
    **COMMON_JUDGES,
    AcceptApplication: by_facts(case_rules.judge_acceptance),
    ReturnApplication: by_facts(case_rules.judge_acceptance),
    AmendApplication: by_rules(case_rules.judge_amendment),
    QuoteFee: by_facts(lambda facts, _message: case_rules.judge_quote(facts)),
    MoveEdition: by_rules(case_rules.judge_move),
    StartRenewal: case_rules.judge_renewal,
    ScheduleSurvey: judge_schedule,
    FileSurveyReport: by_instant(judge_survey_report),
    CorrectSurveyReport: by_facts(judge_survey_correction),
    DecideAccreditation: by_facts(judge_outcome),
    CorrectAccreditationDecision: by_facts(judge_report_correction),
    ViewFinalReport: by_facts(judge_view),
    SubmitCommitteeAppeal: by_instant(judge_appeal),
    IssueAppealResult: by_facts(judge_appeal_result),
    CorrectAppealResult: by_facts(judge_result_correction),
    SubmitCorrectiveActionPlan: by_instant(judge_plan),
    DecideCorrectiveActionPlan: by_facts(judge_plan_decision),
    SubmitSelfAudit: judge_self_audit,
    SubmitReapplication: by_facts(judge_reapplication),
    OrderValidationSurvey: by_rules(validation.judge_order),
    CallOffValidationSurvey: by_facts(validation.judge_calling_off),
    FileValidationReport: validation.judge_report,
    SubmitValidationResponse: validation.judge_response,
    DecideValidation: validation.judge_decision,
    ReportPersonnelChange: warned_by_facts(changes.judge_personnel),
    ReportRelocation: changes.judge_relocation,
    SubmitAnnualUpdate: annual_update.judge_update,
    ChangeFacility: by_rules(facility.judge_change),
}
"""How each message to a case of radiation oncology is judged."""
