"""The option table, cell by cell: what a facility may choose after each unsuccessful outcome (S1)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.option_table import TABLE, option_table, standing
from policy.accreditation.options import offered_options, offers
from policy.accreditation.rounds import RoundKind
from policy.messages import Option
from policy.rules import RULES
from tests.policy.cycles import (
    AREAS,
    CHEST,
    HEAD,
    PHANTOM,
    REINSTATED,
    REPEATED,
    REPORTED,
    TERMS,
    a_cycle_after_a_failed_reinstatement,
    a_cycle_after_a_failed_repeat,
    a_cycle_with_a_deficient_report,
    begin_round,
    chosen,
    report,
    take_choice,
)
from tests.policy.onward import decide_appeal, under_appeal
from tests.policy.said import a_choice, a_withdrawal_form, refused_by, taken

FOURTH = REINSTATED + timedelta(days=200)


def a_cycle_after_a_second_failed_reinstatement(*deficient: str) -> CycleFacts:
    facts = a_cycle_after_a_failed_reinstatement(CHEST)
    take_choice(facts, chosen("reinstate"), REINSTATED + timedelta(days=5))
    begin_round(facts, RoundKind.REINSTATEMENT, AREAS)
    return report(facts, deficient or (CHEST,), FOURTH)


STANDINGS: dict[str, tuple[Callable[..., CycleFacts], datetime]] = {
    "1st": (a_cycle_with_a_deficient_report, REPORTED),
    "2nd": (a_cycle_after_a_failed_repeat, REPEATED),
    "3rd": (a_cycle_after_a_failed_reinstatement, REINSTATED),
    "4th": (a_cycle_after_a_second_failed_reinstatement, FOURTH),
}

CELLS = {
    "1st": {"appeal": True, "repeat": True, "reinstate": False, "withdraw_areas": True, "withdraw": True},
    "2nd": {"appeal": True, "repeat": False, "reinstate": True, "withdraw_areas": True, "withdraw": True},
    "3rd": {"appeal": True, "repeat": False, "reinstate": True, "withdraw_areas": True, "withdraw": True},
    "4th": {"appeal": True, "repeat": False, "reinstate": True, "withdraw_areas": True, "withdraw": True},
}
EVERY_CELL = [(row, option, offered) for row, cells in CELLS.items() for option, offered in cells.items()]


def a_fitting_choice(option: str) -> dict[str, object]:
    """What goes with an option so that nothing but the table can speak against it."""
    form = a_withdrawal_form()
    return {"areas_withdrawn": [CHEST], "withdrawal_form": form} if option == "withdraw_areas" else {}


@pytest.mark.parametrize(("row", "option", "offered"), EVERY_CELL)
def test_a_cell_of_the_table(row: str, option: str, offered: bool) -> None:
    deficient, reported_at = STANDINGS[row]
    facts, at = deficient(CHEST), reported_at + timedelta(days=5)
    choice = a_choice(option, **a_fitting_choice(option))
    if offered:
        assert all("payers" in warning for warning in taken(facts, choice, at))
    else:
        assert refused_by(facts, choice, at) == "option.not_offered"


@pytest.mark.parametrize(("row", "option", "offered"), EVERY_CELL)
def test_a_cell_once_the_appeal_of_that_report_was_lost(row: str, option: str, offered: bool) -> None:
    deficient, reported_at = STANDINGS[row]
    decided_at = reported_at + timedelta(days=40)
    facts = decide_appeal(under_appeal(deficient(CHEST), [CHEST], reported_at), [], decided_at)
    choice, at = a_choice(option, **a_fitting_choice(option)), decided_at + timedelta(days=5)
    if option == "appeal":
        assert refused_by(facts, choice, at) == "appeal.already_decided"
    elif offered:
        assert all("payers" in warning for warning in taken(facts, choice, at))
    else:
        assert refused_by(facts, choice, at) == "option.not_offered"


@pytest.mark.parametrize("row", STANDINGS)
def test_an_appeal_that_was_lost_may_follow_every_new_denial(row: str) -> None:
    """Each report may be appealed once: what was decided about an earlier one does not close it."""
    deficient, reported_at = STANDINGS[row]
    facts = deficient(CHEST)
    for earlier in facts.rounds[:-1]:
        earlier.appeal = decide_appeal(
            under_appeal(a_cycle_with_a_deficient_report(CHEST), [CHEST], REPORTED), [], REPORTED + timedelta(days=40)
        ).round.appeal
    assert taken(facts, a_choice("appeal"), reported_at + timedelta(days=5)) == []


@pytest.mark.parametrize(("row", "option", "offered"), EVERY_CELL)
def test_what_the_case_says_of_itself_agrees_with_the_table(row: str, option: str, offered: bool) -> None:
    deficient, reported_at = STANDINGS[row]
    facts = deficient(CHEST)
    offer = next(o for o in offers(facts, TERMS, reported_at + timedelta(days=5)) if o.option == option)
    assert (offer.refusal.rule if offer.refusal else None) == (None if offered else "option.not_offered")
    assert (option in offered_options(facts, TERMS)) is offered


@pytest.mark.parametrize("row", STANDINGS)
def test_a_deficient_phantom_leaves_no_way_out_by_withdrawing_areas(row: str) -> None:
    deficient, reported_at = STANDINGS[row]
    facts, at = deficient(PHANTOM), reported_at + timedelta(days=5)
    closed = {o.option: o.refusal.rule for o in offers(facts, TERMS, at) if o.refusal}
    assert closed[Option.WITHDRAW_AREAS] == "option.not_offered"
    form = a_withdrawal_form()
    choice = a_choice("withdraw_areas", areas_withdrawn=[CHEST], withdrawal_form=form)
    assert refused_by(facts, choice, at) == "option.not_offered"


@pytest.mark.parametrize("left", [[HEAD], [PHANTOM], [HEAD, PHANTOM]])
def test_withdrawing_areas_must_leave_nothing_that_is_not_acceptable(left: list[str]) -> None:
    facts = a_cycle_with_a_deficient_report(CHEST, *left)
    form = a_withdrawal_form()
    choice = a_choice("withdraw_areas", areas_withdrawn=[CHEST], withdrawal_form=form)
    assert refused_by(facts, choice, REPORTED + timedelta(days=5)) == "option.not_offered"


def test_withdrawing_no_area_is_no_withdrawal_of_areas() -> None:
    facts = a_cycle_with_a_deficient_report(CHEST)
    assert refused_by(facts, a_choice("withdraw_areas"), REPORTED + timedelta(days=5)) == "option.not_offered"


@pytest.mark.parametrize(("deficiencies", "row"), [(1, 0), (2, 1), (3, 2), (4, 2), (9, 2)])
def test_the_third_row_holds_for_every_later_failure(deficiencies: int, row: int) -> None:
    assert standing(deficiencies) == list(TABLE)[row]


def test_the_table_can_be_printed_with_its_reasons() -> None:
    printed = option_table(TERMS)
    assert [row["standing"] for row in printed] == [
        "1st deficiency",
        "2nd deficiency (= 1st failure)",
        "3rd deficiency (= 2nd failure) and later",
    ]
    for row, cells in zip(printed, (CELLS["1st"], CELLS["2nd"], CELLS["3rd"]), strict=True):
        assert {option: row[option].startswith("offered") for option in cells} == cells
        assert all(RULES["option.not_offered"] in row[option] for option, offered in cells.items() if not offered)
