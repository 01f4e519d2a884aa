"""A step: everything in it is written together, once, and the same step again gets the same answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest
from sqlmodel import func, select

from activities.contract import DeadlineEntry, Entry, EntryKind, Judged, Step, StepTaken, invoice_entries
from activities.steps import take
from policy.office import OfficeSettings
from records.books import Books
from records.cases import UnknownCase, announce_case
from records.facility.changes import people_of
from records.money_queries import bills
from records.outbox import notices
from records.queries import case_by_id, deadlines, messages, timeline
from records.tables import Invoice, Notice, Payment, StepRecord, TimelineEntry
from records.words import ENTRY_KINDS
from tests.activities.orders import LATER, a_notice_order, a_payment, a_row, a_step, an_invoice_order, an_opening
from tests.records.rows import CASE, NOON, an_application
from tests.records.test_facilities import put_person

SAME_STEP_TIMES = 100
THREADS = 6


def a_judged_message(key: str = "view_final_report:m-1", rule: str | None = None) -> Judged:
    return Judged(key=key, at=NOON, handled_at=LATER, by="facility", accepted=rule is None, rule=rule, digest="d")


def a_full_step() -> Step:
    """Return a first step with something of everything."""
    return a_step(
        entries=(
            Entry(at=NOON, kind="stage", by="acr", text="Stage: application"),
            Entry(at=NOON, kind="message", by="facility", text="A message", detail={"amount": Decimal("1.50")}),
        ),
        judged=(a_judged_message(),),
        deadlines=(DeadlineEntry(number=0, name="testing_package", opens_at=NOON, due_at=LATER, met=None),),
        invoices=(an_invoice_order(),),
        notices=(a_notice_order(2, areas=["chest"]),),
        shared_start=NOON,
    )


def test_everything_in_a_step_is_in_the_books(books: Books, office: OfficeSettings) -> None:
    taken = take(books, a_full_step(), office)
    with books.reading() as session:
        case = case_by_id(session, CASE)
        assert case is not None
        assert (case.stage, case.awaited, case.edition) == ("application", "the application fee", "2021-03-08")
        entries = [(entry.kind, entry.text, entry.detail) for entry in timeline(session, CASE)]
        assert entries[:2] == [("stage", "Stage: application", {}), ("message", "A message", {"amount": "1.50"})]
        assert [deadline.name for deadline in deadlines(session, CASE)] == ["testing_package"]
        assert [(message.key, message.name) for message in messages(session, CASE)] == [
            ("view_final_report:m-1", "view_final_report")
        ]
        assert [notice.kind for notice in notices(session, CASE)] == ["invoice", "application_received"]
        assert [bill.invoice.number for bill in bills(session, NOON)] == ["2027-000001"]
    assert [invoice.number for invoice in taken.invoices] == ["2027-000001"]
    assert (taken.problems, taken.shared_start) == ((), NOON)


def test_an_invoice_writes_the_entries_that_the_case_will_write(books: Books, office: OfficeSettings) -> None:
    taken = take(books, a_step(invoices=(an_invoice_order(),)), office)
    with books.reading() as session:
        written = [(entry.at, entry.kind, entry.text, entry.detail) for entry in timeline(session, CASE)]
    expected = [(entry.at, entry.kind, entry.text, entry.detail) for entry in invoice_entries(taken.invoices[0], 1)]
    assert written == expected
    assert len(written) == 2


def test_an_invoice_without_a_notice_writes_no_notice(books: Books, office: OfficeSettings) -> None:
    take(books, a_step(invoices=(an_invoice_order(notice=None),)), office)
    with books.reading() as session:
        assert [entry.kind for entry in timeline(session, CASE)] == ["invoice"]
        assert notices(session, CASE) == []


def test_the_notice_of_an_invoice_knows_what_was_invoiced(books: Books, office: OfficeSettings) -> None:
    take(books, a_step(invoices=(an_invoice_order(),)), office)
    with books.reading() as session:
        (notice,) = notices(session, CASE)
    assert notice.facts["invoice"] == "2027-000001"
    assert (notice.facts["purpose"], notice.facts["total"], notice.facts["rule"]) == (
        "application",
        "2900.00",
        "fee.due",
    )
    assert [line["amount"] for line in notice.facts["lines"]] == ["2900.00"]
    assert notice.facts["due_at"] == "2027-07-04T04:00:00Z"


def test_the_same_step_writes_once_however_often_and_from_wherever_it_comes(
    books: Books, office: OfficeSettings
) -> None:
    take(books, a_step(1), office)
    step = a_step(
        2, invoices=(an_invoice_order(),), payments=(), entries=(Entry(at=NOON, kind="stage", by="acr", text="x"),)
    )
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(lambda _: take(books, step, office), range(SAME_STEP_TIMES)))
    assert len(answers) == SAME_STEP_TIMES
    assert set(answers) == {answers[0]}
    with books.reading() as session:
        counted = {
            table.__name__: session.exec(select(func.count()).select_from(table)).one()
            for table in (Invoice, Notice, StepRecord, TimelineEntry)
        }
    assert counted == {"Invoice": 1, "Notice": 1, "StepRecord": 2, "TimelineEntry": 3}


def test_many_cases_at_once_leave_no_gap_between_the_numbers(books: Books, office: OfficeSettings) -> None:
    def open_and_bill(unit: int) -> StepTaken:
        case_id = f"accreditation.OH-0417.ct.CT-{unit}.1"
        return take(books, a_step(case_id=case_id, invoices=(an_invoice_order(),)), office)

    with ThreadPoolExecutor(THREADS) as pool:
        numbers = [taken.invoices[0].number for taken in pool.map(open_and_bill, range(60))]
    assert sorted(numbers) == [f"2027-{sequence:06d}" for sequence in range(1, 61)]


def test_a_kept_answer_is_the_answer_that_was_given(books: Books, office: OfficeSettings) -> None:
    assert take(books, a_full_step(), office) == take(books, a_full_step(), office)


def test_the_same_number_in_another_run_is_another_step(books: Books, office: OfficeSettings) -> None:
    """A case that was reset writes what it does anew; its invoices and notices stay the ones that went out."""
    first = take(books, a_full_step(), office)
    again = take(books, a_full_step().model_copy(update={"run_id": "another"}), office)
    assert again.invoices == first.invoices
    with books.reading() as session:
        assert len(timeline(session, CASE)) == 8
        assert len(notices(session, CASE)) == 2
        assert len(messages(session, CASE)) == 1


def test_the_first_answer_to_a_message_stands(books: Books, office: OfficeSettings) -> None:
    for number, rule in ((1, "option.not_offered"), (2, None)):
        take(books, a_step(number, judged=(a_judged_message("choose_option:m", rule),)), office)
    with books.reading() as session:
        assert [message.rule for message in messages(session, CASE)] == ["option.not_offered"]


def test_a_deadline_stands_as_the_last_step_left_it(books: Books, office: OfficeSettings) -> None:
    first = DeadlineEntry(number=0, name="option_form", opens_at=NOON, due_at=LATER, met=None)
    second = first.model_copy(update={"due_at": LATER + timedelta(days=7), "met": True})
    for number, entry in ((1, first), (2, second)):
        take(books, a_step(number, deadlines=(entry,)), office)
    with books.reading() as session:
        (kept,) = deadlines(session, CASE)
    assert (kept.due_at, kept.met) == (LATER + timedelta(days=7), True)


def test_payments_and_voids_reach_their_invoices(books: Books, office: OfficeSettings) -> None:
    take(books, a_step(1, invoices=(an_invoice_order(), an_invoice_order(purpose="repeat", notice=2))), office)
    take(books, a_step(2, payments=(a_payment(),), void=("2027-000001", "2027-000002")), office)
    with books.reading() as session:
        states = {bill.invoice.number: bill.invoice.status for bill in bills(session, NOON)}
        assert [payment.key for payment in session.exec(select(Payment))] == ["record_payment:p-1"]
    assert states == {"2027-000001": "paid", "2027-000002": "void"}


def test_a_payment_for_an_unknown_invoice_is_a_problem_and_not_an_end(books: Books, office: OfficeSettings) -> None:
    taken = take(books, a_step(1, payments=(a_payment(invoice="2027-000009"),), row=a_row(stage="testing")), office)
    (problem,) = taken.problems
    assert (problem.item, problem.rule) == ("payment.record_payment:p-1", "payment.unknown_invoice")
    assert "2900.00 USD is for invoice 2027-000009" in problem.text
    with books.reading() as session:
        case = case_by_id(session, CASE)
    assert case is not None
    assert case.stage == "testing"


@pytest.mark.parametrize("told", [{"edition": "2022-11-09"}, {"status": {"edition": "2022-11-09"}}])
def test_an_amended_application_and_another_edition_are_in_the_books(
    books: Books, office: OfficeSettings, told: dict[str, Any]
) -> None:
    take(books, a_step(1), office)
    amended = an_application(facility={"id": "OH-0417", "name": "Renamed Center", "address": {"state": "PA"}})
    take(books, a_step(2, application=amended, row=a_row(**told)), office)
    with books.reading() as session:
        case = case_by_id(session, CASE)
    assert case is not None
    assert (case.facility_name, case.state, case.edition) == ("Renamed Center", "PA", "2022-11-09")


def test_somebody_looks_where_who_has_left_is_the_last_one_who_manages_the_people(
    books: Books, office: OfficeSettings
) -> None:
    with books.writing() as session:
        put_person(session, "Ann", ("OH-0417", "administrator", True))
    (problem,) = take(books, a_step(departures=("ann@example.org",)), office).problems
    assert (problem.item, problem.rule) == ("contact.sign_in", "contact.left")
    assert problem.text.startswith("Ann signs in for OH-0417 still")
    with books.reading() as session:
        assert [person.name for person, _ in people_of(session, "OH-0417")] == ["Ann"]


def test_an_announced_case_takes_its_first_step(books: Books, office: OfficeSettings) -> None:
    with books.writing() as session:
        announce_case(session, CASE, program="accreditation", application=an_application(), announced_at=LATER)
    take(books, a_step(1), office)
    with books.reading() as session:
        case = case_by_id(session, CASE)
    assert case is not None
    assert (case.stage, case.opened_at) == ("application", NOON)


def test_a_later_step_of_a_case_that_the_books_do_not_hold_says_what_is_missing(
    books: Books, office: OfficeSettings
) -> None:
    with pytest.raises(UnknownCase, match="its first step is missing"):
        take(books, a_step(2), office)


@pytest.mark.parametrize(("own", "start"), [(LATER, NOON), (NOON - timedelta(days=1), NOON - timedelta(days=1))])
def test_units_of_an_application_share_the_earliest_start(
    books: Books, office: OfficeSettings, own: object, start: object
) -> None:
    sibling = "accreditation.OH-0417.ct.CT-2.1"
    take(books, a_step(1, case_id=sibling, row=a_row(first_passed_at=NOON)), office)
    take(books, a_step(1), office)
    assert take(books, a_step(2, shared_start=own), office).shared_start == start


def test_an_application_without_an_id_shares_nothing(books: Books, office: OfficeSettings) -> None:
    opening = an_opening(application=an_application(application_id=None))
    take(
        books,
        a_step(1, case_id="accreditation.OH-0417.ct.CT-2.1", opening=opening, row=a_row(first_passed_at=NOON)),
        office,
    )
    assert take(books, a_step(1, opening=opening, shared_start=LATER), office).shared_start == LATER


def test_the_books_take_every_kind_of_entry_that_a_case_writes() -> None:
    assert set(ENTRY_KINDS) == set(get_args(EntryKind))
