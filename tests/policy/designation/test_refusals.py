"""Each rule that refuses a message to a designation alone is provoked, on both sides of its line."""

from datetime import datetime
from typing import Any

import pytest

from policy.designation.facts import DesignationFacts, DesignationSurvey
from policy.designation.judgement import judge
from policy.facts import InvoiceFact, Stage
from policy.messages import AddLocations, AmendApplication, DecideDesignation, Message, QuoteFee, ScheduleSurvey
from policy.rules import REFUSALS
from policy.senders import counts_as_of, judge_sender
from policy.verdict import Refused
from tests.policy.cycles import SECOND, et
from tests.policy.designation.practices import TERMS, a_designation_case, a_location, accepted, add, designated
from tests.policy.onward import TEAM
from tests.policy.said import said

SURVEY_TIME, MID_CYCLE = et("2027-02-01 12:00"), et("2028-08-10 00:00")
LATER = et("2028-09-01 12:00")


def answer(facts: DesignationFacts, message: Message, now: datetime = LATER) -> str | None:
    """Return the rule that refuses a message, None where it is taken; the facts stay as they were."""
    before, refusal = facts.model_dump_json(), None
    try:
        judge_sender(facts, message)
        judge(facts, TERMS, message, counts_as_of(facts, message, now, TERMS))
    except Refused as refused:
        refusal = refused
    assert facts.model_dump_json() == before
    assert refusal is None or (refusal.source and refusal.reason.endswith("."))
    return refusal.rule if refusal else None


def adding(*numbers: int, **changes: Any) -> AddLocations:
    return said(AddLocations, locations=[a_location(number, **changes) for number in numbers])


def practice(locations: int, *added: int) -> DesignationFacts:
    facts = designated(a_designation_case(locations))
    return add(facts, *added) if added else facts


@pytest.mark.parametrize(
    ("locations", "rule"),
    [
        (["OH-0001"], None),
        (["OH-0001", "OH-0003"], None),
        ([], "survey.no_location"),
        (["OH-0009"], "survey.no_location"),
        (["OH-0001", "OH-0009"], "survey.no_location"),
    ],
)
def test_one_location_at_least_is_surveyed(locations: list[str], rule: str | None) -> None:
    schedule = said(ScheduleSurvey, team=TEAM, locations=locations)
    assert answer(accepted(a_designation_case()), schedule, SURVEY_TIME) == rule


def test_locations_are_added_from_mid_cycle_on() -> None:
    before = designated(a_designation_case(), mid_cycle=False)
    assert answer(before, adding(4), MID_CYCLE - SECOND) == "designation.not_mid_cycle"
    assert answer(practice(3), adding(4), MID_CYCLE) is None
    assert answer(practice(3), adding(4), MID_CYCLE + SECOND) is None
    stamped = adding(4).model_copy(update={"received_at": et("2028-08-09 12:00")})
    assert answer(practice(3), stamped, et("2028-08-11 12:00")) == "designation.not_mid_cycle"


@pytest.mark.parametrize(
    ("first", "added", "more", "rule"),
    [
        (3, [], [101, 102], None),
        (3, [], [101, 102, 103], "designation.tier_full"),
        (3, [101], [102], None),
        (3, [101], [102, 103], "designation.tier_full"),
        (5, [], [101], "designation.tier_full"),
        (6, [], [101, 102, 103, 104], None),
        (6, [], [101, 102, 103, 104, 105], "designation.tier_full"),
        (10, [], [101], "designation.tier_full"),
        (11, [], [101, 102, 103, 104], None),
        (15, [], [101], "designation.tier_full"),
        (16, [], [101, 102, 103], None),
        (16, [], [101, 102, 103, 104], "designation.case_by_case"),
        (16, [101, 102], [103], None),
        (16, [101, 102, 103], [104], "designation.case_by_case"),
        (40, [101, 102, 103], [104], "designation.case_by_case"),
    ],
)
def test_additions_stay_within_the_tier_of_the_application(
    first: int, added: list[int], more: list[int], rule: str | None
) -> None:
    assert answer(practice(first, *added), adding(*more)) == rule


def test_a_quote_opens_the_way_in_the_top_tier() -> None:
    facts = practice(16, 101, 102, 103)
    assert answer(facts, said(QuoteFee, amount="1500.00")) is None
    facts.addition_quote = said(QuoteFee, amount="1500.00").amount
    assert answer(facts, adding(104, 105)) is None
    assert answer(practice(3), said(QuoteFee, amount="1500.00")) == "quote.not_awaited"


@pytest.mark.parametrize(
    ("amount", "rule"),
    [(None, None), ("600.00", None), ("599.99", "payment.amount_differs"), ("600.01", "payment.amount_differs")],
)
def test_a_payment_sheet_of_added_locations_is_held_against_the_fee(amount: str | None, rule: str | None) -> None:
    sheet = None if amount is None else {"amount": amount, "method": "check"}
    both = [a_location(101), a_location(102)]
    assert answer(practice(3), said(AddLocations, locations=both, payment=sheet)) == rule
    quoted = practice(16, 101, 102, 103)
    quoted.addition_quote = said(QuoteFee, amount="1500.00").amount
    assert answer(quoted, said(AddLocations, locations=[a_location(104)], payment={"amount": "1500.00"})) is None
    assert said(AddLocations, locations=both).digest() == said(AddLocations, locations=both, payment=None).digest()
    assert "payment" not in said(AddLocations, locations=both).content()


def test_an_addition_that_has_ended_leaves_its_room_in_the_tier() -> None:
    facts = practice(3, 101, 102)
    assert answer(facts, adding(103)) == "designation.tier_full"
    facts.additions[-1].ended = True
    assert answer(facts, adding(103)) is None


@pytest.mark.parametrize("numbers", [(1,), (101,), (102, 1)])
def test_a_location_is_designated_once(numbers: tuple[int, ...]) -> None:
    assert answer(practice(3, 101), adding(*numbers)) == "designation.location_known"


def test_a_location_is_not_named_twice() -> None:
    assert answer(practice(3), adding(101, 101)) == "designation.location_known"


def test_an_address_that_no_letter_can_carry_is_refused_whichever_message_brings_it() -> None:
    place = a_location(101)
    wrong = place | {"address": place["address"] | {"postal_code": "4300"}}
    assert answer(practice(3), said(AddLocations, locations=[wrong])) == "application.incomplete"
    facts = a_designation_case(3)
    listed = facts.application.model_dump(mode="json")["locations"]
    listed[0]["address"]["postal_code"] = "4300"
    correction = said(AmendApplication, changes={"locations": listed}, reason="by phone")
    assert answer(facts, correction) == "application.incomplete"
    facts.rules_revision = 2
    assert answer(facts, correction) is None


def test_a_location_is_the_same_in_small_letters_but_in_cases_that_began_before() -> None:
    facts = practice(3)
    assert answer(facts, adding(101, id="oh-0001")) == "designation.location_known"
    facts.rules_revision = 2
    assert answer(facts, adding(101, id="oh-0001")) is None


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"accredited": []}, "eligibility.accreditation"),
        ({"pledges": ["image_wisely"]}, "eligibility.pledge"),
        ({"registries": ["DIR"]}, "eligibility.registries"),
        ({"registries": ["DIR", "GRID", "XYZ"]}, "eligibility.unknown_registry"),
        ({"consulting_radiologist": None}, "eligibility.consulting_radiologist"),
        ({"name": None}, "application.incomplete"),
        ({"services": ["submarine"]}, "application.incomplete"),
        ({"address": a_location(1)["address"] | {"state": "PA"}}, "designation.other_state"),
    ],
)
def test_a_new_location_meets_what_the_first_ones_met(changes: dict[str, Any], rule: str) -> None:
    assert answer(practice(3), adding(101, **changes)) == rule


def paid_for_five() -> DesignationFacts:
    facts = a_designation_case(5)
    fee = {"purpose": "designation", "occurrence": 1, "number": "2027-000001", "total": "9000.00", "paid": "9000.00"}
    facts.invoices.append(InvoiceFact.model_validate(fee))
    return facts


def unsatisfactory() -> DesignationFacts:
    facts = accepted(a_designation_case())
    facts.survey, facts.stage = DesignationSurvey(reported=True, satisfactory=False), Stage.DECISION
    return facts


SIX = said(AmendApplication, changes={"locations": [a_location(n) for n in range(1, 7)]}, reason="by phone")
ALONE = {
    "survey.no_location": (accepted(a_designation_case()), said(ScheduleSurvey, team=TEAM), SURVEY_TIME),
    "application.fee_paid": (paid_for_five(), SIX, SURVEY_TIME),
    "designation.reason_missing": (unsatisfactory(), said(DecideDesignation, designated=True), SURVEY_TIME),
    "designation.not_mid_cycle": (practice(3), adding(4), et("2028-08-01 12:00")),
    "designation.tier_full": (practice(5), adding(6), LATER),
    "designation.case_by_case": (practice(16), adding(101, 102, 103, 104), LATER),
    "designation.location_known": (practice(3), adding(3), LATER),
}
"""What only a designation can say."""


@pytest.mark.parametrize("rule", ALONE)
def test_a_rule_of_designations_is_provoked(rule: str) -> None:
    facts, message, now = ALONE[rule]
    assert answer(facts, message, now) == rule


OTHERS = {"survey.no_location", "application.fee_paid"}


def test_every_rule_of_designations_is_provoked() -> None:
    assert {rule for rule in REFUSALS if rule.startswith("designation.")} | OTHERS == set(ALONE)
