"""What the office issued in error is corrected until something has followed from it; the refusal names what did."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from policy.accreditation.cycle import CorrectiveActionPlan, CycleFacts, Survey, Validation
from policy.accreditation.mammography.facts import ImageCheck, MammographyFacts
from policy.accreditation.rounds import RoundKind
from policy.application import Medium
from policy.facts import InvoiceFact, PaymentFact, Stage
from policy.messages import CorrectAppealResult, CorrectFinalReport, CorrectSurveyReport, Message, UndoOption
from tests.policy.cycles import (
    AREAS,
    CHEST,
    HEAD,
    REPORTED,
    REVIEWERS,
    a_cycle,
    a_cycle_after_a_failed_reinstatement,
    a_cycle_after_a_failed_repeat,
    a_cycle_with_a_deficient_report,
    begin_round,
    chosen,
    et,
    finding,
    invoice,
    take_choice,
)
from tests.policy.onward import ARBITRATOR, accredited, decide_appeal, in_corrective_action, in_survey, under_appeal
from tests.policy.said import refusal, refused_by, said, taken

DURING = et("2027-03-08 12:00")
WRONG = {"reason": "It was another unit's."}


def a_report(*deficient: str, areas: tuple[str, ...] = AREAS, **fields: Any) -> CorrectFinalReport:
    findings = [finding(area, acceptable=area not in deficient, **fields) for area in areas]
    return said(CorrectFinalReport, reviewers=REVIEWERS, findings=findings, **WRONG)


def a_result(*won: str, contested: tuple[str, ...] = (CHEST,), arbitrator: str = ARBITRATOR) -> CorrectAppealResult:
    findings = [finding(area, acceptable=area in won) for area in contested]
    return said(CorrectAppealResult, arbitrator=arbitrator, findings=findings, **WRONG)


def a_survey(*, satisfactory: bool = True, travel: str = "", areas: tuple[str, ...] = AREAS) -> CorrectSurveyReport:
    findings = [finding(area, acceptable=True) for area in areas]
    expenses = [{"description": "Train", "amount": travel}] if travel else []
    return said(CorrectSurveyReport, findings=findings, satisfactory=satisfactory, travel_expenses=expenses, **WRONG)


UNDO = said(UndoOption, **WRONG)


def deficient() -> CycleFacts:
    return a_cycle_with_a_deficient_report(CHEST)


def lost() -> CycleFacts:
    return decide_appeal(under_appeal(deficient(), [CHEST], DURING), [], et("2027-04-20 10:00"))


def repeating(**paid: Any) -> CycleFacts:
    facts = take_choice(deficient(), chosen("repeat"), DURING)
    begin_round(facts, RoundKind.REPEAT, [CHEST])
    invoice(facts, "2027-0002", "1100.00", *([paid.pop("paid")] if "paid" in paid else []), **paid)
    return facts


def test_a_report_is_corrected_while_nothing_was_chosen_and_while_its_certificate_runs() -> None:
    assert taken(deficient(), a_report(), DURING) == []
    assert taken(accredited(deficient(), REPORTED, told=False), a_report(HEAD), DURING) == []


def test_a_corrected_report_is_a_whole_report() -> None:
    assert refused_by(deficient(), a_report(areas=AREAS[1:]), DURING) == "report.area_missing"
    assert refused_by(deficient(), a_report(HEAD, comments=" "), DURING) == "report.recommendation_missing"
    assert refused_by(a_cycle(), a_report(), DURING) == "case.wrong_stage"


@pytest.mark.parametrize(
    ("facts", "what"),
    [
        (repeating(), "chosen a repeat"),
        (lost(), "appeal"),
        (accredited(deficient(), REPORTED, told=True), "renewal notice"),
    ],
)
def test_a_report_from_which_something_followed_stands_and_the_refusal_names_it(facts: CycleFacts, what: str) -> None:
    found = refusal(facts, a_report(), DURING)
    assert found.rule == "correction.already_followed"
    assert what in found.reason


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("renewal", "accreditation.OH-0417.ct.CT-1.2", "was applied for"),
        ("predecessor", "accreditation.OH-0417.ct.CT-1.0", "was closed by this grant"),
    ],
)
def test_a_grant_from_which_another_case_followed_is_not_taken_back(field: str, value: str, what: str) -> None:
    facts = accredited(deficient(), REPORTED, told=False)
    setattr(facts, field, value)
    assert what in refusal(facts, a_report(), DURING).reason


def test_an_appeals_result_is_corrected_until_another_option_is_chosen() -> None:
    after = et("2027-04-25 10:00")
    assert taken(lost(), a_result(CHEST), after) == []
    assert taken(lost(), a_result(), after) == []
    facts = take_choice(lost(), chosen("repeat"), after)
    assert "chosen a repeat" in refusal(facts, a_result(CHEST), after).reason
    assert refused_by(deficient(), a_result(CHEST), DURING) == "case.wrong_stage"


def test_a_corrected_result_comes_from_an_independent_arbitrator_on_what_was_contested() -> None:
    after = et("2027-04-25 10:00")
    independent = refused_by(lost(), a_result(CHEST, arbitrator=REVIEWERS[0]), after)
    assert independent == "appeal.arbitrator_not_independent"
    assert refused_by(lost(), a_result(HEAD, contested=(HEAD,)), after) == "report.unknown_area"


def surveyed(*, satisfactory: bool, travel: InvoiceFact | None = None) -> CycleFacts:
    facts = in_survey(a_cycle_after_a_failed_reinstatement(CHEST), scheduled=True)
    survey = facts.surveys[-1]
    survey.visits, survey.satisfactory, survey.team = 1, satisfactory, []
    if satisfactory:
        begin_round(facts, RoundKind.REINSTATEMENT, AREAS)
        invoice(facts, "2027-0009", "1500.00")
    if travel:
        facts.invoices.append(travel)
        survey.travel = travel.occurrence
    return facts


def travelled(paid: str = "0.00") -> InvoiceFact:
    return InvoiceFact(
        purpose="travel_expenses", occurrence=1, number="2027-0010", total=Decimal("310.00"), paid=Decimal(paid)
    )


LATE_IN_THE_YEAR = et("2027-12-20 12:00")


@pytest.mark.parametrize("before", [True, False])
def test_a_surveys_report_is_corrected_until_something_follows(before: bool) -> None:
    facts = surveyed(satisfactory=before)
    assert taken(facts, a_survey(satisfactory=not before), LATE_IN_THE_YEAR) == []
    assert refused_by(facts, a_survey(areas=AREAS[1:]), LATE_IN_THE_YEAR) == "survey.area_missing"
    if before:
        facts.invoices[-1].paid = Decimal("0.01")
        assert "reinstatement fee" in refusal(facts, a_survey(), LATE_IN_THE_YEAR).reason
    else:
        facts.surveys[-1].team = in_survey(a_cycle_after_a_failed_reinstatement(CHEST), scheduled=True).surveys[-1].team
        assert "Another visit" in refusal(facts, a_survey(), LATE_IN_THE_YEAR).reason


def test_travel_expenses_that_were_paid_are_not_corrected_with_the_report() -> None:
    facts = surveyed(satisfactory=False, travel=travelled())
    assert taken(facts, a_survey(travel="280.00"), LATE_IN_THE_YEAR) == []
    facts = surveyed(satisfactory=False, travel=travelled(paid="310.00"))
    assert taken(facts, a_survey(travel="310.00"), LATE_IN_THE_YEAR) == []
    assert "travel expenses" in refusal(facts, a_survey(travel="280.00"), LATE_IN_THE_YEAR).reason
    paid_before = PaymentFact(key="record_payment:p-1", amount=Decimal("310.00"))
    anew = travelled().model_copy(update={"number": None, "total": None, "carries": [paid_before]})
    facts = surveyed(satisfactory=False, travel=anew)
    assert "travel expenses" in refusal(facts, a_survey(travel="280.00"), LATE_IN_THE_YEAR).reason


def test_no_survey_is_corrected_that_was_not_reported() -> None:
    facts = in_survey(a_cycle_after_a_failed_reinstatement(CHEST), scheduled=True)
    assert refused_by(facts, a_survey(), LATE_IN_THE_YEAR) == "case.wrong_stage"


def appealing() -> CycleFacts:
    facts = take_choice(deficient(), chosen("appeal"), DURING)
    return under_appeal(facts, [CHEST], DURING)


def correcting(plan: CorrectiveActionPlan | None = None) -> CycleFacts:
    facts = a_cycle_after_a_failed_repeat(CHEST)
    return in_corrective_action(take_choice(facts, chosen("reinstate"), DURING), plan)


def visiting(*, paid: bool) -> CycleFacts:
    facts = a_cycle_after_a_failed_reinstatement(CHEST)
    facts = in_survey(take_choice(facts, chosen("reinstate"), DURING), paid=paid)
    facts.surveys = [Survey(number=1)]
    return facts


@pytest.mark.parametrize("facts", [appealing(), repeating(), correcting(), visiting(paid=False)])
def test_a_choice_is_undone_while_nothing_has_followed(facts: CycleFacts) -> None:
    assert taken(facts, UNDO, DURING) == []


def accepted() -> CycleFacts:
    facts = repeating()
    facts.round.accepted_at = DURING
    return facts


def granted() -> CycleFacts:
    facts = take_choice(deficient(), chosen("withdraw_areas"), DURING)
    facts.stage = Stage.ACCREDITED
    return facts


def confirmed() -> CycleFacts:
    facts = correcting()
    begin_round(facts, RoundKind.REINSTATEMENT, AREAS)
    return facts


@pytest.mark.parametrize(
    ("facts", "what"),
    [
        (repeating(paid="0.01"), "repeat fee"),
        (repeating(credited=Decimal("10.00")), "repeat fee"),
        (repeating(carries=[PaymentFact(key="record_payment:p-1", amount=Decimal("9.00"))]), "repeat fee"),
        (accepted(), "was accepted"),
        (granted(), "certificate was granted"),
        (lost(), "result was issued"),
        (correcting(CorrectiveActionPlan(addressed=[CHEST])), "plan was submitted"),
        (correcting(CorrectiveActionPlan(decisions=1)), "plan was submitted"),
        (confirmed(), "corrective actions are done"),
        (visiting(paid=True), "site visit's base fee"),
    ],
)
def test_a_choice_from_which_something_followed_stands(facts: CycleFacts, what: str) -> None:
    found = refusal(facts, UNDO, DURING)
    assert found.rule == "correction.already_followed"
    assert what in found.reason


def test_nothing_is_undone_where_nothing_was_chosen() -> None:
    messages: list[tuple[CycleFacts, Message]] = [(deficient(), UNDO), (a_cycle(), UNDO), (a_cycle(), a_survey())]
    assert {refused_by(facts, message, DURING) for facts, message in messages} == {"case.wrong_stage"}


@pytest.mark.parametrize(("corrected", "counts_from"), [(-1, 0), (1, 1)])
def test_on_film_a_corrected_report_counts_where_it_came_after_the_images(corrected: int, counts_from: int) -> None:
    facts = a_cycle_with_a_deficient_report(CHEST, medium=Medium.FILM)
    back = facts.round.images_returned_at = et("2027-03-05 10:00")
    facts.round.corrected_at = back + timedelta(days=corrected)
    assert facts.round.received_at(Medium.FILM) == back + timedelta(days=counts_from)


def test_a_grant_is_not_taken_back_while_a_survey_or_an_image_check_is_under_way() -> None:
    facts = accredited(deficient(), REPORTED, told=False)
    facts.validations.append(Validation(number=1, ordered_at=REPORTED, announced=True, on=REPORTED))
    refused = refusal(facts, a_report(HEAD), DURING)
    assert (refused.rule, "Validation survey 1" in refused.reason) == ("correction.already_followed", True)
    facts.validations.clear()
    facts.mammography = MammographyFacts(checks=[ImageCheck(number=1, ordered_at=REPORTED)])
    refused = refusal(facts, a_report(HEAD), DURING)
    assert (refused.rule, "image check 1" in refused.reason) == ("correction.already_followed", True)
