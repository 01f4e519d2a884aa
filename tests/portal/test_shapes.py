"""Applications in messages are asked field by field: a correction says what was changed, and nothing else."""

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from policy.case_rules import merge_patch
from policy.messages import AddLocations, AmendApplication, StartRenewal
from policy.status import CaseStatus
from portal.forms.shapes import as_message, patch_of, shapes_of, values_before
from portal.forms.typed import Typed, filled, typed_of, values_of
from services.errors import Unusable
from services.programs import PROGRAMS

ET = ZoneInfo("America/New_York")
SAMPLES = Path(__file__).resolve().parents[2] / "samples"
CASES = {
    "ct-unit": "acc.OH-0001.CT-1.1",
    "mammography-unit": "acc.OH-0001.MG-1.1",
    "radiation-oncology": "acc.OH-0001.RO-1.1",
    "dicoe-ohio": "dicoe.PR-1.OH.1",
    "dicoe-abroad": "dicoe.PR-1.XX.1",
}


def case_of(name: str) -> CaseStatus:
    """A case with a shipped application, as the books hold it."""
    data = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))
    application = PROGRAMS[data["program"]].model_validate(data).model_dump(mode="json")
    return CaseStatus.model_construct(case=CASES[name], stage="application", application=application)


def typed_in(model: type[Any], case: CaseStatus) -> Typed:
    """What stands in the form when it is opened."""
    return filled(shapes_of(model, case).values(), values_before(model, case), ET)


def said(model: type[Any], case: CaseStatus, typed: Typed) -> dict[str, Any]:
    """What the message says of what was typed."""
    entries = [*shapes_of(model, case).values()]
    return as_message(model, values_of(entries, typed_of(entries, typed), ET), case, ET)


@pytest.mark.parametrize("name", CASES)
def test_an_application_that_nobody_changed_is_no_correction(name: str) -> None:
    case = case_of(name)
    with pytest.raises(Unusable, match="the application as it stands"):
        said(AmendApplication, case, typed_in(AmendApplication, case))


@pytest.mark.parametrize("name", CASES)
def test_a_correction_says_only_what_was_changed(name: str) -> None:
    case = case_of(name)
    holder = "practice" if name.startswith("dicoe") else "facility"
    typed = typed_in(AmendApplication, case) | {f"changes.{holder}.name": ["Sample Imaging, renamed"]}
    assert said(AmendApplication, case, typed) == {"changes": {holder: {"name": "Sample Imaging, renamed"}}}


def test_what_is_cleared_is_taken_out_and_a_list_is_told_whole() -> None:
    case = case_of("ct-unit")
    assert case.application is not None
    before = case.application
    contacts = before["facility"]["contacts"]
    typed = typed_in(AmendApplication, case)
    typed = {name: values for name, values in typed.items() if not name.startswith("changes.facility.contacts.1")}
    typed |= {"changes.facility.address.street": [""]}
    changes = said(AmendApplication, case, typed)["changes"]
    after = merge_patch(before, changes)
    assert changes["facility"]["address"] == {"street": None}
    assert [one["name"] for one in after["facility"]["contacts"]] == [
        one["name"] for one in contacts if one is not contacts[1]
    ]
    assert after["units"] == before["units"]


@pytest.mark.parametrize("name", CASES)
def test_what_makes_a_case_the_case_that_it_is_is_not_asked(name: str) -> None:
    case = case_of(name)
    asked = {key.partition(".")[2] for key in typed_in(AmendApplication, case)}
    fixed = {
        "program",
        "application_id",
        "modality",
        "state",
        "country",
        "facility.id",
        "facility.address.state",
        "practice.id",
    }
    assert not asked & fixed
    assert not {key for key in asked if key.startswith("units")}


@pytest.mark.parametrize("name", CASES)
def test_a_renewal_is_the_application_as_it_stands_with_another_payment_sheet(name: str) -> None:
    case = case_of(name)
    assert case.application is not None
    told = said(StartRenewal, case, typed_in(StartRenewal, case))["application"]
    again = PROGRAMS[case.application["program"]].model_validate(told).model_dump(mode="json")
    was = {**case.application, "payment": None, "application_id": None, "kind": "renewal"}
    assert again == was


def test_locations_are_asked_with_the_fields_of_the_applications() -> None:
    case = case_of("dicoe-ohio")
    assert case.application is not None
    places = case.application["locations"]
    entries = [*shapes_of(AddLocations, case).values()]
    read = values_of(entries, typed_of(entries, filled(entries, {"locations": places}, ET)), ET)
    assert [place["id"] for place in read["locations"]] == [place["id"] for place in places]
    assert read["locations"][0]["services"] == places[0]["services"]


def test_a_patch_makes_one_object_of_another() -> None:
    before = {"a": 1, "b": {"c": 1, "d": [1, 2]}, "e": "x"}
    for after in ({}, before, {"a": 2, "b": {"c": 1}}, {"b": {"d": [2]}, "f": {"g": 1}}):
        assert merge_patch(before, patch_of(before, after)) == after
