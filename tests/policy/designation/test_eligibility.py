"""Who is eligible, location by location and rule by rule, under the rules of 2021 and those before."""

from typing import Any

import pytest

from policy.designation.application import Location
from policy.designation.edition import DicoeEdition
from policy.designation.eligibility import location_findings
from tests.policy.designation.offices import BEFORE_2021, told
from tests.policy.designation.practices import TERMS, a_location


def rules(terms: DicoeEdition = TERMS, **changes: Any) -> list[str]:
    """Return the rules by which one location with changes misses the eligibility."""
    found = location_findings([Location.model_validate(a_location(1, **changes))], terms)
    assert all(finding.reason.startswith("OH-0001") and finding.source for finding in found)
    return [finding.rule for finding in found]


def test_a_location_that_meets_everything_is_eligible() -> None:
    assert rules() == []
    assert rules(BEFORE_2021) == []


@pytest.mark.parametrize(
    ("services", "accredited", "missing"),
    [
        (["ct", "mri"], ["ct"], "mri"),
        (["ct", "mri", "pet"], ["ct"], "mri and pet"),
        (["mammography"], ["ct"], "mammography"),
        (["ct", "xray", "fluoroscopy"], [], "ct"),
    ],
)
def test_every_service_with_a_program_is_accredited(services: list[str], accredited: list[str], missing: str) -> None:
    place = Location.model_validate(a_location(1, services=services, accredited=accredited))
    (finding,) = location_findings([place], TERMS)
    assert (finding.rule, finding.where) == ("eligibility.accreditation", "locations.0.accredited")
    assert f"offers {missing} without accreditation" in finding.reason


def test_there_is_no_accreditation_for_xray_and_fluoroscopy() -> None:
    assert rules(services=["xray", "fluoroscopy"], accredited=[]) == []
    assert rules(services=["ct", "xray"], accredited=["ct"]) == []


def test_more_accreditations_than_services_harm_nobody() -> None:
    assert rules(services=["mri"], accredited=["mri", "ct"]) == []


@pytest.mark.parametrize(
    ("pledges", "missing"),
    [
        ([], "image gently and image wisely"),
        (["image_gently"], "image wisely"),
        (["image_wisely"], "image gently"),
    ],
)
def test_both_pledges_are_made(pledges: list[str], missing: str) -> None:
    (finding,) = location_findings([Location.model_validate(a_location(1, pledges=pledges))], TERMS)
    assert (finding.rule, finding.where) == ("eligibility.pledge", "locations.0.pledges")
    assert f"not pledged to {missing}." in finding.reason


REGISTRIES = [
    # registries, eligible with CT since 2021, without CT since 2021, either before
    ([], False, False, False),
    (["DIR"], False, False, False),
    (["GRID"], False, False, False),
    (["DIR", "GRID"], True, True, True),
    (["DIR", "NMD"], True, False, False),
    (["DIR", "3DP"], True, False, False),
    (["GRID", "NMD"], False, True, False),
    (["GRID", "LCSR"], False, True, False),
    (["NMD", "LCSR"], False, False, False),
    (["NMD", "LCSR", "CTC"], False, False, False),
    (["DIR", "GRID", "ICE"], True, True, True),
    (["DIR", "DIR"], False, False, False),
    (["GRID", "GRID"], False, False, False),
]


@pytest.mark.parametrize(("registries", "with_ct", "without_ct", "before"), REGISTRIES)
def test_two_registries_of_which_the_services_decide_one(
    registries: list[str], with_ct: bool, without_ct: bool, before: bool
) -> None:
    ct: dict[str, Any] = {"services": ["ct"], "accredited": ["ct"], "registries": registries}
    mri: dict[str, Any] = {"services": ["mri"], "accredited": ["mri"], "registries": registries}
    assert (rules(**ct) == []) is with_ct
    assert (rules(**mri) == []) is without_ct
    assert (rules(BEFORE_2021, **ct) == []) is before
    assert (rules(BEFORE_2021, **mri) == []) is before


def test_xray_alone_is_a_site_without_ct() -> None:
    assert rules(services=["xray"], accredited=[], registries=["GRID", "NMD"]) == []
    assert rules(services=["xray"], accredited=[], registries=["DIR", "NMD"]) == ["eligibility.registries"]


def test_the_reason_names_what_is_missing_and_the_date_of_the_rule() -> None:
    place = Location.model_validate(a_location(1, registries=["GRID", "NMD"]))
    (now,) = location_findings([place], TERMS)
    assert "does not participate in DIR; a site with CT needs DIR, and 2 registries at least" in now.reason
    assert "sites with CT: DIR and a second registry" in now.source
    (before,) = location_findings([place], BEFORE_2021)
    assert "a site with CT needs DIR and GRID" in before.reason
    assert "until the end of 2020" in before.source


def test_one_registry_that_is_the_right_one_is_not_enough() -> None:
    place = Location.model_validate(a_location(1, registries=["DIR"]))
    (finding,) = location_findings([place], TERMS)
    assert "participates in DIR only" in finding.reason


def test_an_unknown_registry_is_refused_by_name_and_does_not_count() -> None:
    assert rules(registries=["DIR", "GRID", "NRDR"]) == ["eligibility.unknown_registry"]
    assert rules(registries=["DIR", "XYZ"]) == ["eligibility.unknown_registry", "eligibility.registries"]
    assert rules(registries=["dir", "grid"]) == ["eligibility.unknown_registry", "eligibility.registries"]


@pytest.mark.parametrize("nobody", [None, "", "  "])
def test_every_location_names_a_consulting_radiologist(nobody: str | None) -> None:
    assert rules(consulting_radiologist=nobody) == ["eligibility.consulting_radiologist"]


def test_all_findings_of_all_locations_come_at_once_in_their_order() -> None:
    first = a_location(1, pledges=[], registries=["XYZ"], consulting_radiologist=None)
    third = a_location(3, accredited=[])
    read = [Location.model_validate(place) for place in (first, a_location(2), third)]
    assert told(location_findings(read, TERMS)) == [
        ("eligibility.pledge", "locations.0.pledges"),
        ("eligibility.unknown_registry", "locations.0.registries"),
        ("eligibility.registries", "locations.0.registries"),
        ("eligibility.consulting_radiologist", "locations.0.consulting_radiologist"),
        ("eligibility.accreditation", "locations.2.accredited"),
    ]
