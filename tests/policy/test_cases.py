"""How an application falls into cases."""

from datetime import date
from typing import Any

import pytest

from policy.application import AccreditationApplication
from policy.cases import cases_of
from policy.edition import Edition, edition_in_force
from tests.applications import an_application


def the_edition() -> Edition:
    return edition_in_force("accreditation", date(2027, 1, 1))


def test_each_unit_of_a_unit_based_modality_is_a_case() -> None:
    parts = cases_of(an_application("ct-two-units"), the_edition())
    assert [str(part.case_id(1)) for part in parts] == [
        "accreditation.PA-0099.ct.CT-1.1",
        "accreditation.PA-0099.ct.CT-2.1",
    ]
    assert [part.position for part in parts] == [1, 2]
    assert [[unit.id for unit in part.application.units] for part in parts] == [["CT-1"], ["CT-2"]]


def test_a_facility_based_modality_is_one_case_of_the_site() -> None:
    (part,) = cases_of(an_application("breast-ultrasound"), the_edition())
    assert str(part.case_id(3)) == "accreditation.MD-0310.breast_ultrasound.site.3"
    assert [unit.id for unit in part.application.units] == ["BUS-1"]


def test_several_units_of_a_facilitys_service_are_tested_as_one() -> None:
    units: list[dict[str, Any]] = [
        {"id": "A", "areas": [{"id": "cyst", "kind": "clinical"}]},
        {"id": "B", "areas": [{"id": "biopsy", "kind": "clinical"}]},
    ]
    (part,) = cases_of(an_application("breast-ultrasound", units=units), the_edition())
    (unit,) = part.application.units
    assert (unit.id, [area.id for area in unit.areas]) == ("site", ["cyst", "biopsy"])
    assert AccreditationApplication.model_validate(part.application.model_dump(mode="json")) == part.application


def test_a_case_without_facility_or_modality_has_no_name() -> None:
    (part,) = cases_of(an_application(modality=None), the_edition())
    with pytest.raises(ValueError, match="facility and modality"):
        part.case_id(1)
