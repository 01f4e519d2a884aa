"""The name of a case says what it is about, and the name of the case that renews it follows from it."""

import pytest

from policy.identity import (
    TASK_QUEUE,
    AccreditationId,
    DesignationId,
    next_cycle_id,
    parse_accreditation_id,
    parse_designation_id,
)


def test_a_case_is_named_by_facility_modality_unit_and_cycle() -> None:
    case = AccreditationId("OH-0417", "ct", "CT-1", 1)
    assert str(case) == "accreditation.OH-0417.ct.CT-1.1"
    assert case.subject == "accreditation.OH-0417.ct.CT-1"


@pytest.mark.parametrize(
    "name",
    [
        "accreditation.OH-0417.ct.CT-1.1",
        "accreditation.MD_0310.breast_ultrasound.site.12",
        "accreditation.a.stereotactic_breast_biopsy.7.100",
    ],
)
def test_a_name_can_be_read_back(name: str) -> None:
    parts = parse_accreditation_id(name)
    assert parts is not None
    assert str(parts) == name


def test_the_cycle_is_a_number_not_a_text() -> None:
    parts = parse_accreditation_id("accreditation.OH-0417.ct.CT-1.9")
    assert parts == ("OH-0417", "ct", "CT-1", 9)
    assert parts.next_cycle() == ("OH-0417", "ct", "CT-1", 10)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "OH-0417",
        "dicoe.OH-0417.OH.1",
        "accreditation.OH-0417.ct.CT-1",
        "accreditation.OH-0417.ct.CT-1.0",
        "accreditation.OH-0417.ct.CT-1.01",
        "accreditation.OH-0417.ct.CT-1.-1",
        "accreditation.OH-0417.CT.CT-1.1",
        "accreditation.OH.0417.ct.CT-1.1",
        "accreditation.OH 0417.ct.CT-1.1",
        "accreditation.OH-0417.ct.CT-1.1\n",
        " accreditation.OH-0417.ct.CT-1.1",
        "accreditation..ct.CT-1.1",
    ],
)
def test_what_is_no_name_of_an_accreditation_case_is_not_read_as_one(name: str) -> None:
    assert parse_accreditation_id(name) is None


def test_a_designation_is_named_by_practice_state_and_term() -> None:
    case = DesignationId("SAMPLE-RAD", "OH", 1)
    assert (str(case), case.subject) == ("dicoe.SAMPLE-RAD.OH.1", "dicoe.SAMPLE-RAD.OH")
    assert parse_designation_id("dicoe.SAMPLE-RAD.OH.9") == ("SAMPLE-RAD", "OH", 9)
    assert case.next_term() == ("SAMPLE-RAD", "OH", 2)
    assert next_cycle_id("dicoe.SAMPLE-RAD.OH.9") == "dicoe.SAMPLE-RAD.OH.10"


@pytest.mark.parametrize(
    "name",
    ["", "dicoe.SAMPLE-RAD.OH", "dicoe.SAMPLE-RAD.OH.0", "dicoe.SAMPLE.RAD.OH.1", "accreditation.OH-0417.ct.CT-1.1"],
)
def test_what_is_no_name_of_a_designation_is_not_read_as_one(name: str) -> None:
    assert parse_designation_id(name) is None


def test_the_renewal_is_the_next_cycle_of_the_same_unit() -> None:
    assert next_cycle_id("accreditation.OH-0417.ct.CT-1.1") == "accreditation.OH-0417.ct.CT-1.2"
    assert next_cycle_id("accreditation.OH-0417.ct.CT-1.9") == "accreditation.OH-0417.ct.CT-1.10"


def test_a_name_of_another_make_gets_a_number_behind_it() -> None:
    assert next_cycle_id("moved-from-paper-17") == "moved-from-paper-17.2"


def test_cases_wait_for_their_worker_under_one_name() -> None:
    assert TASK_QUEUE == "accredit"
