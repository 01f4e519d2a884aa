"""Invoices that are issued anew: which, with which lines, and that no cent is lost of what was paid."""

from decimal import Decimal
from typing import Any

import pytest

from policy.accreditation.cycle import CycleFacts
from policy.facts import Attention, InvoiceFact, PaymentFact
from policy.keeping.reissuing import judge_reissue, lines_of
from policy.messages import ReissueInvoice, ResolveAttention
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


def test_no_invoice_asks_for_more_than_the_books_write_down() -> None:
    most = {"description": "CT", "unit_price": "999999999.99"}
    assert taken(billed(), again(most), NOW) == []
    for lines in ([most | {"quantity": 2}], [most, {"description": "MRI", "amount": "0.01"}]):
        assert refused_by(billed(), again(*lines), NOW) == "invoice.exceeds_bounds"


def carrying() -> CycleFacts:
    """A fee of which 500.00 was paid is issued anew, and the books have not issued the new invoice yet."""
    facts = billed("0.00", void=True, replaced_by=2)
    old, paid = facts.invoices[-1], PaymentFact(key="record_payment:p-1", amount=Decimal("500.00"))
    anew = InvoiceFact(purpose=old.purpose, occurrence=2, replaces=old.number, ordered=True, carries=[paid])
    facts.invoices.append(anew)
    item = f"fee.{anew.purpose}.2"
    facts.attention.append(Attention(item=item, rule="fee.not_configured", since=NOW, text="Sample"))
    return facts


def test_a_fee_is_not_waived_while_its_invoice_is_to_take_over_what_was_paid() -> None:
    facts = carrying()
    item = facts.attention[-1].item
    skip = said(ResolveAttention, item=item, action="skip", reason="Sample")
    assert refused_by(facts, skip, NOW) == "invoice.not_waivable"
    assert taken(facts, said(ResolveAttention, item=item, action="retry", reason="Sample"), NOW) == []
    facts.invoices[-1].carries = []
    assert taken(facts, skip, NOW) == []
