"""Renewals: from the notice to the expiry, once, by a complete application for the same unit."""

from typing import Any

import pytest

from policy.accreditation.cycle import CycleFacts
from policy.application import AccreditationApplication
from policy.case_rules import renewal_part
from policy.cases import cases_of
from policy.facts import Stage
from policy.messages import StartRenewal
from tests.applications import an_application, sample
from tests.policy.cycles import SECOND, TERMS, a_cycle, et
from tests.policy.onward import accredited
from tests.policy.said import refusal, refused_by, said, taken

PASSED = et("2027-03-01 10:00")
NOTICE, LATEST, EXPIRY = et("2029-07-01 08:00"), et("2029-08-30 24:00"), et("2030-03-01 24:00")


def a_renewal(**changes: Any) -> StartRenewal:
    return said(StartRenewal, application=sample() | {"kind": "renewal"} | changes)


def standing(*, told: bool = True) -> CycleFacts:
    return accredited(a_cycle(), PASSED, told=told)


def test_a_renewal_begins_with_its_notice() -> None:
    for early in (PASSED, et("2029-06-30 12:00"), NOTICE - SECOND):
        refused = refusal(standing(told=False), a_renewal(), early)
        assert refused.rule == "renewal.too_early"
        assert refused.instead == ("Apply from 1 July 2029, 08:00 ET.",)
    for facts in (standing(told=False), standing()):
        assert taken(facts, a_renewal(), NOTICE) == []


def test_what_counts_from_before_the_notice_is_too_early_whenever_it_is_handled() -> None:
    early = a_renewal().model_copy(update={"received_at": et("2029-06-30 12:00")})
    assert refused_by(standing(), early, et("2029-07-02 12:00")) == "renewal.too_early"


def test_a_renewal_after_its_due_date_is_taken_with_a_warning() -> None:
    assert taken(standing(), a_renewal(), LATEST - SECOND) == []
    assert taken(standing(), a_renewal(), LATEST) == []
    for late in (LATEST + SECOND, et("2029-09-01 12:00"), EXPIRY):
        (warning,) = taken(standing(), a_renewal(), late)
        assert "30 August 2029, 24:00 ET" in warning


def test_a_certificate_is_renewed_once() -> None:
    facts = standing()
    facts.renewal = "accreditation.OH-0417.ct.CT-1.2"
    refused = refusal(facts, a_renewal(), NOTICE)
    assert refused.rule == "renewal.already_started"
    assert "accreditation.OH-0417.ct.CT-1.2" in refused.reason


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.ACCREDITED])
def test_there_is_something_to_renew_while_accredited_only(stage: Stage) -> None:
    facts = standing()
    facts.stage = stage
    assert refused_by(facts, a_renewal(), NOTICE) == "case.wrong_stage"


def test_what_renews_a_certificate_calls_itself_a_renewal() -> None:
    refused = refusal(standing(), a_renewal(kind="initial"), NOTICE)
    assert (refused.rule, refused.instead) == ("renewal.wrong_kind", ("Send it with the `kind` renewal.",))
    assert refused_by(standing(), a_renewal(kind="initial", modality="mri"), NOTICE) == "renewal.other_subject"
    assert refused_by(standing(), a_renewal(kind=None), NOTICE) == "application.incomplete"
    before = standing()
    before.rules_revision = 2
    assert taken(before, a_renewal(kind="initial"), NOTICE) == []


OTHERS = [
    {"facility": sample()["facility"] | {"id": "OH-0418"}},
    {"modality": "mri"},
    {"units": [sample()["units"][0] | {"id": "CT-2"}]},
]


@pytest.mark.parametrize("changes", OTHERS)
def test_a_renewal_is_of_the_same_facility_modality_and_unit(changes: dict[str, Any]) -> None:
    assert refused_by(standing(), a_renewal(**changes), NOTICE) == "renewal.other_subject"


@pytest.mark.parametrize(
    "changes",
    [
        {"medium": "film"},
        {"facility": sample()["facility"] | {"name": "Sample Imaging, renamed"}},
        {
            "units": [
                sample()["units"][0] | {"areas": sample()["units"][0]["areas"][:1] + sample()["units"][0]["areas"][3:]}
            ]
        },
    ],
)
def test_what_has_changed_in_three_years_may_change(changes: dict[str, Any]) -> None:
    assert taken(standing(), a_renewal(**changes), NOTICE) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"medium": None},
        {"medium": "pigeon"},
        {"payment": None},
        {"facility": None},
        {"units": []},
        {"facility": sample()["facility"] | {"contacts": []}},
        {"colour": "blue"},
    ],
)
def test_a_renewal_is_complete(changes: dict[str, Any]) -> None:
    assert refused_by(standing(), a_renewal(**changes), NOTICE) == "application.incomplete"


def test_everything_that_is_missing_is_told_at_once() -> None:
    refused = refusal(standing(), a_renewal(medium=None, payment=None), NOTICE)
    assert "upload, cd or film" in refused.reason
    assert "payment sheet" in refused.reason


@pytest.mark.parametrize(("name", "units"), [("ct-two-units", ["CT-1", "CT-2"]), ("breast-ultrasound", ["A", "B"])])
def test_one_application_may_renew_all_that_the_first_one_named(name: str, units: list[str]) -> None:
    """Each case takes its own part: its unit, or the facility's whole service where that is one case."""
    data = sample(name) | {"kind": "renewal"}
    data["units"] = [data["units"][0] | {"id": unit, "areas": areas_of(unit)} for unit in units]
    application = an_application(name, units=data["units"])
    for part in cases_of(application, TERMS):
        facts = accredited(a_cycle(part.application), PASSED)
        assert taken(facts, said(StartRenewal, application=data), NOTICE) == []
        again = renewal_part(facts, TERMS, AccreditationApplication.model_validate(data))
        assert (again.case_id(2), len(again.application.units)) == (part.case_id(2), 1)


def areas_of(unit: str) -> list[dict[str, str]]:
    return [{"id": f"{unit}-clinical", "kind": "clinical"}, {"id": f"{unit}-phantom", "kind": "phantom"}]
