"""The worklist: who must act by when; what is late stays late, and nothing borrows another thing's date."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import Session

from records.books import Books
from records.tables import Deadline
from records.worklist import WorkItem, worklist
from tests.records.rows import LATER, NOON, a_case, a_notice, an_invoice

A_DAY = timedelta(days=1)
AN_INSTANT = timedelta(microseconds=1)
CLOSED = {"stage": "closed", "outcome": "withdrawn", "closed_at": LATER, "awaited_party": None}


def case_id(unit: str) -> str:
    return f"accreditation.OH-0417.ct.{unit}.1"


@pytest.fixture
def session(books: Books) -> Iterator[Session]:
    """Books with cases in every situation, in a transaction."""
    rows: list[tuple[str, dict[str, Any]]] = [
        ("LATE", {"due_at": NOON - timedelta(hours=1)}),
        ("SOON", {"due_at": NOON + timedelta(days=2), "awaited_party": "acr"}),
        ("NOW", {"due_at": NOON}),
        ("UNDATED", {"due_at": None, "awaited_party": "acr"}),
        ("MRI", {"due_at": LATER, "modality": "mri", "state": "PA"}),
        ("CALM", {"stage": "accredited", "awaited_party": None}),
        ("ODD", {"stage": "accredited", "awaited_party": None, "needs_attention": True}),
        ("ANNOUNCED", {"stage": "starting", "awaited_party": None}),
        ("GONE", CLOSED),
    ]
    with books.writing() as opened:
        opened.add_all(a_case(case_id(unit), **changes) for unit, changes in rows)
        opened.flush()
        yield opened


@pytest.fixture
def empty(books: Books) -> Iterator[Session]:
    """Books without a case, in a transaction."""
    with books.writing() as opened:
        yield opened


def units(items: list[WorkItem]) -> list[str | None]:
    return [item.case.unit for item in items]


def put(session: Session, unit: str, awaited: str, *windows: Deadline, **changes: Any) -> None:
    """Enter a case that awaits something of the facility, with its windows."""
    session.add(a_case(case_id(unit), awaited=awaited, **changes))
    session.flush()
    session.add_all(windows)
    session.flush()


def window(unit: str, number: int, name: str, due_at: Any, **changes: Any) -> Deadline:
    return Deadline(case_id=case_id(unit), number=number, name=name, opens_at=NOON, due_at=due_at, **changes)


def test_what_is_due_first_stands_at_the_top_and_what_has_no_date_at_the_bottom(session: Session) -> None:
    assert units(worklist(session)) == ["LATE", "NOW", "SOON", "MRI", "ODD", "UNDATED"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"party": "facility"}, ["LATE", "NOW", "MRI"]),
        ({"party": "acr"}, ["SOON", "UNDATED"]),
        ({"party": "surveyor"}, []),
        ({"overdue_at": NOON}, ["LATE"]),
        ({"overdue_at": NOON + AN_INSTANT}, ["LATE", "NOW"]),
        ({"due_by": NOON + timedelta(days=2)}, ["LATE", "NOW", "SOON"]),
        ({"due_by": NOON + timedelta(days=2) - AN_INSTANT}, ["LATE", "NOW"]),
        ({"state": "PA"}, ["MRI"]),
        ({"modality": "ct", "party": "facility"}, ["LATE", "NOW"]),
    ],
)
def test_the_worklist_can_be_narrowed(session: Session, wanted: dict[str, Any], found: list[str]) -> None:
    assert units(worklist(session, **wanted)) == found


@pytest.mark.parametrize("days", [-1, 0, 1, 23, 29])
def test_a_form_is_on_the_list_before_its_due_date_on_it_and_until_the_closing(empty: Session, days: int) -> None:
    due, now = NOON, NOON + days * A_DAY
    passed = days > 0
    put(
        empty,
        "CT-1",
        "the option form",
        window("CT-1", 0, "testing_package", NOON - 90 * A_DAY, met=True, over=True),
        window("CT-1", 1, "option_form", due, met=False if passed else None),
        window("CT-1", 2, "closure", due + 30 * A_DAY),
        window("CT-1", 3, "appeal", due + A_DAY),
        **({} if passed else {"due_at": due, "due_name": "option_form"}),
    )
    put(empty, "CT-2", "the testing package", window("CT-2", 0, "testing_package", NOON + 60 * A_DAY))
    (late, other) = worklist(empty)
    assert units([late, other]) == ["CT-1", "CT-2"]
    assert (late.due_at, late.due_name, late.is_overdue(now)) == (due, "option_form", passed)
    assert late.closes_at == (due + 30 * A_DAY if passed else None)
    assert units(worklist(empty, overdue_at=now)) == (["CT-1"] if passed else [])


def test_a_package_in_its_grace_is_late_and_closes_at_its_end(empty: Session) -> None:
    late = window("CT-1", 0, "testing_package", NOON - A_DAY, met=False)
    put(empty, "CT-1", "the testing package", late)
    until = NOON + 13 * A_DAY
    empty.add(a_notice(case_id=case_id("CT-1"), kind="testing_overdue", facts={"until": until.isoformat()}))
    (item,) = worklist(empty)
    assert (item.due_at, item.closes_at, item.is_overdue(NOON)) == (NOON - A_DAY, until, True)
    late.met, late.due_at = None, NOON + 20 * A_DAY  # the office has extended it
    (item,) = worklist(empty)
    assert (item.due_at, item.closes_at, item.is_overdue(NOON)) == (NOON + 20 * A_DAY, None, False)


def test_a_renewal_that_is_late_closes_with_the_certificate(empty: Session) -> None:
    late = window("CT-1", 0, "renewal_application", NOON - A_DAY, met=False)
    put(empty, "CT-1", "the renewal application", late, window("CT-1", 1, "expiry", LATER), stage="accredited")
    (item,) = worklist(empty)
    assert (item.due_name, item.due_at, item.closes_at) == ("renewal_application", NOON - A_DAY, LATER)


def test_a_result_that_is_late_is_the_offices(empty: Session) -> None:
    late = window("CT-1", 0, "appeal_result", NOON - A_DAY, met=False)
    put(empty, "CT-1", "the appeal's result", late, awaited_party="acr")
    (item,) = worklist(empty, party="acr", overdue_at=NOON)
    assert (item.due_name, item.closes_at) == ("appeal_result", None)


@pytest.mark.parametrize(
    ("awaited", "due"),
    [
        ("the travel expenses fee", "invoice"),
        ("the renewal application", "renewal_application"),
        ("the pledge for 2028", None),
        ("the quote of the travel expenses fee", None),
    ],
)
def test_an_unpaid_invoice_dates_its_own_payment_and_nothing_else(
    empty: Session, awaited: str, due: str | None
) -> None:
    running = window("CT-1", 0, "renewal_application", NOON + A_DAY)
    put(empty, "CT-1", awaited, running, due_at=NOON - 978 * A_DAY, due_name="invoice")
    empty.add(an_invoice(case_id=case_id("CT-1"), purpose="travel_expenses", due_at=NOON + 2 * A_DAY))
    empty.flush()
    (item,) = worklist(empty)
    at = {"invoice": NOON + 2 * A_DAY, "renewal_application": NOON + A_DAY, None: None}[due]
    assert (item.due_name, item.due_at) == (due, at)


def test_a_fee_that_is_paid_lends_no_date(empty: Session) -> None:
    put(empty, "CT-1", "the application fee")
    empty.add(an_invoice(case_id=case_id("CT-1"), status="paid", paid=Decimal("100.00")))
    empty.flush()
    (item,) = worklist(empty)
    assert item.due_at is None


def a_note(item: str, due_at: Any) -> dict[str, Any]:
    return {"item": item, "text": "Ask again.", "due_at": due_at.isoformat(), "assignee": "Sample Officer"}


def test_a_note_that_is_to_be_followed_up_is_a_line_of_its_own_for_the_office(empty: Session) -> None:
    noted = {"follow_ups": [a_note("follow_up.1", NOON + A_DAY), a_note("follow_up.2", NOON - A_DAY)]}
    put(empty, "CT-1", "nothing", status=noted, awaited_party=None, stage="accredited")
    put(empty, "CT-2", "nothing", awaited_party=None, stage="accredited")
    found = worklist(empty)
    assert [item.follow_up and item.follow_up.item for item in found] == ["follow_up.2", "follow_up.1"]
    assert units(worklist(empty, party="acr", overdue_at=NOON)) == ["CT-1"]
    assert worklist(empty, party="facility") == []


def test_nothing_is_late_in_a_paused_case(empty: Session) -> None:
    paused = {"paused": {"since": NOON.isoformat(), "reason": "A flood."}}
    late = window("CT-1", 0, "testing_package", NOON - A_DAY)
    put(empty, "CT-1", "the testing package", late, status=paused, due_at=None)
    (item,) = worklist(empty)
    assert (item.due_at, item.is_overdue(NOON)) == (None, False)
