"""The shape of applications: what is left out is no mistake of reading, what is wrong is told all at once."""

import pytest
from pydantic import ValidationError

from policy.application import AccreditationApplication
from tests.applications import sample

SAMPLES = ["ct-unit", "ct-two-units", "mri-cd", "breast-ultrasound"]


def mistakes(data: object) -> dict[str, str]:
    with pytest.raises(ValidationError) as error:
        AccreditationApplication.model_validate(data)
    return {".".join(map(str, one["loc"])): one["type"] for one in error.value.errors()}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_shipped_sample_is_read_and_written_back_without_loss(name: str) -> None:
    application = AccreditationApplication.model_validate(sample(name))
    assert application.model_dump(mode="json") == sample(name)


def test_what_is_left_out_null_or_blank_is_empty() -> None:
    bare = AccreditationApplication.model_validate({"program": "accreditation"})
    same = AccreditationApplication.model_validate(
        {"program": "accreditation", "modality": "", "medium": None, "units": None, "facility": None, "kind": "  "}
    )
    assert bare == same
    inner = AccreditationApplication.model_validate(
        {"program": "accreditation", "facility": {"contacts": None, "name": " "}, "units": [{"id": "", "areas": None}]}
    )
    assert inner.facility is not None
    assert (inner.facility.contacts, inner.facility.name) == ([], None)
    assert (inner.units[0].id, inner.units[0].areas) == ("", [])


def test_every_wrong_field_is_told_at_once() -> None:
    data = sample()
    data["modality"] = "xray"
    data["facility"]["id"] = "OH.0417"
    data["facility"]["contacts"][0]["email"] = "nobody"
    data["facility"]["contacts"][1]["role"] = "boss"
    data["facility"]["fax"] = "1"
    data["units"][0]["areas"][0]["kind"] = "ghost"
    data["payment"]["amount"] = 2500
    assert mistakes(data) == {
        "modality": "enum",
        "facility.id": "string_pattern_mismatch",
        "facility.contacts.0.email": "string_pattern_mismatch",
        "facility.contacts.1.role": "enum",
        "facility.fax": "extra_forbidden",
        "units.0.areas.0.kind": "enum",
        "payment.amount": "string_type",
    }


def test_ids_that_occur_twice_are_told_beside_other_mistakes() -> None:
    data = sample("ct-two-units")
    areas = data["units"][1]["areas"]
    areas[0]["id"] = areas[1]["id"]
    areas[2]["kind"] = "ghost"
    data["units"][1]["id"] = data["units"][0]["id"] + " "
    assert mistakes(data) == {"units.1.areas.2.kind": "enum", "units.1.areas": "duplicate_id", "units": "duplicate_id"}


def test_the_same_area_in_two_units_is_no_duplicate() -> None:
    application = AccreditationApplication.model_validate(sample("ct-two-units"))
    assert {area.id for area in application.units[0].areas} == {area.id for area in application.units[1].areas}


def test_two_areas_without_an_id_are_incomplete_not_duplicates() -> None:
    data = sample()
    data["units"][0]["areas"] = [{"kind": "clinical"}, {"kind": "clinical"}]
    assert [area.id for area in AccreditationApplication.model_validate(data).units[0].areas] == ["", ""]


@pytest.mark.parametrize("address", ["it@hospital.local", "nobody@bounces.invalid", "Ä.B@clinic.example.org"])
def test_an_address_is_judged_by_its_shape_not_by_whether_mail_arrives(address: str) -> None:
    data = sample()
    data["facility"]["contacts"][0]["email"] = address
    read = AccreditationApplication.model_validate(data)
    assert read.facility is not None
    assert read.facility.contacts[0].email == address


@pytest.mark.parametrize("address", ["nobody", "a@b", "a b@example.org", "@example.org", "a@@example.org"])
def test_text_that_is_no_address_is_a_mistake(address: str) -> None:
    data = sample()
    data["facility"]["contacts"][0]["email"] = address
    assert mistakes(data) == {"facility.contacts.0.email": "string_pattern_mismatch"}


@pytest.mark.parametrize("program", ["dicoe", "accreditatio", 5])
def test_another_program_is_not_an_accreditation_application(program: object) -> None:
    assert "program" in mistakes({"program": program})
