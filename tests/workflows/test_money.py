"""Money in a life: reminders of an unpaid invoice, payments taken back, credit notes; and what follows for the case."""

import pytest

from tests.workflows.lives import Reports, days_of, notices_of, rules_of, went_as_told
from tests.workflows.stories import Said, Story, accepted, package, paid, say

pytestmark = pytest.mark.server

DUE = 30.625
"""24:00 of the 30th day after an invoice of day 0."""
MORNING = -1 / 24
"""08:00, seen from a day's 09:00."""


def undone(day: float, payment: str, *, refused: str | None = None) -> Said:
    return say(day, "undo_payment", payment=payment, reason="entered twice", refused=refused)


def paid_as(day: float, message_id: str, amount: str) -> Said:
    return say(day, "record_payment", message_id=message_id, invoice="$invoice", amount=amount)


def credited(day: float, amount: str, *, refused: str | None = None, invoice: str = "$invoice") -> Said:
    return say(day, "issue_credit_note", invoice=invoice, amount=amount, reason="agreed", refused=refused)


STORIES = {
    "nobody pays for two months": Story([paid(60)], until=61),
    "paid on the morning of the reminder": Story([paid(37 + MORNING)], until=60),
    "paid a moment before the reminder": Story([paid(37 + MORNING - 0.001)], until=60),
    "undone before acceptance": Story(
        [
            paid_as(1, "p-1", "2500.00"),
            undone(2, "p-1"),
            accepted(3)._replace(refused="case.wrong_stage"),
            paid_as(4, "p-2", "2500.00"),
            accepted(5),
        ],
        until=6,
    ),
    "undone after acceptance": Story(
        [
            paid_as(0.5, "p-1", "2500.00"),
            accepted(1),
            undone(2, "p-1"),
            undone(2.5, "p-1", refused="payment.unknown_payment"),
            undone(2.6, "p-7", refused="payment.unknown_payment"),
            package(3),
            paid_as(80, "p-2", "2500.00"),
        ],
        until=81,
    ),
    "credited in full": Story([credited(1, "2500.00"), accepted(2)], until=3),
    "credited in part": Story(
        [credited(1, "500.00"), credited(1.5, "2000.01", refused="credit.exceeds_invoice"), paid(2), accepted(3)],
        until=4,
    ),
    "closed with money owed": Story(
        [
            paid_as(1, "p-1", "1500.00"),
            say(2, "close_case", reason="opened by mistake"),
            accepted(3)._replace(refused="case.closed"),
            paid_as(3.1, "p-2", "100.00"),
            paid_as(3.2, "p-3", "100.00")._replace(refused="payment.recorded_before"),
            credited(4, "400.00"),
            credited(4.5, "2500.00", refused="credit.exceeds_invoice"),
            say(5, "write_off", invoice="$invoice", amount="100.00", reason="agreed"),
            say(
                6, "record_refund", invoice="$invoice", amount="1.00", reason="x", refused="refund.exceeds_overpayment"
            ),
            undone(7, "p-2"),
            paid(8),
        ],
        until=9,
    ),
    "written off before acceptance": Story(
        [paid_as(1, "p-1", "2000.00"), say(2, "write_off", invoice="$invoice", amount="$due", reason="x"), accepted(3)],
        until=4,
    ),
    "credited on another case's invoice": Story(
        [credited(1, "1.00", refused="payment.unknown_invoice", invoice="2027-999999")], until=2
    ),
}


def test_an_unpaid_invoice_is_reminded_of_a_week_and_three_weeks_after_its_due_date(reports: Reports) -> None:
    told = reports["nobody pays for two months"]
    went_as_told(told)
    assert notices_of(told, "invoice_reminder") == pytest.approx([37 + MORNING, 51 + MORNING], abs=1e-6)


def test_a_payment_of_the_reminders_instant_comes_in_time_to_spare_it(reports: Reports) -> None:
    for when in ("paid on the morning of the reminder", "paid a moment before the reminder"):
        went_as_told(reports[when])
        assert notices_of(reports[when], "invoice_reminder") == []


def test_a_payment_that_is_undone_before_acceptance_makes_the_fee_due_again(reports: Reports) -> None:
    told = reports["undone before acceptance"]
    status = went_as_told(told)
    assert status["stage"] == "testing"
    assert status["attention"] == []
    assert notices_of(told, "payment_undone") == [2]
    (invoice,) = told["invoices"]
    assert invoice["status"] == "paid"


def test_a_fee_that_is_unpaid_again_needs_attention_and_reminders_until_it_is_paid(reports: Reports) -> None:
    told = reports["undone after acceptance"]
    status = went_as_told(told)
    assert days_of(told, "attention", "is unpaid again") == [2]
    assert days_of(told, "attention", "no longer needed") == [80]
    assert notices_of(told, "invoice_reminder") == pytest.approx([37 + MORNING, 51 + MORNING], abs=1e-6)
    assert status["stage"] == "review"
    assert status["attention"] == []


def test_a_payment_is_taken_back_once_and_by_its_own_id(reports: Reports) -> None:
    assert rules_of(reports["undone after acceptance"]) == ["payment.unknown_payment"] * 2


def test_a_fee_that_is_credited_in_full_is_no_longer_awaited(reports: Reports) -> None:
    told = reports["credited in full"]
    assert went_as_told(told)["stage"] == "testing"
    assert [(one["status"], one["total"]) for one in told["invoices"]] == [("void", "2500.00")]
    assert notices_of(told, "credit_note") == [1]


def test_a_fee_that_is_credited_in_part_is_paid_by_the_rest(reports: Reports) -> None:
    told = reports["credited in part"]
    assert went_as_told(told)["stage"] == "testing"
    assert [one["status"] for one in told["invoices"]] == ["paid"]


def test_money_of_a_closed_case_is_taken_by_the_books_and_the_case_stays_closed(reports: Reports) -> None:
    told = reports["closed with money owed"]
    status = went_as_told(told)
    assert (status["stage"], status["outcome"]) == ("closed", "closed_by_acr")
    (invoice,) = told["invoices"]
    assert (invoice["status"], invoice["paid"], invoice["credited"], invoice["written_off"]) == (
        "paid",
        "2000.00",
        "400.00",
        "100.00",
    )
    assert notices_of(told, "credit_note") == [4]
    assert notices_of(told, "written_off") == [5]
    assert notices_of(told, "payment_undone") == [7]
    assert notices_of(told, "payment_received") == pytest.approx([1, 3.1, 8], abs=1e-6)


def test_a_fee_that_is_written_off_is_no_longer_awaited(reports: Reports) -> None:
    told = reports["written off before acceptance"]
    assert went_as_told(told)["stage"] == "testing"
    assert notices_of(told, "written_off") == [2]


def test_only_an_invoice_of_the_case_is_credited(reports: Reports) -> None:
    went_as_told(reports["credited on another case's invoice"])
