"""The scheduled on-site survey: paid before it is scheduled, by a whole team, on site, with a word on every area."""

from typing import Any

import pytest

from policy.accreditation.cycle import CycleFacts, Survey
from policy.accreditation.rounds import AreaState
from policy.facts import Stage
from policy.messages import FileSurveyReport, ScheduleSurvey
from policy.words import role_in_words
from tests.policy.cycles import (
    AREAS,
    CHEST,
    PHANTOM,
    a_cycle_after_a_failed_reinstatement,
    et,
    finding,
    invoice,
)
from tests.policy.onward import TEAM, in_survey
from tests.policy.said import refusal, refused_by, said, taken

NOW = et("2027-12-10 12:00")


def a_survey(*, paid: bool = True, scheduled: bool = False) -> CycleFacts:
    return in_survey(a_cycle_after_a_failed_reinstatement(CHEST), paid=paid, scheduled=scheduled)


def a_schedule(**fields: Any) -> ScheduleSurvey:
    return said(ScheduleSurvey, **{"team": TEAM, "on": "2028-01-20"} | fields)


def a_report(*areas: str, **fields: Any) -> FileSurveyReport:
    findings = [finding(area, acceptable=True) for area in areas]
    return said(FileSurveyReport, **{"findings": findings, "satisfactory": True} | fields)


def test_the_survey_is_scheduled_once_its_base_fee_is_paid() -> None:
    assert taken(a_survey(), a_schedule(), NOW) == []
    assert refused_by(a_survey(paid=False), a_schedule(), NOW) == "survey.fee_not_paid"


@pytest.mark.parametrize("paid", ["0.01", "4499.99"])
def test_a_part_of_the_base_fee_is_not_enough(paid: str) -> None:
    facts = a_survey()
    facts.invoices[-1].paid = type(facts.invoices[-1].paid)(paid)
    assert refused_by(facts, a_schedule(), NOW) == "survey.fee_not_paid"


def test_the_fee_of_an_earlier_survey_does_not_pay_the_next() -> None:
    facts = a_survey()
    facts.surveys.append(Survey(number=2))
    assert refused_by(facts, a_schedule(), NOW) == "survey.fee_not_paid"
    invoice(facts, "2028-0001", "4500.00", "4500.00", purpose="site_survey", occurrence=2)
    assert taken(facts, a_schedule(), NOW) == []


def test_a_base_fee_that_the_office_waived_holds_nothing_up() -> None:
    facts = a_survey(paid=False)
    facts.invoices[-1].waived = True
    assert taken(facts, a_schedule(), NOW) == []


@pytest.mark.parametrize("absent", ["radiologist", "medical_physicist", "acr_staff_technologist"])
def test_nobody_may_be_missing_on_the_team(absent: str) -> None:
    refused = refusal(a_survey(), a_schedule(team=[m for m in TEAM if m.role != absent]), NOW)
    assert refused.rule == "survey.team_incomplete"
    assert role_in_words(absent) in refused.reason


def test_staff_of_another_kind_are_no_staff_technologist() -> None:
    other = [{"name": "Sample Staff", "role": "acr_staff"}]
    assert refused_by(a_survey(), a_schedule(team=[*TEAM[:2], *other]), NOW) == "survey.team_incomplete"
    assert taken(a_survey(), a_schedule(team=[*TEAM, *other]), NOW) == []
    assert refused_by(a_survey(), a_schedule(team=[]), NOW) == "survey.team_incomplete"


def test_training_is_given_on_site() -> None:
    assert refused_by(a_survey(), a_schedule(mode="virtual"), NOW) == "survey.mode_not_allowed"


def test_the_fee_is_asked_for_before_the_team_and_the_team_before_the_mode() -> None:
    wrong = a_schedule(team=[], mode="virtual")
    assert refused_by(a_survey(paid=False), wrong, NOW) == "survey.fee_not_paid"
    assert refused_by(a_survey(), wrong, NOW) == "survey.team_incomplete"


def test_a_survey_may_be_scheduled_anew() -> None:
    assert taken(a_survey(scheduled=True), a_schedule(on="2028-02-01"), NOW) == []


def test_the_report_has_a_finding_on_every_area() -> None:
    assert taken(a_survey(scheduled=True), a_report(*AREAS), NOW) == []
    for missing in AREAS:
        rest = [area for area in AREAS if area != missing]
        refused = refusal(a_survey(scheduled=True), a_report(*rest), NOW)
        assert refused.rule == "survey.area_missing"
        assert missing in refused.reason


def test_an_area_that_was_withdrawn_is_not_surveyed() -> None:
    facts = a_survey(scheduled=True)
    facts.areas[0].state = AreaState.WITHDRAWN
    assert taken(facts, a_report(*AREAS[1:]), NOW) == []
    assert refused_by(facts, a_report(*AREAS), NOW) == "report.unknown_area"


@pytest.mark.parametrize("more", ["knee", PHANTOM])
def test_the_report_says_nothing_of_other_areas_and_nothing_twice(more: str) -> None:
    assert refused_by(a_survey(scheduled=True), a_report(*AREAS, more), NOW) == "report.unknown_area"


@pytest.mark.parametrize("satisfactory", [True, False])
def test_training_and_expenses_are_part_of_a_report_of_either_kind(satisfactory: bool) -> None:
    fields = {
        "satisfactory": satisfactory,
        "training": [{"area": CHEST, "text": "Sample training"}],
        "travel_expenses": [{"description": "Flights", "amount": "812.50"}],
    }
    assert taken(a_survey(scheduled=True), a_report(*AREAS, **fields), NOW) == []


def test_there_is_no_report_of_a_survey_that_is_not_scheduled() -> None:
    assert refused_by(a_survey(), a_report(*AREAS), NOW) == "case.wrong_stage"


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.SURVEY])
def test_surveys_belong_to_their_stage(stage: Stage) -> None:
    facts = a_survey(scheduled=True)
    facts.stage = stage
    assert refused_by(facts, a_schedule(), NOW) == "case.wrong_stage"
    assert refused_by(facts, a_report(*AREAS), NOW) == "case.wrong_stage"


def test_each_role_of_the_team_is_another_person() -> None:
    everything = [member.model_copy(update={"name": "Sample Surveyor"}) for member in TEAM]
    refused = refusal(a_survey(), a_schedule(team=everything), NOW)
    assert refused.rule == "survey.team_incomplete"
    assert refused.reason.startswith("Sample Surveyor cannot stand for more than one of the roles radiologist, ")
    twice = [TEAM[0], TEAM[1].model_copy(update={"name": f" {TEAM[0].name.upper()} "}), TEAM[2]]
    assert refused_by(a_survey(), a_schedule(team=twice), NOW) == "survey.team_incomplete"
    before = a_survey()
    before.rules_revision = 2
    assert taken(before, a_schedule(team=everything), NOW) == []


def test_who_is_listed_in_two_roles_counts_in_one_of_them() -> None:
    also = TEAM[1].model_copy(update={"name": TEAM[0].name})
    assert taken(a_survey(), a_schedule(team=[*TEAM, also]), NOW) == []
    assert taken(a_survey(), a_schedule(team=[also, *TEAM]), NOW) == []


@pytest.mark.parametrize(
    ("on", "refused"),
    [
        ("2027-12-09", True),
        ("2027-12-09T23:59-05:00", True),
        ("2027-12-10", False),
        ("2027-12-10T08:00-05:00", False),
        ("2027-12-11", False),
        (None, False),
    ],
)
def test_a_survey_is_scheduled_for_today_or_later(on: str | None, refused: bool) -> None:
    schedule = a_schedule(on=on)
    if refused:
        assert refused_by(a_survey(), schedule, NOW) == "survey.in_past"
    else:
        assert taken(a_survey(), schedule, NOW) == []
    for known in ({"rules_revision": 2}, {"adopting": True}):
        assert taken(a_survey().model_copy(update=known), schedule, NOW) == []
