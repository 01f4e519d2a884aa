"""The MQSA certificate, interim accreditation, images that belong together, checks and notices to FDA: their days."""

from datetime import date, timedelta

import pytest

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.mammography.certificate import (
    bridged,
    days_left_at_report,
    extended_until,
    extension_used,
    interim_until,
    provisional_until,
)
from policy.accreditation.mammography.failure import business_days_after, fda_due, tells_fda
from policy.accreditation.mammography.image_check import plan_due
from policy.accreditation.rounds import RoundKind
from policy.accreditation.testing_package import fails_when_missed
from policy.facts import Stage
from policy.messages import GrantInterimAccreditation, ReportImageCheck, SubmitImageCheckPlan
from policy.verdict import Refused
from tests.policy.accreditation.mammography.cycles import (
    FFDM,
    PHANTOM,
    TERMS,
    a_unit,
    checked,
    deficient,
    failed,
)
from tests.policy.accreditation.mammography.provocations import (
    a_certificate,
    a_package,
    bridging,
    provisional,
    renewing,
)
from tests.policy.cycles import REPORTED, begin_round, et, under_test
from tests.policy.cycles import TERMS as DIAGNOSTIC
from tests.policy.onward import decide_appeal, under_appeal
from tests.policy.said import refused_by, said, taken

SOON = REPORTED + timedelta(days=5)
WHY = {"reason": "Sample reason"}


@pytest.mark.parametrize(("phantom", "taken_in"), [("2027-02-02", True), ("2027-02-01", True), ("2027-01-31", False)])
def test_clinical_and_phantom_images_lie_30_days_apart_at_most(phantom: str, taken_in: bool) -> None:
    facts = under_test(a_unit(), REPORTED)
    package = a_package("2027-03-03", phantom)
    if taken_in:
        assert taken(facts, package, SOON, TERMS) == []
    else:
        assert refused_by(facts, package, SOON, TERMS) == "testing.images_apart"


def test_the_phantom_may_be_the_later_one() -> None:
    facts = under_test(a_unit(), REPORTED)
    assert taken(facts, a_package("2027-02-01", "2027-03-03"), SOON, TERMS) == []
    assert refused_by(facts, a_package("2027-01-31", "2027-03-03"), SOON, TERMS) == "testing.images_apart"


def test_no_exam_was_made_tomorrow() -> None:
    facts = under_test(a_unit(), REPORTED)
    assert refused_by(facts, a_package("2027-03-07", "2027-03-03"), SOON, TERMS) == "testing.exam_undated"


def repeating() -> CycleFacts:
    facts = deficient()
    begin_round(facts, RoundKind.REPEAT, [FFDM])
    under_test(facts, REPORTED)
    return facts


def test_a_repeat_is_the_deficient_test_alone_and_needs_no_dates() -> None:
    package = a_package(None, None)
    alone = package.model_copy(update={"exams": (package.exams[0].model_copy(update={"exam": f"{FFDM} exam"}),)})
    assert taken(repeating(), alone, SOON, TERMS) == []


def test_a_new_facility_has_six_months_and_one_extension_of_90_days() -> None:
    assert provisional_until(et("2027-08-31 10:00"), TERMS) == date(2028, 2, 29)
    facts = provisional()
    assert facts.mammography is not None
    certificate = facts.mammography.certificate
    assert certificate is not None
    assert extended_until(certificate, TERMS) == certificate.expires_on + timedelta(days=90)


@pytest.mark.parametrize(
    ("left", "rule"), [(15, "interim.too_early"), (14, None), (0, None), (-1, "mqsa_certificate.past")]
)
def test_interim_accreditation_is_decided_when_14_days_or_less_remain(left: int, rule: str | None) -> None:
    facts, message = renewing(left), said(GrantInterimAccreditation, **WHY)
    if rule is None:
        assert taken(facts, message, REPORTED, TERMS) == []
    else:
        assert refused_by(facts, message, REPORTED, TERMS) == rule


def test_interim_accreditation_bridges_45_days() -> None:
    own = renewing(14).mammography
    assert own is not None
    assert own.certificate is not None
    assert own.certificate.expires_on == date(2027, 3, 15)
    assert interim_until(own.certificate, TERMS) == et("2027-04-29 24:00")


def test_only_a_certificate_that_ends_later_ends_interim_accreditation() -> None:
    own = bridging().mammography
    assert own is not None
    assert own.certificate is not None
    on_file = own.certificate.expires_on
    later = on_file + timedelta(days=1)
    assert [bridged(own, a_certificate(day.isoformat())) for day in (on_file, later)] == [True, False]
    own.interim_until = None
    assert not bridged(own, a_certificate(on_file.isoformat()))


def test_interim_accreditation_that_is_over_is_not_granted_again() -> None:
    facts = bridging()
    assert facts.mammography is not None
    facts.mammography.interim_until = None
    facts.mammography.interim_granted = True
    assert refused_by(facts, said(GrantInterimAccreditation, **WHY), REPORTED, TERMS) == "interim.granted_before"


def test_a_certificate_that_is_told_again_brings_no_other_extension() -> None:
    used = [provisional(extended=extended).mammography for extended in (True, False)]
    assert [own is not None and extension_used(own) for own in used] == [True, False]


def test_the_days_are_counted_anew_after_a_lost_appeal() -> None:
    facts = deficient(61)
    assert days_left_at_report(facts, TERMS) == 61
    decide_appeal(under_appeal(facts, [FFDM], REPORTED), [], REPORTED + timedelta(days=40))
    assert days_left_at_report(facts, TERMS) == 21


@pytest.mark.parametrize(
    ("told", "due"),
    [
        ("2027-03-01 10:00", "2027-03-03 24:00"),
        ("2027-03-04 10:00", "2027-03-08 24:00"),
        ("2027-03-05 23:59", "2027-03-09 24:00"),
        ("2027-03-06 10:00", "2027-03-09 24:00"),
    ],
)
def test_two_business_days_leave_out_saturday_and_sunday(told: str, due: str) -> None:
    assert fda_due(et(told), TERMS) == et(due)
    assert business_days_after(et(told), 2, TERMS) == et(due)


def test_fda_is_told_of_a_second_failed_attempt_and_of_a_serious_risk() -> None:
    assert [tells_fda(failed(times), TERMS) for times in (1, 2, 3)] == [False, True, True]
    facts = deficient()
    facts.round.serious_risk = True
    assert tells_fda(facts, TERMS)
    assert not tells_fda(facts, DIAGNOSTIC)


def test_a_plan_after_an_image_check_is_due_14_calendar_days_later() -> None:
    assert plan_due(REPORTED, TERMS) == et("2027-03-15 24:00")


def test_an_image_check_is_reported_and_answered() -> None:
    plan = said(SubmitImageCheckPlan, actions=[{"area": FFDM, "action": "Sample."}])
    good = said(ReportImageCheck, findings=[{"area": FFDM, "acceptable": True}])
    assert taken(checked(), good, SOON, TERMS) == []
    assert taken(checked(acceptable=False), plan, SOON, TERMS) == []
    strange = said(ReportImageCheck, findings=[{"area": "chest", "acceptable": True}])
    assert refused_by(checked(), strange, SOON, TERMS) == "testing.unknown_area"
    silent = said(ReportImageCheck, findings=[{"area": PHANTOM, "acceptable": False}])
    assert refused_by(checked(), silent, SOON, TERMS) == "report.recommendation_missing"
    other = said(SubmitImageCheckPlan, actions=[{"area": PHANTOM, "action": "Sample."}])
    assert refused_by(checked(acceptable=False), other, SOON, TERMS) == "plan.deficiency_not_addressed"
    assert refused_by(checked(), plan, SOON, TERMS) == "image_check.not_awaited"
    for facts, message in ((checked(), good), (checked(acceptable=False), plan)):
        facts.stage = Stage.OPTIONS  # the grant was taken back
        assert refused_by(facts, message, SOON, TERMS) == "case.wrong_stage"


def test_a_missed_package_fails_a_mammography_unit_and_makes_others_inactive() -> None:
    assert fails_when_missed(TERMS)
    assert not fails_when_missed(DIAGNOSTIC)


def test_the_schema_of_refusals_names_its_source() -> None:
    with pytest.raises(Refused) as refused:
        taken(renewing(15), said(GrantInterimAccreditation, **WHY), REPORTED, TERMS)
    assert refused.value.source.startswith("Interim accreditation and MQSA certificate extensions")
