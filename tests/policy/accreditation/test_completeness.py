"""Completeness: every missing sheet and field is one finding, all at once, and a reasonable application has none."""

from datetime import date
from typing import Any

import pytest

from policy.accreditation.completeness import findings
from policy.application import AccreditationApplication
from policy.edition import Edition, edition_in_force
from policy.office import OfficeSettings
from services.settings import SAMPLE, load_settings
from tests.applications import sample


def the_edition() -> Edition:
    return edition_in_force("accreditation", date(2027, 1, 1))


def found(data: dict[str, Any], settings: OfficeSettings | None = None) -> list[tuple[str, str]]:
    """Return rule and place of every finding; each must be explained and sourced."""
    application = AccreditationApplication.model_validate(data)
    told = findings(application, the_edition(), settings or load_settings(SAMPLE, {}))
    assert all(finding.reason.endswith(".") and finding.source for finding in told)
    return [(finding.rule, finding.where) for finding in told]


def missing(*places: str) -> list[tuple[str, str]]:
    return [("application.incomplete", place) for place in places]


@pytest.mark.parametrize("name", ["ct-unit", "ct-two-units", "mri-cd", "breast-ultrasound"])
def test_a_shipped_sample_is_complete(name: str) -> None:
    assert found(sample(name)) == []


def test_what_a_case_can_begin_without_may_be_left_out() -> None:
    data = sample()
    data["facility"]["contacts"] = data["facility"]["contacts"][:1]
    data["payment"] = {"method": "card"}
    data["units"] = [{"id": "CT-1", "areas": [{"id": "chest", "kind": "clinical"}, {"id": "p", "kind": "phantom"}]}]
    assert found(data) == []


def test_an_empty_application_lacks_every_sheet() -> None:
    assert found({"program": "accreditation"}) == missing(
        "application_id", "kind", "facility", "modality", "medium", "units", "payment"
    )


@pytest.mark.parametrize("sheet", ["application_id", "kind", "facility", "modality", "medium", "units", "payment"])
@pytest.mark.parametrize("empty", [None, "", "gone"])
def test_a_sheet_that_is_missing_is_one_finding(sheet: str, empty: str | None) -> None:
    data = sample()
    if empty == "gone":
        del data[sheet]
    elif sheet in ("facility", "payment", "units"):
        data[sheet] = None
    else:
        data[sheet] = empty
    assert found(data) == missing(sheet)


@pytest.mark.parametrize("field", ["id", "name", "address"])
def test_a_field_of_the_facility_that_is_missing_is_one_finding(field: str) -> None:
    data = sample()
    data["facility"][field] = None
    assert found(data) == missing(f"facility.{field}")


@pytest.mark.parametrize("field", ["street", "city", "state", "postal_code", "country"])
def test_a_field_of_the_address_that_is_empty_is_one_finding(field: str) -> None:
    data = sample()
    data["facility"]["address"][field] = "  "
    assert found(data) == missing(f"facility.address.{field}")


def test_abroad_state_and_postal_code_may_be_missing() -> None:
    data = sample()
    data["facility"]["address"] = {"street": "1 Sample Street", "city": "Sampleville", "country": "IE"}
    assert found(data) == []


@pytest.mark.parametrize("field", ["role", "name", "email"])
def test_a_contact_needs_role_name_and_email(field: str) -> None:
    data = sample()
    data["facility"]["contacts"][0][field] = ""
    assert found(data) == missing(f"facility.contacts.0.{field}")


def test_the_supervising_physician_must_be_listed() -> None:
    data = sample()
    data["facility"]["contacts"] = data["facility"]["contacts"][1:]
    assert found(data) == missing("facility.contacts")
    data["facility"]["contacts"] = []
    assert found(data) == missing("facility.contacts")


def test_a_unit_needs_an_id_and_something_to_test() -> None:
    data = sample("ct-two-units")
    data["units"][0] |= {"id": None, "areas": []}
    data["units"][1]["areas"] = [{"id": "p", "kind": "phantom"}]
    assert found(data) == missing("units.0.id", "units.0.areas", "units.1.areas")


def test_an_area_needs_an_id_and_a_kind() -> None:
    data = sample()
    data["units"][0]["areas"] = [{"kind": "clinical"}, {"id": "chest"}]
    assert found(data) == missing("units.0.areas.0.id", "units.0.areas.1.kind")


def test_the_payment_sheet_says_how_much_or_how() -> None:
    data = sample()
    data["payment"] = {"reference": "SAMPLE-1"}
    assert found(data) == missing("payment.amount")
    data["payment"] = {"amount": "1.00"}
    assert found(data) == [], "an amount that differs from the fee is no finding: an invoice follows"


def test_a_modality_that_the_edition_does_not_cover_is_known_and_told() -> None:
    data = sample() | {"modality": "radiation_oncology"}
    assert found(data) == [("modality.not_covered", "modality")]
    application = AccreditationApplication.model_validate(data)
    (finding,) = findings(application, the_edition(), OfficeSettings())
    assert "radiation oncology" in finding.reason
    assert "provided separately" in finding.reason


def test_a_fee_that_is_not_set_is_a_finding_among_the_others() -> None:
    data = sample()
    data["medium"] = None
    assert found(data, OfficeSettings()) == [*missing("medium"), ("fee.not_configured", "modality")]


def test_a_fee_abroad_is_quoted_and_so_never_missing() -> None:
    data = sample()
    data["facility"]["address"] |= {"country": "CA", "state": "ON", "postal_code": "K1A 0B1"}
    assert found(data, OfficeSettings()) == []


@pytest.mark.parametrize("name", ["office", "Office", "portal", "PORTAL"])
def test_no_facility_is_called_as_the_office_or_its_portal(name: str) -> None:
    data = sample()
    data["facility"]["id"] = name
    assert found(data) == [("application.id_reserved", "facility.id")]


def test_an_area_that_two_units_of_a_facilitys_service_share_is_told() -> None:
    data = sample("breast-ultrasound")
    data["units"].append(data["units"][0] | {"id": "BUS-2"})
    assert set(found(data)) == {("application.area_twice", "units.1.areas")}


@pytest.mark.parametrize(
    ("state", "country", "told"),
    [("Ohio", "US", True), ("oh", "US", True), ("OH", "US", False), ("Bayern", "DE", False)],
)
def test_a_state_of_the_us_is_given_by_its_two_letters(state: str, country: str, told: bool) -> None:
    data = sample()
    data["facility"]["address"] |= {"state": state, "country": country}
    assert (("application.incomplete", "facility.address.state") in found(data)) is told
