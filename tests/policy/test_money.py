"""Payments, credit notes, refunds, write-offs: what may be, what is refused, and how an invoice stands after it."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from policy.accreditation.cycle import CycleFacts, Survey
from policy.facts import InvoiceFact, PaymentFact
from policy.messages import (
    InvoiceTravelExpenses,
    IssueCreditNote,
    RecordPayment,
    RecordRefund,
    UndoPayment,
    WriteOff,
)
from policy.money import judge_undoing
from tests.policy.cycles import a_cycle, et, invoice
from tests.policy.onward import TEAM
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


@pytest.mark.parametrize(("paid", "most"), [("0.00", "999999999.99"), ("2500.00", "999997499.99")])
def test_no_more_is_paid_than_the_books_can_write_down(paid: str, most: str) -> None:
    facts = billed(paid)
    one_cent_more = str(Decimal(most) + Decimal("0.01"))
    assert len(taken(facts, said(RecordPayment, invoice="2027-0001", amount=most, reference="slip"), NOW)) == 1
    if paid == "0.00":  # the message itself holds no larger amount
        with pytest.raises(ValidationError):
            said(RecordPayment, invoice="2027-0001", amount=one_cent_more)
        return
    refused = refusal(facts, said(RecordPayment, invoice="2027-0001", amount=one_cent_more, reference="slip"), NOW)
    assert refused.rule == "payment.exceeds_bounds"
    assert "$999,997,499.99 at most" in " ".join(refused.instead)


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


def a_payment(amount: str = "500.00", message_id: str = "p-9", **fields: Any) -> RecordPayment:
    told = {"invoice": "2027-0001", "amount": amount, "method": "check", "message_id": message_id}
    return said(RecordPayment, **told | fields)


def booked(**fields: Any) -> CycleFacts:
    """An invoice with one payment of 500 dollars by check, received at noon of 8 March."""
    facts = billed("500.00", **fields)
    facts.rules_revision = 3
    payment = facts.invoices[-1].payments[0]
    payment.received_at, payment.method = NOW, "check"
    return facts


def test_the_same_payment_is_asked_about_and_nothing_is_booked() -> None:
    refused = refusal(booked(), a_payment(method="Check "), NOW)
    assert refused.rule == "payment.recorded_before"
    assert "as the payment p-1" in refused.reason


@pytest.mark.parametrize(
    "other",
    [
        {"again": True},
        {"reference": "1042"},
        {"method": "card"},
        {"amount": "500.01"},
        {"received_on": "2027-03-07"},
    ],
)
def test_another_payment_is_taken_without_a_question(other: dict[str, Any]) -> None:
    assert taken(booked(), a_payment(**other), NOW) == []


def test_a_payment_of_the_same_day_without_an_hour_is_the_same_day() -> None:
    assert refusal(booked(), a_payment(received_on="2027-03-08"), NOW).rule == "payment.recorded_before"
    assert taken(booked(), a_payment(), et("2027-03-09 00:01")) == []


def test_a_payment_that_was_undone_is_entered_again_without_a_question() -> None:
    facts = booked()
    facts.invoices[-1].payments[0].undone = True
    assert taken(facts, a_payment(), NOW) == []


def test_a_case_that_began_before_the_question_takes_the_same_payment_as_it_did() -> None:
    facts = booked()
    facts.rules_revision = 2
    assert taken(facts, a_payment(), NOW) == []


def refund(amount: str, **fields: Any) -> RecordRefund:
    return said(RecordRefund, invoice="2027-0001", amount=amount, reason="Paid too much.", **fields)


@pytest.mark.parametrize("amount", ["0.01", "100.00"])
def test_what_was_paid_too_much_is_sent_back_in_part_or_whole(amount: str) -> None:
    assert taken(billed("2600.00"), refund(amount), NOW) == []


@pytest.mark.parametrize(("paid", "amount"), [("2600.00", "100.01"), ("2500.00", "0.01"), ("100.00", "100.00")])
def test_no_more_is_sent_back_than_was_paid_too_much(paid: str, amount: str) -> None:
    refused = refusal(billed(paid), refund(amount), NOW)
    assert refused.rule == "refund.exceeds_overpayment"
    assert "issue_credit_note" in refused.instead[-1]


def test_a_refund_is_recorded_when_it_has_been_sent() -> None:
    assert taken(billed("2600.00"), refund("1.00", on="2027-03-08"), NOW) == []
    assert refusal(billed("2600.00"), refund("1.00", on="2027-03-09"), NOW).rule == "refund.in_future"


def test_nothing_is_sent_back_before_anything_came() -> None:
    facts = booked()
    facts.invoices[-1].total = Decimal("400.00")
    assert taken(facts, refund("1.00", on="2027-03-08"), NOW) == []
    assert refusal(facts, refund("1.00", on="2027-03-07"), NOW).rule == "refund.before_payment"
    assert refusal(facts, refund("1.00", on="2017-03-08"), NOW).rule == "refund.before_payment"


def test_a_payment_of_which_something_was_sent_back_is_not_undone() -> None:
    facts = billed("2600.00")
    facts.invoices[-1].paid -= Decimal("100.00")
    assert refusal(facts, undo(), NOW).rule == "payment.refunded"


def travelled(*amounts: str, again: bool = False) -> InvoiceTravelExpenses:
    expenses = [{"description": "Train", "amount": amount} for amount in amounts]
    return said(InvoiceTravelExpenses, travel_expenses=expenses, again=again)


def test_travel_expenses_that_come_late_are_those_of_a_survey_with_a_team() -> None:
    assert refusal(billed("0.00"), travelled("310.00"), NOW).rule == "travel.no_survey"
    facts = billed("0.00")
    facts.surveys.append(Survey(number=1))
    assert refusal(facts, travelled("310.00"), NOW).rule == "travel.no_survey"
    facts.surveys[-1].team = list(TEAM)
    assert taken(facts, travelled("310.00"), NOW) == []
    facts.surveys[-1].team, facts.surveys[-1].visits = [], 1
    assert taken(facts, travelled("310.00"), NOW) == []


def test_the_same_sum_of_travel_is_asked_about_before_it_is_invoiced_twice() -> None:
    facts = billed("0.00")
    facts.surveys.append(Survey(number=1, visits=1))
    asked_for = an_invoice("310.00", "0.00", "0.00")
    asked_for.purpose, asked_for.number = "travel_expenses", "2027-0002"
    facts.invoices.append(asked_for)
    asked = refusal(facts, travelled("300.00", "10.00"), NOW)
    assert (asked.rule, "2027-0002" in asked.reason) == ("travel.invoiced_before", True)
    assert taken(facts, travelled("310.00", again=True), NOW) == []
    assert taken(facts, travelled("310.01"), NOW) == []
    facts.invoices[-1].void = True
    assert taken(facts, travelled("310.00"), NOW) == []
    over = travelled("999999999.99", "0.01")
    assert refusal(facts, over, NOW).rule == "payment.exceeds_bounds"


def write_off(amount: str) -> WriteOff:
    return said(WriteOff, invoice="2027-0001", amount=amount, reason="Never to be paid.")


def test_what_is_owed_is_written_off_and_a_case_that_waits_for_it_goes_on() -> None:
    assert taken(billed("2000.00"), write_off("499.99"), NOW) == []
    assert taken(billed("2000.00"), write_off("500.00"), NOW) == [
        "Nothing is then owed on invoice 2027-0001, and the case goes on as if it had been paid."
    ]


@pytest.mark.parametrize(
    ("written_off", "credited", "paid", "taken_back"),
    [
        ("2500.00", "0.00", "0.00", False),
        ("0.01", "2499.99", "0.00", False),
        ("0.00", "2500.00", "0.00", True),
        ("0.00", "2500.00", "0.01", False),
        ("0.00", "0.00", "0.00", False),
    ],
)
def test_what_is_written_off_was_bought_and_what_is_credited_in_full_was_not(
    written_off: str, credited: str, paid: str, taken_back: bool
) -> None:
    one = an_invoice("2500.00", paid, credited, written_off=Decimal(written_off))
    assert one.taken_back is taken_back
    assert an_invoice("2500.00", "0.00", "0.00", void=True).taken_back


@pytest.mark.parametrize(("paid", "amount"), [("2000.00", "500.01"), ("2500.00", "0.01"), ("2600.00", "0.01")])
def test_no_more_is_written_off_than_is_owed(paid: str, amount: str) -> None:
    assert refusal(billed(paid), write_off(amount), NOW).rule == "write_off.exceeds_outstanding"


def test_a_payment_without_the_newer_fields_has_the_digest_that_it_always_had() -> None:
    assert set(a_payment().content()).isdisjoint({"reference", "again"})
    assert a_payment(reference="1041").digest() != a_payment().digest() != a_payment(again=True).digest()
