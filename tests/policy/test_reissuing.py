"""Invoices that are issued anew: which, with which lines, and that no cent is lost of what was paid."""

from decimal import Decimal
from typing import Any

import pytest

from policy.accreditation.cycle import CycleFacts
from policy.facts import PaymentFact
from policy.keeping.reissuing import judge_reissue, lines_of
from policy.messages import ReissueInvoice
from tests.policy.cycles import a_cycle, et, invoice
from tests.policy.said import refused_by, said, taken

NOW = et("2027-03-08 12:00")
NUMBER = "2027-0001"


def again(*lines: dict[str, Any]) -> ReissueInvoice:
    return said(ReissueInvoice, invoice=NUMBER, lines=list(lines), reason="It was wrong.")


def billed(paid: str = "0.00", **fields: Any) -> CycleFacts:
    facts = a_cycle()
    invoice(facts, NUMBER, "2500.00", paid, **fields)
    if paid != "0.00":
        facts.invoices[-1].payments = [PaymentFact(key="record_payment:p-1", amount=Decimal("500.00"))]
    return facts


def test_an_invoice_is_issued_anew_with_what_was_paid_on_it() -> None:
    for facts in (billed(), billed("500.00")):
        assert taken(facts, again(), NOW) == []
        assert judge_reissue(facts, again()).number == NUMBER


@pytest.mark.parametrize(
    ("paid", "fields"),
    [
        ("0.00", {"credited": Decimal("0.01")}),
        ("0.00", {"written_off": Decimal("0.01")}),
        ("499.99", {}),  # 500.00 came, and a cent was sent back
    ],
)
def test_what_stands_on_an_invoice_keeps_it(paid: str, fields: dict[str, Any]) -> None:
    assert refused_by(billed(paid, **fields), again(), NOW) == "invoice.not_reissuable"


def test_an_invoice_that_is_void_or_unknown_is_not_issued_anew() -> None:
    assert refused_by(billed(void=True), again(), NOW) == "payment.unknown_invoice"
    assert refused_by(a_cycle(), again(), NOW) == "payment.unknown_invoice"


def test_what_no_fee_says_somebody_names() -> None:
    facts = billed(purpose="travel_expenses")
    assert refused_by(facts, again(), NOW) == "invoice.lines_missing"
    assert taken(facts, again({"description": "Train", "amount": "10.00"}), NOW) == []


@pytest.mark.parametrize(
    ("line", "amount"),
    [
        ({"unit_price": "800.00", "quantity": 3}, "2400.00"),
        ({"unit_price": "800.00", "quantity": 3, "amount": "2400.00"}, "2400.00"),
        ({"amount": "12.50"}, "12.50"),
        ({"unit_price": "800.00", "quantity": 3, "amount": "2400.01"}, None),
        ({"amount": "2400.00", "quantity": 3}, None),
        ({}, None),
    ],
)
def test_a_line_asks_for_its_quantity_times_its_price(line: dict[str, Any], amount: str | None) -> None:
    message = again({"description": "CT"} | line)
    if amount is None:
        assert refused_by(billed(), message, NOW) == "invoice.line_differs"
    else:
        (found,) = lines_of(message)
        assert found.amount == found.quantity * found.unit_price == Decimal(amount)
