"""The office's corrections of an application: what they may change, and that they leave it complete."""

from typing import Any

import pytest

from policy.case_rules import judge_amendment, merge_patch
from policy.messages import AmendApplication
from tests.policy.cycles import TERMS, a_cycle, et, submit, under_test
from tests.policy.said import refused_by, said, taken

NOW = et("2027-03-12 15:00")


def amendment(**changes: Any) -> AmendApplication:
    return said(AmendApplication, changes=changes, reason="Sample correction")


def test_a_correction_changes_what_it_names_and_nothing_else() -> None:
    facts = a_cycle()
    before = facts.application.model_dump(mode="json")
    after = judge_amendment(facts, TERMS, amendment(facility={"name": "Sample Clinic"})).model_dump(mode="json")
    assert after["facility"].pop("name") == "Sample Clinic"
    assert before["facility"].pop("name") == "Sample Imaging Center"
    assert after == before


@pytest.mark.parametrize(
    "changes",
    [
        {"program": "dicoe"},
        {"application_id": "APP-2"},
        {"modality": "mri"},
        {"modality": None},
        {"units": []},
        {"units": None},
        {"facility": None},
        {"facility": {"id": "OH-0418"}},
        {"facility": {"address": {"state": "PA"}}},
        {"facility": {"address": {"country": "CA"}}},
    ],
)
def test_what_makes_the_case_the_case_cannot_be_corrected(changes: dict[str, Any]) -> None:
    assert refused_by(a_cycle(), amendment(**changes), NOW) == "application.not_changeable"


@pytest.mark.parametrize(
    "changes",
    [
        {"colour": "blue"},
        {"medium": "pigeon"},
        {"facility": {"contacts": [{"role": "friend"}]}},
        {"medium": None},
        {"facility": {"contacts": None}},
        {"facility": {"name": ""}},
        {"payment": None},
    ],
)
def test_a_correction_leaves_a_complete_application(changes: dict[str, Any]) -> None:
    assert refused_by(a_cycle(), amendment(**changes), NOW) == "application.incomplete"


def test_the_medium_may_change_until_images_have_come() -> None:
    facts = under_test(a_cycle(), et("2027-02-10 11:00"))
    assert judge_amendment(facts, TERMS, amendment(medium="cd")).medium == "cd"
    submit(facts, et("2027-03-01 11:00"))
    assert refused_by(facts, amendment(medium="cd"), NOW) == "application.not_changeable"


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a"], {"a": "b", "c": None}, {"a": "b"}),
        ({"a": "foo"}, "bar", "bar"),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_correction_merges_as_rfc_7386_says(target: Any, patch: Any, result: Any) -> None:
    assert merge_patch(target, patch) == result


def moved_to(postal_code: str) -> AmendApplication:
    return amendment(facility={"address": {"postal_code": postal_code}})


def test_a_correction_brings_in_no_address_that_no_letter_can_carry() -> None:
    facts = a_cycle()
    assert taken(facts, moved_to("43215"), NOW) == []
    assert refused_by(facts, moved_to("2139"), NOW) == "application.incomplete"
    facts.rules_revision = 2
    assert taken(facts, moved_to("2139"), NOW) == []


def test_what_stood_against_an_address_before_bars_no_other_correction() -> None:
    facts = a_cycle()
    facility = facts.application.facility
    assert facility is not None
    assert facility.address is not None
    facility.address.postal_code = "2139"
    assert taken(facts, amendment(facility={"name": "Sample Clinic"}), NOW) == []
    assert refused_by(facts, moved_to("214"), NOW) == "application.incomplete"
