"""What provokes each rule of forms, appeals, testing and reinstatement: a case, a message and its moment."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from policy.accreditation.cycle import CorrectiveActionPlan, CycleFacts, DirectedAction
from policy.accreditation.rounds import RoundKind
from policy.application import Medium
from policy.edition import Edition
from policy.messages import (
    AssignArbitrator,
    ConfirmCorrectiveActions,
    FileSurveyReport,
    IssueAppealResult,
    IssueFinalReport,
    Message,
    ScheduleSurvey,
    SubmitAppealMaterials,
    SubmitCorrectiveActionPlan,
    SubmitTestingPackage,
)
from tests.policy.cycles import (
    AREAS,
    CHEST,
    HEAD,
    PHANTOM,
    REINSTATED,
    REPEATED,
    REVIEWERS,
    TERMS,
    a_cycle,
    a_cycle_after_a_failed_reinstatement,
    a_cycle_after_a_failed_repeat,
    a_cycle_with_a_deficient_report,
    begin_round,
    chosen,
    et,
    exams,
    finding,
    submit,
    take_choice,
    under_test,
)
from tests.policy.onward import ARBITRATOR, TEAM, decide_appeal, in_corrective_action, in_survey, under_appeal
from tests.policy.said import a_choice, a_document, a_withdrawal_form, said

DURING, BETWEEN, LATE = et("2027-03-08 12:00"), et("2027-03-17 12:00"), et("2027-03-19 12:00")
"""While the form runs; after the appeal's due date; after the form's."""
PHYSICIAN = "supervising_physician"


class Provocation(NamedTuple):
    """What provokes a rule."""

    rule: str
    facts: CycleFacts
    message: Message
    now: datetime
    terms: Edition = TERMS


def deficient(*areas: str) -> CycleFacts:
    return a_cycle_with_a_deficient_report(*(areas or (CHEST,)))


def unviewed() -> CycleFacts:
    facts = deficient()
    facts.round.viewed_at = None
    return facts


def all_types_required() -> Edition:
    types = TERMS.withdrawal.all_patient_types.model_copy(update={"value": ["ct"]})
    return TERMS.model_copy(update={"withdrawal": TERMS.withdrawal.model_copy(update={"all_patient_types": types})})


def withdrawing(*areas: str, form: Any = None) -> dict[str, Any]:
    return {"areas_withdrawn": areas, "withdrawal_form": form or a_withdrawal_form()}


OF_THE_FORM = [
    Provocation("option_form.report_not_viewed", unviewed(), a_choice("repeat"), DURING),
    Provocation("option_form.not_yet_open", deficient(), a_choice("repeat"), et("2027-03-02 12:00")),
    Provocation("option_form.past_due", deficient(), a_choice("repeat"), LATE),
    Provocation("option_form.not_attested", deficient(), a_choice("repeat", attested=False), DURING),
    Provocation(
        "option_form.already_chosen", take_choice(deficient(), chosen("repeat"), DURING), a_choice("withdraw"), DURING
    ),
    Provocation("option.not_offered", deficient(), a_choice("reinstate"), DURING),
    Provocation(
        "withdrawal.form_unsigned",
        deficient(),
        a_choice("withdraw_areas", **withdrawing(CHEST, form=a_document("form.pdf"))),
        DURING,
    ),
    Provocation("withdrawal.area_not_withdrawable", deficient(), a_choice("repeat", **withdrawing(PHANTOM)), DURING),
    Provocation(
        "withdrawal.patient_types_required",
        deficient(),
        a_choice("withdraw_areas", **withdrawing(CHEST)),
        DURING,
        all_types_required(),
    ),
]


def open_appeal(complete_at: datetime | None = None) -> CycleFacts:
    return under_appeal(deficient(), [CHEST], complete_at)


def lost_appeal() -> CycleFacts:
    return decide_appeal(open_appeal(DURING), [], et("2027-04-20 10:00"))


def materials(subject: str, **fields: Any) -> SubmitAppealMaterials:
    return said(SubmitAppealMaterials, sequences=[{"area": CHEST, "subject": subject}], **fields)


A_RESULT = said(IssueAppealResult, arbitrator=ARBITRATOR, findings=[finding(CHEST, acceptable=True)])
SCANS = [a_document("scans.zip", PHYSICIAN)]

OF_THE_APPEAL = [
    Provocation("appeal.past_due", deficient(), a_choice("appeal"), BETWEEN),
    Provocation("appeal.letter_missing", deficient(), a_choice("appeal", letters=[]), DURING),
    Provocation("appeal.wrong_signer", deficient(), a_choice("appeal", letters=[a_document()]), DURING),
    Provocation("appeal.different_medium", deficient(), a_choice("appeal", medium="film"), DURING),
    Provocation("appeal.images_with_letter", deficient(), a_choice("appeal", letters=SCANS), DURING),
    Provocation("appeal.already_decided", lost_appeal(), a_choice("appeal"), et("2027-04-25 10:00")),
    Provocation("appeal.new_case", open_appeal(), materials("P-new"), DURING),
    Provocation("appeal.whole_exam", open_appeal(), materials(f"P1-{CHEST}", whole_exam=True), DURING),
    Provocation(
        "appeal.arbitrator_not_independent", open_appeal(), said(AssignArbitrator, arbitrator=REVIEWERS[0]), DURING
    ),
    Provocation("appeal.materials_incomplete", open_appeal(), A_RESULT, DURING),
]


def repeating() -> CycleFacts:
    facts = take_choice(deficient(), chosen("repeat"), DURING)
    begin_round(facts, RoundKind.REPEAT, [CHEST])
    return under_test(facts, et("2027-04-01 09:00"))


def a_package(*areas: str, series: str = "P9", **changes: Any) -> SubmitTestingPackage:
    made = [exam.model_copy(update=changes) for exam in exams(areas, series)]
    return said(SubmitTestingPackage, medium="upload", exams=made)


def reported(*deficient_areas: str, **fields: Any) -> IssueFinalReport:
    findings = [finding(area, acceptable=area not in deficient_areas, **fields) for area in AREAS]
    return said(IssueFinalReport, reviewers=REVIEWERS, findings=findings)


def short(report: IssueFinalReport) -> IssueFinalReport:
    return report.model_copy(update={"findings": report.findings[1:]})


TESTED, APRIL = under_test(a_cycle(), et("2027-02-10 11:00")), et("2027-04-10 12:00")
REVIEWED = submit(under_test(a_cycle(), et("2027-02-10 11:00")), et("2027-02-20 11:00"))
BY_FILM = a_package(*AREAS).model_copy(update={"medium": Medium.FILM})
TWICE = reported().model_copy(update={"findings": (*reported().findings, finding(CHEST, acceptable=True))})

OF_TESTING = [
    Provocation("testing.past_due", TESTED, a_package(*AREAS), APRIL),
    Provocation("testing.area_missing", TESTED, a_package(*AREAS[1:]), DURING),
    Provocation("testing.subject_missing", TESTED, a_package(*AREAS, subject=None), DURING),
    Provocation("testing.unknown_area", TESTED, a_package(*AREAS, "knee"), DURING),
    Provocation("testing.different_medium", TESTED, BY_FILM, DURING),
    Provocation("repeat.not_deficient_area", repeating(), a_package(CHEST, HEAD), APRIL),
    Provocation("repeat.exam_changed", repeating(), a_package(CHEST, exam="another exam"), APRIL),
    Provocation("repeat.same_subject", repeating(), a_package(CHEST, series="P1"), APRIL),
    Provocation("report.area_missing", REVIEWED, short(reported()), DURING),
    Provocation("report.unknown_area", REVIEWED, TWICE, DURING),
    Provocation("report.recommendation_missing", REVIEWED, reported(CHEST, comments=" "), DURING),
]


def correcting(plan: CorrectiveActionPlan | None = None) -> CycleFacts:
    return in_corrective_action(a_cycle_after_a_failed_repeat(CHEST), plan)


def surveying(**how: bool) -> CycleFacts:
    return in_survey(a_cycle_after_a_failed_reinstatement(CHEST), **how)


def directed(*, taken_up: bool = False) -> CorrectiveActionPlan:
    """The office has directed an action and asks for another plan."""
    one = DirectedAction(id="D1", action="Have the head protocol reviewed.", taken_up=taken_up)
    return CorrectiveActionPlan(decisions=1, directed=[one])


def a_plan(takes_up: str | None = None) -> SubmitCorrectiveActionPlan:
    return said(SubmitCorrectiveActionPlan, actions=[{"area": CHEST, "action": "Rescan.", "directed": takes_up}])


A_PLAN = a_plan()
APPROVED = CorrectiveActionPlan(addressed=[CHEST], decisions=1, approved=True)
JULY, DECEMBER = REPEATED + timedelta(days=30), REINSTATED + timedelta(days=45)
A_SCHEDULE = said(ScheduleSurvey, team=TEAM)
A_SHORT_REPORT = said(FileSurveyReport, findings=[finding(CHEST, acceptable=True)], satisfactory=True)

OF_REINSTATEMENT = [
    Provocation("plan.deficiency_not_addressed", correcting(), said(SubmitCorrectiveActionPlan, actions=[]), JULY),
    Provocation("plan.directed_action_not_addressed", correcting(directed()), A_PLAN, JULY),
    Provocation("plan.unknown_directed_action", correcting(), a_plan("D1"), JULY),
    Provocation("reinstatement.plan_not_approved", correcting(), said(ConfirmCorrectiveActions), JULY),
    Provocation("reinstatement.documents_missing", correcting(APPROVED), said(ConfirmCorrectiveActions), JULY),
    Provocation("survey.fee_not_paid", surveying(paid=False), A_SCHEDULE, DECEMBER),
    Provocation("survey.team_incomplete", surveying(), said(ScheduleSurvey, team=TEAM[:2]), DECEMBER),
    Provocation("survey.in_past", surveying(), said(ScheduleSurvey, team=TEAM, on="2027-12-08"), DECEMBER),
    Provocation("survey.mode_not_allowed", surveying(), said(ScheduleSurvey, team=TEAM, mode="virtual"), DECEMBER),
    Provocation("survey.area_missing", surveying(scheduled=True), A_SHORT_REPORT, DECEMBER),
]
