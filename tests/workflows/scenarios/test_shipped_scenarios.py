"""The shipped scenarios: they go as written, and together they visit the whole table of options and every refusal."""

from decimal import Decimal

import pytest

from policy.accreditation.option_table import TABLE, row_of, standing
from policy.application import AccreditationApplication, Medium
from policy.facts import Outcome
from policy.messages import ChooseOption, Option
from policy.rules import REFUSALS
from rehearsal.scenario import Event
from tests.policy.accreditation.test_judgement import BY_COMING_IN, BY_MONEY, BY_PROOF, BY_REOPENING
from tests.policy.later import OF_2022
from tests.workflows.shipped import Life

pytestmark = pytest.mark.server

NOT_OF_THIS_PROGRAM = {"survey.no_location", "application.fee_paid"} | {
    rule for rule in REFUSALS if rule.startswith("designation.")
}
"""Refusals that only designations know."""
OF_ADOPTED_CASES = {"case.being_adopted"}
"""A scenario begins with its case: what adoption refuses is met in tests/policy/accreditation/test_backdating.py."""
NEEDS_ANOTHER_EDITION = {"withdrawal.patient_types_required", "withdrawal.part_not_offered"}
"""No shipped edition names a modality that requires all patient types (`tests/workflows/test_edition.py` does);
parts of modules are withdrawn in `tests/policy/accreditation/test_later_editions.py`.
"""
ELSEWHERE = (
    BY_MONEY
    | BY_COMING_IN
    | BY_PROOF
    | BY_REOPENING
    | {
        "note.follow_up_past",
        "note.no_day",
        "note.too_many",
        "pause.day_out_of_range",
        "invoice.lines_missing",
        "invoice.line_differs",
        "invoice.exceeds_bounds",
        "invoice.not_waivable",
        "payment.exceeds_bounds",
    }
)
"""What money, size and proofs are refused by is met in tests/policy/test_money.py, test_incoming.py, test_proofs.py."""


def forms(life: Life) -> list[Event]:
    """Return the option forms of a scenario."""
    return [one for one in life.plan.scenario.events if isinstance(one, Event) and one.model is ChooseOption]


def choices(life: Life, *, accepted: bool) -> set[tuple[str, Option]]:
    """Return the cells of the table that a life visits: standing and option."""
    cells, deficiencies = set(), 0
    for entry in life.report["timeline"]:
        if entry["kind"] == "stage" and entry["detail"].get("stage") == "options":
            # an undone choice leaves them as they were
            deficiencies = entry["detail"].get("deficiencies", deficiencies)
        if accepted and entry["kind"] == "message" and entry["text"] == "choose option":
            cells.add((standing(deficiencies), Option(entry["detail"]["message"]["option"])))
        if not accepted and entry["detail"].get("rule") == "option.not_offered":
            day = entry["day"]
            (event,) = [form for form in forms(life) if form.day == day]
            cells.add((standing(deficiencies), Option(event.fields["option"])))
    return cells


def of_the_table(lives: dict[str, Life]) -> list[Life]:
    """Return the lives that are judged by the table of S1: mammography has one of its own."""
    modalities = {name: life.report["status"]["application"]["modality"] for name, life in lives.items()}
    return [life for name, life in lives.items() if modalities[name] != "mammography"]


def test_every_scenario_goes_as_it_is_written(shipped: dict[str, Life]) -> None:
    assert {name: life.report["failures"] for name, life in shipped.items() if not life.report["ok"]} == {}
    assert {name: life.report["not_sent"] for name, life in shipped.items() if life.report["not_sent"]} == {}
    assert len(shipped) >= 14


def test_together_they_choose_every_option_that_any_standing_offers(shipped: dict[str, Life]) -> None:
    offered = {(row, option) for row, cells in TABLE.items() for option, terms in cells.items() if terms}
    later = {(standing(n), option) for n in (1, 2, 3) for option, cell in row_of(n, OF_2022).items() if cell}
    chosen = set().union(*(choices(life, accepted=True) for life in of_the_table(shipped)))
    assert offered - chosen == set()
    assert chosen - offered - later == set()
    assert {option for _, option in later - offered} <= {option for _, option in chosen}


def test_together_they_are_refused_every_option_that_a_standing_does_not_offer(shipped: dict[str, Life]) -> None:
    not_offered = {(row, option) for row, cells in TABLE.items() for option, terms in cells.items() if not terms}
    refused = set().union(*(choices(life, accepted=False) for life in of_the_table(shipped)))
    assert not_offered - refused == set()


def test_together_they_are_refused_by_every_rule_of_the_program(shipped: dict[str, Life]) -> None:
    met = {refusal["rule"] for life in shipped.values() for refusal in life.report["refusals"]}
    assert set(REFUSALS) - NOT_OF_THIS_PROGRAM - NEEDS_ANOTHER_EDITION - OF_ADOPTED_CASES - ELSEWHERE - met == set()


def test_every_refusal_says_why_and_where_it_stands(shipped: dict[str, Life]) -> None:
    refusals = [refusal for life in shipped.values() for refusal in life.report["refusals"]]
    assert all(refusal["reason"] and refusal["source"] for refusal in refusals)


def test_images_come_by_every_medium_and_forms_by_both_roads(shipped: dict[str, Life]) -> None:
    plans = [life.plan for life in shipped.values()]
    applications = [plan.scenario.application for plan in plans]
    media = {one.medium for one in applications if isinstance(one, AccreditationApplication)}
    assert media - {None} == set(Medium)  # radiation oncology has no images
    assert {form.via for life in shipped.values() for form in forms(life)} == {"update", "signal"}


def test_cases_end_in_every_way_that_needs_no_hand_from_outside(shipped: dict[str, Life]) -> None:
    ends = {life.report["status"]["outcome"] for life in shipped.values()}
    assert ends >= set(Outcome) - {Outcome.CLOSED_BY_ACR, Outcome.NOT_DESIGNATED}


def test_every_notice_went_out_to_somebody(shipped: dict[str, Life]) -> None:
    notices = [(name, one) for name, life in shipped.items() for one in life.report["notices"]]
    assert [(name, one["kind"]) for name, one in notices if one["status"] != "sent" or not one["to"]] == []


def test_totals_are_the_sums_of_their_lines(shipped: dict[str, Life]) -> None:
    invoices = [one for life in shipped.values() for one in life.report["invoices"]]
    sums = [(Decimal(one["total"]), sum(Decimal(line["amount"]) for line in one["lines"])) for one in invoices]
    assert [(total, lines) for total, lines in sums if total != lines] == []
    assert len(invoices) > 40


@pytest.mark.parametrize("name", ["the-whole-ladder", "fourth-deficiency", "two-visits-of-one-survey"])
def test_a_long_life_stays_far_from_any_limit(shipped: dict[str, Life], name: str) -> None:
    weight = shipped[name].report["history"]
    assert weight["events"] < 1000
    assert weight["bytes"] < 500_000
