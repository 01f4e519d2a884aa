"""What a refusal proposes instead is open at that instant, and said in words that a facility knows.

Forms are sent to every case that an option form can stand in, at every moment of its windows. What the refusal names is
then sent in earnest: it must be taken, at once or after what the refusal says must come first.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import product
from typing import NamedTuple

import pytest

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.option_table import name_of
from policy.accreditation.options import form_offer
from policy.accreditation.rounds import AreaState
from policy.application import Medium
from policy.edition import Edition
from policy.messages import ChooseOption, ExtendDueDate, Option, ViewFinalReport
from policy.verdict import Refused
from policy.words import either
from tests.policy.accreditation.test_option_table import STANDINGS
from tests.policy.cycles import (
    CHEST,
    HEAD,
    PHANTOM,
    REPORTED,
    TERMS,
    a_ct_unit,
    a_cycle,
    a_cycle_with_a_deficient_report,
    end_of,
    report,
)
from tests.policy.onward import decide_appeal, under_appeal
from tests.policy.provocations import (
    OF_REINSTATEMENT,
    OF_TESTING,
    OF_THE_APPEAL,
    OF_THE_FORM,
    Provocation,
    all_types_required,
)
from tests.policy.said import a_choice, a_withdrawal_form, refusal, said, taken

MACHINE_WORD = re.compile(r"\b[a-z]+_[a-z_]+\b")
"""A name of the programs: a message, a field, an option, a role, a stage."""


DEFICIENT = ((CHEST,), (PHANTOM,), (CHEST, PHANTOM), (CHEST, HEAD))


class Moment(NamedTuple):
    """A case with an option form, and an instant at which somebody sends it."""

    name: str
    case: Callable[[], CycleFacts]
    at: datetime
    terms: Edition = TERMS


def unviewed(facts: CycleFacts) -> CycleFacts:
    facts.round.viewed_at = None
    return facts


def lost(facts: CycleFacts, reported_at: datetime) -> CycleFacts:
    failed = [area.id for area in facts.areas_in(AreaState.NOT_ACCEPTABLE)]
    return decide_appeal(under_appeal(facts, failed, reported_at), [], reported_at + timedelta(days=40))


def standing_at(row: str, *failed: str, viewed: bool = True, decided: bool = False) -> Callable[[], CycleFacts]:
    """Return what makes the case of a standing, with these areas deficient."""
    deficient, reported_at = STANDINGS[row]

    def make() -> CycleFacts:
        facts = deficient(*failed)
        facts = lost(facts, reported_at) if decided else facts
        return facts if viewed else unviewed(facts)

    return make


def moments() -> Iterator[Moment]:
    """Yield every standing with clinical and phantom areas deficient, before, in and after each window."""
    for (row, (_, reported_at)), failed in product(STANDINGS.items(), DEFICIENT):
        name = f"{row}, {'+'.join(failed)}"
        for day in (1, 5, 16, 20):
            at = reported_at + timedelta(days=day)
            yield Moment(f"{name}, day {day}", standing_at(row, *failed), at)
            yield Moment(f"{name}, day {day}, not viewed", standing_at(row, *failed, viewed=False), at)
        after = reported_at + timedelta(days=45)
        yield Moment(f"{name}, appeal lost", standing_at(row, *failed, decided=True), after)
    film = Medium.FILM
    yield Moment(
        "film, images away", lambda: report(a_cycle(a_ct_unit(film)), [CHEST], REPORTED), REPORTED + timedelta(days=30)
    )
    yield Moment("film", lambda: a_cycle_with_a_deficient_report(CHEST, medium=film), REPORTED + timedelta(days=16))
    yield Moment("all types stay", a_cycle_with_a_deficient_report, REPORTED + timedelta(days=5), all_types_required())


def fitting(facts: CycleFacts, option: Option) -> ChooseOption:
    """Return a form of an option that is in order."""
    failed = [area.id for area in facts.areas_in(AreaState.NOT_ACCEPTABLE)]
    form = a_withdrawal_form()
    areas = {"areas_withdrawn": failed, "withdrawal_form": form} if option is Option.WITHDRAW_AREAS else {}
    return a_choice(option, **areas)


def rule_against(moment: Moment, facts: CycleFacts, choice: ChooseOption, at: datetime) -> str | None:
    try:
        taken(facts, choice, at, moment.terms)
    except Refused as refused:
        return refused.rule
    return None


def is_taken(moment: Moment, facts: CycleFacts, option: Option, at: datetime) -> bool:
    return rule_against(moment, facts, fitting(facts, option), at) is None


def follow(facts: CycleFacts, instead: tuple[str, ...], at: datetime) -> datetime:
    """Do what a refusal says must come first, and return when that is done."""
    for sentence in instead:
        if sentence.startswith("View the "):
            taken(facts, said(ViewFinalReport), at)
            facts.round.viewed_at = at
        elif sentence.startswith("Wait for the images"):
            facts.round.form = a_cycle_with_a_deficient_report(CHEST, medium=Medium.FILM).round.form
            facts.deadlines = a_cycle_with_a_deficient_report(CHEST, medium=Medium.FILM).deadlines
            at = REPORTED + timedelta(days=3)
            facts.round.viewed_at = at
        elif sentence.startswith("Send the form from "):
            assert facts.round.form is not None
            at = facts.round.form.opens_at
        elif sentence.startswith("Ask the office to extend the form"):
            assert facts.round.form is not None
            until = end_of(at, 10)
            taken(facts, said(ExtendDueDate, deadline="option_form", until=until, reason="sample"), at)
            facts.deadlines[facts.round.form.form].due_at = until
    return at


@pytest.mark.parametrize("option", list(Option))
@pytest.mark.parametrize("moment", list(moments()), ids=lambda moment: moment.name)
def test_every_option_that_a_refusal_names_is_taken_and_no_other(moment: Moment, option: Option) -> None:
    facts = moment.case()
    if is_taken(moment, facts, option, moment.at):
        return
    refused = refusal(facts, fitting(facts, option), moment.at, moment.terms)
    chooses = [sentence for sentence in refused.instead if "hoose " in sentence]
    at = follow(facts, refused.instead, moment.at)
    open_now = [one for one in Option if is_taken(moment, facts, one, at)]
    if not chooses:  # the form itself is closed: what the refusal says mends that, whatever else speaks against it
        assert rule_against(moment, facts, fitting(facts, option), at) != refused.rule or not refused.instead
        return
    (sentence,) = chooses
    assert sentence.startswith("Choose ") is (at == moment.at and refused.instead[0] == sentence)
    assert sentence.endswith(f"hoose {either(name_of(one, facts.deficiencies) for one in open_now)}.")


@pytest.mark.parametrize("moment", list(moments()), ids=lambda moment: moment.name)
def test_what_letters_may_offer_is_what_the_form_takes_once_it_is_open_and_viewed(moment: Moment) -> None:
    facts = moment.case()
    offer = form_offer(facts, moment.terms, moment.at)
    if facts.round.form is None:
        follow(facts, ("Wait for the images.",), moment.at)
    form = facts.round.form
    assert form is not None
    due = facts.deadlines[form.form]
    at = max(moment.at, form.opens_at) if facts.medium is Medium.UPLOAD else form.opens_at
    due.due_at = max(due.due_at, at)
    facts.round.viewed_at = min(at, facts.round.viewed_at or at)
    assert offer.options == [one for one in Option if is_taken(moment, facts, one, at)]


@pytest.mark.parametrize("moment", list(moments()), ids=lambda moment: moment.name)
def test_what_letters_say_can_be_withdrawn_goes_with_the_first_option_that_they_offer(moment: Moment) -> None:
    facts = moment.case()
    offer = form_offer(facts, moment.terms, moment.at)
    form = a_withdrawal_form()
    deficient = facts.areas_in(AreaState.NOT_ACCEPTABLE)
    for area in deficient if offer.options[0] is not Option.WITHDRAW_AREAS else []:
        choice = fitting(facts, offer.options[0])
        choice = choice.model_copy(update={"areas_withdrawn": (area.id,), "withdrawal_form": form})
        rule = rule_against(moment, facts, choice, moment.at)
        if rule is None or rule.startswith("withdrawal."):
            assert (rule is None) is (area.id in offer.withdrawable), rule


@pytest.mark.parametrize(
    "provocation",
    [*OF_THE_FORM, *OF_THE_APPEAL, *OF_TESTING, *OF_REINSTATEMENT],
    ids=lambda provocation: provocation.rule,
)
def test_a_refusal_speaks_without_names_of_the_programs(provocation: Provocation) -> None:
    refused = refusal(provocation.facts, provocation.message, provocation.now, provocation.terms)
    for sentence in (refused.reason, *refused.instead):
        assert not MACHINE_WORD.search(sentence), sentence
