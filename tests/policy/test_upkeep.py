"""Contacts who leave, letters that come back, facilities that are renamed, move, merge or are taken over."""

import pytest

from policy.accreditation.facility import judge_change
from policy.application import ContactRole
from policy.facts import Pause, Stage
from policy.keeping.contacts import departing
from policy.keeping.pausing import judge_pause_holds
from policy.messages import ReportContactLeft, Role
from policy.verdict import Refused
from tests.policy.cycles import TERMS, a_cycle
from tests.policy.said import refusal, refused_by, said, taken
from tests.policy.spoken import message_of
from tests.policy.surveyed import ORDERED, a_loan, standing
from tests.policy.upkeep import (
    ADMINISTRATOR,
    PHYSICIAN,
    TODAY,
    a_change,
    again,
    bounced,
    left,
    with_a_letter_back,
    with_letters,
)


def test_who_leaves_is_meant_in_every_role_or_in_the_one_that_is_named() -> None:
    facts = a_cycle()
    both = [one.model_copy(update={"name": PHYSICIAN}) for one in facts.contacts[:2]]
    facts.keep_contacts(both)
    assert departing(facts, left(f" {PHYSICIAN.upper()} ")) == both
    assert departing(facts, left(PHYSICIAN, role=both[1].role)) == [both[1]]


def test_a_role_that_must_be_filled_is_missed_and_so_is_everybody_at_all() -> None:
    facts = a_cycle()
    (vacant,) = taken(facts, left(PHYSICIAN), TODAY)
    assert "Nobody is listed as supervising physician any more." in vacant
    facts.keep_contacts([one for one in facts.contacts if one.name == PHYSICIAN])
    assert taken(facts, left(PHYSICIAN), TODAY)[0].startswith("Nobody is left whom letters reach.")


def test_the_office_or_an_administrator_says_who_has_left_and_nobody_else() -> None:
    facts = a_cycle()
    told = said(ReportContactLeft, left=ADMINISTRATOR)
    assert told.by.role is Role.ADMINISTRATOR
    taken(facts, told, TODAY)
    refused = refusal(facts, said(ReportContactLeft, left=PHYSICIAN, by={"name": "T", "role": "technologist"}), TODAY)
    assert refused.rule == "actor.not_allowed"
    assert "the facility's administrator or the office" in refused.reason


def test_who_has_left_bars_no_other_correction_of_the_application() -> None:
    facts = a_cycle()
    renamed = message_of("amend_application", changes={"facility": {"name": "Sample"}}, reason="A slip.")
    facts.keep_contacts([one for one in facts.contacts if one.role is not ContactRole.SUPERVISING_PHYSICIAN])
    assert refused_by(facts, renamed, TODAY) == "application.incomplete"
    facts.departed = [PHYSICIAN]
    assert taken(facts, renamed, TODAY) == []


def test_a_letter_is_sent_again_only_where_something_is_known_against_it() -> None:
    assert refused_by(with_letters(), again(), TODAY) == "notice.not_troubled"
    assert taken(with_a_letter_back(), again(), TODAY) == ["It goes to the same address as before."]
    address = with_a_letter_back().contacts[0].email
    assert taken(with_a_letter_back(), again(address=address, corrected="new@example.org"), TODAY) == []
    assert refused_by(with_a_letter_back(), again(address=address), TODAY) == "contact.unknown_address"


def test_a_renamed_facility_keeps_id_and_address_and_its_application_says_the_new_name() -> None:
    facts = a_cycle()
    before = facts.application.facility
    after = judge_change(facts, TERMS, a_change()).facility
    assert before
    assert after
    assert (after.id, after.name, after.address) == (before.id, "Sample Health", before.address)
    assert after.contacts == before.contacts


def test_a_facility_that_has_merged_has_the_id_of_the_other_one_and_the_case_keeps_its_own() -> None:
    facts = a_cycle()
    after = judge_change(facts, TERMS, a_change(kind="merged", new_id="OH-0500", name="")).facility
    assert after
    assert (after.id, after.name) == (
        "OH-0500",
        facts.application.facility and facts.application.facility.name,
    )
    assert facts.case_id == "accreditation.OH-0417.ct.CT-1.1"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"kind": "moved", "street": "2 Sample Street", "state": "PA"}, "application.not_changeable"),
        ({"kind": "moved", "street": "2 Sample Street", "postal_code": "4321"}, "application.incomplete"),
        ({"kind": "moved", "name": ""}, "facility.nothing_changes"),
        ({"kind": "merged"}, "facility.nothing_changes"),
        ({"kind": "renamed", "new_id": "OH-0500"}, "facility.nothing_changes"),
        ({"kind": "merged", "new_id": "office"}, "application.incomplete"),
        ({"new_certificate": True}, "case.wrong_stage"),
    ],
)
def test_a_change_says_what_its_kind_is_about_and_stays_in_the_state(changes: dict[str, object], rule: str) -> None:
    with pytest.raises(Refused) as caught:
        judge_change(a_cycle(), TERMS, a_change(**changes))
    assert caught.value.rule == rule


def test_what_becomes_of_a_facility_is_taken_while_its_case_is_paused() -> None:
    facts = a_cycle()
    facts.paused = Pause(since=TODAY, reason="A flood.")
    for message in (left(PHYSICIAN), bounced(), again(), a_change()):
        judge_pause_holds(facts, message)


def test_a_loan_lasts_until_a_day_that_is_still_to_come() -> None:
    facts = standing()
    assert facts.stage is Stage.ACCREDITED
    (decides,) = taken(facts, a_loan("2027-08-20", "2027-09-30"), ORDERED)
    assert "the office decides" in decides
    assert refused_by(facts, a_loan("2027-08-20", "2027-09-01"), ORDERED) == "unit.loan_days"
    assert refused_by(facts, a_loan("2027-10-02", "2027-10-01"), ORDERED) == "unit.loan_days"
