"""Modules, patient types and fees as an edition lists them."""

import pytest

from policy.accreditation.modules import module_doubts, module_findings
from policy.application import AccreditationApplication
from policy.edition import Edition
from policy.fees import fee_lines
from policy.office import ModalityFees, OfficeSettings
from policy.verdict import Refused
from tests.applications import sample
from tests.policy.cycles import (
    TERMS,
)
from tests.policy.later import OF_2022, OF_2026


def areas(modality: str, *named: tuple[str | None, str | None]) -> AccreditationApplication:
    listed = [
        {"id": f"A{number}", "kind": "clinical", "module": module, "patient_type": patient}
        for number, (module, patient) in enumerate(named, 1)
    ]
    phantom = {"id": "P", "kind": "phantom", "module": "a phantom of its own name"}
    data = sample() | {"modality": modality, "units": [{"id": "U-1", "areas": [*listed, phantom]}]}
    return AccreditationApplication.model_validate(data)


@pytest.mark.parametrize(
    ("modality", "module", "patient", "rules"),
    [
        ("ct", "chest", "adult", []),
        ("ct", "Head and Neck", "Paediatric", []),
        ("ct", "head-neck", None, []),
        ("ct", "spine", "adult", ["application.unknown_module"]),
        ("ct", "chest", "veteran", ["application.unknown_patient_type"]),
        ("ct", "knee", "dog", ["application.unknown_module", "application.unknown_patient_type"]),
        ("ct", None, None, []),
        ("mri", "MSK", "veteran", []),
        ("mri", "musculoskeletal", None, []),
        ("mri", "chest", None, ["application.unknown_module"]),
        ("nuclear_medicine", "spect", None, []),
        ("nuclear_medicine", "bone", None, ["application.unknown_module"]),
        ("pet", "whatever it is called", None, []),
        ("stereotactic_breast_biopsy", "anything", None, []),
    ],
)
def test_modules_and_patient_types_are_those_that_a_text_lists(
    modality: str, module: str | None, patient: str | None, rules: list[str]
) -> None:
    application = areas(modality, (module, patient))
    assert [found.rule for found in module_findings(application, OF_2022)] == rules
    assert module_findings(application, TERMS) == []
    for found in module_findings(application, OF_2022):
        assert found.where.startswith("units.0.areas.0.")
        assert "expected are" in found.reason
        assert "Clinical image testing" in found.source or "nuclear medicine" in found.source


def test_a_list_that_is_not_stated_makes_a_doubt_and_no_finding() -> None:
    application = areas("ultrasound", ("thyroid", None))
    assert module_findings(application, OF_2022) == []
    (doubt,) = module_doubts(application, OF_2022)
    assert "thyroid" in doubt
    assert "obstetrical" in doubt
    assert [found.rule for found in module_findings(application, OF_2026)] == ["application.unknown_module"]
    assert module_doubts(areas("ultrasound", ("gynaecological", None)), OF_2022) == []


# Published fees


def charged(
    application: AccreditationApplication, purpose: str, terms: Edition, position: int = 1, own: str | None = None
) -> str:
    """Return what a case is charged at an office that has set this application fee, or none."""
    table = {application.modality: {"application": own}} if own else {}
    settings = OfficeSettings.model_validate({"fees": {"accreditation": table}})
    try:
        (line,) = fee_lines(application, purpose, position, settings, terms)
    except Refused as refused:
        return refused.rule
    return f"{line.amount:.2f}"


THREE = areas("ct", ("chest", None), ("abdomen", None), ("Chest", "pediatric"))
FOUR = areas("ct", ("chest", None), ("abdomen", None), ("cardiac", None), ("head/neck", None))


@pytest.mark.parametrize(
    ("application", "purpose", "position", "amount"),
    [
        (THREE, "application", 1, "2900.00"),
        (FOUR, "application", 1, "3000.00"),
        (THREE, "application", 2, "2800.00"),
        (FOUR, "application", 2, "3000.00"),
        (THREE, "repeat", 1, "fee.not_configured"),
        (areas("breast_ultrasound", ("breast ultrasound", None)), "application", 1, "1200.00"),
        (areas("breast_ultrasound", ("breast ultrasound", None), ("biopsy", None)), "application", 1, "1400.00"),
        (areas("breast_ultrasound", ("breast ultrasound", None)), "repeat", 1, "700.00"),
        (areas("ct", (None, None)), "application", 1, "fee.not_configured"),
        (areas("mri", ("spine", None)), "application", 1, "fee.not_configured"),
    ],
)
def test_what_a_text_states_is_charged_where_the_office_has_set_nothing(
    application: AccreditationApplication, purpose: str, position: int, amount: str
) -> None:
    assert charged(application, purpose, OF_2022, position) == amount
    assert charged(application, purpose, TERMS, position) == "fee.not_configured"


def test_an_offices_own_fee_stands_above_a_published_one() -> None:
    assert charged(THREE, "application", OF_2022, own="2500.00") == "2500.00"
    assert charged(THREE, "application", OF_2022, 2, own="2500.00") == "2500.00"
    assert {*ModalityFees.model_fields} == {"application", "additional_unit", "repeat", "reinstatement"}
