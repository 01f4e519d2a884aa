"""Whether an application for a designation can be taken: everything that is missing or wrong, at once."""

from typing import Any

import pytest

from policy.designation.application import DicoeApplication
from policy.designation.completeness import findings
from policy.office import OfficeSettings
from tests.policy.designation.offices import BEFORE_2021, OFFICE, PAID, a_paid_application, told
from tests.policy.designation.practices import TERMS, a_location


def against(locations: int = 3, **changes: Any) -> list[tuple[str, str]]:
    """Return rule and place of everything that stands against an application."""
    found = findings(a_paid_application(locations, **changes), TERMS, OFFICE)
    assert all(finding.reason.endswith(".") and finding.source for finding in found)
    return told(found)


def test_a_complete_application_has_nothing_against_it() -> None:
    assert against() == []
    assert findings(a_paid_application(), BEFORE_2021, OFFICE) == []


def test_an_empty_application_is_told_every_sheet_at_once() -> None:
    found = findings(DicoeApplication(program="dicoe"), TERMS, OFFICE)
    assert told(found) == [
        ("application.incomplete", "application_id"),
        ("application.incomplete", "kind"),
        ("application.incomplete", "practice"),
        ("application.incomplete", "country"),
        ("application.incomplete", "state"),
        ("application.incomplete", "locations"),
        ("application.incomplete", "payment"),
        ("designation.shared_governance", "shared_governance"),
        ("eligibility.survey_agreement", "agrees_to_survey"),
    ]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"application_id": ""}, "application_id"),
        ({"kind": None}, "kind"),
        ({"country": None}, "country"),
        ({"state": " "}, "state"),
        ({"payment": None}, "payment"),
        ({"payment": {"method": "check"}}, "payment.amount"),
    ],
)
def test_a_field_that_is_left_out_is_a_finding_of_its_own(changes: dict[str, Any], where: str) -> None:
    assert against(**changes) == [("application.incomplete", where)]


def test_no_practice_and_no_location_is_called_as_the_office_or_its_portal() -> None:
    places = [a_location(1, id="Portal"), a_location(2), a_location(3)]
    practice = a_paid_application().model_dump(mode="json")["practice"] | {"id": "office"}
    found = told(findings(a_paid_application(places=places, practice=practice), TERMS, OFFICE))
    assert found == [("application.id_reserved", "practice.id"), ("application.id_reserved", "locations.0.id")]


@pytest.mark.parametrize(
    ("practice", "wheres"),
    [
        ({}, ["practice.id", "practice.name", "practice.contacts"]),
        ({"id": "P", "name": "Practice"}, ["practice.contacts"]),
        (
            {"id": "P", "name": "Practice", "contacts": [{"role": "administrator"}, {"name": "N", "email": "n@x.org"}]},
            ["practice.contacts.0.name", "practice.contacts.0.email", "practice.contacts.1.role"],
        ),
    ],
)
def test_the_practice_is_named_and_can_be_written_to(practice: dict[str, Any], wheres: list[str]) -> None:
    assert against(practice=practice) == [("application.incomplete", where) for where in wheres]


def test_a_location_is_named_and_lies_somewhere_and_offers_something() -> None:
    bare = {"registries": ["DIR", "GRID"], "pledges": ["image_gently", "image_wisely"], "consulting_radiologist": "R"}
    half = a_location(2, address={"street": "2 Sample Street"})
    assert against(places=[a_location(1), bare, half]) == [
        ("application.incomplete", "locations.1.id"),
        ("application.incomplete", "locations.1.name"),
        ("application.incomplete", "locations.1.address"),
        ("application.incomplete", "locations.1.services"),
        *(("application.incomplete", f"locations.2.address.{name}") for name in ADDRESS),
    ]


ADDRESS = ("city", "state", "postal_code", "country")


@pytest.mark.parametrize("state", ["PA", "Ohio", "WV"])
def test_every_location_lies_in_the_state_of_the_application(state: str) -> None:
    elsewhere = a_location(2, address=a_location(2)["address"] | {"state": state})
    told = findings(a_paid_application(places=[a_location(1), elsewhere]), TERMS, OFFICE)
    finding = next(one for one in told if one.where == "locations")
    assert finding.rule == "designation.other_state"
    assert [one.where for one in told if one is not finding] == (
        ["locations.1.address.state"] if len(state) > 2 else []  # a state is told by its two letters
    )
    assert f"OH-0002 ({state}) lies outside OH: file one application per state" in finding.reason
    assert "a separate application for each state" in finding.source


@pytest.mark.parametrize("state", ["oh", " OH ", "Oh"])
def test_a_state_is_the_same_however_it_is_written(state: str) -> None:
    assert against(state=state) == []


def test_all_share_governance_and_agree_to_the_survey() -> None:
    assert against(shared_governance=False, agrees_to_survey=False) == [
        ("designation.shared_governance", "shared_governance"),
        ("eligibility.survey_agreement", "agrees_to_survey"),
    ]


@pytest.mark.parametrize(
    ("locations", "announced", "rules"),
    [
        (5, "5000.00", []),
        (5, "5000", []),
        (5, "4999.99", ["payment.amount_differs"]),
        (5, "5000.01", ["payment.amount_differs"]),
        (6, "5000.00", ["payment.amount_differs"]),
        (6, "7000.00", []),
        (15, "8000.00", []),
        (16, "9000.00", []),
        (16, "8000.00", ["payment.amount_differs"]),
    ],
)
def test_the_payment_sheet_announces_the_computed_fee(locations: int, announced: str, rules: list[str]) -> None:
    assert [rule for rule, _ in against(locations, payment={"amount": announced})] == rules


def test_a_wrong_amount_is_answered_with_the_fee_and_its_lines() -> None:
    (finding,) = findings(a_paid_application(6), TERMS, OFFICE)
    assert finding.where == "payment.amount"
    assert "announces 5000.00 USD, but the fee is 7000.00 USD" in finding.reason
    assert "Designation, 1 to 5 locations: 5000.00; Locations 6 to 10: 2000.00" in finding.reason


def test_a_base_fee_that_nobody_set_is_a_finding() -> None:
    (finding,) = findings(a_paid_application(), TERMS, OfficeSettings())
    assert finding.rule == "fee.not_configured"


def test_abroad_neither_a_state_nor_an_amount_is_needed() -> None:
    address = {"street": "1 Sample Street", "city": "Sampleton", "country": "CA"}
    abroad = [a_location(1, address=address)]
    payment = {"method": "wire"}
    assert against(places=abroad, country="CA", state=None, payment=payment) == []
    assert against(places=abroad, country="CA", state="ON", payment=PAID) == []


def test_everything_that_is_wrong_comes_at_once() -> None:
    wrong = [a_location(1, name=None, pledges=[]), a_location(2, accredited=[], registries=["GRID", "NMD"])]
    rules = {rule for rule, _ in against(places=wrong, agrees_to_survey=False, payment={"amount": "1.00"})}
    assert rules == {
        "application.incomplete",
        "eligibility.pledge",
        "eligibility.accreditation",
        "eligibility.registries",
        "eligibility.survey_agreement",
        "payment.amount_differs",
    }
