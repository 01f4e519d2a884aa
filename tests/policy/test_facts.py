"""What is known of any case: its windows, its invoices, and what comes next of itself."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from policy.facts import InvoiceFact, Mark
from tests.policy.cycles import SECOND, a_cycle, et, open_deadline

NOON = et("2027-03-12 12:00")


def a_mark(kind: str, at: Any = NOON, label: str = "mark") -> Mark:
    return Mark.model_validate({"at": at, "kind": kind, "label": label})


def an_invoice(**fields: Any) -> InvoiceFact:
    return InvoiceFact.model_validate({"purpose": "repeat", "occurrence": 1} | fields)


def test_the_newest_window_of_a_name_that_still_matters_is_the_window() -> None:
    facts = a_cycle()
    assert facts.deadline("option_form") is None
    first = open_deadline(facts, "option_form", NOON, NOON)
    open_deadline(facts, "closure", NOON, NOON)
    second = open_deadline(facts, "option_form", NOON, NOON)
    assert facts.deadline("option_form") is second
    second.over = True
    assert facts.deadline("option_form") is first
    assert facts.latest("option_form") is second
    assert facts.latest("appeal") is None


def test_a_window_that_has_passed_can_still_be_extended_until_it_is_over() -> None:
    facts = a_cycle()
    passed = open_deadline(facts, "testing_package", NOON, NOON)
    passed.met = False
    assert facts.deadline("testing_package") is passed


@pytest.mark.parametrize(
    ("fields", "status", "settled"),
    [
        ({}, "open", False),
        ({"ordered": True}, "open", False),
        ({"total": "900.00"}, "open", False),
        ({"total": "900.00", "paid": "0.01"}, "partly_paid", False),
        ({"total": "900.00", "paid": "899.99"}, "partly_paid", False),
        ({"total": "900.00", "paid": "900.00"}, "paid", True),
        ({"total": "900.00", "paid": "900.01"}, "paid", True),
        ({"total": "900.00", "waived": True}, "open", True),
        ({"waived": True}, "open", True),
        ({"total": "900.00", "void": True}, "void", False),
        ({"total": "900.00", "paid": "10.00", "void": True}, "void", False),
    ],
)
def test_an_invoice_is_settled_to_the_cent(fields: dict[str, Any], status: str, settled: bool) -> None:
    invoice = an_invoice(**fields)
    assert (invoice.status, invoice.settled) == (status, settled)


def test_an_invoice_is_found_by_what_it_is_for() -> None:
    facts = a_cycle()
    facts.invoices += [an_invoice(), an_invoice(occurrence=2), an_invoice(purpose="reinstatement")]
    assert facts.invoice("repeat", 2) is facts.invoices[1]
    assert facts.invoice("reinstatement", 1) is facts.invoices[2]
    assert facts.invoice("reinstatement", 2) is None


def test_the_first_fee_without_a_quote_is_the_one_that_waits() -> None:
    facts = a_cycle()
    facts.invoices += [an_invoice(), an_invoice(occurrence=2, needs_quote=True), an_invoice(needs_quote=True)]
    assert facts.unquoted() is facts.invoices[1]
    facts.invoices[1].ordered = True
    assert facts.unquoted() is facts.invoices[2]
    facts.invoices[2].number, facts.invoices[2].total = "2027-0001", Decimal("10.00")
    assert facts.unquoted() is None


def test_nothing_comes_next_where_nothing_is_planned() -> None:
    assert a_cycle().next_mark() is None


@pytest.mark.parametrize("kind", ["deadline", "reminder", "silence", "pause"])
def test_of_two_marks_at_one_instant_the_opening_comes_first(kind: str) -> None:
    facts = a_cycle()
    facts.marks += [a_mark(kind), a_mark("opening")]
    first = facts.next_mark()
    assert first is facts.marks[1]


def test_marks_come_in_the_order_of_their_instants() -> None:
    facts = a_cycle()
    facts.marks += [a_mark("opening", NOON + SECOND), a_mark("reminder"), a_mark("silence", NOON - timedelta(days=1))]
    order = []
    while mark := facts.next_mark():
        order.append(mark.kind)
        facts.marks.remove(mark)
    assert order == ["silence", "reminder", "opening"]


def test_of_two_marks_of_a_kind_at_one_instant_the_older_comes_first() -> None:
    facts = a_cycle()
    facts.marks += [a_mark("deadline", label="first"), a_mark("deadline", label="second")]
    mark = facts.next_mark()
    assert mark is facts.marks[0]
