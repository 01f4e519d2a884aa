"""Undoing a payment, crediting an invoice: what may be, what is refused, and how an invoice stands after it."""

from decimal import Decimal
from typing import Any

import pytest

from policy.accreditation.cycle import CycleFacts
from policy.facts import InvoiceFact, PaymentFact
from policy.messages import IssueCreditNote, RecordPayment, UndoPayment
from policy.money import judge_undoing
from tests.policy.cycles import a_cycle, et, invoice
from tests.policy.said import refusal, said, taken

NOW = et("2027-03-08 12:00")


def billed(*payments: str, credited: str = "0.00", **fields: Any) -> CycleFacts:
    facts = a_cycle()
    paid = sum((Decimal(amount) for amount in payments), Decimal("0.00"))
    invoice(facts, "2027-0001", "2500.00", str(paid), **fields)
    one = facts.invoices[-1]
    one.payments = [
        PaymentFact(key=f"record_payment:p-{number}", amount=Decimal(amount))
        for number, amount in enumerate(payments, 1)
    ]
    one.credited = Decimal(credited)
    return facts


def undo(payment: str = "p-1") -> UndoPayment:
    return said(UndoPayment, payment=payment, reason="Entered twice.")


def credit(amount: str, number: str = "2027-0001") -> IssueCreditNote:
    return said(IssueCreditNote, invoice=number, amount=amount, reason="Agreed by telephone.")


def an_invoice(total: str, paid: str, credited: str, **fields: Any) -> InvoiceFact:
    one = InvoiceFact(purpose="application", occurrence=1, number="2027-0001", **fields)
    one.total, one.paid, one.credited = Decimal(total), Decimal(paid), Decimal(credited)
    return one


def test_a_payment_is_undone_by_the_id_of_the_message_that_recorded_it() -> None:
    facts = billed("1000.00", "500.00")
    assert taken(facts, undo("p-2"), NOW) == []
    found, payment = judge_undoing(facts, undo("p-2"))
    assert (found.number, payment.amount) == ("2027-0001", Decimal("500.00"))


def test_a_payment_that_never_came_is_not_undone() -> None:
    refused = refusal(billed("1000.00"), undo("p-9"), NOW)
    assert refused.rule == "payment.unknown_payment"
    assert refused.instead == ("Payments: p-1.",)
    assert refusal(billed(), undo(), NOW).instead == ("The case has no payment that can be undone.",)


def test_a_payment_is_undone_once() -> None:
    facts = billed("1000.00")
    facts.invoices[-1].payments[0].undone = True
    assert refusal(facts, undo(), NOW).rule == "payment.unknown_payment"


@pytest.mark.parametrize("amount", ["0.01", "2500.00"])
def test_an_unpaid_invoice_is_credited_in_part_or_whole(amount: str) -> None:
    assert taken(billed(), credit(amount), NOW) == []


@pytest.mark.parametrize(("credited", "amount"), [("0.00", "2500.01"), ("2400.00", "100.01"), ("2500.00", "0.01")])
def test_no_more_is_credited_than_the_invoice_asks_for(credited: str, amount: str) -> None:
    refused = refusal(billed(credited=credited), credit(amount), NOW)
    assert refused.rule == "credit.exceeds_invoice"


def test_only_an_invoice_of_the_case_is_credited() -> None:
    assert refusal(billed(), credit("1.00", "2027-0002"), NOW).rule == "payment.unknown_invoice"


def test_a_credit_on_what_is_paid_already_is_taken_and_says_what_the_facility_is_owed() -> None:
    assert taken(billed("2500.00"), credit("300.00"), NOW) == [
        "The facility has then paid 300.00 USD more than it owes on invoice 2027-0001."
    ]


def test_a_payment_after_a_credit_is_held_against_what_is_left() -> None:
    facts = billed(credited="500.00")
    assert taken(facts, said(RecordPayment, invoice="2027-0001", amount="2000.00"), NOW) == []
    assert taken(facts, said(RecordPayment, invoice="2027-0001", amount="2000.01"), NOW) == [
        "0.01 USD more than invoice 2027-0001 asks for."
    ]


@pytest.mark.parametrize(
    ("paid", "credited", "status", "settled", "outstanding"),
    [
        ("0.00", "0.00", "open", False, "2500.00"),
        ("0.01", "0.00", "partly_paid", False, "2499.99"),
        ("2499.99", "0.00", "partly_paid", False, "0.01"),
        ("2499.99", "0.01", "paid", True, "0.00"),
        ("2500.00", "0.00", "paid", True, "0.00"),
        ("2600.00", "0.00", "paid", True, "-100.00"),
        ("0.00", "2499.99", "open", False, "0.01"),
        ("0.00", "2500.00", "void", True, "0.00"),
        ("100.00", "2500.00", "paid", True, "-100.00"),
    ],
)
def test_an_invoice_is_settled_when_payments_and_credits_reach_its_total(
    paid: str, credited: str, status: str, settled: bool, outstanding: str
) -> None:
    one = an_invoice("2500.00", paid, credited)
    assert (one.status, one.settled, one.outstanding) == (status, settled, Decimal(outstanding))


def test_nothing_is_outstanding_before_an_invoice_is_issued() -> None:
    wanted = InvoiceFact(purpose="repeat", occurrence=1)
    assert (wanted.outstanding, wanted.settled, wanted.status) == (Decimal("0.00"), False, "open")
