"""What corrections change in a case of radiation oncology: the surveyors' report, the committee's, the chair's word.

The case goes back to the stage `decision`, or `appeal`, which takes the corrected word as it takes any.
"""

from policy.accreditation.corrections import judge_travel
from policy.accreditation.oncology.corrective_action import PLAN
from policy.accreditation.oncology.report import travel_of
from policy.accreditation.rounds import AreaState
from policy.facts import Stage
from policy.messages import CorrectAccreditationDecision, CorrectAppealResult, CorrectSurveyReport
from workflows.accreditation.corrections import take_back
from workflows.accreditation.grant import correction_of
from workflows.accreditation.oncology import appeal as appeals
from workflows.accreditation.oncology.corrective_action import CLOSURE
from workflows.accreditation.oncology.report import take_report
from workflows.accreditation.oncology.survey import tell_survey_report
from workflows.case import Cycle
from workflows.case.corrections import correct_travel, corrected, note_correction
from workflows.case.survey import invoice_travel

OF_THE_REPORT = ("appeal", PLAN, CLOSURE, "renewal_notice", "expiry")
"""Windows that follow from a final report."""
OF_THE_RESULT = (PLAN, CLOSURE, "renewal_notice", "expiry")
"""Windows that follow from the result of its appeal."""


def correct_report(case: Cycle, message: CorrectAccreditationDecision) -> None:
    """The final report was wrong: the committee's word is the corrected one, and all that follows is new."""
    facts, this = case.facts, case.facts.round
    stands = facts.certificate is not None and message.outcome == "accredited"
    this.passed_from = facts.certificate.counts_from if facts.certificate and stands else None
    note_correction(case, "final_report", this.reported_at or case.at, message.reason)
    if facts.stage is Stage.CORRECTIVE_ACTION:
        facts.deficiencies -= 1
        facts.plan = None
        case.settle_attention(PLAN)
    take_back(case, OF_THE_REPORT)
    passed = {area.id: area.passed_at for area in facts.areas_in(AreaState.ACCEPTABLE)}
    this.viewed_at, this.corrected_at = None, case.at
    case.return_to(Stage.DECISION, corrected=True)
    take_report(case, message.outcome, message.findings)
    for area in facts.areas_in(AreaState.ACCEPTABLE):
        area.passed_at = passed.get(area.id, area.passed_at)


def correct_result(case: Cycle, message: CorrectAppealResult) -> None:
    """The word of the committee's chair was issued wrongly: the appeal is decided again, what follows is new."""
    facts, this = case.facts, case.facts.round
    appeal = this.appeal
    if appeal is None or appeal.decided_at is None:
        raise RuntimeError("the result of an appeal was corrected that was not decided")
    won = all(finding.acceptable for finding in message.findings)
    stands = facts.certificate is not None and won
    this.passed_from = facts.certificate.counts_from if facts.certificate and stands else None
    if facts.stage is Stage.ACCREDITED:  # won, and the deficiency was taken back
        facts.deficiencies += 1
    note_correction(case, "appeal_result", appeal.decided_at, message.reason)
    take_back(case, OF_THE_RESULT)
    _expect_plan_anew(case)
    passed = {one.id: one.passed_at for one in facts.areas if one.id in this.overturned}
    for area in facts.areas:
        if area.id in this.overturned:
            area.state = AreaState.NOT_ACCEPTABLE
    this.overturned = []
    case.return_to(Stage.APPEAL, corrected=True)
    appeals.receive_result(case, message, **(corrected(facts) if won else correction_of(case)))
    for area in facts.areas:
        if area.id in this.overturned:
            area.passed_at = passed.get(area.id, area.passed_at)


def _expect_plan_anew(case: Cycle) -> None:
    """No plan is late any more: where one is due after the corrected word, it is due anew."""
    if case.facts.plan:
        case.facts.plan.overdue_told = ""
    case.settle_attention(PLAN)


def correct_survey(case: Cycle, message: CorrectSurveyReport) -> None:
    """The surveyors' report was wrong; the committee decides by the corrected one."""
    facts, survey = case.facts, case.facts.surveys[-1]
    note_correction(case, "survey_report", survey.reported_at or case.at, message.reason)
    survey.travel = travel_of(facts, survey)
    anew = judge_travel(facts, message, survey.travel) if survey.travel is not None else None
    survey.satisfactory, survey.reported_at = message.satisfactory, case.at
    tell_survey_report(case, **corrected(facts))
    if survey.travel is None:
        survey.travel = invoice_travel(case, message)
    elif anew is not None:
        survey.travel = correct_travel(case, anew, message, survey.travel)
