"""Messages about the case itself: payments, acceptance, quotes, extensions, attention, editions."""

from datetime import date, datetime
from typing import Any

import pytest

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.rounds import RoundKind
from policy.case_rules import judge_extension, judge_move, judge_quote
from policy.facts import Attention, InvoiceFact, Stage
from policy.message_dates import judge_dates
from policy.messages import (
    AcceptApplication,
    ExtendDueDate,
    MoveEdition,
    QuoteFee,
    RecordPayment,
    ResolveAttention,
    ReturnApplication,
)
from policy.verdict import Refused
from tests.policy.cycles import (
    CHEST,
    SECOND,
    TERMS,
    a_cycle,
    begin_round,
    et,
    invoice,
    open_deadline,
)
from tests.policy.said import refusal, refused_by, said, taken

NOW = et("2027-03-12 15:00")
ACCEPT, RETURN = said(AcceptApplication), said(ReturnApplication, reasons=["Sample reason."])


def billed(paid: str = "0.00", **fields: Any) -> CycleFacts:
    facts = a_cycle()
    invoice(facts, "2027-0001", "2500.00", paid, **fields)
    return facts


def a_payment(amount: str = "2500.00", **fields: Any) -> RecordPayment:
    return said(RecordPayment, **{"invoice": "2027-0001", "amount": amount} | fields)


def test_a_payment_belongs_to_an_invoice_of_the_case() -> None:
    assert taken(billed(), a_payment(), NOW) == []
    refused = refusal(billed(), a_payment(invoice="2027-0002"), NOW)
    assert refused.rule == "payment.unknown_invoice"
    assert refused.instead == ("Open: 2027-0001.",)
    assert refusal(billed("2500.00"), a_payment(invoice="2027-0002"), NOW).instead == ("Open: nothing.",)


@pytest.mark.parametrize("state", [{"void": True}, {"number": None}, {"total": None}])
def test_what_was_never_issued_or_is_void_is_not_paid(state: dict[str, Any]) -> None:
    assert refused_by(billed(**state), a_payment(), NOW) == "payment.unknown_invoice"


@pytest.mark.parametrize(("paid", "amount"), [("0.00", "0.01"), ("0.00", "2499.99"), ("1000.00", "1500.00")])
def test_a_fee_may_be_paid_in_parts(paid: str, amount: str) -> None:
    assert taken(billed(paid), a_payment(amount), NOW) == []


@pytest.mark.parametrize(
    ("paid", "amount", "excess"),
    [("0.00", "2500.01", "0.01"), ("2500.00", "100.00", "100.00"), ("2400", "200", "100.00")],
)
def test_more_than_is_due_is_taken_with_a_warning(paid: str, amount: str, excess: str) -> None:
    (warning,) = taken(billed(paid), a_payment(amount), NOW)
    assert warning.startswith(f"{excess} USD more than invoice 2027-0001")


@pytest.mark.parametrize("received_on", ["2027-03-12", "2027-03-12T23:59-05:00", "2027-03-11", "2027-01-15", None])
def test_a_payment_came_today_or_before(received_on: str | None) -> None:
    assert taken(billed(), a_payment(received_on=received_on), NOW) == []


@pytest.mark.parametrize("received_on", ["2027-03-13", "2027-03-13T00:00:01-05:00", "2028-03-12"])
def test_a_payment_does_not_come_tomorrow(received_on: str) -> None:
    assert refused_by(billed(), a_payment(received_on=received_on), NOW) == "payment.in_future"


def test_an_application_is_accepted_once_its_fee_is_paid() -> None:
    assert taken(billed("2500.00"), ACCEPT, NOW) == []
    for unpaid in (billed(), billed("2499.99"), a_cycle()):
        assert refused_by(unpaid, ACCEPT, NOW) == "case.wrong_stage"
    assert "2027-0001" in refusal(billed(), ACCEPT, NOW).reason
    assert taken(billed(waived=True), ACCEPT, NOW) == []


def test_each_round_is_paid_for_by_itself() -> None:
    facts = billed("2500.00")
    begin_round(facts, RoundKind.REPEAT, [CHEST])
    assert refused_by(facts, ACCEPT, NOW) == "case.wrong_stage"
    invoice(facts, "2027-0002", "900.00", "900.00")
    assert taken(facts, ACCEPT, NOW) == []


def test_an_application_is_returned_paid_or_not() -> None:
    assert taken(billed(), RETURN, NOW) == []
    assert taken(billed("2500.00"), RETURN, NOW) == []


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.APPLICATION])
@pytest.mark.parametrize("message", [ACCEPT, RETURN])
def test_there_is_an_application_in_its_stage_only(stage: Stage, message: AcceptApplication) -> None:
    facts = billed("2500.00")
    facts.stage = stage
    assert refused_by(facts, message, NOW) == "case.wrong_stage"


A_QUOTE = said(QuoteFee, amount="3000.00")


def test_a_fee_is_quoted_where_one_is_awaited() -> None:
    facts = billed(number=None, total=None, needs_quote=True)
    assert taken(facts, A_QUOTE, NOW) == []
    assert judge_quote(facts) is facts.invoices[0]
    assert refused_by(a_cycle(), A_QUOTE, NOW) == "quote.not_awaited"


@pytest.mark.parametrize(
    "state", [{"needs_quote": False}, {"ordered": True}, {"number": "2027-0001"}, {"waived": True}, {"void": True}]
)
def test_a_fee_is_quoted_once(state: dict[str, Any]) -> None:
    facts = a_cycle()
    facts.invoices.append(
        InvoiceFact.model_validate({"purpose": "repeat", "occurrence": 1, "needs_quote": True} | state)
    )
    assert refused_by(facts, A_QUOTE, NOW) == "quote.not_awaited"


def extension(until: str, deadline: str = "option_form") -> ExtendDueDate:
    return said(ExtendDueDate, deadline=deadline, until=until, reason="Sample reason")


def with_a_form_due(day: str) -> CycleFacts:
    facts = a_cycle()
    open_deadline(facts, "option_form", et("2027-03-01 10:00"), et(f"{day} 24:00"))
    return facts


def test_an_extension_gives_more_time() -> None:
    facts = with_a_form_due("2027-03-18")
    assert judge_extension(facts, TERMS, extension("2027-03-19"), NOW) is facts.deadlines[0]
    assert taken(facts, extension((et("2027-03-18 24:00") + SECOND).isoformat()), NOW) == []
    for until in ("2027-03-18", "2027-03-17", "2027-03-18T23:59-04:00", et("2027-03-18 24:00").isoformat()):
        assert refused_by(facts, extension(until), NOW) == "deadline.not_later"


def test_a_window_that_has_passed_is_extended_beyond_today() -> None:
    facts = with_a_form_due("2027-03-10")
    facts.deadlines[0].met = False
    assert taken(facts, extension("2027-03-12"), NOW) == []
    assert refused_by(facts, extension("2027-03-11"), NOW) == "deadline.not_later"
    assert refused_by(facts, extension(NOW.isoformat()), NOW) == "deadline.not_later"


def test_only_what_runs_can_be_extended() -> None:
    facts = with_a_form_due("2027-03-18")
    refused = refusal(facts, extension("2027-04-01", "testing_package"), NOW)
    assert (refused.rule, refused.instead) == ("deadline.not_running", ("Running: option_form.",))
    facts.deadlines[0].over = True
    assert refused_by(facts, extension("2027-04-01"), NOW) == "deadline.not_running"


def test_the_newest_window_of_a_name_is_extended() -> None:
    facts = with_a_form_due("2027-03-18")
    newest = open_deadline(facts, "option_form", NOW, et("2027-05-01 24:00"))
    assert judge_extension(facts, TERMS, extension("2027-05-02"), NOW) is newest


def test_attention_is_resolved_by_the_name_of_its_item() -> None:
    facts, retry = a_cycle(), {"action": "retry", "reason": "Sample"}
    facts.attention.append(Attention(item="fee.application.1", rule="fee.not_configured", since=NOW, text="Sample"))
    assert taken(facts, said(ResolveAttention, item="fee.application.1", **retry), NOW) == []
    refused = refusal(facts, said(ResolveAttention, item="fee.repeat.1", **retry), NOW)
    assert (refused.rule, refused.instead) == ("attention.unknown_item", ("Items: fee.application.1.",))


def test_a_case_moves_to_an_edition_that_is_shipped() -> None:
    move = said(MoveEdition, edition="2021-03-08", reason="Sample")
    assert taken(a_cycle(), move, NOW) == []
    assert judge_move(a_cycle(), TERMS, move) is TERMS
    assert refused_by(a_cycle(), said(MoveEdition, edition="2020", reason="Sample"), NOW) == "edition.unknown"


def with_an_extended_form(until: str = "2062-01-20") -> CycleFacts:
    """Due on 18 March, extended by a slip of the pen."""
    facts = with_a_form_due("2027-03-18")
    form = facts.deadlines[0]
    form.extended_from.append(form.due_at)
    form.due_at = et(f"{until} 24:00")
    return facts


@pytest.mark.parametrize("until", ["2027-03-18", "2027-03-19", "2027-04-20", "2029-01-01"])
def test_the_office_takes_back_its_own_extension_as_far_as_the_first_due_date(until: str) -> None:
    facts = with_an_extended_form()
    assert judge_extension(facts, TERMS, extension(until), NOW) is facts.deadlines[0]


@pytest.mark.parametrize(("until", "now"), [("2027-03-17", NOW), ("2027-03-18", et("2027-03-19 08:00"))])
def test_an_extension_is_not_taken_back_to_before_that_or_into_the_past(until: str, now: datetime) -> None:
    refused = refusal(with_an_extended_form(), extension(until), now)
    assert refused.rule == "deadline.not_later"
    assert "18 March 2027" in refused.reason


def test_what_was_never_extended_or_is_used_is_not_taken_back() -> None:
    assert refused_by(with_a_form_due("2027-03-18"), extension("2027-03-17"), NOW) == "deadline.not_later"
    facts = with_an_extended_form()
    facts.deadlines[0].over = True
    assert refused_by(facts, extension("2027-03-20"), NOW) == "deadline.not_running"
    facts = with_an_extended_form()
    facts.rules_revision = 2
    assert refused_by(facts, extension("2027-04-20"), NOW) == "deadline.not_later"


def test_a_closing_is_not_taken_back_to_before_the_end_of_its_form() -> None:
    facts = with_a_form_due("2027-05-18")
    closure = open_deadline(facts, "closure", NOW, et("2027-07-17 24:00"))
    closure.extended_from.append(et("2027-04-17 24:00"))
    assert refused_by(facts, extension("2027-05-17", "closure"), NOW) == "deadline.not_later"
    assert judge_extension(facts, TERMS, extension("2027-05-18", "closure"), NOW) is closure


@pytest.mark.parametrize(
    ("until", "warned"), [("2028-03-11", False), ("2028-03-12", False), ("2028-03-13", True), ("2046-01-01", True)]
)
def test_a_due_date_more_than_a_year_ahead_comes_with_a_warning(until: str, warned: bool) -> None:
    warnings = taken(with_a_form_due("2027-03-18"), extension(until), NOW)
    assert [("more than 12 months ahead" in one) for one in warnings] == [True] * warned


@pytest.mark.parametrize(
    ("until", "refused"), [("2047-03-12", False), ("2047-03-13", True), ("2062-01-20", True), ("1999-12-31", True)]
)
def test_a_date_lies_between_2000_and_twenty_years_ahead(until: str, refused: bool) -> None:
    facts = with_a_form_due("2027-03-18")
    if refused:
        rule = refused_by(facts, extension(until), NOW)
        assert rule == ("deadline.not_later" if until < "2000" else "message.date_out_of_range")
    else:
        assert len(taken(facts, extension(until), NOW)) == 1


@pytest.mark.parametrize(
    ("field", "value", "refused"),
    [
        ("received_on", date(1999, 12, 31), True),
        ("received_on", date(2000, 1, 1), False),
        ("received_at", et("1999-12-31 23:00"), True),
        ("received_at", et("2000-01-01 00:00"), False),
        ("received_on", et("2047-03-13 00:00"), True),
    ],
)
def test_every_date_of_a_message_is_held_against_the_bounds(field: str, value: date, refused: bool) -> None:
    message = a_payment().model_copy(update={field: value})
    facts = a_cycle()
    if not refused:
        assert judge_dates(facts, TERMS, message, NOW) == []
        return
    with pytest.raises(Refused, match=r"message\.date_out_of_range") as caught:
        judge_dates(facts, TERMS, message, NOW)
    assert field in caught.value.reason
    facts.rules_revision = 2
    assert judge_dates(facts, TERMS, message, NOW) == []


@pytest.mark.parametrize(
    ("received_on", "refused"),
    [
        ("2016-03-08", True),
        ("2027-01-31", True),
        ("2027-01-31T23:59-05:00", True),
        ("2027-02-01", False),
        ("2027-02-01T00:00-05:00", False),
        ("2027-02-02", False),
        (None, False),
    ],
)
def test_a_payment_is_not_received_before_the_day_of_its_invoice(received_on: str | None, refused: bool) -> None:
    facts = billed(issued_at=et("2027-02-01 09:00"))
    if refused:
        told = refusal(facts, a_payment(received_on=received_on), NOW)
        assert told.rule == "payment.before_invoice"
        by_stamp = a_payment(received_at="2027-01-31", reason="the check of January")
        assert refused_by(facts, by_stamp, NOW) == "payment.before_invoice"
        assert "1 February 2027" in told.reason
    else:
        assert taken(facts, a_payment(received_on=received_on), NOW) == []
    for known in ({"rules_revision": 2}, {"adopting": True}):
        assert taken(facts.model_copy(update=known), a_payment(received_on=received_on), NOW) == []
