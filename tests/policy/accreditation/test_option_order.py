"""Which rule speaks where several could: the checks of an option form in the interface's order, pair by pair."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pytest

from policy.accreditation.cycle import CycleFacts
from policy.application import Medium
from policy.edition import Edition
from policy.facts import Stage
from policy.messages import ChooseOption
from tests.policy.cycles import (
    CHEST,
    HEAD,
    PHANTOM,
    REPORTED,
    SECOND,
    TERMS,
    a_cycle_with_a_deficient_report,
    chosen,
    et,
    return_images,
)
from tests.policy.onward import ARBITRATOR
from tests.policy.said import ACR, a_choice, a_withdrawal_form, refused_by, taken

NOW = et("2027-03-08 12:00")
"""Five days into the form of the first report."""


@dataclass
class Sent:
    """An appeal with a withdrawal, in order in every respect until somebody spoils it."""

    facts: CycleFacts
    fields: dict[str, Any]
    terms: Edition = TERMS

    def form(self) -> ChooseOption:
        return a_choice("appeal", **self.fields)


def in_order() -> Sent:
    fields = {"areas_withdrawn": [CHEST], "withdrawal_form": a_withdrawal_form()}
    return Sent(a_cycle_with_a_deficient_report(CHEST, HEAD, PHANTOM), fields)


def from_the_wrong_sender(sent: Sent) -> None:
    sent.fields["by"] = ACR


def after_another_choice(sent: Sent) -> None:
    form = sent.facts.round.form
    assert form is not None
    form.choice = chosen("repeat")


def in_the_wrong_stage(sent: Sent) -> None:
    sent.facts.stage = Stage.REVIEW


def of_an_appeal_that_was_decided(sent: Sent) -> None:
    from policy.accreditation.rounds import Appeal

    sent.facts.round.appeal = Appeal(
        contested=[CHEST], letters=[], additional_images=False, arbitrator=ARBITRATOR, findings=[], decided_at=REPORTED
    )


def without_viewing(sent: Sent) -> None:
    sent.facts.round.viewed_at = None


def before_the_form_opens(sent: Sent) -> None:
    form = sent.facts.round.form
    assert form is not None
    form.opens_at = NOW + SECOND


def after_the_forms_due_date(sent: Sent) -> None:
    move(sent, "option_form")


def without_attestation(sent: Sent) -> None:
    sent.fields["attested"] = False


def after_the_appeals_due_date(sent: Sent) -> None:
    move(sent, "appeal")


def by_another_medium(sent: Sent) -> None:
    sent.fields["medium"] = Medium.CD


def without_the_withdrawal_form(sent: Sent) -> None:
    sent.fields["withdrawal_form"] = None


def withdrawing_a_phantom(sent: Sent) -> None:
    sent.fields["areas_withdrawn"] = [CHEST, PHANTOM]


def where_all_patient_types_must_stay(sent: Sent) -> None:
    types = sent.terms.withdrawal.all_patient_types.model_copy(update={"value": ["ct"]})
    withdrawal = sent.terms.withdrawal.model_copy(update={"all_patient_types": types})
    sent.terms = sent.terms.model_copy(update={"withdrawal": withdrawal})


def without_letters(sent: Sent) -> None:
    sent.fields["letters"] = []


def move(sent: Sent, name: str) -> None:
    """Let a window have passed a second ago."""
    for deadline in sent.facts.deadlines:
        if deadline.name == name:
            deadline.due_at = NOW - SECOND


Spoil = Callable[[Sent], None]
ORDER: list[tuple[str, Spoil]] = [
    ("actor.not_allowed", from_the_wrong_sender),
    ("option_form.already_chosen", after_another_choice),
    ("case.wrong_stage", in_the_wrong_stage),
    ("appeal.already_decided", of_an_appeal_that_was_decided),
    ("option_form.report_not_viewed", without_viewing),
    ("option_form.not_yet_open", before_the_form_opens),
    ("option_form.past_due", after_the_forms_due_date),
    ("option_form.not_attested", without_attestation),
    ("appeal.past_due", after_the_appeals_due_date),
    ("appeal.different_medium", by_another_medium),
    ("withdrawal.form_unsigned", without_the_withdrawal_form),
    ("withdrawal.area_not_withdrawable", withdrawing_a_phantom),
    ("withdrawal.patient_types_required", where_all_patient_types_must_stay),
    ("appeal.letter_missing", without_letters),
]
"""The order of checks in `choose_option` as the interface names it."""


def test_the_form_that_is_spoiled_is_in_order() -> None:
    sent = in_order()
    assert [w for w in taken(sent.facts, sent.form(), NOW, sent.terms) if "payers" not in w] == []


@pytest.mark.parametrize(("rule", "spoil"), ORDER, ids=[rule for rule, _ in ORDER])
def test_each_defect_alone_is_found(rule: str, spoil: Spoil) -> None:
    sent = in_order()
    spoil(sent)
    assert refused_by(sent.facts, sent.form(), NOW, sent.terms) == rule


PAIRS = list(combinations(ORDER, 2))


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=[f"{a[0]} before {b[0]}" for a, b in PAIRS])
def test_of_two_defects_the_earlier_check_speaks(first: tuple[str, Spoil], second: tuple[str, Spoil]) -> None:
    for spoils in ((first, second), (second, first)):
        sent = in_order()
        for _, spoil in spoils:
            spoil(sent)
        assert refused_by(sent.facts, sent.form(), NOW, sent.terms) == first[0]


@pytest.mark.parametrize(
    "spoil", [without_viewing, before_the_form_opens, after_the_forms_due_date, without_attestation]
)
def test_what_a_withdrawal_would_leave_is_judged_with_what_is_offered(spoil: Spoil) -> None:
    sent = in_order()
    spoil(sent)
    leaving = a_choice("withdraw_areas", **sent.fields)
    assert refused_by(sent.facts, leaving, NOW, sent.terms) == "option.not_offered"


@pytest.mark.parametrize("option", ["reinstate", "withdraw_areas"])
@pytest.mark.parametrize("spoil", [after_another_choice, in_the_wrong_stage])
def test_what_is_not_offered_is_judged_after_choice_and_stage(option: str, spoil: Spoil) -> None:
    sent = in_order()
    spoil(sent)
    assert refused_by(sent.facts, a_choice(option, **sent.fields), NOW, sent.terms) != "option.not_offered"


def test_images_that_are_still_away_count_as_a_form_that_is_not_open() -> None:
    facts = a_cycle_with_a_deficient_report(CHEST, medium=Medium.CD)
    facts.round.form, facts.round.images_returned_at = None, None
    later = et("2027-09-01 12:00")
    assert refused_by(facts, a_choice("repeat", attested=False), later) == "option_form.not_yet_open"
    facts.round.viewed_at = None
    assert refused_by(facts, a_choice("repeat", attested=False), later) == "option_form.report_not_viewed"
    facts.round.viewed_at = REPORTED
    return_images(facts, et("2027-08-30 12:00"))
    assert taken(facts, a_choice("repeat"), et("2027-09-01 12:00")) == []
