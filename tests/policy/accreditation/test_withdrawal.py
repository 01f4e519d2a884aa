"""Withdrawing modules and patient types: what may go, who signs, and where every patient type must stay."""

from typing import Any

import pytest

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.options import offers
from policy.accreditation.rounds import AreaState
from policy.edition import Edition
from tests.policy.cycles import (
    ABDOMEN,
    CHEST,
    HEAD,
    PHANTOM,
    TERMS,
    a_cycle_with_a_deficient_report,
    et,
)
from tests.policy.said import a_choice, a_document, refusal, refused_by, taken

NOW = et("2027-03-08 12:00")
PHYSICIAN = "supervising_physician"
LISTED = "Sample Supervising Physician"
"""Who the sample application lists."""
SIGNED = {"role": PHYSICIAN, "name": LISTED}


def a_form(signed_by: Any = SIGNED) -> Any:
    return a_document("withdrawal.pdf", signed_by)


def withdrawing(*areas: str, option: str = "withdraw_areas", **fields: Any) -> Any:
    return a_choice(option, **{"areas_withdrawn": areas, "withdrawal_form": a_form()} | fields)


def terms_of(*modalities: str) -> Edition:
    """The edition with modalities that require all patient types."""
    types = TERMS.withdrawal.all_patient_types.model_copy(update={"value": list(modalities)})
    return TERMS.model_copy(update={"withdrawal": TERMS.withdrawal.model_copy(update={"all_patient_types": types})})


def accepted(facts: CycleFacts, choice: Any, terms: Edition = TERMS) -> bool:
    return all("payers" in warning for warning in taken(facts, choice, NOW, terms))


@pytest.mark.parametrize("areas", [[CHEST], [HEAD, CHEST]])
def test_deficient_areas_may_go(areas: list[str]) -> None:
    assert accepted(a_cycle_with_a_deficient_report(*areas), withdrawing(*areas))


@pytest.mark.parametrize("option", ["appeal", "repeat"])
def test_areas_may_go_with_any_option(option: str) -> None:
    assert accepted(a_cycle_with_a_deficient_report(CHEST, HEAD), withdrawing(CHEST, option=option))


def test_an_area_that_was_never_tested_may_go() -> None:
    facts = a_cycle_with_a_deficient_report(CHEST)
    facts.areas[1].state = AreaState.UNTESTED
    assert accepted(facts, withdrawing(CHEST, HEAD))


@pytest.mark.parametrize(
    ("area", "why"),
    [
        (PHANTOM, "phantom"),
        (HEAD, "acceptable"),
        (ABDOMEN, "withdrawn already"),
        ("knee", "no area of the application"),
    ],
)
@pytest.mark.parametrize("option", ["withdraw_areas", "appeal", "repeat"])
def test_what_may_not_go_stays_with_a_reason(area: str, why: str, option: str) -> None:
    facts = a_cycle_with_a_deficient_report(CHEST)
    facts.areas[2].state = AreaState.WITHDRAWN
    refused = refusal(facts, withdrawing(CHEST, area, option=option), NOW)
    assert refused.rule == "withdrawal.area_not_withdrawable"
    assert area in refused.reason
    assert why in refused.reason
    assert refused.instead == (f"What can be withdrawn: {CHEST}.",)


@pytest.mark.parametrize("option", ["appeal", "repeat"])
def test_a_deficient_phantom_may_not_go(option: str) -> None:
    facts = a_cycle_with_a_deficient_report(CHEST, PHANTOM)
    assert refused_by(facts, withdrawing(PHANTOM, option=option), NOW) == "withdrawal.area_not_withdrawable"


@pytest.mark.parametrize(
    "form",
    [
        None,
        a_form(None),
        a_form("medical_physicist"),
        a_form("administrator"),
        a_form({"role": "administrator", "name": LISTED}),
        a_form(PHYSICIAN),
        a_form({"role": PHYSICIAN, "name": None}),
        a_form({"role": PHYSICIAN, "name": "Sample Somebody Else"}),
        a_form({"role": PHYSICIAN, "name": "Sample Medical Physicist"}),
    ],
)
@pytest.mark.parametrize("option", ["withdraw_areas", "appeal", "repeat"])
def test_the_form_bears_the_signature_of_the_listed_supervising_physician(form: Any, option: str) -> None:
    facts = a_cycle_with_a_deficient_report(CHEST)
    refused = refusal(facts, withdrawing(CHEST, option=option, withdrawal_form=form), NOW)
    assert refused.rule == "withdrawal.form_unsigned"
    assert ("is missing" in refused.reason) is (form is None)
    assert "fax" in refused.instead[0]


def test_a_refusal_of_the_form_says_who_signed_it_and_who_is_listed() -> None:
    form = a_form({"role": PHYSICIAN, "name": "Sample Somebody Else"})
    refused = refusal(a_cycle_with_a_deficient_report(CHEST), withdrawing(CHEST, withdrawal_form=form), NOW)
    assert f"is signed by Sample Somebody Else; the application lists {LISTED} as" in refused.reason


def test_a_form_that_names_nobody_was_enough_for_cases_that_began_before() -> None:
    facts = a_cycle_with_a_deficient_report(CHEST)
    facts.rules_revision = 2
    assert accepted(facts, withdrawing(CHEST, withdrawal_form=a_form(PHYSICIAN)))


@pytest.mark.parametrize("name", [LISTED, LISTED.upper(), f" {LISTED.replace(' ', '  ')} "])
def test_the_physicians_name_is_compared_as_people_read_it(name: str) -> None:
    form = a_form({"role": PHYSICIAN, "name": name})
    assert accepted(a_cycle_with_a_deficient_report(CHEST), withdrawing(CHEST, withdrawal_form=form))


def test_nothing_withdrawn_needs_no_form() -> None:
    assert taken(a_cycle_with_a_deficient_report(CHEST), a_choice("repeat", withdrawal_form=None), NOW) == []


@pytest.mark.parametrize("grounds", ["below_minimum", "emergency_use", "other", None])
def test_grounds_are_recorded_and_not_judged(grounds: str | None) -> None:
    assert accepted(a_cycle_with_a_deficient_report(CHEST), withdrawing(CHEST, withdrawal_grounds=grounds))


def test_where_all_patient_types_are_required_none_may_go() -> None:
    facts, terms = a_cycle_with_a_deficient_report(CHEST), terms_of("ct", "mri")
    for option in ("withdraw_areas", "appeal", "repeat"):
        refused = refusal(facts, withdrawing(CHEST, option=option), NOW, terms)
        assert refused.rule == "withdrawal.patient_types_required"
        assert "adult" in refused.reason
    closed = {str(o.option): o.refusal.rule for o in offers(facts, terms, NOW) if o.refusal}
    assert closed["withdraw_areas"] == "withdrawal.patient_types_required"


def test_a_module_without_patient_type_may_go_also_there() -> None:
    facts = a_cycle_with_a_deficient_report(CHEST)
    facts.areas[0].patient_type = None
    assert accepted(facts, withdrawing(CHEST), terms_of("ct"))


def test_another_modalitys_rule_does_not_matter() -> None:
    assert accepted(a_cycle_with_a_deficient_report(CHEST), withdrawing(CHEST), terms_of("mri"))


def test_whoever_withdraws_entirely_withdraws_nothing_in_particular() -> None:
    choice = a_choice("withdraw", areas_withdrawn=[PHANTOM, "knee"])
    assert accepted(a_cycle_with_a_deficient_report(CHEST), choice, terms_of("ct"))


@pytest.mark.parametrize("option", ["appeal", "repeat", "withdraw_areas"])
def test_whoever_withdraws_areas_is_warned_of_the_payers(option: str) -> None:
    (warning,) = taken(a_cycle_with_a_deficient_report(CHEST), withdrawing(CHEST, option=option), NOW)
    assert "payers" in warning


def test_whoever_withdraws_entirely_is_asked_for_no_form_and_warned_of_nothing() -> None:
    facts = a_cycle_with_a_deficient_report(CHEST, HEAD)
    assert taken(facts, a_choice("withdraw"), NOW) == []
    assert refused_by(facts, a_choice("withdraw"), et("2027-03-19 12:00")) == "option_form.past_due"
