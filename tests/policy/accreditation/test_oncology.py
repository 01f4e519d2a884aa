"""Radiation oncology: what a survey, its report, a plan and an appeal must keep to, on both sides of each line."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from policy.accreditation.completeness import findings as all_findings
from policy.accreditation.cycle import CycleFacts
from policy.accreditation.judgement import judge
from policy.accreditation.oncology import windows
from policy.accreditation.rounds import Round, RoundKind
from policy.application import AccreditationApplication, Area, AreaKind
from policy.cases import cases_of
from policy.edition import Edition
from policy.facts import Stage
from policy.fees import fee_lines
from policy.messages import (
    ChooseOption,
    CorrectAccreditationDecision,
    CorrectAppealResult,
    CorrectFinalReport,
    CorrectSurveyReport,
    DecideAccreditation,
    DecideCorrectiveActionPlan,
    FileSurveyReport,
    IssueAppealResult,
    Message,
    ScheduleSurvey,
    SubmitCommitteeAppeal,
    SubmitCorrectiveActionPlan,
    SubmitReapplication,
    SubmitSelfAudit,
    SubmitTestingPackage,
    ViewFinalReport,
)
from policy.office import Fees, ModalityFees, OfficeSettings
from policy.rules import OF_ONCOLOGY, OFFICE, RO_OPTIONS, RO_PROCESS, RO_RENEWAL, RO_RESULTS, RULES, source_of
from policy.senders import judge_sender
from policy.verdict import Refused
from tests.policy.accreditation.practices import (
    MAIN,
    REPLIED,
    REPORTED,
    SATELLITE,
    SURVEYED,
    TEAM,
    TERMS,
    a_practice,
    a_practice_case,
    appealed,
    approved,
    findings,
    planned,
    reported,
    scheduled,
    surveyed,
    to_follow_up,
    under_appeal,
)
from tests.policy.cycles import SECOND, a_cycle, end_of, et, invoice, open_deadline
from tests.policy.cycles import TERMS as DIAGNOSTIC
from tests.policy.said import a_document, said

IN_TIME = REPORTED + timedelta(days=10)
ARTICLES = (RO_PROCESS, RO_OPTIONS, RO_RESULTS, RO_RENEWAL, OFFICE)


def answer(facts: CycleFacts, message: Message, at: datetime = IN_TIME, terms: Edition = TERMS) -> str | None:
    """Return the rule that refuses a message, None where it is taken; the facts stay as they were."""
    before, refusal = facts.model_dump_json(), None
    try:
        judge_sender(facts, message)
        judge(facts, terms, message, at)
    except Refused as refused:
        refusal = refused
    assert facts.model_dump_json() == before
    assert refusal is None or (refusal.source and refusal.reason.endswith("."))
    return refusal.rule if refusal else None


def a_schedule(**fields: Any) -> ScheduleSurvey:
    return said(ScheduleSurvey, **({"team": TEAM, "on": "2027-03-01"} | fields))


def a_report(*deficient: str) -> FileSurveyReport:
    return said(FileSurveyReport, findings=findings(*deficient), satisfactory=not deficient)


def an_outcome(outcome: str, *deficient: str) -> DecideAccreditation:
    return said(DecideAccreditation, outcome=outcome, findings=findings(*deficient))


def a_correction(outcome: str, *deficient: str) -> CorrectAccreditationDecision:
    return said(CorrectAccreditationDecision, outcome=outcome, findings=findings(*deficient), reason="Another's.")


def a_survey_correction(*deficient: str, travel: str = "") -> CorrectSurveyReport:
    expenses = [{"description": "Train", "amount": travel}] if travel else []
    told = {"findings": findings(*deficient), "satisfactory": not deficient, "travel_expenses": expenses}
    return said(CorrectSurveyReport, **told, reason="Another's.")


def a_plan(*sites: str, directed: str | None = None) -> SubmitCorrectiveActionPlan:
    actions = [{"area": site, "action": "Sample.", "directed": directed} for site in sites]
    return said(SubmitCorrectiveActionPlan, actions=actions)


def an_appeal(*roles: str) -> SubmitCommitteeAppeal:
    return said(SubmitCommitteeAppeal, letters=[a_document("letter.pdf", role) for role in roles])


# The application


def problems(application: AccreditationApplication) -> list[tuple[str, str]]:
    fees = Fees.model_validate({"accreditation": {"radiation_oncology": {"application": "9000.00"}}})
    return [(one.rule, one.where) for one in all_findings(application, TERMS, OfficeSettings(fees=fees))]


def test_a_practice_applies_with_its_sites_and_without_images() -> None:
    assert problems(a_practice()) == []
    assert a_practice().medium is None


def test_a_practice_without_sites_and_a_site_with_images_are_told() -> None:
    unit = a_practice().units[0]
    bare = a_practice().model_copy(update={"units": [unit.model_copy(update={"areas": []})]})
    assert problems(bare) == [("application.incomplete", "units.0.areas")]
    tested = Area(id=MAIN, kind=AreaKind.PHANTOM)
    imaged = a_practice().model_copy(update={"units": [unit.model_copy(update={"areas": [tested]})]})
    assert problems(imaged) == [("application.incomplete", "units.0.areas.0.kind")]


def test_a_practice_is_one_case_of_the_site_and_its_fee_names_its_sites() -> None:
    (part,) = cases_of(a_practice(), TERMS)
    assert str(part.case_id(1)) == "accreditation.VA-0900.radiation_oncology.site.1"
    fees = Fees(accreditation={"radiation_oncology": ModalityFees(application="9000.00")})  # type: ignore[dict-item, arg-type]
    (line,) = fee_lines(part.application, "application", 1, OfficeSettings(fees=fees))
    assert line.description == "Radiation oncology accreditation of VA-0900, sites MAIN, SAT-1: application fee"


# The survey


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({}, None),
        ({"team": TEAM[:1]}, "survey.team_incomplete"),
        ({"team": [TEAM[0], TEAM[0].model_copy(update={"role": "medical_physicist"})]}, "survey.team_incomplete"),
        ({"mode": "virtual"}, "survey.mode_not_allowed"),
        ({"on": None}, "survey.day_missing"),
    ],
)
def test_a_survey_is_scheduled_with_a_whole_team_on_site_on_a_day(fields: dict[str, Any], rule: str | None) -> None:
    assert answer(a_practice_case(), a_schedule(**fields)) == rule


@pytest.mark.parametrize(
    ("on", "rule", "warned"),
    [
        ("2027-12-31", "survey.too_early", 0),
        ("2028-01-01", None, 0),
        ("2028-04-01", None, 0),
        ("2028-04-02", None, 1),
    ],
)
def test_a_follow_up_survey_comes_six_to_nine_months_after_the_reply(on: str, rule: str | None, warned: int) -> None:
    message = a_schedule(on=on)
    assert answer(to_follow_up(), message) == rule
    if rule is None:
        assert len(judge(to_follow_up(), TERMS, message, IN_TIME)) == warned


def test_a_survey_is_reported_on_from_its_day_on_with_a_finding_on_every_site() -> None:
    assert answer(scheduled(), a_report(), et("2027-02-28 23:59")) == "survey.not_held"
    assert answer(scheduled(), a_report(), et("2027-03-01 17:00")) is None
    assert answer(a_practice_case(), a_report()) == "case.wrong_stage"
    lone = said(FileSurveyReport, findings=findings()[:1], satisfactory=True)
    assert answer(scheduled(), lone) == "report.area_missing"
    silent = said(FileSurveyReport, findings=[{"area": MAIN, "acceptable": False}, findings()[1]], satisfactory=False)
    assert answer(scheduled(), silent) == "report.recommendation_missing"


def test_the_report_is_expected_from_eight_weeks_after_the_survey_and_overdue_after_twelve() -> None:
    due = windows.report_due(SURVEYED, TERMS)
    assert due == et("2027-05-24 24:00")
    assert windows.report_told_before(TERMS) == 28
    assert windows.report_due(et("2027-03-01 10:00"), TERMS) == due


# The outcome


@pytest.mark.parametrize(
    ("outcome", "deficient", "rule"),
    [
        ("accredited", (), None),
        ("accredited", (SATELLITE,), "decision.findings_differ"),
        ("deferred", (SATELLITE,), None),
        ("denied", (MAIN, SATELLITE), None),
        ("deferred", (), "decision.findings_differ"),
        ("denied", (), "decision.findings_differ"),
    ],
)
def test_the_outcome_follows_from_the_findings(outcome: str, deficient: tuple[str, ...], rule: str | None) -> None:
    assert answer(surveyed(), an_outcome(outcome, *deficient)) == rule


def test_an_outcome_is_decided_once_and_after_the_survey() -> None:
    assert answer(scheduled(), an_outcome("accredited")) == "case.wrong_stage"
    assert answer(reported("denied"), an_outcome("accredited")) == "case.wrong_stage"
    assert answer(surveyed(), said(ViewFinalReport)) == "case.wrong_stage"
    assert answer(reported("denied"), said(ViewFinalReport)) is None


# Corrections


def test_the_surveyors_report_is_corrected_until_the_committee_has_decided_by_it() -> None:
    assert answer(scheduled(), a_survey_correction()) == "case.wrong_stage"
    assert answer(surveyed(), a_survey_correction(SATELLITE)) is None
    lone = a_survey_correction().model_copy(update={"findings": findings()[:1]})
    assert answer(surveyed(), lone) == "report.area_missing"
    assert answer(reported("denied"), a_survey_correction()) == "correction.already_followed"
    audited = approved("deferred", "self_audit")
    assert audited.plan
    audited.plan.audited_at, audited.stage = REPLIED, Stage.DECISION
    audited.rounds.append(Round(number=2, kind=RoundKind.FOLLOW_UP, areas=[MAIN, SATELLITE]))
    assert answer(audited, a_survey_correction()) == "correction.already_followed"


def test_travel_that_was_paid_is_not_corrected_with_the_report() -> None:
    facts = surveyed()
    invoice(facts, "2027-000002", "812.50", "812.50", purpose="travel_expenses", occurrence=1)
    assert answer(facts, a_survey_correction(travel="812.50")) is None
    assert answer(facts, a_survey_correction(travel="800.00")) == "correction.already_followed"


@pytest.mark.parametrize("outcome", ["deferred", "denied"])
def test_a_final_report_is_corrected_until_a_plan_or_an_appeal_has_come(outcome: str) -> None:
    assert answer(surveyed(), a_correction("accredited")) == "case.wrong_stage"
    assert answer(reported(outcome), a_correction("accredited")) is None
    assert answer(reported(outcome), a_correction("denied", MAIN, SATELLITE)) is None
    assert answer(reported(outcome), a_correction("accredited", MAIN)) == "decision.findings_differ"
    for followed in (planned(outcome), approved(outcome), under_appeal(), to_follow_up()):
        assert answer(followed, a_correction("accredited")) == "correction.already_followed"


def test_a_grant_is_corrected_until_its_renewal_notice() -> None:
    facts = surveyed()
    facts.round.outcome, facts.round.findings, facts.round.reported_at = "accredited", findings(), REPORTED
    facts.stage = Stage.ACCREDITED
    assert answer(facts, a_correction("deferred", SATELLITE)) is None
    open_deadline(facts, "renewal_application", REPORTED, end_of(REPORTED, 90))
    assert answer(facts, a_correction("deferred", SATELLITE)) == "correction.already_followed"
    decided = approved("deferred")
    decided.stage = Stage.ACCREDITED
    assert answer(decided, a_correction("denied", SATELLITE)) == "correction.already_followed"


def test_a_report_on_images_and_one_on_a_survey_have_corrections_of_their_own() -> None:
    on_images = said(CorrectFinalReport, reviewers=["Sample"], findings=findings(), reason="Sample.")
    assert answer(reported("denied"), on_images) == "modality.procedure_differs"
    assert answer(a_cycle(), a_correction("accredited"), terms=DIAGNOSTIC) == "modality.procedure_differs"


# The plan


@pytest.mark.parametrize("outcome", ["deferred", "denied"])
def test_a_plan_comes_within_ninety_days_of_the_report(outcome: str) -> None:
    last = windows.plan_due(REPORTED, TERMS)
    assert last == et("2027-08-08 24:00")
    assert answer(reported(outcome), a_plan(SATELLITE), et("2027-08-08 18:00")) is None  # day 90
    assert answer(reported(outcome), a_plan(SATELLITE), last) is None
    assert answer(reported(outcome), a_plan(SATELLITE), last + SECOND) == "plan.past_due"  # day 91
    assert windows.plan_closes(last, TERMS) == et("2027-09-07 24:00")


def test_a_plan_addresses_every_site_that_was_not_acceptable() -> None:
    assert answer(reported("deferred"), a_plan(MAIN)) == "plan.deficiency_not_addressed"
    assert answer(reported("deferred"), a_plan(MAIN, SATELLITE)) is None
    assert answer(reported("deferred"), a_plan(SATELLITE, "MOON")) == "testing.unknown_area"
    assert answer(surveyed(), a_plan(SATELLITE)) == "case.wrong_stage"
    assert answer(reported("deferred"), a_plan(SATELLITE, directed="D1")) == "plan.unknown_directed_action"


@pytest.mark.parametrize(
    ("outcome", "fields", "rule"),
    [
        ("deferred", {"approved": True}, None),
        ("deferred", {"approved": True, "follow_up": "self_audit"}, None),
        ("deferred", {"approved": True, "follow_up": "survey"}, None),
        ("deferred", {"approved": False, "follow_up": "self_audit"}, "plan.no_follow_up"),
        ("denied", {"approved": True}, None),
        ("denied", {"approved": True, "follow_up": "survey"}, "plan.no_follow_up"),
    ],
)
def test_more_is_asked_for_with_the_approval_after_a_deferral(
    outcome: str, fields: dict[str, Any], rule: str | None
) -> None:
    assert answer(planned(outcome), said(DecideCorrectiveActionPlan, **fields)) == rule


def test_a_self_audit_is_sent_where_it_was_asked_for_with_a_document_and_late_ones_are_taken() -> None:
    audit = said(SubmitSelfAudit, documents=[a_document("audit.pdf")])
    asked = approved("deferred", "self_audit")
    assert windows.self_audit_due(REPLIED, TERMS) == et("2028-01-01 24:00")
    assert answer(asked, said(SubmitSelfAudit), REPLIED) == "self_audit.documents_missing"
    assert judge(asked, TERMS, audit, et("2028-01-01 24:00")) == []
    assert len(judge(asked, TERMS, audit, et("2028-01-01 24:00") + SECOND)) == 1
    assert answer(approved("deferred"), audit) == "case.wrong_stage"
    assert answer(planned("deferred"), audit) == "case.wrong_stage"


def test_a_re_application_follows_an_approved_plan_after_a_denial_with_the_survey_agreement() -> None:
    agrees = said(SubmitReapplication, agrees_to_survey=True)
    assert answer(approved("denied"), agrees) is None
    assert answer(approved("denied"), said(SubmitReapplication, agrees_to_survey=False)) == (
        "reapplication.agreement_missing"
    )
    assert answer(planned("denied"), agrees) == "case.wrong_stage"
    assert answer(approved("deferred"), agrees) == "case.wrong_stage"


# The appeal


def test_the_chief_appeals_within_thirty_days_of_the_report_by_a_signed_letter() -> None:
    last = windows.appeal_due(REPORTED, TERMS)
    assert last == et("2027-06-09 24:00")
    chief, physicist = "supervising_physician", "medical_physicist"
    assert answer(reported("denied"), an_appeal(chief), last) is None
    assert answer(reported("denied"), an_appeal(chief), last + SECOND) == "appeal.past_due"
    assert answer(reported("denied"), an_appeal()) == "appeal.letter_missing"
    assert answer(reported("denied"), an_appeal(physicist)) == "appeal.wrong_signer"
    assert answer(reported("denied"), an_appeal(physicist, chief)) is None
    assert answer(approved("denied"), an_appeal(chief)) == "case.wrong_stage"
    assert answer(surveyed(), an_appeal(chief)) == "case.wrong_stage"


def test_an_appeal_is_decided_once_site_by_site() -> None:
    result = said(IssueAppealResult, arbitrator="Sample Chair", findings=findings()[1:])
    assert answer(under_appeal(), result) is None
    whole = said(IssueAppealResult, arbitrator="Sample Chair", findings=findings())
    assert answer(under_appeal(), whole) == "report.unknown_area"
    assert answer(reported("denied"), result) == "case.wrong_stage"
    lost = under_appeal()
    assert lost.round.appeal
    lost.round.appeal.findings, lost.stage = findings(SATELLITE)[1:], reported("denied").stage
    assert answer(lost, an_appeal("supervising_physician")) == "appeal.already_decided"


def a_result_correction(*deficient: str) -> CorrectAppealResult:
    told = {"arbitrator": "Sample Chair", "findings": findings(*deficient)[1:]}
    return said(CorrectAppealResult, **told, reason="Mistyped.")


def test_the_chairs_word_is_corrected_until_a_plan_has_come_after_it() -> None:
    assert answer(under_appeal(), a_result_correction()) == "case.wrong_stage"
    assert answer(reported("denied"), a_result_correction()) == "case.wrong_stage"
    lost = appealed(SATELLITE)
    assert answer(lost, a_result_correction()) is None
    assert answer(lost, a_result_correction(SATELLITE)) is None
    assert lost.plan
    lost.plan.addressed, lost.plan.received_at = [SATELLITE], REPLIED
    assert answer(lost, a_result_correction()) == "correction.already_followed"
    lost.plan.addressed, lost.plan.decisions, lost.plan.decided_at = None, 1, REPLIED  # turned down
    assert answer(lost, a_result_correction()) == "correction.already_followed"


def test_a_plan_from_before_the_appeal_waits_on_and_is_nothing_that_followed() -> None:
    lost = appealed(SATELLITE)
    assert lost.plan
    lost.plan.addressed, lost.plan.received_at = [SATELLITE], REPORTED + timedelta(days=3)
    assert answer(lost, a_result_correction()) is None
    lost.plan.received_at = None  # carried from before this was kept: it may have come since
    assert answer(lost, a_result_correction()) == "correction.already_followed"


def test_a_corrected_word_is_about_what_was_contested_and_its_grant_stands_until_the_renewal_notice() -> None:
    won = appealed()
    whole = a_result_correction().model_copy(update={"findings": findings()})
    assert answer(won, whole) == "report.unknown_area"
    assert answer(won, a_result_correction(SATELLITE)) is None
    open_deadline(won, "renewal_application", REPORTED, end_of(REPORTED, 90))
    assert answer(won, a_result_correction(SATELLITE)) == "correction.already_followed"


def test_an_appealed_report_is_corrected_by_its_result_alone() -> None:
    assert answer(appealed(SATELLITE), a_correction("accredited")) == "correction.already_followed"


# What the procedures do not share


@pytest.mark.parametrize(
    "message",
    [
        said(ChooseOption, option="repeat", attested=True),
        said(SubmitTestingPackage, medium="upload", exams=[]),
    ],
    ids=lambda message: message.NAME,
)
def test_radiation_oncology_knows_no_images_and_no_option_form(message: Message) -> None:
    assert answer(a_practice_case(), message) == "modality.procedure_differs"


def test_a_modality_whose_images_are_tested_knows_no_outcome_and_no_follow_up() -> None:
    for message in (an_outcome("accredited"), said(SubmitSelfAudit), an_appeal("supervising_physician")):
        assert answer(a_cycle(), message, terms=DIAGNOSTIC) == "modality.procedure_differs"
    with pytest.raises(RuntimeError, match="tests images"):
        _ = DIAGNOSTIC.surveyed


@pytest.mark.parametrize("rule", sorted(OF_ONCOLOGY))
def test_a_shared_rule_is_cited_from_the_modalitys_own_articles(rule: str) -> None:
    assert rule in RULES
    assert source_of(rule, "radiation_oncology").startswith(ARTICLES)
    assert a_practice_case().rulebook == "radiation_oncology"
    assert a_cycle().rulebook == "accreditation"
