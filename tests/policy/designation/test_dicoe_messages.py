"""What the messages of a designation are judged by, stage by stage, beside the rules that are a designation's alone."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import pytest

from policy.designation.edition import DicoeEdition, dicoe_edition_in_force
from policy.designation.facts import DesignationFacts, DesignationSurvey
from policy.designation.judgement import judge, judge_amendment, judge_move
from policy.facts import InvoiceFact, Stage
from policy.messages import (
    AcceptApplication,
    AddLocations,
    AmendApplication,
    ConfirmPledge,
    DecideDesignation,
    FileSurveyReport,
    Message,
    MoveEdition,
    QuoteFee,
    ReturnApplication,
    ScheduleSurvey,
    StartRenewal,
    TeamMember,
)
from policy.verdict import Refused
from tests.policy.cycles import SECOND, et
from tests.policy.designation.offices import PAID
from tests.policy.designation.practices import (
    TERMS,
    a_designation_case,
    a_location,
    accepted,
    an_application,
    designated,
)
from tests.policy.onward import TEAM
from tests.policy.said import said

LATER = et("2028-09-01 12:00")
NOTICE, END = et("2029-06-10 08:00"), et("2030-02-10 24:00")


def rule(facts: DesignationFacts, message: Message, at: Any = LATER, terms: DicoeEdition = TERMS) -> str | None:
    """Return the rule that refuses a message as of an instant, None where it is taken."""
    refusal: Refused | None = None
    try:
        judge(facts, terms, message, at)
    except Refused as refused:
        refusal = refused
    assert refusal is None or (refusal.source and refusal.reason.endswith("."))
    return refusal.rule if refusal else None


def surveyed(**survey: Any) -> DesignationFacts:
    """A survey of the first location is scheduled."""
    facts = accepted(a_designation_case())
    facts.survey = DesignationSurvey.model_validate({"team": list(TEAM), "locations": ["OH-0001"]} | survey)
    return facts


STAGES: dict[str, Callable[[], DesignationFacts]] = {
    "application": a_designation_case,
    "survey": surveyed,
    "decision": lambda: a_designation_case().model_copy(update={"stage": Stage.DECISION}),
    "designated": lambda: designated(a_designation_case()),
}
REPORT = said(
    FileSurveyReport,
    findings=[{"area": "ct", "acceptable": True}, {"area": "xray", "acceptable": True}],
    satisfactory=True,
)
ONE_STAGE = [
    (said(ReturnApplication, reasons=["The name is wrong."]), "application"),
    (said(ScheduleSurvey, team=TEAM, locations=["OH-0001"]), "survey"),
    (REPORT, "survey"),
    (said(DecideDesignation, designated=True), "decision"),
    (said(DecideDesignation, designated=False, reasons=["No."]), "decision"),
    (said(AddLocations, locations=[a_location(101)]), "designated"),
    (said(ConfirmPledge, pledge="image_wisely", year=2029), "designated"),
]


@pytest.mark.parametrize(("message", "stage"), ONE_STAGE)
def test_a_message_has_its_stage(message: Message, stage: str) -> None:
    answers = {name: rule(facts(), message) for name, facts in STAGES.items()}
    assert answers == {name: None if name == stage else "case.wrong_stage" for name in STAGES}


def test_an_application_is_accepted_once_its_fee_is_paid() -> None:
    facts, accept = a_designation_case(), said(AcceptApplication)
    assert rule(facts, accept) == "case.wrong_stage"
    fee = {"purpose": "designation", "occurrence": 1, "number": "2027-000001", "total": "5000.00"}
    facts.invoices.append(InvoiceFact.model_validate(fee | {"paid": "4999.99"}))
    assert rule(facts, accept) == "case.wrong_stage"
    facts.invoices = [InvoiceFact.model_validate(fee | {"paid": "5000.00"})]
    assert rule(facts, accept) is None
    assert rule(accepted(a_designation_case()), accept) == "case.wrong_stage"


def members(*roles: str) -> list[TeamMember]:
    return [
        TeamMember.model_validate({"name": f"Sample Surveyor {number}", "role": role})
        for number, role in enumerate(roles, 1)
    ]


ROLES = ("radiologist", "medical_physicist", "acr_staff")


@pytest.mark.parametrize(
    ("roles", "refused"),
    [
        (("radiologist", "medical_physicist", "acr_staff"), None),
        (("radiologist", "medical_physicist", "acr_staff_technologist"), None),
        (("radiologist", "radiologist", "medical_physicist", "acr_staff"), None),
        (("radiologist", "medical_physicist"), "survey.team_incomplete"),
        (("radiologist", "acr_staff"), "survey.team_incomplete"),
        (("medical_physicist", "acr_staff"), "survey.team_incomplete"),
        ((), "survey.team_incomplete"),
    ],
)
def test_the_team_is_a_radiologist_a_medical_physicist_and_acr_staff(
    roles: tuple[str, ...], refused: str | None
) -> None:
    schedule = said(ScheduleSurvey, team=members(*roles), locations=["OH-0002"])
    assert rule(accepted(a_designation_case()), schedule) == refused


@pytest.mark.parametrize(
    ("kind", "mode", "refused"),
    [
        ("initial", "on_site", None),
        ("initial", "virtual", "survey.mode_not_allowed"),
        ("renewal", "on_site", None),
        ("renewal", "virtual", None),
    ],
)
def test_a_survey_may_be_virtual_for_a_renewal_only(kind: str, mode: str, refused: str | None) -> None:
    schedule = said(ScheduleSurvey, team=TEAM, locations=["OH-0001"], mode=mode)
    assert rule(accepted(a_designation_case(kind=kind)), schedule) == refused


@pytest.mark.parametrize(
    ("areas", "refused"),
    [
        (["ct", "xray"], None),
        (["ct"], "survey.area_missing"),
        (["xray"], "survey.area_missing"),
        ([], "survey.area_missing"),
        (["ct", "xray", "mri"], "report.unknown_area"),
        (["ct", "ct", "xray"], "report.unknown_area"),
    ],
)
def test_the_report_speaks_of_every_service_of_the_surveyed_locations(areas: list[str], refused: str | None) -> None:
    findings = [{"area": area, "acceptable": True} for area in areas]
    assert rule(surveyed(), said(FileSurveyReport, findings=findings, satisfactory=True)) == refused


def test_services_of_a_location_that_is_not_surveyed_are_not_in_the_report() -> None:
    facts = surveyed(locations=["OH-0002"])
    facts.application.locations[0] = facts.application.locations[0].model_copy(update={"services": ["ct", "mri"]})
    assert facts.services(["OH-0001", "OH-0002"]) == ["ct", "mri", "xray"]
    assert rule(facts, REPORT) is None


def test_a_report_needs_a_survey_that_was_scheduled() -> None:
    assert rule(surveyed(team=[]), REPORT) == "case.wrong_stage"


def test_a_fee_is_quoted_where_one_waits_for_it_abroad_or_in_the_top_tier() -> None:
    quote = said(QuoteFee, amount="700.00")
    abroad = a_designation_case(country="CA")
    assert rule(abroad, quote) == "quote.not_awaited"
    abroad.invoices.append(InvoiceFact(purpose="designation", occurrence=1, needs_quote=True))
    assert rule(abroad, quote) is None
    assert rule(designated(a_designation_case(country="CA")), quote) is None
    assert rule(designated(a_designation_case(16)), quote) is None
    assert rule(designated(a_designation_case(15)), quote) == "quote.not_awaited"
    assert rule(a_designation_case(16), quote) == "quote.not_awaited"


def renewal(**changes: Any) -> StartRenewal:
    application = an_application(5, **{"kind": "renewal", "payment": PAID} | changes)
    return said(StartRenewal, application=application.model_dump(mode="json"))


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({}, None),
        ({"state": "PA"}, "designation.other_state"),
        ({"practice": {"id": "OTHER", "name": "Other", "contacts": []}}, "application.incomplete"),
        ({"agrees_to_survey": False}, "eligibility.survey_agreement"),
        ({"shared_governance": False}, "designation.shared_governance"),
        ({"payment": None}, "application.incomplete"),
    ],
)
def test_a_renewal_is_a_complete_application(changes: dict[str, Any], refused: str | None) -> None:
    assert rule(designated(a_designation_case()), renewal(**changes), NOTICE) == refused


def test_a_renewal_is_for_the_same_practice_and_state() -> None:
    contacts = an_application().model_dump(mode="json")["practice"]["contacts"]
    other = renewal(practice={"id": "OTHER", "name": "Other Practice", "contacts": contacts})
    assert rule(designated(a_designation_case()), other, NOTICE) == "renewal.other_subject"
    assert rule(designated(a_designation_case()), renewal(state="oh"), NOTICE) is None


def test_a_renewal_begins_with_its_notice_and_once() -> None:
    facts = designated(a_designation_case())
    assert rule(facts, renewal(), NOTICE - SECOND) == "renewal.too_early"
    assert rule(facts, renewal(), NOTICE) is None
    assert rule(facts, renewal(), END) is None
    facts.renewal = "dicoe.SAMPLE-RAD.OH.2"
    assert rule(facts, renewal(), END) == "renewal.already_started"
    assert rule(surveyed(), renewal(), END) == "case.wrong_stage"


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"practice": {"name": "A New Name"}}, None),
        ({"practice": {"id": "OTHER"}}, "application.not_changeable"),
        ({"state": "PA"}, "application.not_changeable"),
        ({"country": "CA"}, "application.not_changeable"),
        ({"application_id": "DIC-9"}, "application.not_changeable"),
        ({"program": "accreditation"}, "application.not_changeable"),
        ({"locations": [a_location(1)]}, "application.not_changeable"),
        ({"locations": [a_location(1), a_location(2), a_location(4)]}, "application.not_changeable"),
        ({"locations": [a_location(number) for number in range(1, 5)]}, "application.not_changeable"),
        ({"locations": [a_location(1, name="Renamed"), a_location(2), a_location(3)]}, None),
        ({"locations": [a_location(1, pledges=[]), a_location(2), a_location(3)]}, "eligibility.pledge"),
        ({"practice": {"contacts": None}}, "application.incomplete"),
        ({"practice": {"contacts": [{"role": "king"}]}}, "application.incomplete"),
        ({"kind": "renewal"}, None),
    ],
)
def test_the_office_corrects_what_does_not_make_the_case_another_one(
    changes: dict[str, Any], refused: str | None
) -> None:
    facts = surveyed()
    before = facts.application.model_copy(deep=True)
    assert rule(facts, said(AmendApplication, changes=changes, reason="by phone")) == refused
    assert facts.application == before


def test_a_correction_is_the_application_with_the_change() -> None:
    amendment = said(AmendApplication, changes={"practice": {"name": "A New Name"}}, reason="by phone")
    amended = judge_amendment(surveyed(), TERMS, amendment)
    assert amended.practice is not None
    assert (amended.practice.name, amended.practice.id) == ("A New Name", "SAMPLE-RAD")


def test_a_case_moves_to_an_edition_that_is_shipped() -> None:
    assert (
        judge_move(surveyed(), TERMS, said(MoveEdition, edition="2019-01-01", reason="agreed")).edition == "2019-01-01"
    )
    assert rule(surveyed(), said(MoveEdition, edition="2018-01-01", reason="agreed")) == "edition.unknown"


def test_each_role_of_the_team_is_another_person() -> None:
    everything = [member.model_copy(update={"name": "Sample Surveyor"}) for member in members(*ROLES)]
    schedule = said(ScheduleSurvey, team=everything, locations=["OH-0001"])
    facts = accepted(a_designation_case())
    assert rule(facts, schedule) == "survey.team_incomplete"
    facts.rules_revision = 2
    assert rule(facts, schedule) is None


def edition_of(day: date) -> DicoeEdition:
    return dicoe_edition_in_force(day)


@pytest.mark.parametrize(("day", "refused"), [(date(2020, 6, 30), "survey.mode_not_allowed"), (date(2020, 7, 1), None)])
def test_a_renewal_is_surveyed_by_video_since_july_2020(day: date, refused: str | None) -> None:
    schedule = said(ScheduleSurvey, team=TEAM, locations=["OH-0001"], mode="virtual")
    facts = accepted(a_designation_case(kind="renewal"))
    assert rule(facts, schedule, terms=edition_of(day)) == refused


@pytest.mark.parametrize(
    ("day", "areas", "refused"),
    [
        (date(2020, 12, 31), ["ct"], None),
        (date(2020, 12, 31), ["ct", "xray"], None),
        (date(2020, 12, 31), ["ct", "xray", "xray"], "report.unknown_area"),
        (date(2020, 12, 31), ["xray"], "survey.area_missing"),
        (date(2020, 12, 31), ["ct", "fluoroscopy"], "report.unknown_area"),
        (date(2021, 1, 1), ["ct"], "survey.area_missing"),
        (date(2021, 1, 1), ["ct", "xray"], None),
    ],
)
def test_a_survey_reviews_x_ray_since_2021(day: date, areas: list[str], refused: str | None) -> None:
    report = said(FileSurveyReport, findings=[{"area": a, "acceptable": True} for a in areas], satisfactory=True)
    assert rule(surveyed(), report, terms=edition_of(day)) == refused


def test_an_edition_that_a_case_took_along_before_reviews_everything_that_is_offered() -> None:
    survey = TERMS.survey.model_copy(update={"reviewed": None})
    report = said(FileSurveyReport, findings=[{"area": "ct", "acceptable": True}], satisfactory=True)
    assert rule(surveyed(), report, terms=TERMS.model_copy(update={"survey": survey})) == "survey.area_missing"


def decided(*, satisfactory: bool | None) -> DesignationFacts:
    facts = surveyed(reported=True, satisfactory=satisfactory)
    facts.stage = Stage.DECISION
    return facts


def test_after_an_unsatisfactory_survey_a_practice_is_designated_with_a_reason_and_a_warning() -> None:
    bare = said(DecideDesignation, designated=True)
    assert rule(decided(satisfactory=False), bare) == "designation.reason_missing"
    for reason in ({"reasons": ["The protocols were mended since."]}, {"reason": "Mended since."}):
        decision = said(DecideDesignation, designated=True, **reason)
        (warning,) = judge(decided(satisfactory=False), TERMS, decision, LATER)
        assert "not satisfactory" in warning
    assert judge(decided(satisfactory=True), TERMS, bare, LATER) == []
    assert judge(decided(satisfactory=False), TERMS, said(DecideDesignation, designated=False), LATER) == []
    before = decided(satisfactory=False)
    before.rules_revision = 2
    assert judge(before, TERMS, bare, LATER) == []


def invoiced(locations: int, paid: str = "0.00", **fields: Any) -> DesignationFacts:
    """The fee of the application is invoiced; perhaps paid. The office has not accepted yet."""
    facts = a_designation_case(locations)
    fee = {"purpose": "designation", "occurrence": 1, "number": "2027-000001", "total": "9000.00", "paid": paid}
    facts.invoices.append(InvoiceFact.model_validate(fee | fields))
    return facts


def listing(*numbers: int) -> AmendApplication:
    return said(AmendApplication, changes={"locations": [a_location(n) for n in numbers]}, reason="by phone")


@pytest.mark.parametrize("numbers", [(1,), (1, 2, 4), (1, 2, 3, 4), range(1, 7)])
def test_before_acceptance_the_office_corrects_the_list_of_locations(numbers: Iterable[int]) -> None:
    assert rule(invoiced(3), listing(*numbers)) is None
    before = invoiced(3)
    before.rules_revision = 2
    assert rule(before, listing(*numbers)) == "application.not_changeable"
    assert rule(accepted(a_designation_case()), listing(*numbers)) == "application.not_changeable"


def test_a_corrected_list_is_judged_as_an_application() -> None:
    places = [a_location(1), a_location(2, pledges=[])]
    amendment = said(AmendApplication, changes={"locations": places}, reason="by phone")
    assert rule(invoiced(3), amendment) == "eligibility.pledge"
    assert rule(invoiced(3), said(AmendApplication, changes={"locations": []}, reason="x")) == "application.incomplete"


@pytest.mark.parametrize(
    ("amount", "refused"), [("9000.00", None), (None, None), ("5400.00", "payment.amount_differs")]
)
def test_a_corrected_payment_sheet_is_held_against_the_invoice(amount: str | None, refused: str | None) -> None:
    amendment = said(AmendApplication, changes={"payment": {"amount": amount, "method": "wire"}}, reason="by phone")
    facts = accepted(invoiced(3, paid="9000.00"))
    if amount is None:  # a sheet without an amount is no sheet
        refused = "application.incomplete"
    assert rule(facts, amendment) == refused
    facts.rules_revision = 2
    assert rule(facts, amendment) == (None if amount else refused)


@pytest.mark.parametrize(("postal_code", "refused"), [("43001", None), ("4301", "application.incomplete")])
def test_a_location_that_no_letter_reaches_comes_in_by_no_message(postal_code: str, refused: str | None) -> None:
    place = a_location(1)
    place["address"] |= {"postal_code": postal_code}
    amendment = said(AmendApplication, changes={"locations": [place, a_location(2), a_location(3)]}, reason="by phone")
    facts = invoiced(3)
    assert rule(facts, amendment) == refused
    facts.rules_revision = 2
    assert rule(facts, amendment) is None


@pytest.mark.parametrize(
    ("first", "numbers", "refused"),
    [
        (3, range(1, 6), None),
        (3, (1, 2, 9), None),
        (5, range(1, 7), "application.fee_paid"),
        (6, range(1, 6), "application.fee_paid"),
        (16, range(1, 18), "application.fee_paid"),
    ],
)
def test_what_was_paid_for_is_exchanged_where_the_fee_stays_the_same(
    first: int, numbers: Iterable[int], refused: str | None
) -> None:
    assert rule(invoiced(first, paid="9000.00"), listing(*numbers)) == refused
    assert rule(invoiced(first), listing(*numbers)) is None


def test_what_renews_a_designation_calls_itself_a_renewal() -> None:
    facts = designated(a_designation_case())
    assert rule(facts, renewal(kind="initial"), NOTICE) == "renewal.wrong_kind"
    facts.rules_revision = 2
    assert rule(facts, renewal(kind="initial"), NOTICE) is None
